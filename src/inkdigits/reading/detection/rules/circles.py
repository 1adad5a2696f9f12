"""Pieces of ink go in; which of them are rings that someone drew around numbers comes out."""

import numpy as np

from inkdigits.spec import BoolArray, Int32Array, Int64Array

__all__ = ["LEAST_INSIDE", "find_rings"]

_MIN_SIDE = 24  # pixels: in a smaller ring there is no room for a digit
LEAST_INSIDE = 0.35  # of the ring's height: what is lower is a dot, or a speck in a zero
_ROOM = 0.08  # of the ring's shorter side: between it and what it rings, on each side
_DIRECTIONS = 48
_CLOSED_SHARE = 0.85  # of the directions, seen from the middle of what is ringed; a pen may leave a gap
_MOST_SHARED = 0.03  # of the ring's ink that may lie within the box of what is ringed,
_HOLLOW = 0.5  # or within half of its radius: two ruled lines and digits between them have much there


def find_rings(pieces: Int32Array, stats: Int32Array, least_inside: float = LEAST_INSIDE) -> list[int]:
    """Return the pieces that run all around others: a circled number is that number, and the circle is no zero.

    Args:
        pieces: int32, shape (H, W), the number of each pixel's piece, 0 for paper.
        stats: int32, shape (P + 1, 5): left, top, width, height and area of each piece, the paper first.
        least_inside: Share of a ring's height that what it rings has, at least.
    """
    left, top, width, height = stats[:, :4].astype(np.int64).T
    large = np.flatnonzero(np.minimum(width, height) >= _MIN_SIDE)
    found = []
    for place in large[large > 0].tolist():
        room = _ROOM * min(width[place], height[place])
        inside = (
            (left >= left[place] + room)
            & (top >= top[place] + room)
            & (left + width <= left[place] + width[place] - room)
            & (top + height <= top[place] + height[place] - room)
            & (height >= least_inside * height[place])
        )
        if inside.any() and _is_around(pieces, place, stats[place], stats[inside]):
            found.append(place)
    return found


def _is_around(pieces: Int32Array, place: int, stat: Int32Array, ringed: Int32Array) -> bool:
    """Tell whether a piece lies in nearly all directions from the boxes in its middle, and not among them."""
    left, top, width, height = stat[:4].tolist()
    own = pieces[top : top + height, left : left + width] == place
    x_min, y_min = (ringed[:, :2].min(axis=0) - (left, top)).tolist()
    x_max, y_max = ((ringed[:, :2] + ringed[:, 2:4]).max(axis=0) - (left, top)).tolist()
    rows, columns = np.nonzero(own)
    radius = np.hypot((2 * columns + 1) / width - 1, (2 * rows + 1) / height - 1)  # 1 on the ellipse in the ring's box
    shared = max(int(own[y_min:y_max, x_min:x_max].sum()), int(np.count_nonzero(radius < _HOLLOW)))
    if shared > _MOST_SHARED * len(rows):
        return False
    return _count_directions(own, (x_min, y_min, x_max, y_max)) >= _CLOSED_SHARE * _DIRECTIONS


def _count_directions(own: BoolArray, box: tuple[int, int, int, int]) -> int:
    """Return in how many directions from the middle of a box there is ink.

    They are seen as if the box were square, so that a wide ring's ends count no more than its sides.
    """
    x_min, y_min, x_max, y_max = box
    rows, columns = np.nonzero(own)
    across: Int64Array = (2 * columns - x_min - x_max) * (y_max - y_min)
    down: Int64Array = (2 * rows - y_min - y_max) * (x_max - x_min)
    turns = np.arctan2(down, across) / (2 * np.pi) * _DIRECTIONS
    return int(np.count_nonzero(np.bincount(np.floor(turns).astype(np.int64) % _DIRECTIONS)))
