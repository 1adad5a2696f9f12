"""Groups the boxes of marks into lines, top to bottom and each from left to right, also when they are tilted.

Marks that share rows are one line. If that separates neighbors, the picture is tilted: the slope from neighbor to
neighbor is taken out, and the rows are compared again. Only marks that stand close together count for the slope, so
that columns beside each other stay apart even when the rows of one lie between the rows of the other.
"""

from collections.abc import Sequence

import numpy as np

from inkdigits.imageops.box_index import BoxIndex
from inkdigits.imageops.neighbors import find_neighbors
from inkdigits.imageops.quantiles import median, row_medians
from inkdigits.results import Box
from inkdigits.spec import BoolArray, Float64Array, Int64Array

__all__ = ["find_slope", "group_lines"]

_LINE_SHARE = 0.5  # of the shorter mark's height: rows that two marks of one line share at least
# a lone mark at the end of a line: rows that it shares at least, its gap at most, columns over or under others at most.
# Of 25 numbers each whose last digit is written 0.6 and 0.8 of a height lower, 24 and 25 are one line with them, and
# 18 and none were before (docs/log.md)
_STRAY_SHARE, _STRAY_GAP, _STRAY_OVER = 0.12, 0.5, 0.5
_MIN_CROWD = 12  # nearest marks, the mark itself included, whose median is the usual height
_OUTSIZED = 2.0  # of the usual height: a taller mark would join several lines
_NEIGHBOR_REACH = 1.6  # of a mark's height: how far to the right the middle of the next mark is, at most
_NEIGHBOR_GROWTH = 2.0  # ratio of the heights of two neighbors, at most
_MAX_SLOPE = 0.75  # from neighbor to neighbor, 37 degrees: tilt plus an uneven hand; steeper leads to another line


