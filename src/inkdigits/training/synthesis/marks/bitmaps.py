"""Redraws small pictures of ink at any size and, where they have one clear edge, with any pen."""

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.synthesis.marks.hands import Hand, draw_shape, lose_ink
from inkdigits.training.synthesis.marks.pen_strokes import WIDEST
from inkdigits.training.synthesis.marks.stamps import Stamp, trim

__all__ = ["STRETCHED", "crop_ink", "scale_ink", "stamp_bitmap", "stamp_gray"]

STRETCHED = ("optdigits_orig", "semeion")  # sets whose digits were stretched to their frame: the aspect is lost
_ASPECTS = (0.45, 0.8)  # widths a height that digits of those sets get back
_FIELD_SIDE = 96  # pixels of the long side of a bitmap where its distance field is made
_FIELD_MARGIN = 8  # pixels around it
_EDGE = 110  # of 255: gray level of a stroke's edge in the enlarged bitmap
_THINNEST = 0.42  # share of a bitmap's stroke that stays when a thin pen redraws it: thinner strokes break
_LEAST_SCALE = 0.5  # gray crops are first made smaller by averaging where they shrink more than this
_AROUND = np.ones((3, 3), np.uint8)


def stamp_bitmap(bitmap: UInt8Array, height: float, hand: Hand, generator: Generator) -> Stamp:
    """Redraw a bitmap with a hand's pen, through the distance of each place from the nearest edge.

    Args:
        bitmap: uint8, shape (h, w), 0 for paper to 255 for ink.
        height: Pixels of the bitmap's ink in the stamp.
        hand: Whose pen, slant, aspect and grain it gets; its source says whether the bitmap was stretched.
        generator: Where every choice comes from.
    """
    crop = trim(bitmap)
    if hand.source in STRETCHED:
        width = max(2, round(crop.shape[0] * generator.uniform(*_ASPECTS)))
        crop = np.asarray(cv2.resize(crop, (width, crop.shape[0])), dtype=np.uint8)
    inside = _enlarge(crop)
    if not inside.any():
        return Stamp(crop)
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 3) - cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    outline = max(1, int(np.count_nonzero(cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, _AROUND))) // 2)
    stroke = 2 * float(inside.sum()) / outline  # of a line: its area by half of its outline
    wanted = hand.pen * _FIELD_SIDE * (crop.shape[0] / max(crop.shape))
    change = float(np.clip(wanted - stroke, (_THINNEST - 1) * stroke, stroke)) / 2
    scale = height / (inside.shape[0] - 2 * _FIELD_MARGIN)
    matrix = draw_shape(hand, generator) * np.float32(scale)
    field = _warp(distance + np.float32(change), matrix, outside=-_FIELD_SIDE / 2)
    ink = np.clip(field * np.float32(scale) * 255 + 127, 0, 255).astype(np.uint8)
    return Stamp(lose_ink(trim(ink), 1.0, hand, generator))


def stamp_gray(ink: UInt8Array, height: float, hand: Hand, generator: Generator) -> Stamp:
    """Scale, slant and turn a gray mask of ink, whose pen stays as it is: uint8, shape (h, w), 255 for full ink."""
    scale = height / max(ink.shape[0], ink.shape[1] / WIDEST)
    if scale < _LEAST_SCALE:
        ink, scale = scale_ink(ink, scale / _LEAST_SCALE), _LEAST_SCALE
    changed = _warp(ink.astype(np.float32), draw_shape(hand, generator) * np.float32(scale), outside=0.0)
    return Stamp(trim(np.clip(changed * 1.15, 0, 255).astype(np.uint8)))


def scale_ink(ink: UInt8Array, scale: float) -> UInt8Array:
    """Return a mask scaled as a whole, 2 pixels or more each way."""
    size = (max(2, round(ink.shape[1] * scale)), max(2, round(ink.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, size, interpolation=way), dtype=np.uint8)


def crop_ink(picture: UInt8Array) -> UInt8Array:
    """Return the ink of a crop of one mark, trimmed: 255 where it is darkest, 0 on its paper.

    Pieces that do not reach the central half of the picture belong to neighbors and are left out.

    Args:
        picture: uint8, shape (H, W), dark ink on lighter paper.
    """
    gray = picture.astype(np.float32)
    paper, dark = float(np.percentile(gray, 80)), float(np.percentile(gray, 1))
    ink = np.clip((paper - gray) / max(paper - dark, 1.0) * 255 - 30, 0, 255) * (255 / 225)
    mask = (ink > 60).astype(np.uint8)
    count, labels = cv2.connectedComponents(cv2.dilate(mask, _AROUND))
    height, width = ink.shape
    middle = labels[height // 4 : -(height // 4) or None, width // 4 : -(width // 4) or None]
    kept = np.isin(np.arange(count), np.unique(middle)) & (np.arange(count) > 0)
    return trim(np.asarray(ink * kept[labels], dtype=np.uint8))


def _enlarge(crop: UInt8Array) -> UInt8Array:
    """Return where a bitmap has ink, 0 or 1, with smooth edges: its long side is `_FIELD_SIDE`, margins beside."""
    scale = _FIELD_SIDE / max(crop.shape)
    size = (max(2, round(crop.shape[1] * scale)), max(2, round(crop.shape[0] * scale)))
    sides = (_FIELD_MARGIN,) * 4
    padded = cv2.copyMakeBorder(cv2.resize(crop, size, interpolation=cv2.INTER_CUBIC), *sides, cv2.BORDER_CONSTANT)
    large = cv2.GaussianBlur(padded, (0, 0), 0.02 * _FIELD_SIDE)
    return (large > _EDGE).astype(np.uint8)


def _warp(values: Float32Array, matrix: Float32Array, *, outside: float) -> Float32Array:
    """Return a picture changed about its middle by a 2 x 2 matrix, just as large as it has to be."""
    height, width = values.shape
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array([width / 2, height / 2]) @ matrix.T
    columns, rows = (int(np.ceil(extent)) + 3 for extent in np.ptp(corners, axis=0))
    shift = np.array([columns / 2, rows / 2]) - matrix @ np.array([width / 2, height / 2])
    full = np.hstack([matrix, shift[:, None]]).astype(np.float32)
    warped = cv2.warpAffine(values, full, (columns, rows), flags=cv2.INTER_LINEAR, borderValue=outside)
    return np.asarray(warped, dtype=np.float32)
