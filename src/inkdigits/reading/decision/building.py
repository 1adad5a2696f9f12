"""Builds the `Reading` from judged digits: lines, decimal points and commas, and boxes in the decoded picture."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from inkdigits.reading.decision.strings import make_lines
from inkdigits.reading.detection.page import Mark, Page
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.results import Digit, Reading, Separator

__all__ = ["find_separators", "make_readings"]

_SEPARATORS = ".,"


def make_readings(evidence: Evidence, digits: Sequence[Digit], model: str) -> list[Reading]:
    """Return the reading of each page.

    Args:
        evidence: What is known about the marks of the pages.
        digits: The judged marks, from `outcomes.decide`, one for each mark of the evidence.
        model: Name and version of the bundle.
    """
    placements = evidence.placements or [None] * len(evidence.pages)
    pages, rows, fields = [], [], []
    for (page, own), placement in zip(evidence.split(), placements, strict=True):
        has_signs = placement is not None and bool(placement.layout.template != placement.layout.allowed)
        placed, separators = _place(page, digits[own], () if has_signs else evidence.marks[own])
        own_rows = _split_lines(placed)
        line = None if placement is None else evidence.marks[placement.members[0]].line
        pages.append((page, placed, separators, len(own_rows)))
        rows += own_rows
        fields += [placement if line == number else None for number in range(len(own_rows))]
    lines = iter(make_lines(rows, fields))
    return [
        Reading(*page.size, tuple(itertools.islice(lines, count)), placed, model, separators)
        for page, placed, separators, count in pages
    ]


def _place(
    page: Page, digits: Sequence[Digit], marks: Sequence[Mark]
) -> tuple[tuple[Digit, ...], tuple[Separator, ...]]:
    """Return the digits and the separators of a page, with their boxes in the picture as decoded.

    Args:
        page: The page.
        digits: Its judged marks.
        marks: What they were read from, for the separators; none where those are known.
    """
    separators = find_separators(digits, marks) if marks else ()
    boxes = {separator.box for separator in separators}
    named = [
        replace(digit, reason="separator") if digit.reason == "sign" and digit.box in boxes else digit
        for digit in digits
    ]
    placed = tuple(replace(digit, box=page.place(digit.box)) for digit in named)
    return placed, tuple(replace(separator, box=page.place(separator.box)) for separator in separators)


def _split_lines(digits: Sequence[Digit]) -> list[list[Digit]]:
    """Return the digits of each line."""
    rows: list[list[Digit]] = [[] for _ in range(1 + max((digit.line for digit in digits), default=-1))]
    for digit in digits:
        rows[digit.line].append(digit)
    return rows


def find_separators(digits: Sequence[Digit], marks: Sequence[Mark]) -> tuple[Separator, ...]:
    """Return the points and commas between two digits of a line.

    Args:
        digits: All marks of a page in reading order.
        marks: What they were read from.
    """
    found = []
    for digit, mark in zip(digits, marks, strict=True):
        if mark.sign is None or mark.sign not in _SEPARATORS:
            continue
        kept = [other for other in digits if other.line == digit.line and other.outcome != "not_a_digit"]
        after = sum(_middle(other) < _middle(digit) for other in kept)
        if 0 < after < len(kept):
            found.append(Separator(digit.box, digit.line, mark.sign, after))
    return tuple(found)


def _middle(digit: Digit) -> float:
    return (digit.box.x_min + digit.box.x_max) / 2
