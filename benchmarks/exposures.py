"""Draws photos and scans of a written page for `photos.py`, from ink between 0 for paper and 1 for ink.

It imitates what people's cameras, light and paper do, one effect at a time. No network here was trained with any of
this code.
"""

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from inkdigits.spec import Float64Array, UInt8Array

Expose = Callable[[Float64Array, np.random.Generator], UInt8Array]

_PAPER, _PEN, _PENCIL = 225.0, 65.0, 165.0  # gray levels


def _write(ink: Float64Array, pen: float = _PEN, paper: float = _PAPER) -> Float64Array:
    return np.asarray(paper * (1 - ink) + pen * ink, dtype=np.float64)


def _fall(shape: tuple[int, ...], generator: np.random.Generator, low: float, high: float) -> Float64Array:
    """Return light that falls off evenly across a page, in any direction."""
    angle = generator.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    along = columns * np.cos(angle) + rows * np.sin(angle)
    return np.asarray(low + (high - low) * (along - along.min()) / np.ptp(along), dtype=np.float64)


def _blur(values: Float64Array, sigma: float) -> Float64Array:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), dtype=np.float64)


def _capture(
    page: Float64Array, generator: np.random.Generator, *, blur: float = 0.8, noise: float = 3, quality: int = 80
) -> UInt8Array:
    """Return what a camera's lens, sensor and JPEG leave of a lit page."""
    soft = _blur(page, blur) if blur else page
    return _encode(soft + generator.normal(0, noise, page.shape), quality)


def _encode(values: Float64Array, quality: int) -> UInt8Array:
    levels = np.clip(values, 0, 255).round().astype(np.uint8)
    coded = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _plain(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    return _capture(_write(ink) * _fall(ink.shape, generator, 0.85, 1.0), generator)


def _in_pencil(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    return _capture(_write(ink, _PENCIL) * _fall(ink.shape, generator, 0.85, 1.0), generator)


def _falling_light(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    return _capture(_write(ink, 110) * _fall(ink.shape, generator, 0.35, 1.05), generator)


def _glare(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    height, width = ink.shape
    rows, columns = np.mgrid[0:height, 0:width]
    x, y, reach = generator.uniform(0, width), generator.uniform(0, height), generator.uniform(0.15, 0.4) * width
    spot = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * reach**2))
    return _capture(_write(ink, 100) * (0.9 + 0.35 * spot), generator, quality=75)


def _overexposed(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    page = _write(ink, 150, 235) * _fall(ink.shape, generator, 0.9, 1.2)
    return _capture(page, generator, noise=2, quality=70)


def _sharpened(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    page = _blur(_write(ink, _PENCIL) * _fall(ink.shape, generator, 0.75, 1.0), 1.2)
    page = page + generator.normal(0, 2, ink.shape)
    return _encode(page + 1.5 * (page - _blur(page, 2)), 80)


def _moved(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    length = int(generator.integers(4, 8))
    kernel = np.zeros((length, length))
    kernel[length // 2] = 1 / length
    kernel = kernel if generator.random() < 0.5 else kernel.T
    page = np.asarray(cv2.filter2D(_write(ink) * _fall(ink.shape, generator, 0.8, 1.0), -1, kernel), dtype=np.float64)
    return _capture(page, generator, blur=0)


def _shadow(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    """Lay the shadow of a hand or a phone over the page, its edge more or less soft."""
    height, width = ink.shape
    corners = [(generator.uniform(-100, width + 100), generator.uniform(-100, height + 100)) for _ in range(5)]
    light = np.ones((height, width))
    hull = cv2.convexHull(np.array(corners, np.int32))
    cv2.fillPoly(light, [hull], (float(generator.uniform(0.45, 0.7)),))
    return _capture(_write(ink, 90) * _blur(light, float(generator.uniform(5, 40))), generator)


def _folded(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    height, width = ink.shape
    rows, columns = np.mgrid[0:height, 0:width]
    page = _write(ink, 90) * _fall(ink.shape, generator, 0.9, 1.0)
    for _ in range(2):
        away = columns - generator.uniform(0.2, 0.8) * width - generator.normal(0, 0.05) * rows
        page = page * (1 - 0.12 * np.exp(-np.abs(away) / 3)) * (1 + 0.06 * np.tanh(away / 30))
    return _capture(page, generator, noise=2)


def _crumpled(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    coarse = generator.normal(0, 1, (12, 16))
    bumps = np.asarray(cv2.resize(coarse, ink.shape[::-1], interpolation=cv2.INTER_CUBIC), dtype=np.float64)
    return _capture(_write(ink, 90) * (0.88 + 0.05 * bumps), generator)


def _on_table(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    """Lay the page on a dark table with a grain, seen a little from the side."""
    height, width = ink.shape
    whole = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = np.array([(0.1, 0.1), (0.92, 0.07), (0.93, 0.93), (0.08, 0.9)]) + generator.uniform(-0.03, 0.03, (4, 2))
    turn = cv2.getPerspectiveTransform(whole, (seen * (width, height)).astype(np.float32))
    paper = cv2.warpPerspective(_write(ink, 70, 230), turn, (width, height))
    is_paper = cv2.warpPerspective(np.ones(ink.shape), turn, (width, height))
    grain = cv2.resize(generator.normal(0, 8, (height, 8)), (width, height))
    photo = paper * is_paper + (generator.uniform(40, 140) + grain) * (1 - is_paper)
    return _capture(np.asarray(photo * _fall(ink.shape, generator, 0.85, 1.0), dtype=np.float64), generator)


def _on_lines(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    pitch = generator.uniform(28, 60)
    is_line = (np.arange(ink.shape[0])[:, None] + generator.uniform(0, pitch)) % pitch < 3
    return _capture(_write(ink) * np.where(is_line, 0.55, 1.0) * _fall(ink.shape, generator, 0.85, 1.0), generator)


def _on_squares(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    pitch = generator.uniform(18, 30)
    rows, columns = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]]
    is_line = (rows % pitch < 1.2) | (columns % pitch < 1.2)
    return _capture(_write(ink) * np.where(is_line, 0.8, 1.0) * _fall(ink.shape, generator, 0.85, 1.0), generator)


def _on_board(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    return _capture(_write(ink, 210, 60) * _fall(ink.shape, generator, 0.8, 1.0), generator)


def _scanned(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    return _capture(_write(ink, 70, 205), generator, blur=0, noise=1.5, quality=60)


def _faxed(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    return np.where(ink + generator.normal(0, 0.12, ink.shape) > 0.45, 0, 255).astype(np.uint8)


EXPOSURES: Mapping[str, Expose] = {
    "plain": _plain,
    "in pencil": _in_pencil,
    "falling light": _falling_light,
    "glare": _glare,
    "overexposed": _overexposed,
    "pencil, sharpened": _sharpened,
    "moved": _moved,
    "a hand's shadow": _shadow,
    "folded": _folded,
    "crumpled": _crumpled,
    "on a dark table": _on_table,
    "dark ruled lines": _on_lines,
    "narrow squares": _on_squares,
    "chalk on a board": _on_board,
    "scanned gray": _scanned,
    "faxed": _faxed,
}
