"""Says what each mark of a line may be in a field: a digit, one of the field's signs, or nothing.

The weights are logarithms of probabilities. A digit's share and a sign's share come from what the detector saw at the
mark's middle: a slash that it took for a 1 is there nearly as much a slash.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.reading.detection.page import Mark
from inkdigits.spec import CLASS_COUNT, LEAST_PROBABILITY, MARK_LABELS, SIGNS, Float64Array

__all__ = ["LOOKALIKES", "Role", "find_roles"]

# signs that the detector may take for each other, so that a mark of one may be the other
LOOKALIKES: Mapping[str, str] = {".": ".,", ",": ",.", ":": ":.,"}
# probability of a sign from which a mark looks like it: of 201 printed slashes that are seen as a 1, 99 % have more.
# This figure and the weights are in docs/log.md
_LOOKS_LIKE = 0.15
# weights of the logarithm of the odds that a mark is a slash and no 1: of the odds of what the detector sees, of the
# logarithm of its height over the line's, and of 1; fitted on 201 printed slashes that are seen as a 1 and 914 ones
_SLASH_WEIGHTS = (2.71, -11.3, 3.25)
_LEAST_DIGIT = 0.1  # probability of a digit from which what was taken for a sign may be one, such as a slanted 1
# probability from which a mark is called a digit, as `DetectorInfo.doubt_below`; and score from which no string may
# leave a sign out. Of 60 points between cells 93 % have it (detector 1.3.0); most teeth of combs have less
_SURE = 0.5
# a line of a box may be taken for a 1. Weights of the logarithm of the odds that it is one: of the odds of the score,
# and of 1; fitted on 150 such lines and 914 ones. How its contrast differs from the other digits' says more on plain
# paper, but not where the light is uneven
_LINE_WEIGHTS = (-5.12, -0.80)
_MOST_LINE = 0.5  # probability of a line up to which a 1 is sure: 91 % of those lines have more, 1.2 % of the ones
_DOUBLE = 0.35  # of the digits' height: two equal signs whose middles are closer are one


@dataclass(frozen=True, slots=True)
class Role:
    """What one mark may be.

    Attributes:
        place: Of the mark in the evidence.
        labels: float64, shape (10,): probability that it is a digit with that label; 0 where it cannot be one.
        nothing: Probability that it is neither digit nor sign.
        signs: Probability that it is each of the signs that it looks like.
        is_digit: Whether it surely is a digit, or a sign that looks like one, so that it cannot be left out.
        is_doubtful: Whether it may be a line of a box that looks like a 1, or a sign.
        sign: The sign that it surely is; None for none.
    """

    place: int
    labels: Float64Array
    nothing: float
    signs: Mapping[str, float]
    is_digit: bool
    is_doubtful: bool
    sign: str | None


def find_roles(
    marks: Sequence[Mark], places: Sequence[int], labels: Float64Array, likely: Float64Array, signs: str
) -> list[Role]:
    """Return the roles of a line's marks from left to right.

    Args:
        marks: All marks of the evidence.
        places: Those of the line.
        labels: float64, shape (N, 10), the probability of each label, for all marks.
        likely: float64, shape (N,), 0 to 1, the probability that each mark is a digit or the sign that it looks like.
        signs: Those that the field may have.
    """
    ordered = sorted(places, key=lambda place: marks[place].box.x_min + marks[place].box.x_max)
    heights = [marks[place].box.height for place in ordered if marks[place].sign is None]
    height = median(heights) if heights else 1.0
    doubles = _find_doubles(marks, ordered, _DOUBLE * height)
    roles = []
    for place in ordered:
        mark, line = marks[place], 0.0
        shares = {sign: _find_share(mark, sign, height) for sign in signs}
        if mark.sign is None and int(labels[place].argmax()) == 1:
            line = _find_line(mark)
        digit = 1.0 if mark.sign is None else _find_digit_share(mark)
        digit = min(digit, 1 - max(shares.values(), default=0.0))
        chances = (float(likely[place]), line, digit)
        role = _find_role(mark, place, labels[place], chances, shares)
        roles.append(replace(role, nothing=1.0, sign=None) if place in doubles else role)
    return roles


def _find_role(
    mark: Mark, place: int, labels: Float64Array, chances: tuple[float, float, float], shares: Mapping[str, float]
) -> Role:
    """Return the role of a mark.

    Args:
        mark: The mark.
        place: Its place in the evidence.
        labels: float64, shape (10,), the probability of each label.
        chances: The probabilities that it is a digit or a sign, that it is a line of a box, and that it is a digit if
            it is one of both.
        shares: How much it looks like each of the field's signs, and not like a digit.
    """
    real, line, digit = chances
    likely = min(real, 1 - line)
    may_be_digit = mark.sign is None or digit >= _LEAST_DIGIT
    return Role(
        place,
        np.maximum(likely * digit * labels, LEAST_PROBABILITY) if may_be_digit else np.zeros(CLASS_COUNT),
        max(1 - likely, LEAST_PROBABILITY),
        {sign: max(real * share, LEAST_PROBABILITY) for sign, share in shares.items() if share >= _LOOKS_LIKE},
        is_digit=mark.sign is None and likely >= _SURE and line <= _MOST_LINE,
        is_doubtful=line > _MOST_LINE or mark.sign is not None,
        sign=mark.sign if mark.score >= _SURE else None,
    )


def _find_share(mark: Mark, sign: str, height: float) -> float:
    """Return the probability that a mark is a sign, if it is a sign or a digit, in a line of that height."""
    alike = LOOKALIKES.get(sign, sign)
    if not mark.heats.any():  # all that is known is what it was taken for
        return float(mark.sign is not None and mark.sign in alike)
    heat = float(sum(mark.heats[MARK_LABELS.index(one)] for one in alike if one in SIGNS))
    others = [float(other) for one, other in zip(MARK_LABELS, mark.heats, strict=True) if one not in alike]
    odds = max(heat, LEAST_PROBABILITY) / max(*others, LEAST_PROBABILITY)
    if sign != "/" or (mark.sign or "/") != "/":
        return odds / (1 + odds)
    by_look, by_height, bias = _SLASH_WEIGHTS
    return 1 / (1 + math.exp(-(by_look * math.log(odds) + by_height * math.log(mark.box.height / height) + bias)))


def _find_digit_share(mark: Mark) -> float:
    """Return how much a mark that was taken for a sign looks like a digit, 0 to 1."""
    digit, sign = float(mark.heats[:CLASS_COUNT].max()), float(mark.heats[CLASS_COUNT:].max())
    return digit / max(digit + sign, LEAST_PROBABILITY)


def _find_line(mark: Mark) -> float:
    """Return the probability that a mark that looks like a 1 is a line of a box."""
    if not mark.heats.any():
        return 0.0
    score = min(max(mark.score, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY)
    by_score, bias = _LINE_WEIGHTS
    return (1 + math.tanh((by_score * math.log(score / (1 - score)) + bias) / 2)) / 2


def _find_doubles(marks: Sequence[Mark], ordered: Sequence[int], reach: float) -> set[int]:
    """Return the weaker one of two neighbors that are the same sign, seen twice: their middles are within a reach."""
    found: set[int] = set()
    for one, two in itertools.pairwise(ordered):
        first, second = marks[one], marks[two]
        if first.sign is None or second.sign is None or second.sign not in LOOKALIKES.get(first.sign, first.sign):
            continue
        middles = [mark.box.x_min + mark.box.x_max for mark in (first, second)]
        if abs(middles[1] - middles[0]) / 2 < reach:
            found.add(one if first.score < second.score else two)
    return found
