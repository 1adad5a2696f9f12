"""A line's place and the strokes around it go in; the teeth of a comb that stand on it come out.

Forms print combs: a base line with a short upright between the places of digits. Once the line is known and taken
away, each tooth is a neat 1. Unlike written 1s, teeth are equally tall, stand at equal distances, and fill their line
from end to end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.spec import Float64Array, Int32Array, Int64Array, UInt8Array

__all__ = ["BaseLine", "find_teeth"]

_MIN_TEETH = 3
_MIN_ASPECT = 1.5  # height over width: a short tooth printed with a broad line
_SURE_ASPECT = 3.0  # a piece less slim than this has to be solid: a digit leaves more of its box free
_MIN_FILL = 0.6  # of its box
_SAME_LENGTH = 0.15  # of the teeth's median length; written 1s differ more
_SAME_WIDTH = 2  # pixels, or half of the median width
_SAME_GAP = 0.15  # of the median gap; where digits hide a tooth, the gap is a multiple of it
_END_GAP = 1.25  # of the median gap, between the last tooth and the line's end
_REACH = 3  # rows between the line's edge and a tooth


@dataclass(frozen=True, slots=True)
class BaseLine:
    """A line from left to right.

    Attributes:
        columns: int64, shape (n,), its columns, one after another.
        middles: float64, shape (n,), its middle row in each.
        edge: Pixels from its middle to its edge.
    """

    columns: Int64Array
    middles: Float64Array
    edge: int


def find_teeth(strokes: UInt8Array, lines: Sequence[BaseLine]) -> UInt8Array:
    """Return the teeth of all combs.

    Args:
        strokes: uint8, shape (H, W), 1 for ink that belongs to no level line.
        lines: The level ones.

    Returns:
        uint8, shape (H, W), 1 on a tooth, a new array.
    """
    if not lines:
        return np.zeros_like(strokes)
    _, labels, stats, _ = map(np.asarray, cv2.connectedComponentsWithStats(strokes, connectivity=8))
    is_tooth = np.zeros(len(stats), dtype=np.uint8)
    for line in lines:
        for side in (-1, 1):
            is_tooth[_find_teeth_of(line, labels, stats, side)] = 1
    return np.asarray(is_tooth[labels], dtype=np.uint8)


def _find_teeth_of(line: BaseLine, labels: Int32Array, stats: Int32Array, side: int) -> Int64Array:
    """Return the numbers of the pieces that are teeth on one side of a line: -1 above, 1 below."""
    rows = np.rint(line.middles).astype(np.int64)[:, None] + side * (line.edge + np.arange(1, _REACH + 1))
    is_inside = (rows >= 0) & (rows < len(labels))
    touching = labels[np.clip(rows, 0, len(labels) - 1), line.columns[:, None]] * is_inside
    pieces = np.flatnonzero(np.bincount(touching.ravel(), minlength=1))
    left, top, width, height, area = stats[pieces].T
    middles = left + width / 2
    # from the line to the tip: at the line's end a tooth reaches down beside it
    lengths = np.abs(np.where(side < 0, top, top + height) - np.interp(middles, line.columns, line.middles))
    is_slim = (pieces > 0) & (height >= _MIN_ASPECT * width)
    is_slim &= (height >= _SURE_ASPECT * width) | (area >= _MIN_FILL * width * height)
    if np.count_nonzero(is_slim) < _MIN_TEETH:
        return pieces[:0]
    length, thickness = median(lengths[is_slim]), median(width[is_slim])
    is_alike = is_slim & (np.abs(lengths - length) <= max(_SAME_LENGTH * length, 1))
    is_alike &= np.abs(width - thickness) <= max(_SAME_WIDTH, thickness / 2)
    is_comb = np.count_nonzero(is_alike) >= _MIN_TEETH and _fill(line, np.sort(middles[is_alike]))
    return pieces[is_alike] if is_comb else pieces[:0]


def _fill(line: BaseLine, middles: Float64Array) -> bool:
    """Tell whether uprights at these columns stand evenly on a line, from end to end."""
    gaps = np.diff(middles)
    usual = median(gaps)
    if usual <= 0:
        return False
    off = np.abs(gaps / usual - np.maximum(np.rint(gaps / usual), 1))
    ends = max(middles[0] - line.columns[0], line.columns[-1] - middles[-1])
    return bool(off.max() <= _SAME_GAP and ends <= _END_GAP * usual)
