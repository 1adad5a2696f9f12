"""Finds the likeliest strings, and where their digits stand, in what the line recognizer says of each step.

Connectionist temporal classification (A. Graves et al., 2006): each step names a label or blank; a string's probability
is the sum over all the ways to spread it over the steps, repeated labels counting once unless a blank parts them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from inkdigits.spec import Float64Array

__all__ = ["BLANK", "StringGuess", "align", "find_strings", "score_string"]

BLANK = 0  # class of no label; class 1 + d is the digit d
_BEAM = 12  # strings kept for each length
_LEAST = 1e-4  # probability: labels less likely than this are not tried at a step
_LEAST_BESIDE = 1e-4  # of the likeliest prefix's probability: less likely prefixes are dropped
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


def score_string(log_probabilities: Float64Array, labels: Sequence[int]) -> float:
    """Return the logarithm of a string's probability, 0 or less; minus infinity when it does not fit into the steps.

    Args:
        log_probabilities: float64, shape (T, 11), T of 1 or more.
        labels: Any number of digits, 0 to 9 each.

    >>> steps = np.log(np.full((1, 11), 0.01)); steps[0, 4] = np.log(0.9)
    >>> round(math.exp(score_string(steps, (3,))), 3)
    0.9
    """
    states = _states(labels)
    emitted = np.exp(log_probabilities[:, states])
    skips = _skips(states)
    reached = np.zeros(len(states) + 2)  # after two that are never reached
    reached[2:4] = emitted[0, :2]
    scale = 0.0
    for step in emitted[1:]:
        reached[2:] = (reached[2:] + reached[1:-1] + reached[:-2] * skips) * step
        most = float(reached.max())
        if most == 0:
            return -math.inf
        reached /= most
        scale += math.log(most)
    ended = float(reached[-2:].sum()) if labels else float(reached[-1])
    return min(scale + math.log(ended), 0.0) if ended > 0 else -math.inf


def _states(labels: Sequence[int]) -> list[int]:
    """Return the classes that a way through a string passes: a blank, then each label and a blank after it."""
    return [BLANK, *(state for label in labels for state in (1 + label, BLANK))]


def _skips(states: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Tell where one may also come from the label before: not to a blank, nor between two labels that are the same."""
    return np.array([at >= 2 and states[at] != BLANK and states[at] != states[at - 2] for at in range(len(states))])


def align(log_probabilities: Float64Array, labels: Sequence[int]) -> list[float]:
    """Return where each label of a string stands: the middle of its steps on the likeliest way to spread it.

    Args:
        log_probabilities: float64, shape (T, 11).
        labels: One or more digits, a string that `find_strings` returned for these steps.

    Returns:
        A step for each label, 0 to T - 1, rising; halves and finer where it holds several steps.
    """
    states = _states(labels)
    emitted = log_probabilities[:, states]
    bars = np.where(_skips(states), 0.0, -np.inf)
    score = np.full(len(states) + 2, -np.inf)  # after two that are never reached
    score[2:4] = emitted[0, :2]
    origins = np.zeros(emitted.shape, dtype=np.int64)
    for step in range(1, len(emitted)):
        ways = np.stack([score[2:], score[1:-1], score[:-2] + bars])
        origins[step] = ways.argmax(axis=0)
        score[2:] = ways.max(axis=0) + emitted[step]
    score = score[2:]
    state = len(states) - 1 if score[-1] >= score[-2] else len(states) - 2
    path = np.empty(len(emitted), dtype=np.int64)
    for step in range(len(emitted) - 1, -1, -1):
        path[step] = state
        state -= int(origins[step, state])
    places = []
    for at in range(len(labels)):
        steps = np.flatnonzero(path == 2 * at + 1)
        weights = np.exp(emitted[steps, 2 * at + 1])
        place = float(np.average(steps, weights=weights)) if weights.sum() > 0 else float(steps.mean())
        places.append(min(max(place, float(steps[0])), float(steps[-1])))  # an average may round past its ends
    return places
