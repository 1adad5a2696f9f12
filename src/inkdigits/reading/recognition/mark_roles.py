"""Says what each mark of a line may be in a field: a digit, one of the field's signs, or nothing.

The weights are logarithms of probabilities. A digit's share and a sign's share come from what the detector saw at the
mark's middle: a slash that it took for a 1 is there nearly as much a slash.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.reading.detection.page import Mark
from inkdigits.spec import CLASS_COUNT, MARK_LABELS, SIGNS, Float64Array

__all__ = ["LOOKALIKES", "Role", "find_roles"]

# signs that the detector may take for each other, so that a mark of one may be the other
LOOKALIKES: Mapping[str, str] = {".": ".,", ",": ",.", ":": ":.,"}
_LEAST = 1e-6  # probability, so that its logarithm stays finite
# probability of a sign from which a mark looks like it: 99 % of 201 printed slashes that are seen as a 1 have more
# (docs/log.md)
_LOOKS_LIKE = 0.15
# weights of the logarithm of the odds that a mark is a slash and no 1: of the odds of what the detector sees, of the
# logarithm of its height over the line's, and of 1; fitted on 201 printed slashes that are seen as a 1 and 914 ones
_SLASH_WEIGHTS = (2.71, -11.3, 3.25)
_SURE = 0.5  # probability from which a mark is called a digit, as `DetectorInfo.doubt_below`
# and of a 1, which a line of a box may be taken for: 93 % of 150 such lines have less, 1 % of 914 ones (docs/log.md)
_SURE_ONE = 0.8
_DOUBLE = 0.35  # of the digits' height: two equal signs whose middles are closer are one


@dataclass(frozen=True, slots=True)
class Role:
    """What one mark may be.

    Attributes:
        place: Of the mark in the evidence.
        labels: float64, shape (10,): probability that it is a digit with that label.
        nothing: Probability that it is neither digit nor sign.
        signs: Probability that it is each of the signs that it looks like.
        is_digit: Whether it surely is a digit or the sign that it looks like, so that it cannot be left out.
        sign: The sign that it surely is; None for none.
    """

    place: int
    labels: Float64Array
    nothing: float
    signs: Mapping[str, float]
    is_digit: bool
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
        mark, real = marks[place], float(likely[place])
        shares = {sign: _find_share(mark, sign, height) for sign in signs}
        roles.append(_find_role(mark, place, labels[place], real, shares, is_double=place in doubles))
    return roles


def _find_role(
    mark: Mark, place: int, labels: Float64Array, likely: float, shares: Mapping[str, float], *, is_double: bool
) -> Role:
    """Return the role of a mark; `shares` says how much it looks like each of the field's signs, not like a digit."""
    digit = 1 - max(shares.values(), default=float(mark.sign is not None))
    least = _SURE_ONE if int(labels.argmax()) == 1 else _SURE
    return Role(
        place,
        np.maximum(likely * digit * labels, _LEAST),
        1.0 if is_double else max(1 - likely, _LEAST),
        {sign: max(likely * share, _LEAST) for sign, share in shares.items() if share >= _LOOKS_LIKE},
        is_digit=mark.sign is None and likely >= least,
        sign=None if is_double or likely < _SURE else mark.sign,
    )


def _find_share(mark: Mark, sign: str, height: float) -> float:
    """Return the probability that a mark is a sign, if it is a sign or a digit, in a line of that height."""
    alike = LOOKALIKES.get(sign, sign)
    if not mark.heats.any():  # all that is known is what it was taken for
        return float(mark.sign is not None and mark.sign in alike)
    heat = float(sum(mark.heats[MARK_LABELS.index(one)] for one in alike if one in SIGNS))
    odds = max(heat, _LEAST) / max(float(mark.heats[:CLASS_COUNT].max()), _LEAST)
    if sign != "/":
        return odds / (1 + odds)
    by_look, by_height, bias = _SLASH_WEIGHTS
    return 1 / (1 + math.exp(-(by_look * math.log(odds) + by_height * math.log(mark.box.height / height) + bias)))


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
