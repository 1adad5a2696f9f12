"""Builds the `Reading` from judged digits: lines, signs, and boxes in the decoded picture."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from inkdigits.reading.decision.line_doubt import find_line_confidence
from inkdigits.reading.decision.strings import Beside, make_lines
from inkdigits.reading.detection.page import Mark, Page
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.reading.recognition.placements import Placement
from inkdigits.results import Digit, Reading, Sign

__all__ = ["make_readings"]


def make_readings(evidence: Evidence, digits: Sequence[Digit], model: str) -> list[Reading]:
    """Return the reading of each page.

    Args:
        evidence: What is known about the marks of the pages.
        digits: The judged marks, from `outcomes.decide`, one for each mark of the evidence.
        model: Name and version of the bundle.
    """
    placements = evidence.placements or [None] * len(evidence.pages)
    pages, rows, fields, sure = [], [], [], []
    for (page, own), placement in zip(evidence.split(), placements, strict=True):
        placed, marks = _place(page, digits[own]), evidence.marks[own]
        own_rows = _split_lines(placed, marks)
        sure += _find_confidences(evidence, own, placed, placement, len(own_rows))
        line = None if placement is None else evidence.marks[placement.members[0]].line
        pages.append((page, placed, marks, len(own_rows)))
        rows += own_rows
        fields += [placement if line == number else None for number in range(len(own_rows))]
    lines = iter(make_lines([[digit for digit, _ in row] for row in rows], fields, list(map(_list_beside, rows)), sure))
    return [
        Reading(
            *page.size,
            tuple(itertools.islice(lines, count)),
            placed,
            model,
            _find_signs(placed, marks),
            _make_notes(page),
        )
        for page, placed, marks, count in pages
    ]


def _make_notes(page: Page) -> tuple[str, ...]:
    """Return what a user must know of how a page was read; nothing of most."""
    if not page.left_out:
        return ()
    count = f"{page.left_out:,} of {page.left_out + len(page.marks):,} marks"
    return (f"{count} were left out, the least clear ones: a picture may hold no more; read it in parts",)


def _place(page: Page, digits: Sequence[Digit]) -> tuple[Digit, ...]:
    """Return the judged marks of a page with their boxes in the picture as decoded."""
    is_moved = page.turn is not None or page.corner != (0, 0)
    return tuple((replace(digit, box=page.place(digit.box)) for digit in digits) if is_moved else digits)


def _split_lines(digits: Sequence[Digit], marks: Sequence[Mark]) -> list[list[tuple[Digit, Mark]]]:
    """Return the judged marks of each line with what they were read from."""
    rows: list[list[tuple[Digit, Mark]]] = [[] for _ in range(1 + max((digit.line for digit in digits), default=-1))]
    for digit, mark in zip(digits, marks, strict=True):
        rows[digit.line].append((digit, mark))
    return rows


def _find_confidences(
    evidence: Evidence, own: slice, digits: Sequence[Digit], placement: Placement | None, count: int
) -> list[float | None]:
    """Return how surely each line of a page is right; None of a line without digits, and of frames."""
    found: list[float | None] = [None] * count
    for place, digit in enumerate(digits, start=own.start):
        if digit.outcome != "not_a_digit":
            found[digit.line] = find_line_confidence(evidence, place, placement)
    return found


def _list_beside(row: Sequence[tuple[Digit, Mark]]) -> list[Beside]:
    return [Beside(_find_sign(digit, mark), mark.is_parted) for digit, mark in row]


def _find_sign(digit: Digit, mark: Mark) -> str:
    """Return the sign that a judged mark is; "" for a digit, and where a field made something else of it."""
    return mark.sign if mark.sign is not None and digit.reason == "sign" else ""


def _find_signs(digits: Sequence[Digit], marks: Sequence[Mark]) -> tuple[Sign, ...]:
    """Return the signs among the marks of a page, which are in reading order."""
    found, after, line = [], 0, -1
    for digit, mark in zip(digits, marks, strict=True):
        after, line = after if digit.line == line else 0, digit.line
        if character := _find_sign(digit, mark):
            found.append(Sign(digit.box, digit.line, character, after, mark.sign_share))
        after += digit.outcome != "not_a_digit"
    return tuple(found)
