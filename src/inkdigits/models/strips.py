"""Cuts a line out of a gray picture as a strip, the picture of 32 rows that the line recognizer takes.

This is the one way to make a strip, for reading and for training alike. The second half, which makes strips of ink that
rules have found, leaves with those rules; the shipped line recognizer 1.0.0 was trained on it.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np

from inkdigits.errors import EmptyDigitError, FrameError
from inkdigits.imageops.quantiles import median
from inkdigits.imageops.stroke_width import fit_stroke
from inkdigits.spec import STRIP_HEIGHT, Float64Array, UInt8Array

__all__ = ["LineBox", "Strip", "find_window", "stretch", "to_strip"]

LineBox: TypeAlias = tuple[float, float, float, float]  # x_min, y_min, x_max, y_max in pixels, half open

_DIGIT_HEIGHT = 22  # rows: the height of a digit of usual height in the strip
_GRAY_WIDTH_STEP = (
    16  # columns: a gray strip's width is a multiple of it, as local contrast is computed in such squares
)
_MAX_GRAY_WIDTH = 2048  # columns, some 90 digits; a longer line is squeezed

# of strips of ink alone
_MAX_INK_HEIGHT = 30  # rows: the most that the whole line's ink takes
_TALL_SHARE = 0.45  # of the tallest piece's height: lower pieces are no digits, or parts of one
_MARGIN = 8  # columns of paper left and right of the digits, of gray strips, too
_WORK_SCALE = 3.0  # strokes are widened in a picture at least 3 times the strip's size, then shrunk with anti-aliasing
# pixels of stroke width in the strip: thinner strokes would vanish and are widened to the first, thicker ones would
# close and are thinned to the second
_THIN, _THICK = 1.9, 5.0
_LEVEL_FROM = 2.5  # digit heights: a shorter line is not leveled, since its digits' forms hide its slope
_MAX_SLOPE = 0.6  # rows down for each column to the right
_CORE_SHARE = 0.3  # of the darkest ink: paler pixels are the soft edges of strokes, or grain
_WIDTH_STEP = 32  # columns: a strip's width is a multiple of it, so that there are few shapes and many strips share one
_MAX_WIDTH = 4096  # columns; a longer line is squeezed


@dataclass(frozen=True, slots=True)
class Strip:
    """What the line recognizer sees of a line.

    Attributes:
        picture: uint8, shape (32, W), gray as in the picture; W is a multiple of 16. Of ink: 0 for paper to 255.
        scale: Columns of the strip for each column of the picture.
        left: Column of the picture that lies at `offset` in the strip.
        offset: Columns before it.
    """

    picture: UInt8Array
    scale: float
    left: int
    offset: int = _MARGIN

    def to_line(self, column: float) -> float:
        """Return which column of the picture, or of the line's ink, a column of the strip shows."""
        return self.left + (column - self.offset) / self.scale


def to_strip(gray: UInt8Array, box: LineBox | None = None) -> Strip:
    """Return the strip of one line.

    Args:
        gray: uint8, shape (H, W), of either polarity.
        box: Around the line's digits; what lies outside the picture is cut off. None: `gray` is not gray, but the ink
            of one line and nothing else, 0 for paper to 255 for ink.

    Returns:
        The strip: the box is 22 rows high, with 5 rows and 8 columns of the picture on each side. Beyond the picture,
        and up to a whole multiple of 16 columns, its edge goes on.

    Raises:
        FrameError: `gray` is not uint8 of shape (H, W), or nothing of the box lies inside it.
        EmptyDigitError: There is no box, and `gray` is all paper.
    """
    if gray.dtype != np.uint8 or gray.ndim != 2:
        msg = f"expected a uint8 line of shape (H, W), got {gray.dtype} of shape {gray.shape}; convert it first"
        raise FrameError(msg)
    return _strip_ink(gray) if box is None else _strip_gray(gray, box)


def find_window(box: LineBox) -> tuple[int, int, int, int]:
    """Return which part of a picture the strip of a box shows: left, top, right and bottom, half open, pixels.

    Args:
        box: Of more than 0 pixels on each side.
    """
    x_min, y_min, x_max, y_max = box
    pixel = (y_max - y_min) / _DIGIT_HEIGHT  # of the picture, for each of the strip
    left, right = math.floor(x_min - _MARGIN * pixel), math.ceil(x_max + _MARGIN * pixel)
    rows = max(1, round(STRIP_HEIGHT * pixel))
    top = round((y_min + y_max - rows) / 2)
    return left, top, right, top + rows


