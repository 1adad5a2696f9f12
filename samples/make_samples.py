"""Draw the sample pictures: MNIST test digits laid on paper that this script draws.

    python samples/make_samples.py [FOLDER]

The digits are MNIST's (Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0), which no shipped network learned from: they are
of its test split. Paper, shadow, ruled lines, colors and blur are made here, from fixed seeds.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.data.mnist import load_mnist

HERE = Path(__file__).parent
BLUE, BLACK, PENCIL = (120, 50, 20), (30, 28, 28), (95, 95, 98)  # BGR


class DigitSource:
    """Hands out MNIST test digits by label, each one once."""

    def __init__(self) -> None:
        """Load the test split."""
        self._test = load_mnist().test
        self._next = dict.fromkeys(range(10), 1)  # the first 5 is a riddle even to people

    def take(self, label: int, side: int) -> Float32Array:
        """Return one digit's ink, float32, shape (side, side), 0 for paper to 1 for ink."""
        index = np.flatnonzero(self._test.y == label)[self._next[label]]
        self._next[label] += 1
        large = cv2.resize(self._test.x[index], (side, side), interpolation=cv2.INTER_CUBIC)
        smooth = cv2.GaussianBlur(large.astype(np.float32) / 255, (0, 0), side / 60)
        return np.asarray(np.clip((smooth - 0.35) / 0.3, 0, 1), dtype=np.float32)


def paper(height: int, width: int, tint: tuple[int, int, int], seed: int) -> Float32Array:
    """Return uneven, slightly grainy paper, float32, shape (H, W, 3), BGR, 0 to 255."""
    generator = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(generator.normal(0, 6, (height, width)).astype(np.float32), (0, 0), 1.2)
    light = np.linspace(1.0, 0.72, width, dtype=np.float32) * np.linspace(1.0, 0.9, height, dtype=np.float32)[:, None]
    return np.asarray((np.asarray(tint, dtype=np.float32) + grain[:, :, None]) * light[:, :, None], dtype=np.float32)


def write(page: Float32Array, digit: Float32Array, at: tuple[int, int], color: tuple[int, int, int]) -> None:
    """Lay a digit's ink on the page with its left top corner at (x, y)."""
    x, y = at
    window = page[y : y + digit.shape[0], x : x + digit.shape[1]]
    window *= 1 - digit[:, :, None] * (1 - np.asarray(color, dtype=np.float32) / 255)


def photo_of_number(source: DigitSource) -> UInt8Array:
    """A number in blue pen on warm, unevenly lit paper with a shadow's edge across it."""
    page = paper(360, 720, (205, 222, 232), seed=1)
    for place, label in enumerate((2, 0, 7, 4, 1)):
        write(page, source.take(label, 130), (40 + 125 * place, 110 + (place % 3) * 12), BLUE)
    shadow = cv2.fillPoly(
        np.zeros(page.shape[:2], np.float32), [np.array([(430, 0), (720, 0), (720, 360), (560, 360)])], 1
    )
    page *= 1 - 0.35 * cv2.GaussianBlur(shadow, (0, 0), 9)[:, :, None]
    return cv2.GaussianBlur(page, (0, 0), 1.0).clip(0, 255).astype(np.uint8)


def page_of_lines(source: DigitSource) -> UInt8Array:
    """Three lines of digits in black on a white scan."""
    page = np.full((420, 520, 3), 252, np.float32)
    for row, labels in enumerate(("314159", "2653", "58979")):
        for place, label in enumerate(labels):
            write(page, source.take(int(label), 84), (30 + 76 * place, 25 + 125 * row), BLACK)
    return page.astype(np.uint8)


def cell_of_form(source: DigitSource) -> UInt8Array:
    """A pencil digit in a cell whose printed frame runs along the rim."""
    page = paper(120, 120, (214, 216, 220), seed=3)
    for line in (np.s_[:7, :], np.s_[:, :5], np.s_[113:, :]):
        page[line] *= 0.35
    write(page, source.take(5, 96), (12, 12), PENCIL)
    return cv2.GaussianBlur(page, (0, 0), 1.2).clip(0, 255).astype(np.uint8)


def drawing(source: DigitSource) -> UInt8Array:
    """A small white digit, off center, on a black canvas."""
    canvas = np.zeros((280, 280, 3), np.float32)
    canvas[30:140, 140:250] = 255 * source.take(8, 110)[:, :, None]
    return canvas.astype(np.uint8)


def blank_sheet() -> UInt8Array:
    """Paper, and nothing on it."""
    return paper(240, 320, (200, 215, 222), seed=5).clip(0, 255).astype(np.uint8)


def main(folder: Path) -> None:
    """Write all samples as PNG or JPEG into `folder`."""
    source = DigitSource()
    folder.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(folder / "photo-20741.jpg"), photo_of_number(source), [cv2.IMWRITE_JPEG_QUALITY, 85])
    cv2.imwrite(str(folder / "page-314159-2653-58979.png"), page_of_lines(source))
    cv2.imwrite(str(folder / "cell-5.png"), cell_of_form(source))
    cv2.imwrite(str(folder / "drawing-8.png"), drawing(source))
    cv2.imwrite(str(folder / "blank.jpg"), blank_sheet(), [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
