"""Tells by how much the lines of a picture are tilted, from the boxes of its digits, and turns the picture level."""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.models.peaks import DetectedMark
from inkdigits.reading.detection.page import Turn
from inkdigits.reading.detection.text_lines import find_slope
from inkdigits.spec import UInt8Array

__all__ = ["find_tilt", "turn_level"]


def find_tilt(marks: Sequence[DetectedMark]) -> float:
    """Return the tilt of the lines that digits form, in degrees, above 0 down to the right; 0 if they form none.

    Args:
        marks: Digits of a picture.
    """
    corners = np.array(
        [
            (mark.x - mark.width / 2, mark.y - mark.height / 2, mark.x + mark.width / 2, mark.y + mark.height / 2)
            for mark in marks
        ],
        dtype=np.float64,
    ).reshape(-1, 4)
    return math.degrees(math.atan(find_slope(corners)))


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
