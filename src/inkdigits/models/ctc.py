"""Finds the likeliest strings in what the line recognizer says of each step.

Connectionist temporal classification (A. Graves et al., 2006): each step names a label or blank. A string's
probability is the sum over all the ways to spread it over the steps. Repeated labels count once unless a blank parts
them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from inkdigits.spec import Float64Array

__all__ = ["BLANK", "StringGuess", "find_strings"]

BLANK = 0  # class of no label; class 1 + d is the digit d
_BEAM = 12  # strings kept for each length
_LEAST = 1e-4  # probability: labels less likely than this are not tried at a step
_LEAST_BESIDE = _LEAST  # of the likeliest prefix's probability: less likely prefixes are dropped
_SURE = 0.999  # probability of a blank between two digits that do not touch
_NONE = (0.0, 0.0)
Beams: TypeAlias = dict[tuple[int, ...], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class StringGuess:
    """A string and how likely it is.

    Attributes:
        labels: Its digits, 0 to 9 each.
        log_probability: Natural logarithm, 0 or less.
    """

    labels: tuple[int, ...]
    log_probability: float


def find_strings(
    log_probabilities: Float64Array,
    allowed: Sequence[frozenset[int]] | None = None,
    *,
    most: int = 5,
    least_share: float = 0.0,
) -> list[StringGuess]:
    """Return the likeliest strings, by a prefix beam search.

    Args:
        log_probabilities: float64, shape (T, 11), logarithms of each step's probabilities, blank first.
        allowed: The labels that each place of the string may have, which also says how long it is; None is any string.
        most: How many, 1 or more.
        least_share: Of the likeliest string's probability, from 0 to under 1: what is less likely may be left out, and
            so long lines take less time.

    Returns:
        At most `most`, likeliest first; none when no string fits `allowed` in T steps.

    >>> steps = np.log(np.full((2, 11), 0.01)); steps[:, 4] = np.log(0.9)
    >>> find_strings(steps)[0].labels
    (3,)
    """
    probabilities = np.exp(log_probabilities)
    if allowed is not None:  # a string that fits may need labels that nobody sees, and is to keep some probability
        probabilities = np.maximum(probabilities, _LEAST)
    # of each prefix: its probability to end in a blank, and in its last label, in units of exp(scale)
    beams: Beams = {(): (1.0, 0.0)}
    scale = 0.0
    longest = len(allowed) if allowed is not None else len(probabilities)
    for step in probabilities:
        tried = np.flatnonzero(step[1:] >= _LEAST).tolist()
        beams = _extend(beams, step.tolist(), tried, allowed, longest)
        best = max(map(sum, beams.values()))
        # after a sure blank the rest is read alike whatever came before it, so prefixes far behind cannot catch up
        is_parted = allowed is None and step[BLANK] >= _SURE
        beside = max(least_share, _LEAST_BESIDE) if is_parted else _LEAST_BESIDE
        beams = _prune(beams, best, beside, by_length=allowed is not None)
        scale += math.log(best)
    ended = [
        StringGuess(labels, min(scale + math.log(sum(ends)), 0.0))  # what was raised may add up to over 1
        for labels, ends in beams.items()
        if allowed is None or len(labels) == longest
    ]
    return sorted(ended, key=lambda guess: -guess.log_probability)[:most]


def _extend(
    beams: Beams, step: Sequence[float], tried: Sequence[int], allowed: Sequence[frozenset[int]] | None, longest: int
) -> Beams:
    """Return the prefixes one step on."""
    result: Beams = {}
    for labels, (blank, label) in beams.items():
        total = blank + label
        # the same string: a blank follows, or its last label goes on
        old = result.get(labels, _NONE)
        result[labels] = old[0] + total * step[BLANK], old[1] + (label * step[1 + labels[-1]] if labels else 0.0)
        if len(labels) == longest:
            continue
        for digit in tried:
            if allowed is None or digit in allowed[len(labels)]:
                longer = (*labels, digit)
                old = result.get(longer, _NONE)
                before = blank if labels and labels[-1] == digit else total
                result[longer] = old[0], old[1] + before * step[1 + digit]
    return result


def _prune(beams: Beams, best: float, beside: float, *, by_length: bool) -> Beams:
    """Keep the likeliest, the best one brought to 1; of each length where the length is given, as it may come late."""
    ranked = sorted(beams.items(), key=lambda entry: -sum(entry[1]))
    least = 0.0 if by_length else beside * best
    counts: dict[int, int] = {}
    kept: Beams = {}
    for labels, (blank, label) in ranked:
        length = len(labels) if by_length else 0
        counts[length] = counts.get(length, 0) + 1
        if counts[length] <= _BEAM and blank + label > least:
            kept[labels] = blank / best, label / best
    return kept
