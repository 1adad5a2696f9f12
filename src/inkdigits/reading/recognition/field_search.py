"""Finds the marks of a line that are the digits of a field: the likeliest string that its length or pattern allows.

Each mark of the line is taken for the next digit of the field or left out. A string's probability is the product of the
probabilities that each mark which is taken is a digit with one of the allowed labels, and that each mark which is left
out is no digit; where the pattern has a sign, a mark may be that sign, however much it looks like a digit.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

import numpy as np

from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.spec import Float64Array

__all__ = ["place_in_field"]

_LEAST = 1e-6  # probability, so that its logarithm stays finite
_SEEN_AS_DIGIT = 0.1  # probability that a pattern's sign is taken for a digit, as a slash for a 1


def place_in_field(evidence: Evidence, field: Field) -> Evidence:
    """Return the evidence with `Mark.place` of those marks that are the field's digits; none where too few marks are.

    Args:
        evidence: Of pages that each hold the field in one line.
        field: What is known of it.
    """
    marks = list(evidence.marks)
    signs = {before for before, _ in field.literals}
    for _, own in evidence.split():
        line = _find_line(evidence, own)
        chances = _find_chances(evidence, line, field)
        for place, taken in enumerate(_choose(chances, evidence.digit_probabilities[line].astype(np.float64), signs)):
            at = line[taken]
            marks[at] = replace(marks[at], place=place)
    return replace(evidence, marks=tuple(marks))


def _find_line(evidence: Evidence, own: slice) -> list[int]:
    """Return the places of the marks of the line that most likely holds the most digits; signs are left out."""
    lines: dict[int, list[int]] = {}
    for place in range(own.start, own.stop):
        if evidence.marks[place].sign is None:
            lines.setdefault(evidence.marks[place].line, []).append(place)
    return max(lines.values(), key=lambda places: float(evidence.digit_probabilities[places].sum()), default=[])


def _find_chances(evidence: Evidence, line: Sequence[int], field: Field) -> Float64Array:
    """Return the probability that each mark is a digit with a label that each place of the field allows, (N, P)."""
    allowed = np.array([[label in labels for labels in field.allowed] for label in range(10)], dtype=np.float64)
    labels = evidence.probabilities[line].astype(np.float64)
    return np.asarray(evidence.digit_probabilities[line].astype(np.float64)[:, np.newaxis] * (labels @ allowed))


def _choose(chances: Float64Array, is_digit: Float64Array, signs: AbstractSet[int]) -> list[int]:
    """Return the rows that make the likeliest string, one for each place; nothing where there are too few rows.

    Args:
        chances: float64, shape (N, P), from `_find_chances`.
        is_digit: float64, shape (N,): the probability that each mark is a digit.
        signs: Places before which the pattern has a sign; P for one at the end.
    """
    count, places = chances.shape
    if count < places:
        return []
    taken = np.log(np.maximum(chances, _LEAST))
    least = np.array([_SEEN_AS_DIGIT if place in signs else _LEAST for place in range(places + 1)])
    left = np.log(np.maximum(1 - is_digit[:, np.newaxis], least))
    best = np.full((count + 1, places + 1), -np.inf)  # of the first marks, so many places filled
    best[0, 0] = 0.0
    was_taken = np.zeros((count + 1, places + 1), dtype=np.bool_)
    for mark in range(count):
        skip = best[mark] + left[mark]
        take = np.concatenate([[-np.inf], best[mark, :-1] + taken[mark]])
        was_taken[mark + 1] = take > skip
        best[mark + 1] = np.maximum(take, skip)
    rows, place = [], places
    for mark in range(count, 0, -1):
        if was_taken[mark, place]:
            rows.append(mark - 1)
            place -= 1
    return rows[::-1]
