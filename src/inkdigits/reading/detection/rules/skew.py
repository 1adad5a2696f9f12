"""The boxes of pieces of ink go in; by how much their lines are tilted comes out, and a picture turned level."""

import math

import cv2
import numpy as np

from inkdigits.imageops.quantiles import median, quantile
from inkdigits.reading.detection.page import Turn
from inkdigits.spec import Int32Array, UInt8Array

__all__ = ["find_tilt", "turn_level"]

_MIN_MARKS = 3  # of a line whose tilt can be told
_MOST_MARKS = 400  # more are a page, which is not held at such a tilt, or a texture
_MIN_DEGREES = 7.0  # less harms no digit
_MAX_DEGREES = 50.0  # more is a column, or a picture on its side
_MIN_SIDE = 8  # pixels of a piece that tells
_LEAST_SHARE = 0.4  # of the long side that three quarters of the pieces do not exceed: smaller ones are dots and dashes
_REACH = 1.5  # of that side: middle to middle of neighbors; digits written upright up a slope lie farther apart
_STEP = 1.0  # degrees between the tilts tried
_ROW_SHARE = 0.25  # of the side: height of the rows in which middles are counted
_MIN_GAIN = 1.3  # times as many pairs in one row as without a turn


def find_tilt(stats: Int32Array) -> float:
    """Return the tilt of the lines that pieces of ink form, in degrees, above 0 down to the right; 0 if hardly any.

    The tilt under which most middles of pieces share a row; pieces that stand apart, or run on beyond the rim, tell
    nothing.

    Args:
        stats: int32, shape (P + 1, 5): left, top, width, height and area of each piece, the paper first.
    """
    sides = stats[1:, 2:4].max(axis=1)
    if np.count_nonzero(sides >= _MIN_SIDE) < _MIN_MARKS:
        return 0.0
    usual = quantile(sides[sides >= _MIN_SIDE], 0.75)
    is_usual = (sides >= max(_MIN_SIDE, _LEAST_SHARE * usual)) & (sides <= 2 * usual)
    is_usual &= (stats[1:, :2] > 0).all(axis=1) & (stats[1:, :2] + stats[1:, 2:4] < stats[0, 2:4]).all(axis=1)
    middles = stats[1:, :2][is_usual] + stats[1:, 2:4][is_usual] / 2
    if not _MIN_MARKS <= len(middles) <= _MOST_MARKS:
        return 0.0
    off = middles[:, None] - middles[None]
    apart = np.hypot(off[..., 0], off[..., 1])
    np.fill_diagonal(apart, np.inf)
    if median(apart.min(axis=1)) > _REACH * usual:
        return 0.0
    near = (apart <= 2 * _REACH * usual) & (off[..., 0] > 0)
    tilts = np.arange(-_MAX_DEGREES, _MAX_DEGREES + _STEP, _STEP)
    turns = np.radians(tilts)
    across = off[near][:, 1, None] * np.cos(turns) - off[near][:, 0, None] * np.sin(turns)
    pairs = np.exp(-((across / (_ROW_SHARE * usual)) ** 2)).sum(axis=0)
    best = int(pairs.argmax())
    level = float(pairs[np.abs(tilts) <= _STEP].max())
    is_tilted = _MIN_DEGREES <= abs(tilts[best]) < _MAX_DEGREES and pairs[best] >= _MIN_GAIN * level
    return float(tilts[best]) if is_tilted else 0.0


def turn_level(gray: UInt8Array, degrees: float) -> tuple[UInt8Array, Turn]:
    """Return the picture turned by so much that its lines are level, on as much of its rim's paper as that needs.

    Args:
        gray: uint8, shape (H, W).
        degrees: From `find_tilt`.
    """
    height, width = gray.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1), dtype=np.float64)
    cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    size = math.ceil(width * cosine + height * sine), math.ceil(width * sine + height * cosine)
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    paper = median(np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]]))
    turned = cv2.warpAffine(
        gray, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(paper,)
    )
    back = np.asarray(cv2.invertAffineTransform(matrix), dtype=np.float64)
    return np.asarray(turned, dtype=np.uint8), Turn(degrees, back, width, height)
