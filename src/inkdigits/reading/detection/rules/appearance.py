"""A picture, its ink and a mark's box go in; how the paper in and beside it looks, and its thickness, come out.

They tell a pen's strokes on paper from cloth, prints and filled shapes, which evening the light hollows or cuts out.
"""

import cv2
import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.reading.detection.rules.ink_picture import InkPicture
from inkdigits.results import Box
from inkdigits.spec import BoolArray, UInt8Array

__all__ = ["find_inner_tone", "find_outer_tone", "find_thickness", "has_pen_lines"]

_MAX_TONE = 0.3  # between paper and ink: of 1,012 digits none has more, of 900 clothes one in seven (docs/log.md)
_MAX_OUTER_TONE = (
    0.15  # beside the ink: of 8,500 digits of the sets none has more than 0.03, of 900 clothes one in twenty
)
_MAX_THICKNESS = 0.5  # of the long side: 1 in 800 of MNIST's validation digits has more, a quarter of clothes do

_EDGE_INK = 40  # of 255: the soft edge of a stroke, neither ink nor paper
_CORE_INK = 200  # of 255: ink at its full strength
_MIN_PAPER = 5  # pixels from which a tone of paper can be told
_MOST_DARK_AROUND = 0.25  # of the surroundings of a mark; where more is dark, it is light that differs, not ink
_RIM_SHARE = 0.07  # of the shorter side: the rim of the picture, whose paper is compared with
_REACH_SHARE = 0.125  # of the mark's long side: so near is beside it,
_MIN_REACH = 2  # pixels, at the least


def find_inner_tone(gray: UInt8Array, picture: InkPicture, box: Box) -> float:
    """Return how dark the paper between the strokes of a mark is: 0 as the paper close around it, 1 as its ink.

    Of a digit on paper it is about 0; of a coat whose seams alone were taken for ink it is the cloth.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white, what `picture` was found in.
        picture: From `find_ink`.
        box: Of a mark of the picture.

    Returns:
        Mostly from 0 to 1; 0 where there is too little paper to tell.
    """
    near, inside = _surroundings(box, gray.shape)
    levels, ink = gray[near], picture.ink[near]
    is_paper = cv2.dilate(ink, np.ones((3, 3), np.uint8)) <= _EDGE_INK
    between, around, core = levels[inside & is_paper], levels[~inside & is_paper], levels[inside & (ink > _CORE_INK)]
    if min(between.size, around.size, 2 * core.size) < _MIN_PAPER:
        return 0.0
    paper, full = median(around), median(core)
    return (paper - float(between.mean())) / (paper - full) if paper != full else 0.0


def find_outer_tone(gray: UInt8Array, picture: InkPicture, box: Box) -> float:
    """Return how dark the paper close to a mark is: 0 as the paper at the picture's rim, 1 as the mark's ink.

    Of a digit on paper it is about 0, or less where the rim lies in a shadow; of a fold of a coat, or a print on a
    shirt, it is the cloth. Light that falls off evenly from one side to the other is allowed for.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white, what `picture` was found in.
        picture: From `find_ink`.
        box: Of a mark of the picture.

    Returns:
        Mostly from 0 to 1; 0 where there is too little paper to tell.
    """
    is_paper = cv2.dilate(picture.ink, np.ones((3, 3), np.uint8)) <= _EDGE_INK
    rim = max(1, round(_RIM_SHARE * min(gray.shape)))
    outer = is_paper.copy()
    outer[rim:-rim, rim:-rim] = False
    reach = max(_MIN_REACH, round(_REACH_SHARE * max(box.width, box.height)))
    near = np.s_[max(box.y_min - reach, 0) : box.y_max + reach, max(box.x_min - reach, 0) : box.x_max + reach]
    beside, core = gray[near][is_paper[near]], gray[near][picture.ink[near] > _CORE_INK]
    border = gray[outer]
    if min(beside.size, border.size, core.size) < _MIN_PAPER:
        return 0.0
    paper, full = median(border) + _find_fall(gray, outer, rim, box), median(core)
    return (paper - median(beside)) / (paper - full) if paper != full else 0.0


def _find_fall(gray: UInt8Array, outer: BoolArray, rim: int, box: Box) -> float:
    """Return how much brighter the light is at a mark than in the middle, by the paper along opposite sides."""
    height, width = gray.shape
    top, bottom, left, right = (
        median(gray[side][outer[side]]) if np.count_nonzero(outer[side]) >= _MIN_PAPER else None
        for side in (np.s_[:rim], np.s_[-rim:], np.s_[:, :rim], np.s_[:, -rim:])
    )
    fall = 0.0
    if top is not None and bottom is not None:
        fall += (bottom - top) * ((box.y_min + box.y_max) / (2 * height) - 0.5)
    if left is not None and right is not None:
        fall += (right - left) * ((box.x_min + box.x_max) / (2 * width) - 0.5)
    return fall


def find_thickness(gray: UInt8Array, picture: InkPicture, box: Box) -> float:
    """Return how thick a mark is at its thickest, as a share of its long side, before the light was evened.

    A pen's line is thin beside the digit that it draws. Evening the light hollows a filled shape, as a coat, to its
    outline; the picture itself still shows it filled.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white, what `picture` was found in.
        picture: From `find_ink`.
        box: Of a mark of the picture.

    Returns:
        0 to about 1; 0 where the mark's surroundings are as dark, as in a shadow.
    """
    near, inside = _surroundings(box, gray.shape)
    dark = gray[near] if picture.inverted else 255 - gray[near]
    _, mask = cv2.threshold(dark, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    outside = mask[~inside]
    if outside.size and outside.mean() > _MOST_DARK_AROUND:
        return 0.0
    own = cv2.copyMakeBorder((mask * inside).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    distance = cv2.distanceTransform(own, cv2.DIST_L2, 3)
    return float(2 * distance.max() / max(box.width, box.height))


def _surroundings(box: Box, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], BoolArray]:
    """Return a window of half a mark's size more on each side, and where in it the mark's box is."""
    reach = max(box.width, box.height) // 2  # light differs over a picture, little so near
    top, left = max(box.y_min - reach, 0), max(box.x_min - reach, 0)
    bottom, right = min(box.y_max + reach, shape[0]), min(box.x_max + reach, shape[1])
    inside = np.zeros((bottom - top, right - left), dtype=np.bool_)
    inside[box.y_min - top : box.y_max - top, box.x_min - left : box.x_max - left] = True
    return np.s_[top:bottom, left:right], inside


def has_pen_lines(inner_tone: float, outer_tone: float, thickness: float) -> bool:
    """Tell whether a mark could be a digit by the paper between and beside its strokes and by their thickness.

    Args:
        inner_tone: From `find_inner_tone`.
        outer_tone: From `find_outer_tone`.
        thickness: From `find_thickness`.
    """
    return inner_tone <= _MAX_TONE and outer_tone <= _MAX_OUTER_TONE and thickness <= _MAX_THICKNESS
