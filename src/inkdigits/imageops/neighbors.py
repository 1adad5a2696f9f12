"""Finds the boxes that lie nearest to each box."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from inkdigits.results import Box
from inkdigits.spec import Float32Array, Int64Array

__all__ = ["find_neighbors"]

_ROWS_AT_ONCE = 256  # boxes compared with others at once, to bound the memory


class _Grid(NamedTuple):
    """Points, the side of the cells that they are sorted into, and which lie in each cell."""

    middles: Float32Array
    side: float
    members: dict[tuple[int, int], Int64Array]


def find_neighbors(boxes: Sequence[Box], most: int) -> Int64Array:
    """Return which boxes lie nearest to each, itself included, in no order.

    Args:
        boxes: N of them.
        most: How many for each, 1 or more.

    Returns:
        int64, shape (N, min(N, most)), places in `boxes`; distances are between middles, along the longer axis.

    >>> find_neighbors([Box(0, 0, 2, 2), Box(3, 0, 5, 2), Box(90, 0, 92, 2)], 2).tolist()[0]
    [0, 1]
    """
    count = len(boxes)
    if count <= most:
        return np.tile(np.arange(count, dtype=np.int64), (count, 1))
    middles = np.array([(box.x_min + box.x_max, box.y_min + box.y_max) for box in boxes], dtype=np.float32)
    nearest = np.empty((count, most), dtype=np.int64)
    low = middles.min(axis=0)
    side = max(1.0, float((middles.max(axis=0) - low).max()) / math.sqrt(count / most))
    cells = np.floor((middles - low) / side).astype(np.int64)
    grid = _Grid(middles, side, _gather(cells))
    for cell, places in grid.members.items():
        for start in range(0, len(places), _ROWS_AT_ONCE):
            own = places[start : start + _ROWS_AT_ONCE]
            nearest[own] = _find_nearest(grid, own, cell, most)
    return nearest


def _gather(cells: Int64Array) -> dict[tuple[int, int], Int64Array]:
    """Return the places in each cell that has some."""
    order = np.lexsort((cells[:, 1], cells[:, 0]))
    steps = np.flatnonzero(np.any(np.diff(cells[order], axis=0) != 0, axis=1)) + 1
    groups = np.split(order, steps)
    return {(int(cells[group[0], 0]), int(cells[group[0], 1])): group for group in groups}


def _find_nearest(grid: _Grid, own: Int64Array, cell: tuple[int, int], most: int) -> Int64Array:
    """Return the nearest of some points of one cell: as many cells around it are looked at as that takes."""
    middles, members = grid.middles, grid.members
    column, row = cell
    reach = 1
    while True:
        around = [
            members[column + across, row + down]
            for across in range(-reach, reach + 1)
            for down in range(-reach, reach + 1)
            if (column + across, row + down) in members
        ]
        if (2 * reach + 1) ** 2 > len(members):  # boxes are far apart: there are fewer cells than places to look
            around = list(members.values())
        others = np.concatenate(around)
        is_all = len(others) == len(middles)
        if len(others) >= most:
            off = np.abs(middles[own, None] - middles[others][None]).max(axis=2)
            chosen = np.argpartition(off, most - 1, axis=1)[:, :most]
            if is_all or np.take_along_axis(off, chosen, axis=1).max() <= reach * grid.side:
                return np.asarray(others[chosen], dtype=np.int64)
        reach *= 2
