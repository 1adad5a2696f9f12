"""Gray levels go in; the ink comes out, found at the size at which the digits are large enough and no larger.

A photo of one number has digits of hundreds of pixels, of which a frame keeps twenty; looking at all of them costs time
and shows nothing. So a small copy is looked at first, and a larger one where that shows small marks, or none.
"""

from dataclasses import replace

import numpy as np

from inkdigits.imageops.quantiles import quantile
from inkdigits.imageops.resizing import shrink
from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.ink_picture import InkPicture
from inkdigits.reading.detection.rules.skew import find_tilt, turn_level
from inkdigits.spec import UInt8Array

__all__ = ["find_ink_at_size"]

_FIRST_PIXELS = 150_000  # of the copy looked at first; smaller pictures are looked at as they are
_MIN_SIDE = 36  # pixels in it: long side of a mark that is as good there as in a larger copy
_WANTED_SIDE = 44  # pixels of such a mark in the larger copy
_LEAST_SIDE = 4  # pixels in the first copy; what is smaller is grain, or a digit that no copy would make legible
_LEVEL_SHARE = 0.95  # of the area of the tilted digits' boxes: level digits fill smaller ones
_SMALL_QUANTILE = 0.2  # of the small marks are smaller than those that the larger copy is made for


def find_ink_at_size(gray: UInt8Array, max_pixels: int, *, keep_steps: bool = False) -> InkPicture:
    """Return the ink in a copy of the picture that is as large as its digits need.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white, from `decoding.decode`.
        max_pixels: Of the copy; 1 or more.
        keep_steps: As of `find_ink`.

    Returns:
        The ink of the copy, or of the picture itself where it is small; turned level when its lines are tilted, as
        `turn` says.
    """
    work, ink = _look(gray, max_pixels, keep_steps=keep_steps)
    degrees = find_tilt(ink.stats)
    if not degrees:
        return ink
    turned, turn = turn_level(work, degrees)
    level = find_ink(turned, keep_steps=keep_steps)
    if _box_area(level) > _LEVEL_SHARE * _box_area(ink):  # digits written upright up a slope
        return ink
    return replace(level, turn=turn)


def _look(gray: UInt8Array, max_pixels: int, *, keep_steps: bool) -> tuple[UInt8Array, InkPicture]:
    """Return the copy and its ink, tilted as they are."""
    first = shrink(gray, min(_FIRST_PIXELS, max_pixels))
    ink = find_ink(first, keep_steps=keep_steps)
    wanted = round(min(max_pixels, _growth(ink) ** 2 * first.size))
    if first is gray or wanted <= first.size:
        return first, ink
    work = shrink(gray, wanted)
    return work, find_ink(work, keep_steps=keep_steps)


def _box_area(ink: InkPicture) -> float:
    """Return the area of the boxes of all pieces together."""
    return float((ink.stats[1:, 2].astype(np.int64) * ink.stats[1:, 3]).sum())


def _growth(ink: InkPicture) -> float:
    """Return how many times as long and wide a copy should be."""
    sides = ink.stats[1:, 2:4].max(axis=1)
    sides = sides[(sides >= _LEAST_SIDE) & (ink.contrast[1:] > 0)]
    small = sides[sides < _MIN_SIDE]
    if len(sides) and 2 * len(small) <= len(sides):
        return 1.0
    return _WANTED_SIDE / quantile(small, _SMALL_QUANTILE) if len(small) else float("inf")
