"""A small, clean picture of one digit goes in; its ink comes out in a tenth of the steps that any picture takes.

Crops by the million are mostly such: one dark shape on flat paper, away from the rim. Then every step of `find_ink` and
`isolate_digit` is known beforehand to change nothing, so only what they would return is made. Any other picture is left
to them.
"""

import functools
import math

import cv2
import numpy as np

from inkdigits.imageops.stroke_width import stroke_width
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.detection.rules.background import FAINT, GRAINY_SHARE
from inkdigits.reading.detection.rules.ink import FULL_STRENGTH, HAIRLINE, HAIRLINE_SHARE, MASK_SHARE, MIN_BLACKBOARD
from inkdigits.reading.detection.rules.marks import EDGE, PART_AREA, PART_GAP
from inkdigits.results import Box
from inkdigits.spec import FRAME_SIDE, UInt8Array

__all__ = ["find_plain_digit"]

_MOST_SIDE = 299  # pixels: a larger picture may show a page
_MOST_LENGTH = 99  # pixels of the ink's long side: what is longer may be a line across the paper
_CLEAR_PAPER = 200  # of 255: gray level of paper, or of 255 less that of a dark ground
_LEAST_STRENGTH = 0.5  # of the ink: what is paler may be pencil, whose grain is smoothed
_MOST_INK = 0.35  # of the pixels: with more of it, it takes more to tell ink from paper
_MOST_SPAN = 0.8  # of the side: what is longer may be a line at the rim
_LEAST_SIDE = 12  # pixels of the ink's long side: what is smaller may be dust at the rim
_MOST_STRAY = 0.03  # of the ink: faint pixels apart from it
_BROAD_REACH = 2.9  # pixels from the thickest stroke's middle to the paper: with less, it may all be hairlines
_MOST_REACH = 0.2  # of the long side: a thicker shape may be no digit
_SOFT_EDGE = 3  # pixels around the ink in which its soft edge ends
_MAIN_SHARE = 0.5  # of all ink: the piece to which the others are near
_STRONG = int(MASK_SHARE * 255)
_HAIR = int(HAIRLINE_SHARE * 255)
_FAINT = int(FAINT * 255)
_DARK = math.ceil(FULL_STRENGTH * 255) - 1
_NEAR = np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8)


def find_plain_digit(gray: UInt8Array) -> Mark | None:
    """Return what `isolate_digit(find_ink(gray))` would, if the picture is plain enough to tell; else None.

    Where strokes merge into a blot, the ink is the blot: finding paper in any picture hollows it out a little.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white.
    """
    ink = _find_ink(gray)
    return None if ink is None else _cut_digit(ink)


def _find_ink(gray: UInt8Array) -> UInt8Array | None:
    """Return the ink at its full strength; None where its paper or strength is not clear."""
    if min(gray.shape) <= FRAME_SIDE or max(gray.shape) > _MOST_SIDE:
        return None
    steps = _steps_to_contrast(gray)
    return None if steps is None else _at_full_strength(np.asarray(cv2.LUT(gray, steps), dtype=np.uint8))


def _cut_digit(ink: UInt8Array) -> Mark | None:
    strong = _mask(ink)
    main = _main_pieces(strong)
    if main is None:
        return None
    x, y, columns, rows = cv2.boundingRect(main)
    box = Box(x, y, x + columns, y + rows)
    if not (_is_placed(box, ink.shape) and _is_apart(ink, main, box)):
        return None
    window = np.s_[max(y - EDGE, 0) : y + rows + EDGE, max(x - EDGE, 0) : x + columns + EDGE]
    crop = cv2.multiply(ink[window], cv2.dilate(main[window], _NEAR))
    if main is not strong:
        crop[strong[window] > main[window]] = 0
    left, top = max(x - EDGE, 0), max(y - EDGE, 0)
    return Mark(box, 0, rows, np.asarray(crop, dtype=np.uint8), left, top)


def _is_placed(box: Box, shape: tuple[int, ...]) -> bool:
    """Tell whether a box is of a size at which it is neither dust nor a line."""
    height, width = shape
    is_sized = _LEAST_SIDE <= max(box.width, box.height) <= _MOST_LENGTH
    return is_sized and box.width <= _MOST_SPAN * width and box.height <= _MOST_SPAN * height


def _steps_to_contrast(gray: UInt8Array) -> UInt8Array | None:
    """Return for each gray level its contrast against the paper; None where the paper's level is not clear.

    The paper is the lightest of the picture, or the darkest of a light drawing on a dark ground, and fills its corner.
    """
    low, high, _, _ = cv2.minMaxLoc(gray)
    corner = int(gray[0, 0])
    if corner == high >= _CLEAR_PAPER:
        return _steps(corner, is_inverted=False)
    return _steps(corner, is_inverted=True) if corner == low <= 255 - _CLEAR_PAPER else None


