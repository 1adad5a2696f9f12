"""Writes tiny sets of real handwriting in the form of docs/data.md: what `load_handwriting` reads."""

import csv
import functools
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import LabeledFrames, Mnist, load_mnist

__all__ = ["draw_number", "mnist", "validation_digits", "write_folder", "write_zip"]

WRITERS = tuple(f"w{number}" for number in range(12))  # w0, w8 and w9 of them are held out of "quebec"


@functools.cache
def mnist() -> Mnist:
    """Return MNIST, unpacked once."""
    return load_mnist()


def validation_digits() -> LabeledFrames:
    """Return MNIST's validation digits."""
    return mnist().validation


def draw_number(text: str, side: int = 48) -> UInt8Array:
    """Return frames of MNIST side by side, dark on light, `side` pixels high."""
    digits = validation_digits()
    frames = [digits.x[np.flatnonzero(digits.y == int(digit))[place]] for place, digit in enumerate(text)]
    tall = cv2.resize(np.hstack(frames), None, fx=side / 28, fy=side / 28, interpolation=cv2.INTER_CUBIC)
    return np.asarray(255 - 0.8 * tall, dtype=np.uint8)


def write_zip(path: Path, rows: Sequence[Mapping[str, str]], pictures: Sequence[UInt8Array]) -> None:
    """Write PNGs and their labels.csv; the column `file` is added to the rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["file", *rows[0]])
    writer.writeheader()
    with zipfile.ZipFile(path, "w") as archive:
        for number, (row, picture) in enumerate(zip(rows, pictures, strict=True)):
            name = f"{number:05d}.png"
            writer.writerow({"file": name, **row})
            archive.writestr(name, cv2.imencode(".png", picture)[1].tobytes())
        archive.writestr("labels.csv", text.getvalue())


def write_folder(folder: Path) -> Path:
    """Write one tiny set of each form."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [
        {"digits": f"{place}{(place + 3) % 10}", "writer": writer, "align_score": "-0.5"}
        for place, writer in enumerate(WRITERS[:10])
    ]
    write_zip(folder / "quebec_running_numbers.zip", numbers, [draw_number(row["digits"]) for row in numbers])
    words = [{"text": "mot", "kind": "word", "writer": writer, "looks_like_a_digit": "0"} for writer in WRITERS]
    words[1] = {**words[1], "text": "O", "kind": "letter", "looks_like_a_digit": "1"}
    write_zip(folder / "quebec_letters.zip", words, [_draw_word()] * len(words))
    crops = [{"digit": str(label), "writer": "0001_CH"} for label in range(10)]
    write_zip(folder / "swiss_numbers.zip", crops, [draw_number(row["digit"], 90) for row in crops])
    write_strokes(folder / "pendigits_tra.npz")
    ink = np.zeros((10, 16, 16), dtype=np.uint8)
    ink[:, 2:14, 6:10] = 1
    np.savez(folder / "semeion.npz", ink_packed=np.packbits(ink, axis=-1), labels=np.arange(10, dtype=np.uint8))
    digits = validation_digits()
    np.savez(folder / "hwd1000_1writer.npz", images=255 - digits.x[:20], labels=digits.y[:20])
    signs = np.zeros((3, 105, 105), dtype=np.uint8)
    signs[:, 20:80, 30:34], signs[:, 50:54, 10:90] = 1, 1
    np.savez(folder / "omniglot_signs.npz", ink_packed=np.packbits(signs, axis=-1))
    return folder


def write_strokes(path: Path) -> None:
    """Write ten digits of one to two strokes; y grows upward, as in the set."""
    strokes = [[[0, 100], [50, 0]], [[0, 50], [60, 50], [60, 0]]]
    points, starts, samples = list[list[int]](), list[int](), [0]
    for label in range(10):
        for stroke in strokes[: 1 + label % 2]:
            starts.append(len(points))
            points.extend(stroke)
        samples.append(len(starts))
    np.savez(
        path,
        points=np.array(points, dtype=np.int16),
        stroke_start=np.array([*starts, len(points)], dtype=np.int32),
        sample_start=np.array(samples, dtype=np.int32),
        labels=np.arange(10, dtype=np.uint8),
    )


def _draw_word() -> UInt8Array:
    picture = np.full((40, 90), 235, dtype=np.uint8)
    path = np.array([[8, 30], [14, 10], [24, 30], [34, 12], [46, 30], [56, 10], [70, 28], [82, 14]], dtype=np.int32)
    cv2.polylines(picture, [path], False, 60, 3, cv2.LINE_AA)  # noqa: FBT003 - OpenCV's
    return picture
