"""Cuts a line out of a gray picture as a strip, the picture of 32 rows that the line recognizer takes.

This is the one way to make a strip.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np

from inkdigits.errors import FrameError
from inkdigits.spec import (
    STRIP_DIGIT_HEIGHT,
    STRIP_HEIGHT,
    STRIP_MARGIN,
    STRIP_MOST_COLUMNS,
    STRIP_WIDTH_STEP,
    UInt8Array,
)

__all__ = ["DIGIT_ROWS", "LineBox", "Strip", "find_window", "to_strip"]

LineBox: TypeAlias = tuple[float, float, float, float]  # x_min, y_min, x_max, y_max in pixels, half open

DIGIT_ROWS = (
    (STRIP_HEIGHT - STRIP_DIGIT_HEIGHT) // 2,
    (STRIP_HEIGHT + STRIP_DIGIT_HEIGHT) // 2,
)  # where that digit stands


@dataclass(frozen=True, slots=True)
class Strip:
    """What the line recognizer sees of a line.

    Attributes:
        picture: uint8, shape (32, W), gray as in the picture; W is a multiple of 16.
        scale: Columns of the strip for each column of the picture.
        left: Column of the picture at which the strip begins; below 0 where the box stands at the picture's edge.
        top: Row of the picture at which it begins; below 0 likewise.
    """

    picture: UInt8Array
    scale: float
    left: int
    top: int = 0

    def to_row(self, row: float) -> float:
        """Return which row of the picture a row of the strip shows."""
        return self.top + row / self.scale

    def to_line(self, column: float) -> float:
        """Return which column of the picture a column of the strip shows."""
        return self.left + column / self.scale


def to_strip(gray: UInt8Array, box: LineBox) -> Strip:
    """Return the strip of one line.

    Args:
        gray: uint8, shape (H, W), of either polarity.
        box: Around the line's digits; what lies outside the picture is cut off.

    Returns:
        The strip: the box is 22 rows high, with 5 rows and 8 columns of the picture on each side. Beyond the picture,
        and up to a whole multiple of 16 columns, its edge goes on.

    Raises:
        FrameError: `gray` is not uint8 of shape (H, W), or nothing of the box lies inside it.
    """
    if gray.dtype != np.uint8 or gray.ndim != 2:
        msg = f"expected a uint8 line of shape (H, W), got {gray.dtype} of shape {gray.shape}; convert it first"
        raise FrameError(msg)
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
    columns = min(max(1, round((right - left) * scale)), STRIP_MOST_COLUMNS)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(part, (columns, STRIP_HEIGHT), interpolation=way)
    picture = cv2.copyMakeBorder(small, 0, 0, 0, -columns % STRIP_WIDTH_STEP, cv2.BORDER_REPLICATE)
    return Strip(np.asarray(picture, dtype=np.uint8), columns / (right - left), left, top)


def find_window(box: LineBox) -> tuple[int, int, int, int]:
    """Return which part of a picture the strip of a box shows: left, top, right and bottom, half open, pixels.

    Args:
        box: Of more than 0 pixels on each side.
    """
    x_min, y_min, x_max, y_max = box
    pixel = (y_max - y_min) / STRIP_DIGIT_HEIGHT  # of the picture, for each of the strip
    left, right = math.floor(x_min - STRIP_MARGIN * pixel), math.ceil(x_max + STRIP_MARGIN * pixel)
    rows = max(1, round(STRIP_HEIGHT * pixel))
    top = round((y_min + y_max - rows) / 2)
    return left, top, right, top + rows
