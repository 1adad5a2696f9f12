"""Finds which of many boxes touch a window, without looking at all of them."""

import bisect
import math

import numpy as np

from inkdigits.spec import Float64Array, Int64Array

__all__ = ["BoxIndex"]

_ROW = 1 << 32  # cells of a row, so that a row and a column make one number


class BoxIndex:
    """Boxes in grids: each in the one whose cells are at least as large as the box, by its middle.

    Args:
        corners: float64, shape (N, 4): x_min, y_min, x_max, y_max of each box, any number; finite.

    >>> BoxIndex(np.array([[0, 0, 9, 9], [5, 5, 8, 8], [50, 0, 60, 9.0]])).find(6, 0, 7, 99).tolist()
    [0, 1]
    """

    def __init__(self, corners: Float64Array) -> None:
        """Sort the boxes into cells."""
        self._corners = corners
        sides = np.maximum(corners[:, 2:] - corners[:, :2], 1).max(axis=1, initial=1)
        powers = np.ceil(np.log2(sides)).astype(np.int64) if len(corners) else np.empty(0, np.int64)
        middles = (corners[:, :2] + corners[:, 2:]) / 2
        self._grids: list[tuple[float, list[int], Int64Array]] = []
        for power in sorted(set(powers.tolist())):  # np.unique would load masked arrays
            own = np.flatnonzero(powers == power)
            cells = np.floor(middles[own] / 2.0**power).astype(np.int64)
            keys = cells[:, 1] * _ROW + cells[:, 0]
            order = np.argsort(keys, kind="stable")
            self._grids.append((2.0**power, keys[order].tolist(), own[order]))

    def find(self, left: float, top: float, right: float, bottom: float) -> Int64Array:
        """Return the places of the boxes that share more than an edge with a window, ascending, int64."""
        near = [part for grid in self._grids for part in _find_cells(*grid, (left, top, right, bottom))]
        if not near:
            return np.empty(0, dtype=np.int64)
        places = np.concatenate(near)
        own = self._corners[places]
        inside = (own[:, 0] < right) & (own[:, 2] > left) & (own[:, 1] < bottom) & (own[:, 3] > top)
        return np.sort(places[inside])


def _find_cells(
    side: float, keys: list[int], places: Int64Array, window: tuple[float, float, float, float]
) -> list[Int64Array]:
    """Return the places in those cells of a grid where the middle of a box that touches the window can lie."""
    half, (left, top, right, bottom) = side / 2, window
    first, last = math.floor((top - half) / side), math.floor((bottom + half) / side)
    if last - first >= len(keys):
        return [places]
    start, stop = math.floor((left - half) / side), math.floor((right + half) / side)
    found = []
    for row in range(first, last + 1):
        at = bisect.bisect_left(keys, row * _ROW + start)
        end = bisect.bisect_right(keys, row * _ROW + stop, at)
        if end > at:
            found.append(places[at:end])
    return found
