"""Chooses the string of a field among those that its line may say, and says how sure it is."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.reading.fields import Field
from inkdigits.reading.fields.layouts import Layout
from inkdigits.reading.recognition.assignments import Assignment
from inkdigits.reading.recognition.mark_roles import Role
from inkdigits.results import Alternative
from inkdigits.spec import Float64Array

__all__ = ["Candidate", "Placement", "place_best"]

_ALTERNATIVES = 4
# share of written dates, times and check-digit numbers that are not valid. A string that is valid has to be this much
# likelier by its ink than all that are not
_INVALID = 0.01
_PLAUSIBLE = 0.9  # probability of the chosen string, invalid ones counted, from which it is answered


@dataclass(frozen=True, slots=True)
class Candidate:
    """A string that a line may say.

    Attributes:
        text: With the signs of its layout.
        digits: Without them.
        way: Where they stand.
        cost: Negative logarithm of its probability.
        is_valid: Whether it is a value of the field's kind that passes the field's check.
    """

    text: str
    digits: str
    way: Assignment
    cost: float
    is_valid: bool


@dataclass(frozen=True, slots=True)
class Placement:
    """The string of a field on a page.

    Attributes:
        members: Places in the evidence of the marks that are its digits, from left to right.
        signs: Places of the marks that are its signs, with their characters.
        layout: Where digits and signs stand.
        digits: The labels of its digits.
        shares: Of each digit, the probability of its label among the strings that may be.
        stands: Of each digit, the probability that it stands at its place, whatever its label.
        fits: Of each digit, the probability of all labels that its place may have.
        are_doubtful: Of each digit, whether it may be a line of a box that looks like a 1, or a sign.
        confidence: Probability, 0 to 1, of the string among those that may be.
        alternatives: The next best strings, likeliest first.
        is_plausible: Whether the string is valid and not much less likely than one that is not.
        has_rules: Whether strings had to be valid, so that `shares` and `confidence` are among those that are.
        is_open: Whether nothing tells how many digits there are.
        signless: Of a string without signs, the probability that there is none between its digits; else 1.
    """

    members: tuple[int, ...]
    signs: tuple[tuple[int, str], ...]
    layout: Layout
    digits: str
    shares: tuple[float, ...]
    stands: tuple[float, ...]
    fits: tuple[float, ...]
    are_doubtful: tuple[bool, ...]
    confidence: float
    alternatives: tuple[Alternative, ...]
    is_plausible: bool
    has_rules: bool
    is_open: bool = False
    signless: float = 1.0


def place_best(
    candidates: Sequence[Candidate], roles: Sequence[Role], shares: Sequence[Float64Array], field: Field
) -> Placement:
    """Return the placement of the likeliest valid string; of the likeliest one where none is valid.

    Args:
        candidates: One or more, likeliest first.
        roles: Of the line's marks.
        shares: float64, shape (10,), of each mark: the probability of each label, if it is a digit.
        field: That the line is.
    """
    weights = np.exp([candidates[0].cost - candidate.cost for candidate in candidates])
    is_valid = np.array([candidate.is_valid for candidate in candidates])
    kept = [
        (candidate, float(weight))
        for candidate, weight in zip(candidates, weights, strict=True)
        if candidate.is_valid == is_valid.any()
    ]
    best = _find_best(kept)
    total = math.fsum(weight for _, weight in kept)
    texts: dict[str, float] = {}
    for candidate, weight in kept:
        texts[candidate.text] = texts.get(candidate.text, 0.0) + weight / total
    others = sorted(((share, text) for text, share in texts.items() if text != best.text), reverse=True)
    members, allowed = _find_members(best.way), best.way.layout.allowed
    shares_of, stands_of = _sum_weights(kept)
    mixed = (1 - _INVALID) * total + _INVALID * float(weights.sum())
    plausible = (1 - _INVALID) * texts[best.text] * total / mixed
    return Placement(
        members=tuple(roles[place].place for place in members),
        signs=tuple(
            (roles[place].place, slot)
            for slot, place in zip(best.way.layout.slots, best.way.filled, strict=True)
            if isinstance(slot, str)
        ),
        layout=best.way.layout,
        digits=best.digits,
        shares=tuple(shares_of[place, label] / total for place, label in zip(members, best.digits, strict=True)),
        stands=tuple(stands_of[place, at] / total for at, place in enumerate(members)),
        fits=tuple(float(shares[at][list(some)].sum()) for at, some in zip(members, allowed, strict=True)),
        are_doubtful=tuple(roles[place].is_doubtful for place in members),
        confidence=texts[best.text],
        alternatives=tuple(Alternative(text, share) for share, text in others[:_ALTERNATIVES]),
        is_plausible=best.is_valid and (candidates[0].is_valid or plausible >= _PLAUSIBLE),
        has_rules=field.has_rules,
        is_open=field.is_open,
        signless=_find_signless(best.way, roles),
    )


def _find_members(way: Assignment) -> list[int]:
    """Return the places of the roles that are digits."""
    return [place for slot, place in zip(way.layout.slots, way.filled, strict=True) if not isinstance(slot, str)]


def _find_best(kept: Sequence[tuple[Candidate, float]]) -> Candidate:
    """Return the likeliest string; of the same marks, a point and a comma count together, against no sign at all."""
    keys = [(candidate.way.filled, candidate.text.replace(",", ".")) for candidate, _ in kept]
    weights: dict[tuple[tuple[int, ...], str], float] = defaultdict(float)
    for key, (_, weight) in zip(keys, kept, strict=True):
        weights[key] += weight
    return kept[keys.index(max(weights, key=lambda key: weights[key]))][0]


def _find_signless(way: Assignment, roles: Sequence[Role]) -> float:
    """Return the probability that marks between the digits that look like signs are none; 1 where signs are placed."""
    if any(isinstance(slot, str) for slot in way.layout.slots):
        return 1.0
    between = range(way.filled[0], way.filled[-1])
    return math.prod(roles[place].nothing for place in between if place not in way.filled and roles[place].signs)


def _sum_weights(
    kept: Sequence[tuple[Candidate, float]],
) -> tuple[dict[tuple[int, str], float], dict[tuple[int, int], float]]:
    """Return the weight of the strings in which a role has a label, and of those in which it is a certain digit."""
    by_label: dict[tuple[int, str], list[float]] = defaultdict(list)
    by_place: dict[tuple[int, int], list[float]] = defaultdict(list)
    for candidate, weight in kept:
        for at, (place, label) in enumerate(zip(_find_members(candidate.way), candidate.digits, strict=True)):
            by_label[place, label].append(weight)
            by_place[place, at].append(weight)
    return (
        {key: math.fsum(weights) for key, weights in by_label.items()},
        {key: math.fsum(weights) for key, weights in by_place.items()},
    )
