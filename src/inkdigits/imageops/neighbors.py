"""Finds the boxes that lie nearest to each box."""

from collections.abc import Sequence

import numpy as np

from inkdigits.results import Box
from inkdigits.spec import Int64Array

__all__ = ["find_neighbors"]

_ROWS_AT_ONCE = 256  # boxes compared with all others at once, to bound the memory


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
    corners = np.array([(box.x_min + box.x_max, box.y_min + box.y_max) for box in boxes], dtype=np.float32)
    nearest = np.empty((count, most), dtype=np.int64)
    for start in range(0, count, _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        off = np.abs(corners[rows, None] - corners[None]).max(axis=2)
        nearest[rows] = np.argpartition(off, most - 1, axis=1)[:, :most]
    return nearest
