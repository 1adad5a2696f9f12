"""What the line reader says of each step along a line goes in; the likeliest strings and their places come out.

Connectionist temporal classification (A. Graves et al., 2006): each step names a label or blank; a string's probability
is the sum over all the ways to spread it over the steps, repeated labels counting once unless a blank parts them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.spec import CLASS_COUNT, Float64Array

__all__ = ["BLANK", "StringGuess", "align", "find_strings"]

BLANK = 0  # class of no label; class 1 + d is the digit d
_BEAM = 12  # strings kept for each length
_LEAST = 1e-5  # probability of a label that is tried at a step
_MOST_BEHIND = 9.0  # natural logarithm: a prefix so much less likely than the best one is dropped
_NEVER = float("-inf")


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
    log_probabilities: Float64Array, allowed: Sequence[frozenset[int]] | None = None, *, most: int = 5
) -> list[StringGuess]:
    """Return the likeliest strings, by a prefix beam search.

    Args:
        log_probabilities: float64, shape (T, 11), logarithms of each step's probabilities, blank first.
        allowed: The labels that each place of the string may have, which also says how long it is; None is any string.
        most: How many, 1 or more.

    Returns:
        At most `most`, likeliest first; none when no string fits `allowed` in T steps.

    >>> steps = np.log(np.full((2, 11), 0.01)); steps[:, 4] = np.log(0.9)
    >>> find_strings(steps)[0].labels
    (3,)
    """
    # of each prefix: logarithm of the probability that it ends in a blank, and that it ends in its last label
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, _NEVER)}
    longest = len(allowed) if allowed is not None else len(log_probabilities)
    for step in log_probabilities:
        likely = np.flatnonzero(step[1:] > math.log(_LEAST)).tolist()
        tried = likely if allowed is None else range(CLASS_COUNT)
        beams = _prune(_extend(beams, step.tolist(), tried, allowed, longest), by_length=allowed is not None)
    ended = [
        StringGuess(labels, _add(*ends)) for labels, ends in beams.items() if allowed is None or len(labels) == longest
    ]
    return sorted(
        (guess for guess in ended if guess.log_probability > _NEVER), key=lambda guess: -guess.log_probability
    )[:most]


def _extend(
    beams: dict[tuple[int, ...], tuple[float, float]],
    step: Sequence[float],
    tried: Sequence[int],
    allowed: Sequence[frozenset[int]] | None,
    longest: int,
) -> dict[tuple[int, ...], tuple[float, float]]:
    result: dict[tuple[int, ...], tuple[float, float]] = {}
    for labels, (blank, label) in beams.items():
        total = _add(blank, label)
        _merge(result, labels, total + step[BLANK], label + step[1 + labels[-1]] if labels else _NEVER)
        if len(labels) == longest:
            continue
        for digit in tried:
            if allowed is None or digit in allowed[len(labels)]:
                before = blank if labels and labels[-1] == digit else total
                _merge(result, (*labels, digit), _NEVER, before + step[1 + digit])
    return result


def _merge(
    beams: dict[tuple[int, ...], tuple[float, float]], labels: tuple[int, ...], blank: float, label: float
) -> None:
    old = beams.get(labels)
    beams[labels] = (blank, label) if old is None else (_add(old[0], blank), _add(old[1], label))


def _prune(
    beams: dict[tuple[int, ...], tuple[float, float]], *, by_length: bool
) -> dict[tuple[int, ...], tuple[float, float]]:
    """Keep the likeliest; of each length where the length is given, since the right one may come late."""
    scored = sorted(((_add(*ends), labels) for labels, ends in beams.items()), reverse=True)
    if not by_length:
        least = scored[0][0] - _MOST_BEHIND
        return {labels: beams[labels] for score, labels in scored[:_BEAM] if score >= least}
    ranked = [(labels, beams[labels]) for _, labels in scored]
    kept: dict[tuple[int, ...], tuple[float, float]] = {}
    counts: dict[int, int] = {}
    for labels, ends in ranked:
        counts[len(labels)] = counts.get(len(labels), 0) + 1
        if counts[len(labels)] <= _BEAM:
            kept[labels] = ends
    return kept


def _add(one: float, other: float) -> float:
    """Return the logarithm of the sum of what two are logarithms of."""
    high, low = (one, other) if one > other else (other, one)
    return high if low == _NEVER else high + math.log1p(math.exp(low - high))


def align(log_probabilities: Float64Array, labels: Sequence[int]) -> list[float]:
    """Return where each label of a string stands: the middle of its steps on the likeliest way to spread it.

    Args:
        log_probabilities: float64, shape (T, 11).
        labels: One or more digits, a string that `find_strings` returned for these steps.

    Returns:
        A step for each label, 0 to T - 1, rising; halves and finer where it holds several steps.
    """
    states = [BLANK]
    for label in labels:
        states += [1 + label, BLANK]
    emitted = log_probabilities[:, states]
    # from a label, or a blank, one may also come from the label before, unless both are the same
    skips = np.array([at >= 2 and states[at] != BLANK and states[at] != states[at - 2] for at in range(len(states))])
    score = np.full(len(states), -np.inf)
    score[:2] = emitted[0, :2]
    origins = np.zeros(emitted.shape, dtype=np.int64)
    for step in range(1, len(emitted)):
        ways = np.full((3, len(states)), -np.inf)
        ways[0], ways[1, 1:] = score, score[:-1]
        ways[2, 2:] = np.where(skips[2:], score[:-2], -np.inf)
        origins[step] = ways.argmax(axis=0)
        score = ways.max(axis=0) + emitted[step]
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
