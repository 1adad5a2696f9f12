"""Doubts sure digits that may be a staple, a hair or a fold.

The networks take any straight stroke for a 1. Next to other digits, it is one. A small stroke alone on a sheet is just
as often something else, and a picture of the stroke alone cannot settle it.
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from inkdigits.reading.detection.page import Mark
from inkdigits.results import Digit

__all__ = ["doubt_strays"]

_ONE = 1
_MOST_LENGTH = 0.25  # length over the picture's shorter side, at most; a 1 in a cell cut from a form has more
_MOST_THICKNESS = 0.1  # thickness over that side, of a bar that ends at the rim; a 1 cropped closely is thicker
_RIM = 2  # pixels
_LEAST_ASPECT = 3.0  # length over width of a bar; a 1 with an upstroke or a foot is wider
_STRONG = 127  # of 255: ink above this level makes the outline of the stroke


def doubt_strays(digits: Sequence[Digit], marks: Sequence[Mark], width: float, height: float) -> list[Digit]:
    """Return the digits; if all sure ones are bars, short or thin compared with the picture, they become unsure.

    Args:
        digits: Of one picture, in the order of `marks`.
        marks: What they were read from.
        width: Width of the picture in which the marks were found, pixels.
        height: Height of that picture, pixels.
    """
    sure = [place for place, digit in enumerate(digits) if digit.outcome == "digit"]
    if any(digits[place].label != _ONE or not _may_be_stray(marks[place], width, height) for place in sure):
        return list(digits)
    return [
        replace(digit, outcome="unsure", reason="stray line") if digit.outcome == "digit" else digit for digit in digits
    ]


def _may_be_stray(mark: Mark, width: float, height: float) -> bool:
    """Return whether a mark is a short bar, or a thin one that runs to the rim, such as a fold or a sheet's edge."""
    points = cv2.findNonZero((mark.crop > _STRONG).astype(np.uint8))
    if points is None:
        return False
    _, sides, _ = cv2.minAreaRect(points)
    box, thickness = mark.box, max(min(sides), 1.0)
    is_short = max(box.width, box.height) <= _MOST_LENGTH * min(width, height)
    ends_at_rim = min(box.x_min, box.y_min) <= _RIM or box.x_max >= width - _RIM or box.y_max >= height - _RIM
    is_thin = thickness <= _MOST_THICKNESS * min(width, height)
    return bool(max(sides) >= _LEAST_ASPECT * thickness and (is_short or (ends_at_rim and is_thin)))
