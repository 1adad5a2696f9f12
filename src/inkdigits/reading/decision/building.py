"""Builds the `Reading` from judged digits: lines, decimal points and commas, and boxes in the decoded picture."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.reading.decision.strings import make_lines
from inkdigits.reading.detection.page import Page
from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.results import Digit, Reading, Separator
from inkdigits.spec import Float64Array

__all__ = ["find_separators", "make_readings"]

_SEPARATOR_HEIGHT = 0.4  # of the median digit's height, at most
_POINT_HEIGHT = 0.22  # of the median digit's height; a taller mark is a comma
_POINT_ASPECT = 1.5  # height over width; a slimmer mark is a comma
_SEPARATOR_WIDTH = 0.35  # of the median digit's height, at most
_LOW = 0.62  # of the way from the digits' top to their bottom; the middle of a separator lies below this


def make_readings(evidence: Evidence, digits: Sequence[Digit], model: str, field: Field | None = None) -> list[Reading]:
    """Return the reading of each page.

    Args:
        evidence: What is known about the marks of the pages.
        digits: The judged marks, from `outcomes.decide`, one for each mark of the evidence.
        model: Name and version of the bundle.
        field: What each page is known to hold.
    """
    pages = [_place(page, digits[own], field) for page, own in evidence.split()]
    lines = iter(make_lines([row for placed, _ in pages for row in _split_lines(placed)], field))
    readings = []
    for (placed, separators), page in zip(pages, evidence.pages, strict=True):
        count = 1 + max((digit.line for digit in placed), default=-1)
        own = tuple(itertools.islice(lines, count))
        readings.append(Reading(*page.size, own, placed, model, separators))
    return readings


def _place(page: Page, digits: Sequence[Digit], field: Field | None) -> tuple[tuple[Digit, ...], tuple[Separator, ...]]:
    """Return the digits and the separators of a page, with their boxes in the picture as decoded."""
    separators = find_separators(digits) if field is None and len(digits) > 1 else ()
    if separators:
        boxes = {separator.box for separator in separators}
        digits = [
            replace(digit, reason="separator") if digit.outcome == "not_a_digit" and digit.box in boxes else digit
            for digit in digits
        ]
    if page.is_as_decoded:
        return tuple(digits), separators
    placed = tuple(replace(digit, box=page.place(digit.box)) for digit in digits)
    return placed, tuple(replace(separator, box=page.place(separator.box)) for separator in separators)


def _split_lines(digits: Sequence[Digit]) -> list[list[Digit]]:
    """Return the digits of each line."""
    rows: list[list[Digit]] = [[] for _ in range(1 + max((digit.line for digit in digits), default=-1))]
    for digit in digits:
        rows[digit.line].append(digit)
    return rows


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
    """Return whether a mark is small and stands low beside its two neighbors."""
    is_small = mark.box.height <= _SEPARATOR_HEIGHT * height and mark.box.width <= _SEPARATOR_WIDTH * height
    tops: Float64Array = np.array([digit.box.y_min for digit in beside], dtype=np.float64)
    bottoms = np.array([digit.box.y_max for digit in beside], dtype=np.float64)
    middle = (mark.box.y_min + mark.box.y_max) / 2
    return bool(is_small and middle >= float((tops + _LOW * (bottoms - tops)).mean()))