def _strip_gray(gray: UInt8Array, box: LineBox) -> Strip:
    height, width = gray.shape
    sides = (max(box[0], 0), max(box[1], 0), min(box[2], width), min(box[3], height))
    if not (sides[0] < sides[2] and sides[1] < sides[3]):
        msg = f"expected a box (x_min, y_min, x_max, y_max) in a picture of shape {gray.shape}, got {box}; leave it out"
        raise FrameError(msg)
    left, top, right, bottom = find_window(sides)
    inner = gray[max(top, 0) : bottom, max(left, 0) : right]
    beyond = (max(-top, 0), max(bottom - height, 0), max(-left, 0), max(right - width, 0))
    part = cv2.copyMakeBorder(inner, *beyond, cv2.BORDER_REPLICATE)
    scale = STRIP_HEIGHT / (bottom - top)
    columns = min(max(1, round((right - left) * scale)), _MAX_GRAY_WIDTH)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(part, (columns, STRIP_HEIGHT), interpolation=way)
    picture = cv2.copyMakeBorder(small, 0, 0, 0, -columns % _GRAY_WIDTH_STEP, cv2.BORDER_REPLICATE)
    return Strip(np.asarray(picture, dtype=np.uint8), columns / (right - left), left, 0)


def _strip_ink(line: UInt8Array) -> Strip:
    """Return the strip of a line's ink; digits of usual height are 22 rows high, and a slope is sheared level."""
    if not line.any():
        msg = f"expected some ink, got an all-paper line of shape {line.shape}; leave it out"
        raise EmptyDigitError(msg)
    x, y, width, height = cv2.boundingRect(_core(line))
    ink = _level(line[y : y + height, x : x + width])
    scale = min(_DIGIT_HEIGHT / _digit_height(ink), _MAX_INK_HEIGHT / ink.shape[0], _MAX_WIDTH / width)
    small = _shrink(ink, scale)
    rows, columns = small.shape
    total = -(-(columns + 2 * _MARGIN) // _WIDTH_STEP) * _WIDTH_STEP
    picture = np.zeros((STRIP_HEIGHT, total), dtype=np.uint8)
    top = (STRIP_HEIGHT - rows) // 2
    picture[top : top + rows, _MARGIN : _MARGIN + columns] = small
    return Strip(picture, columns / width, x)


def stretch(strip: Strip, factor: float) -> Strip:
    """Return a strip of ink whose digits are so many times as wide, as high as before.

    Args:
        strip: From `to_strip`.
        factor: 1 or more.
    """
    columns = round(strip.picture.shape[1] * factor)
    picture = np.zeros((STRIP_HEIGHT, -(-columns // _WIDTH_STEP) * _WIDTH_STEP), dtype=np.uint8)
    picture[:, :columns] = cv2.resize(strip.picture, (columns, STRIP_HEIGHT), interpolation=cv2.INTER_LINEAR)
    return Strip(picture, strip.scale * factor, strip.left, round(strip.offset * factor))


def _level(ink: UInt8Array) -> UInt8Array:
    """Shear the columns up or down until the middle of the ink runs level; keep them where they are."""
    height, width = ink.shape
    if width < _LEVEL_FROM * _digit_height(ink):
        return ink
    slope = _slope(ink)
    if abs(slope) * width < 0.5:
        return ink
    grown = round(abs(slope) * width) + 1
    matrix: Float64Array = np.array([[1, 0, 0], [-slope, 1, slope * width if slope > 0 else 0]], dtype=np.float64)
    leveled = np.asarray(cv2.warpAffine(ink, matrix, (width, height + grown), flags=cv2.INTER_LINEAR), dtype=np.uint8)
    filled = np.flatnonzero(_core(leveled).max(axis=1))
    return leveled[filled[0] : filled[-1] + 1] if len(filled) else ink


def _slope(ink: UInt8Array) -> float:
    """Return rows down for each column to the right, from a straight line through the columns' middles of ink."""
    rows = np.arange(ink.shape[0], dtype=np.float64)
    weights = ink.astype(np.float64)
    mass = weights.sum(axis=0)
    columns = np.flatnonzero(mass)
    middle = (rows @ weights)[columns] / mass[columns]
    mass = np.minimum(mass[columns], median(mass[columns]))  # an upright stroke is no surer of the middle
    x = columns - np.average(columns, weights=mass)
    spread = float((mass * x * x).sum())
    slope = float((mass * x * (middle - np.average(middle, weights=mass))).sum()) / spread if spread else 0.0
    return min(max(slope, -_MAX_SLOPE), _MAX_SLOPE)


def _digit_height(ink: UInt8Array) -> float:
    """Return the median height of the tall pieces."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(_core(ink), connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    return median(heights[heights >= _TALL_SHARE * heights.max()])


def _core(ink: UInt8Array) -> UInt8Array:
    """Return 1 where the ink is strong, else 0."""
    return np.asarray(ink > _CORE_SHARE * ink.max(), dtype=np.uint8)


def _shrink(ink: UInt8Array, scale: float) -> UInt8Array:
    """Scale the ink, its strokes neither so thin that they vanish nor so thick that they close."""
    unit = max(_WORK_SCALE, 1 / scale)  # pixels, where strokes are measured, for one of the strip
    large = ink
    if unit == _WORK_SCALE:
        size = (max(1, round(ink.shape[1] * scale * unit)), max(1, round(ink.shape[0] * scale * unit)))
        large = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    large = fit_stroke(large, _THIN * unit, _THICK * unit)
    size = (max(1, round(ink.shape[1] * scale)), min(max(1, round(ink.shape[0] * scale)), STRIP_HEIGHT))
    return np.asarray(cv2.resize(large, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
