"""The pieces of ink of a picture go in; which of them run on beyond its rim, as a texture does, comes out.

A digit cut closely touches the rim at a few places. Stripes, cloth and stone leave the picture at many, on every side.
"""

import numpy as np

from inkdigits.spec import BoolArray, Float64Array, Int32Array, Int64Array

__all__ = ["count_exits", "find_rim_shares", "is_texture"]

_LEAST_ON_SIDE = 3  # places: a texture leaves a picture everywhere; a 2 or a 3 has two ends on its left
_LEAST_IN_ALL = 12


def count_exits(pieces: Int32Array) -> Int64Array:
    """Return at how many places of the rim each piece leaves the picture.

    Args:
        pieces: int32, shape (H, W): 0 for paper, 1 to P for the pieces of ink.

    Returns:
        int64, shape (4, P + 1): places on the upper, lower, left and right side; 0 for the paper.
    """
    count = int(pieces.max(initial=0)) + 1
    sides = (pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1])
    return np.stack([np.bincount(side[_starts(side)], minlength=count) for side in sides])


def is_texture(exits: Int64Array) -> bool:
    """Tell whether the ink of a picture leaves it on every side, as no writing does.

    Args:
        exits: From `count_exits`.
    """
    return bool(exits.sum(axis=1).min() >= _LEAST_ON_SIDE and exits.sum() >= _LEAST_IN_ALL)


def find_rim_shares(pieces: Int32Array, sizes: Int32Array, rim: int) -> Float64Array:
    """Return which share of each piece lies at the rim, as all of a frame's corner does.

    Args:
        pieces: int32, shape (H, W): 0 for paper, 1 to P for the pieces of ink.
        sizes: int32, shape (P + 1,): pixels of each.
        rim: Rows and columns along each side, 0 or more.

    Returns:
        float64, shape (P + 1,), 0 to 1.
    """
    height = len(pieces)
    rows = slice(rim, max(height - rim, rim))
    strips = (
        pieces[:rim],
        pieces[max(height - rim, rim) :],
        pieces[rows, :rim],
        pieces[rows, max(pieces.shape[1] - rim, rim) :],
    )
    counts = sum(np.bincount(strip.ravel(), minlength=len(sizes)) for strip in strips)
    return np.asarray(counts / np.maximum(sizes, 1), dtype=np.float64)


def _starts(side: Int32Array) -> BoolArray:
    """Tell where a run of ink begins along a side."""
    return np.asarray((side > 0) & np.concatenate([[True], side[1:] != side[:-1]]))
