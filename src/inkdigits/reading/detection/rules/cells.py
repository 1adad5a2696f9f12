"""A mask of ink goes in; the sides of boxes that stand apart on a form come out, however short they are.

A line across a page is long. The sides of a box for one digit are no longer than the digit's own strokes, so a box is
told by its inside: a rectangle of paper, of which a form has several alike. The inside of a written 0 is round.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.spec import BoolArray, Float64Array, Int32Array, UInt8Array

__all__ = ["BoxSide", "find_box_sides"]

_MIN_SIDE = 16  # pixels inside; nobody writes into a smaller one
_MAX_ASPECT = 3.0  # of the inside's longer over its shorter side
_MIN_FILL = 0.35  # paper in it; the rest is what is written there
_DEPTH = 0.05  # of a side's distance from the other one: so far a straight side may lean
_MIN_STRAIGHT = 0.65  # of a side; of an ellipse 0.44 lie so near, and a digit may touch some of it
_MAX_THICKNESS = 8  # pixels of a side
_MAX_THICKNESS_SHARE = 0.25  # of the inside's shorter side
_MIN_ALIKE = 2  # boxes of a form
_ALIKE = 1.15  # larger over smaller width, and height


@dataclass(frozen=True, slots=True)
class BoxSide:
    """One side of a box.

    Attributes:
        first: Its first column; of an upright side, its first row.
        last: Its last one.
        middle: float64, shape (last - first + 1,): the row, or column, of its middle in each.
        half: Half of its thickness, pixels.
        is_level: Whether it runs from left to right.
    """

    first: int
    last: int
    middle: Float64Array
    half: float
    is_level: bool


def find_box_sides(mask: UInt8Array) -> list[BoxSide]:
    """Return the four sides of each box, of at least two that are alike.

    Args:
        mask: uint8, shape (H, W), 1 for ink and 0 for paper.
    """
    _, labels, stats, _ = map(np.asarray, cv2.connectedComponentsWithStats(1 - mask, connectivity=4))
    found = [(stats[place, 2:4], _sides_of(mask, labels, place, stats[place])) for place in _insides(stats, mask.shape)]
    sizes = np.array([size for size, sides in found if sides], dtype=np.float64).reshape(-1, 2)
    boxes = [sides for _, sides in found if sides]
    growth = np.maximum(sizes[:, None] / sizes, sizes / sizes[:, None]).max(axis=2)
    alike = (growth <= _ALIKE).sum(axis=1)
    return [side for sides, count in zip(boxes, alike, strict=True) if count >= _MIN_ALIKE for side in sides]


def _insides(stats: Int32Array, shape: tuple[int, ...]) -> list[int]:
    """Return which pieces of paper could be the inside of a box."""
    x, y, width, height, area = stats.T
    is_closed = (x > 0) & (y > 0) & (x + width < shape[1]) & (y + height < shape[0])
    shorter, longer = np.minimum(width, height), np.maximum(width, height)
    is_box = (
        is_closed & (shorter >= _MIN_SIDE) & (longer <= _MAX_ASPECT * shorter) & (area >= _MIN_FILL * width * height)
    )
    is_box[0] = False  # the ink itself
    return list(map(int, np.flatnonzero(is_box)))


def _sides_of(mask: UInt8Array, labels: Int32Array, place: int, stat: Int32Array) -> list[BoxSide]:
    """Return the sides around one inside; none unless all four are straight and thin."""
    x, y, width, height = stat[:4].tolist()
    inside = labels[y : y + height, x : x + width] == place
    sides = []
    for is_level, is_far in ((True, False), (True, True), (False, False), (False, True)):
        view, ink = (inside, mask) if is_level else (inside.T, mask.T)
        across, along = (y, x) if is_level else (x, y)
        edge = _edge(view[::-1] if is_far else view)
        if edge is None:
            return []
        rows = across + (view.shape[0] - 1 - edge if is_far else edge)
        thickness = _thickness(ink, rows, along, 1 if is_far else -1)
        if not 0 < thickness <= min(_MAX_THICKNESS, _MAX_THICKNESS_SHARE * min(width, height)):
            return []
        middle = rows + (1 if is_far else -1) * (thickness + 1) / 2
        reach = round(thickness)  # the corners
        ends = np.pad(middle, (min(reach, along), min(reach, ink.shape[1] - along - len(middle))), mode="edge")
        first = along - min(reach, along)
        sides.append(BoxSide(first, first + len(ends) - 1, ends, thickness / 2, is_level))
    return sides


def _edge(view: BoolArray) -> Float64Array | None:
    """Return for each column the row of the inside's upper edge, along a line; None where it is not straight."""
    depth = np.where(view.any(axis=0), view.argmax(axis=0), view.shape[0]).astype(np.float64)
    columns = np.arange(len(depth))
    is_near = depth <= max(1.5, _DEPTH * view.shape[0])
    if is_near.mean() < _MIN_STRAIGHT:
        return None
    slope, start = np.polyfit(columns[is_near], depth[is_near], 1)
    return np.asarray(start + slope * columns)


def _thickness(ink: UInt8Array, rows: Float64Array, along: int, step: int) -> float:
    """Return how many rows are inked beyond an edge, the median of its columns."""
    reach = step * np.arange(1, 2 * _MAX_THICKNESS)
    at = np.rint(rows).astype(np.int64)[:, None] + reach
    is_inside = (at >= 0) & (at < ink.shape[0])
    columns = along + np.arange(len(rows))[:, None]
    inked = (ink[np.clip(at, 0, ink.shape[0] - 1), columns] > 0) & is_inside
    return median(np.logical_and.accumulate(inked, axis=1).sum(axis=1))
