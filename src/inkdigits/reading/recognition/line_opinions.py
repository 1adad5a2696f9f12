"""Asks the line recognizer about each line of some pages: about the digits that were seen, and about missed ones."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from inkdigits.models.line_evidence import HeardLine, LineEvidence, weigh_string
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.models.strips import Strip
from inkdigits.reading.detection.line_strips import cut_heard
from inkdigits.reading.detection.page import Mark, Page
from inkdigits.spec import CLASS_COUNT, STRIP_STEP, BoolArray, Float64Array

__all__ = ["LineOpinions", "ask_about_lines"]

_Opinion: TypeAlias = tuple[Float64Array, float]  # probabilities of the labels, and odds

# logarithm of how much likelier a line is with one more digit: above 0, 21 of 24 lines of held-out numbers lacked one
# (docs/log.md); what is a little less likely is worth a "?"
_LEAST_HEARD = -0.5
_OWN = 0.5  # of a digit's width, its middle, in which no other one can stand: the detector tells apart what is wider
_LIKE_1 = "/()"  # signs in which the network sees a 1; beside another 1, nothing tells which of the two it means
_MOST_HEARD = 8  # digits that a line may lack: a line of which nearly all is missed is not one to guess at


@dataclass(frozen=True, slots=True)
class LineOpinions:
    """What the line recognizer says of some pages with N marks.

    Attributes:
        pages: The pages, with marks for the digits that only the line recognizer finds.
        labels: float64, shape (N, 10), the probability of each label, the other digits of the line given; rows sum to
            1. All alike where it says nothing: of signs, and of lines that are too short for their digits.
        odds: float64, shape (N,): logarithm of how much likelier the line is with a digit there than without; else 0.
        is_asked: bool, shape (N,): whether it says anything of the mark.
        heard: For each line of each page what it says of the whole line; None where it says nothing.
    """

    pages: tuple[Page, ...]
    labels: Float64Array
    odds: Float64Array
    is_asked: BoolArray
    heard: tuple[tuple[HeardLine | None, ...], ...]


def ask_about_lines(pages: Sequence[Page], network: LineRecognizer) -> LineOpinions:
    """Return what the network says of all marks of all pages, page by page.

    Args:
        pages: From detection, any number.
        network: The line recognizer.
    """
    answers = iter(network.log_probabilities([strip for page in pages for strip in page.strips if strip is not None]))
    asked = [_ask(page, answers) for page in pages]
    said = [one for _, opinions, _ in asked for one in opinions]
    nothing = (np.full(CLASS_COUNT, 1 / CLASS_COUNT), 0.0)
    return LineOpinions(
        tuple(page for page, _, _ in asked),
        np.array([(one or nothing)[0] for one in said], dtype=np.float64).reshape(-1, CLASS_COUNT),
        np.array([(one or nothing)[1] for one in said], dtype=np.float64),
        np.array([one is not None for one in said], dtype=np.bool_),
        tuple(heard for _, _, heard in asked),
    )


def _ask(
    page: Page, answers: Iterator[Float64Array]
) -> tuple[Page, list[_Opinion | None], tuple[HeardLine | None, ...]]:
    """Return a page with the marks that it lacked, and what is said of each mark and line, if anything is."""
    marks: list[Mark] = []
    opinions: list[_Opinion | None] = []
    heard: list[HeardLine | None] = [None] * len(page.strips)
    lines = itertools.groupby(page.marks, key=lambda mark: mark.line)
    for line, group in lines:
        own = list(group)
        strip = page.strips[line] if line < len(page.strips) else None
        said: dict[int, _Opinion] = {}
        if strip is not None:
            steps = next(answers)
            own, evidence = _find_missed(page, own, line, steps)
            said = _weigh(own, evidence)
            if evidence is not None:
                heard[line] = HeardLine(steps, tuple(_spell(own)), evidence.string)
        marks += own
        opinions += [said.get(place) for place in range(len(own))]
    return replace(page, marks=tuple(marks)), opinions, tuple(heard)


def _find_missed(
    page: Page, marks: list[Mark], line: int, steps: Float64Array
) -> tuple[list[Mark], LineEvidence | None]:
    """Return the marks of a line with those that it lacked, and what is said of its digits then."""
    evidence = weigh_string(steps, _spell(marks))
    strip = page.strips[line]
    can_hear = strip is not None and not page.left_out  # of a page that is too full, marks were left out on purpose
    for _ in range(_MOST_HEARD if can_hear else 0):
        found = None if evidence is None or strip is None else _find_one(evidence, strip, marks, line, page.size)
        if found is None:
            break
        marks = _put_in(marks, *found)
        evidence = weigh_string(steps, _spell(marks))
    return marks, evidence


def _find_one(
    evidence: LineEvidence, strip: Strip, marks: Sequence[Mark], line: int, size: tuple[int, int]
) -> tuple[Mark, int] | None:
    """Return the digit that a line most likely lacks, and the gap where it stands; None where it lacks none."""
    leads = np.logaddexp.reduce(evidence.more, axis=1) - evidence.string
    for gap in np.argsort(-leads).tolist():
        if leads[gap] < _LEAST_HEARD:
            break
        more = evidence.more[gap]
        shares = np.exp(more - np.logaddexp.reduce(more))
        column = STRIP_STEP * (float(evidence.places[gap]) + 0.5)
        x = strip.to_line(column)
        is_sign = int(more.argmax()) == 1 and any(mark.sign is not None and mark.sign in _LIKE_1 for mark in marks)
        if is_sign or any(_stands_at(mark, x) for mark in marks):
            continue  # a slash or a parenthesis, which it takes for a 1; or a digit that it sees twice
        mark = cut_heard(strip, column, Mark(marks[0].box, line, marks[0].crop, 0.0, shares, is_heard=True), size)
        if mark is not None:
            return mark, gap
    return None


def _stands_at(mark: Mark, x: float) -> bool:
    """Return whether a mark stands at a column; at its rim another digit may stand."""
    share = _OWN if mark.sign is None else 1.0
    return abs(x - (mark.box.x_min + mark.box.x_max) / 2) < share * mark.box.width / 2


def _spell(marks: Sequence[Mark]) -> list[int]:
    return [int(mark.labels.argmax()) for mark in marks if mark.sign is None]


def _put_in(marks: Sequence[Mark], mark: Mark, gap: int) -> list[Mark]:
    """Return a line with a digit in front of its digit number `gap`, or at its end."""
    digits = [place for place, other in enumerate(marks) if other.sign is None]
    place = digits[gap] if gap < len(digits) else len(marks)
    return [*marks[:place], mark, *marks[place:]]


def _weigh(marks: Sequence[Mark], evidence: LineEvidence | None) -> dict[int, _Opinion]:
    """Return at the places of the digits what is said of them: the labels, and the odds of with against without."""
    if evidence is None:
        return {}
    together = np.logaddexp.reduce(evidence.labels, axis=1)
    shares = np.exp(evidence.labels - together[:, np.newaxis])
    digits = [place for place, mark in enumerate(marks) if mark.sign is None]
    return dict(zip(digits, zip(shares, (together - evidence.without).tolist(), strict=True), strict=True))