def group_lines(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the places of the boxes, a list for each line.

    Args:
        boxes: The boxes of the marks, in any order.

    Returns:
        Each place once; lines from the top, places in a line from the left.

    >>> group_lines([Box(30, 12, 40, 32), Box(0, 50, 10, 70), Box(0, 10, 10, 30)])
    [[2, 0], [1]]
    """
    if not boxes:
        return []
    corners = np.array([(box.x_min, box.y_min, box.x_max, box.y_max) for box in boxes], dtype=np.float64)
    is_outsized = _are_outsized(boxes)
    lines = _by_rows(corners, is_outsized)
    pairs = _neighbors(corners)
    if parted := _count_parted(lines, pairs):
        level = corners.copy()
        level[:, 1::2] -= _slope(corners, pairs) * (corners[:, :1] + corners[:, 2:3]) / 2
        if _count_parted(leveled := _by_rows(level, is_outsized), pairs) < parted:
            lines, corners = leveled, level
    lines = _join_strays(lines, corners)
    found = [np.flatnonzero(lines == line) for line in sorted(set(lines.tolist()))]
    found.sort(key=lambda places: median(corners[places, 1] + corners[places, 3]))
    return [sorted(places.tolist(), key=lambda place: boxes[place].x_min) for places in found]


def find_slope(corners: Float64Array) -> float:
    """Return how far lines fall for each column to the right: the median slope from a mark to its next; 0 without any.

    Args:
        corners: float64, shape (N, 4): x_min, y_min, x_max, y_max of each mark, any number.
    """
    pairs = _neighbors(corners)
    return _slope(corners, pairs) if len(pairs) else 0.0


def _are_outsized(boxes: Sequence[Box]) -> BoolArray:
    """Return which marks are so much taller than their neighbors that they would join several lines."""
    heights = np.array([box.height for box in boxes], dtype=np.float64)
    if len(boxes) < _MIN_CROWD:
        return np.zeros(len(boxes), dtype=np.bool_)
    return np.asarray(heights > _OUTSIZED * row_medians(heights[find_neighbors(boxes, _MIN_CROWD)]))


def _by_rows(corners: Float64Array, is_outsized: BoolArray) -> Int64Array:
    """Return the line of each box: the first line with a taller box in the same rows, or else a new one.

    Outsized boxes come last. They join a line of ordinary boxes without pulling others into it. If none is beside them,
    as for a heading above a text, they make lines of their own.
    """
    heights = corners[:, 3] - corners[:, 1]
    lines = np.full(len(corners), -1, dtype=np.int64)
    order, count = np.lexsort((-heights, is_outsized)), 0
    middles = (corners[:, 1] + corners[:, 3]) / 2
    rows = np.array(sorted(set(middles.tolist())), dtype=np.float64)  # np.unique would load masked arrays
    own = np.searchsorted(rows, middles)
    starts, ends = np.searchsorted(rows, corners[:, 1], side="left"), np.searchsorted(rows, corners[:, 3], side="right")
    first = np.full(len(rows), len(corners), dtype=np.int64)  # line of the boxes placed so far that reach over a row
    for at, place in enumerate(order):
        if is_outsized[place]:
            line = _find_line_of_outsized(corners, place, order[:at], lines, is_outsized)
        else:  # a taller box shares half of this one's rows where it reaches over its middle
            line = int(first[own[place]])
        lines[place] = min(line, count)
        count = max(count, int(lines[place]) + 1)
        reached = first[starts[place] : ends[place]]
        np.minimum(reached, lines[place], out=reached)
    return lines


def _find_line_of_outsized(
    corners: Float64Array, place: int, placed: Int64Array, lines: Int64Array, is_outsized: BoolArray
) -> int:
    """Return the first line that an outsized box is beside, one of ordinary boxes if there is such; else a new one."""
    shared = np.minimum(corners[place, 3], corners[placed, 3]) - np.maximum(corners[place, 1], corners[placed, 1])
    beside = placed[shared >= _LINE_SHARE * (corners[place, 3] - corners[place, 1])]
    usual = beside[~is_outsized[beside]]
    return int(lines[usual if len(usual) else beside].min(initial=len(lines)))


def _join_strays(lines: Int64Array, corners: Float64Array) -> Int64Array:
    """Return the line of each box, where a lone one close to the end of a line and in part beside it is of that line.

    So the last digit of a number is its last digit when it is written much lower. One under or over a line is none.
    """
    joined = lines.copy()
    sizes = np.bincount(lines)
    for place in np.flatnonzero(sizes[lines] == 1):
        x_min, y_min, x_max, y_max = corners[place]
        height = y_max - y_min
        heights = corners[:, 3] - corners[:, 1]
        shared = np.minimum(corners[:, 3], y_max) - np.maximum(corners[:, 1], y_min)
        gaps = np.maximum(corners[:, 0] - x_max, x_min - corners[:, 2])
        is_near = (shared >= _STRAY_SHARE * np.minimum(height, heights)) & (gaps <= _STRAY_GAP * height)
        is_near &= sizes[lines] > 1
        for near in np.flatnonzero(is_near)[np.argsort(gaps[is_near])]:
            own = lines == lines[near]
            beside = np.minimum(corners[own, 2], x_max) - np.maximum(corners[own, 0], x_min)
            if np.all(beside <= _STRAY_OVER * (x_max - x_min)):
                joined[place] = lines[near]
                break
    return joined


def _neighbors(corners: Float64Array) -> Int64Array:
    """Return each mark with the nearest one to its right, as places, shape (P, 2)."""
    x, y = (corners[:, 0] + corners[:, 2]) / 2, (corners[:, 1] + corners[:, 3]) / 2
    heights = corners[:, 3] - corners[:, 1]
    index = BoxIndex(np.stack([x, y, x, y], axis=1))
    pairs = []
    for place, (column, row, height) in enumerate(zip(x.tolist(), y.tolist(), heights.tolist(), strict=True)):
        reach = _NEIGHBOR_REACH * height
        fall = _MAX_SLOPE * reach
        others = index.find(column, row - fall - 1, column + reach + 1, row + fall + 1)
        right, down = x[others] - column, np.abs(y[others] - row)
        growth = np.maximum(heights[others] / height, height / heights[others])
        is_next = (right > 0) & (x[others] <= column + reach) & (down <= _MAX_SLOPE * right)
        others = others[is_next & (growth <= _NEIGHBOR_GROWTH)]
        if len(others):
            pairs.append((place, others[np.hypot(x[others] - column, y[others] - row).argmin()]))
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _count_parted(lines: Int64Array, pairs: Int64Array) -> int:
    return int((lines[pairs[:, 0]] != lines[pairs[:, 1]]).sum())


def _slope(corners: Float64Array, pairs: Int64Array) -> float:
    """Return the median slope from neighbor to neighbor, weighted by their distance; above 0 is down to the right."""
    steps = corners[pairs[:, 1]] - corners[pairs[:, 0]]
    right, down = steps[:, 0] + steps[:, 2], steps[:, 1] + steps[:, 3]
    order = np.argsort(down / right)
    weights = np.cumsum(right[order])
    return float((down / right)[order][np.searchsorted(weights, weights[-1] / 2)])
