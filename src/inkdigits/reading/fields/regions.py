"""Finds the part of a picture that is to be read: a box in pixels or in fractions of the picture."""

import operator
from collections.abc import Sequence
from numbers import Real
from typing import TypeAlias

import numpy as np

from inkdigits.errors import FieldError, PictureRegionError
from inkdigits.results import Box
from inkdigits.system.text import show_value

__all__ = ["Region", "are_boxes", "find_region", "make_region", "parse_region"]

Region: TypeAlias = tuple[float, float, float, float]
_ADVICE = "give x0, y0, x1, y1 as whole pixels, or all as fractions from 0 to 1 with a point, as 0.5"


def are_boxes(box: Sequence[float] | Sequence[Sequence[float]]) -> bool:
    """Return whether there are several boxes, and not the four numbers of one.

    >>> are_boxes([(0, 0, 9, 9)]), are_boxes((0, 0, 9, 9))
    (True, False)
    """
    return not isinstance(box, str) and len(box) > 0 and all(np.ndim(one) == 1 for one in box)


def make_region(box: Sequence[float]) -> Region:
    """Return a box as four plain numbers: whole pixels, or fractions of the picture where one is a float.

    Args:
        box: x0, y0, x1, y1: left, top, right and bottom.

    Raises:
        FieldError: It is no such box.

    >>> make_region((10, 20, 110, 60)), make_region((0, 0, 0.5, 1))
    ((10, 20, 110, 60), (0.0, 0.0, 0.5, 1.0))
    """
    values = list(box) if isinstance(box, Sequence) and not isinstance(box, str) else _to_list(box)
    if len(values) != 4 or not all(isinstance(value, Real) and not isinstance(value, bool) for value in values):
        msg = f"expected a box of four numbers, got {show_value(box)}; {_ADVICE}"
        raise FieldError(msg)
    region = _to_pixels(values) or (float(values[0]), float(values[1]), float(values[2]), float(values[3]))
    x0, y0, x1, y1 = region
    is_fraction = any(isinstance(value, float) for value in region)
    if not (0 <= x0 < x1 and 0 <= y0 < y1) or (is_fraction and max(x1, y1) > 1):
        msg = f"expected a box with 0 <= x0 < x1 and 0 <= y0 < y1, fractions up to 1, got {show_value(box)}; {_ADVICE}"
        raise FieldError(msg)
    return region


def parse_region(text: str) -> Region:
    """Return the box that a text names, as "10,20,110,60" or "0.1,0.2,0.5,0.6".

    Raises:
        FieldError: It names none.

    >>> parse_region("0.1, 0.2, 0.5, 1")
    (0.1, 0.2, 0.5, 1.0)
    """
    try:
        values = [float(part) if "." in part else int(part) for part in text.split(",")]
    except ValueError:
        msg = f"expected a box of four numbers, got {show_value(text)}; {_ADVICE}"
        raise FieldError(msg) from None
    return make_region(values)


def find_region(region: Region, width: int, height: int) -> Box:
    """Return the pixels of a picture that a box covers; what lies beyond the picture is left out.

    Args:
        region: From `make_region`.
        width: Columns of the picture.
        height: Rows of the picture.

    Raises:
        PictureRegionError: It covers no pixel of the picture.

    >>> find_region((0.25, 0.0, 0.5, 1.0), 200, 50)
    Box(x_min=50, y_min=0, x_max=100, y_max=50)
    """
    x0, y0, x1, y1 = region
    if any(isinstance(side, float) for side in region):
        x0, y0, x1, y1 = round(x0 * width), round(y0 * height), round(x1 * width), round(y1 * height)
    left, top, right, bottom = int(x0), int(y0), min(int(x1), width), min(int(y1), height)
    if left >= right or top >= bottom:
        msg = f"expected a box inside the picture of {width} x {height} pixels, got {region}; {_ADVICE}"
        raise PictureRegionError(msg)
    return Box(left, top, right, bottom)


def _to_list(box: object) -> list[float]:
    """Return the numbers of an array; nothing for what cannot be counted."""
    return list(box.tolist()) if hasattr(box, "tolist") else []


def _to_pixels(values: Sequence[float]) -> Region | None:
    """Return whole numbers as pixels; None for fractions. 0, 0, 1, 1 is the whole picture, not its first pixel."""
    try:
        x0, y0, x1, y1 = (operator.index(value) for value in values)  # type: ignore[arg-type]
    except TypeError:
        return None
    return (x0, y0, x1, y1) if max(x1, y1) > 1 else None
