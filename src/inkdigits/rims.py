"""The pieces of ink of a picture go in; which of them run on beyond its rim, as a texture does, comes out.

A digit cut closely touches the rim at a few places. Stripes, cloth and stone leave the picture at many, on every side.
"""

import numpy as np

from inkdigits.spec import BoolArray, Int32Array, Int64Array

__all__ = ["count_exits", "is_texture"]

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


def _starts(side: Int32Array) -> BoolArray:
    """Tell where a run of ink begins along a side."""
    return np.asarray((side > 0) & np.concatenate([[True], side[1:] != side[:-1]]))