@functools.cache
def _steps(paper: int, *, is_inverted: bool) -> UInt8Array:
    levels = np.arange(256)
    levels, paper = (255 - levels, max(255 - paper, MIN_BLACKBOARD)) if is_inverted else (levels, paper)
    return np.clip(255 * (paper - levels) / paper, 0, 255).round().astype(np.uint8)


def _at_full_strength(contrast: UInt8Array) -> UInt8Array | None:
    """Return the ink, brought up by its own strength; None where the paper is not flat or the ink is faint."""
    inked = cv2.countNonZero(contrast)
    flat, faint = contrast.size - inked, inked - cv2.countNonZero(_above(contrast, _FAINT))
    if inked == 0 or 2 * flat <= contrast.size or faint > GRAINY_SHARE * (flat + faint):
        return None
    most = inked // 10  # the darkest tenth, which may be darker than the full strength
    if cv2.countNonZero(_above(contrast, _DARK)) > most:
        return contrast
    counts = np.cumsum(np.bincount(contrast.ravel(), minlength=256))
    strength = int(np.searchsorted(counts, contrast.size - most))
    return np.asarray(cv2.LUT(contrast, _gains(strength)), np.uint8) if strength >= 255 * _LEAST_STRENGTH else None


@functools.cache
def _gains(strength: int) -> UInt8Array:
    return np.asarray(np.minimum(np.arange(256) * (255 / strength), 255).round(), dtype=np.uint8)


def _above(levels: UInt8Array, level: int) -> UInt8Array:
    return np.asarray(cv2.threshold(levels, level, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def _mask(ink: UInt8Array) -> UInt8Array:
    """Return where strokes are: 1 on ink that is strong, and on paler ink where all strokes are hairlines.

    Nothing is left where a stroke is so thick that it may be a filled shape.
    """
    strong = _above(ink, _STRONG)
    x, y, columns, rows = cv2.boundingRect(strong)
    padded = cv2.copyMakeBorder(strong[y : y + rows, x : x + columns], 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    _, reach, _, _ = cv2.minMaxLoc(cv2.distanceTransform(padded, cv2.DIST_L2, 3))
    if reach > _MOST_REACH * max(columns, rows):
        return np.zeros_like(strong)
    is_fine = reach < _BROAD_REACH and stroke_width(padded) < HAIRLINE
    return _above(ink, _HAIR) if is_fine else strong


def _is_apart(ink: UInt8Array, strong: UInt8Array, box: Box) -> bool:
    """Tell whether the ink leaves most of the paper free, and next to nothing lies outside its box."""
    area = cv2.countNonZero(strong)
    top, left = max(box.y_min - _SOFT_EDGE, 0), max(box.x_min - _SOFT_EDGE, 0)
    seen = _above(ink, _FAINT // 2)
    inside = seen[top : box.y_max + _SOFT_EDGE, left : box.x_max + _SOFT_EDGE]
    return area <= _MOST_INK * ink.size and cv2.countNonZero(seen) - cv2.countNonZero(inside) <= _MOST_STRAY * area


def _main_pieces(strong: UInt8Array) -> UInt8Array | None:
    """Return where the digit's strokes are, by the rules of `isolate_digit`: dust left out; None where more is needed.

    Mostly that is all of the mask, which is then returned itself.
    """
    count, labels = cv2.connectedComponents(strong, connectivity=8)
    if count <= 2:
        return strong if count == 2 else None
    stats = cv2.connectedComponentsWithStats(strong, connectivity=8)[2][1:]
    areas = stats[:, cv2.CC_STAT_AREA]
    left, top, width, height, area = stats[areas.argmax()].tolist()
    across = np.maximum(stats[:, 0] - left - width, left - stats[:, 0] - stats[:, 2])
    down = np.maximum(stats[:, 1] - top - height, top - stats[:, 1] - stats[:, 3])
    is_near = np.maximum(across, down) <= PART_GAP * max(width, height)
    is_part = areas >= PART_AREA * area
    inner = cv2.countNonZero(strong[1:-1, 1:-1])  # what touches the rim may be a neighbor's
    if area < _MAIN_SHARE * areas.sum() or not is_near[is_part].all() or inner < areas.sum():
        return None
    return strong if is_part.all() else np.concatenate([[False], is_part])[labels].view(np.uint8)
