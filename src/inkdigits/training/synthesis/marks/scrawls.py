"""Draws what pens leave beside digits and letters: doodles, crosses, and the strokes that take a number back."""

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import Float64Array, UInt8Array
from inkdigits.training.synthesis.marks.pen_strokes import SUBPIXEL, to_subpixels
from inkdigits.training.synthesis.marks.stamps import trim

__all__ = ["draw_cross", "draw_division", "draw_doodle", "draw_strike"]

_ONE_STROKE = 0.12  # of crosses are drawn without lifting the pen
_LEVEL = 0.5  # of lines that cross a number out run level, the others slant by any degree
_EDGE = 3  # pixels of paper around a doodle's points


def draw_doodle(height: float, pen: float, generator: Generator) -> UInt8Array:
    """Draw a random pen path, such as a wavy underline or the start of a signature.

    Args:
        height: Pixels of the digits beside it.
        pen: Width of the stroke, in such heights.
        generator: Where every choice comes from.

    Returns:
        uint8, shape (h, w), trimmed, 255 for full ink.
    """
    rows, columns = int(height * generator.uniform(0.3, 1.2)) + 8, int(height * generator.uniform(0.6, 3)) + 8
    ink = np.zeros((rows, columns), dtype=np.uint8)
    count = int(generator.integers(5, 14))
    xs = np.sort(generator.uniform(_EDGE, columns - _EDGE, count))
    path = np.stack([xs, generator.uniform(_EDGE, rows - _EDGE, count)], axis=1)
    path[:, 0] += generator.normal(0, 0.15 * height, count)
    at = np.linspace(0, count - 1, 6 * count)
    smooth = np.stack([np.interp(at, np.arange(count), path[:, axis]) for axis in (0, 1)], axis=1)
    for _ in range(4):
        smooth[1:-1] = (smooth[:-2] + 2 * smooth[1:-1] + smooth[2:]) / 4
    _draw_path(ink, smooth, max(1, round(pen * height)))
    return trim(ink)


def draw_cross(height: float, pen: float, generator: Generator) -> UInt8Array:
    """Draw a cross, which says that a box stays empty; arguments and result as of `draw_doodle`."""
    side = max(6, int(height))
    ink = np.zeros((side + 8, side + 8), dtype=np.uint8)
    slim = side * (1 - generator.uniform(0.5, 1.0)) / 2  # people's crosses are as often high as square
    corners = np.array([[4 + slim, 4], [side - slim, side], [side - slim, 4], [4 + slim, side]])
    ends = np.clip(corners + generator.normal(0, 0.1 * side, (4, 2)), 1, side + 6)
    bent, thickness = generator.uniform(0.02, 0.16) * side, max(1, round(pen * height))
    for start, end in (ends[:2], ends[2:]):
        _draw_path(ink, _bend(start, (start + end) / 2 + generator.normal(0, bent, 2), end), thickness)
    if generator.random() < _ONE_STROKE:  # the pen stays down: a stroke joins both
        right = np.array([side + 6.0, side / 2])
        _draw_path(ink, _bend(ends[1], right, ends[2]), thickness)
    return trim(ink)


def draw_division(height: float, pen: float, generator: Generator) -> UInt8Array:
    """Draw a sign of division, a bar between two dots; arguments and result as of `draw_doodle`."""
    side, thickness = max(8, int(height)), max(1, round(pen * height))
    ink = np.zeros((side + 8, side + 8), dtype=np.uint8)
    middle, radius = side / 2 + 4, max(1, round(thickness * generator.uniform(0.6, 1.3)))
    bar = np.array([[4, middle], [side, middle]]) + generator.normal(0, 0.04 * side, (2, 2))
    _draw_path(ink, bar, thickness)
    for away in (-1, 1):
        x, y = np.array([middle, middle + away * side * generator.uniform(0.25, 0.42)]) + generator.normal(0, 1, 2)
        cv2.circle(ink, (round(x), round(y)), radius, 255, -1, cv2.LINE_AA)
    return trim(ink)


def _bend(start: Float64Array, middle: Float64Array, end: Float64Array) -> Float64Array:
    """Return points of a curve from start to end that leans toward the middle point."""
    at = np.linspace(0, 1, 9)[:, np.newaxis]
    return np.asarray((1 - at) ** 2 * start + 2 * at * (1 - at) * middle + at**2 * end)


def draw_strike(rows: int, columns: int, pen: float, generator: Generator) -> UInt8Array:
    """Draw what crosses a number out: lines from side to side, or a zigzag.

    Args:
        rows: Height of the number, pixels.
        columns: Its width.
        pen: Width of the stroke, in heights of the number.
        generator: Where every choice comes from.

    Returns:
        uint8, shape (rows, columns), 255 for full ink.
    """
    ink = np.zeros((rows, columns), dtype=np.uint8)
    thickness = max(1, round(pen * rows * generator.uniform(0.8, 1.6)))
    if generator.random() < 0.5:
        level = generator.random() < _LEVEL
        for _ in range(int(generator.integers(1, 4))):
            left, right = generator.uniform(0.2, 0.8, 2) * rows
            right = left + generator.normal(0, 0.05) * rows if level else right
            cv2.line(ink, (0, int(left)), (columns, int(right)), 255, thickness, cv2.LINE_AA)
        return ink
    turns = int(generator.integers(6, 16))
    path = np.stack([np.linspace(0, columns, turns), rows * (0.5 + 0.4 * (-1) ** np.arange(turns))], axis=1)
    _draw_path(ink, path + generator.normal(0, 0.08 * rows, path.shape), thickness)
    return ink


def _draw_path(ink: UInt8Array, path: Float64Array, thickness: int) -> None:
    cv2.polylines(ink, [to_subpixels(path)], False, 255, thickness, cv2.LINE_AA, SUBPIXEL)  # noqa: FBT003 - OpenCV's
