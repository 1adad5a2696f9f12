"""Judged digits go in; the `Reading` comes out: lines, decimal points and commas, boxes in the picture as decoded."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.reading.decision.strings import make_line
from inkdigits.reading.fields import Field
from inkdigits.results import Box, Digit, Reading, Separator
from inkdigits.spec import Float64Array

__all__ = ["find_separators", "make_reading"]

_SEPARATOR_HEIGHT = 0.4  # of the median digit's height, at most
_POINT_HEIGHT = 0.22  # what is taller is a comma
_POINT_ASPECT = 1.5  # height over width; what is slimmer is a comma
_SEPARATOR_WIDTH = 0.35  # of the median digit's height, at most
_LOW = 0.62  # of the way from the digits' top to their bottom: a separator's middle lies lower


def make_reading(
    digits: Sequence[Digit], size: tuple[int, int], place: Callable[[Box], Box], model: str, field: Field | None
) -> Reading:
    """Return the reading.

    Args:
        digits: In reading order, boxes in the work picture.
        size: Width and height of the picture as decoded.
        place: Turns a box in the work picture into one in the picture as decoded.
        model: Name and version of the bundle.
        field: What the picture was known to hold.
    """
    separators = () if field is not None else find_separators(digits)
    placed = tuple(replace(digit, box=place(digit.box)) for digit in digits)
    count = 1 + max((digit.line for digit in digits), default=-1)
    lines = tuple(make_line([digit for digit in placed if digit.line == line], field) for line in range(count))
    moved = tuple(replace(mark, box=place(mark.box)) for mark in separators)
    return Reading(*size, lines, placed, model, moved)


def find_separators(digits: Sequence[Digit]) -> tuple[Separator, ...]:
    """Return the points and commas: small marks low between two digits of a line.

    Args:
        digits: All marks in reading order.
    """
    found = []
    for line in sorted({digit.line for digit in digits}):
        row = [digit for digit in digits if digit.line == line]
        kept = [digit for digit in row if digit.outcome != "not_a_digit"]
        if len(kept) < 2:
            continue
        height = median([digit.box.height for digit in kept])
        for mark in row:
            after = sum(_middle(digit) < _middle(mark) for digit in kept)
            if (
                mark.outcome == "not_a_digit"
                and 0 < after < len(kept)
                and _is_low(mark, kept[after - 1 : after + 1], height)
            ):
                slim = mark.box.height > max(_POINT_ASPECT * mark.box.width, 1)
                character = "," if mark.box.height > _POINT_HEIGHT * height or slim else "."
                found.append(Separator(mark.box, line, character, after))
    return tuple(found)


def _middle(digit: Digit) -> float:
    return (digit.box.x_min + digit.box.x_max) / 2


def _is_low(mark: Digit, beside: Sequence[Digit], height: float) -> bool:
    """Tell whether a mark is small and stands low beside its two neighbors."""
    is_small = mark.box.height <= _SEPARATOR_HEIGHT * height and mark.box.width <= _SEPARATOR_WIDTH * height
    tops: Float64Array = np.array([digit.box.y_min for digit in beside], dtype=np.float64)
    bottoms = np.array([digit.box.y_max for digit in beside], dtype=np.float64)
    middle = (mark.box.y_min + mark.box.y_max) / 2
    return bool(is_small and middle >= float((tops + _LOW * (bottoms - tops)).mean()))
