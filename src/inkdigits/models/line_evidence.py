"""Weighs a string that is known already against all strings that differ from it in one place, by a line's steps.

`ctc` finds the likeliest strings of a line. This module asks the other way around: given the digits that the detector
saw, how likely is another label in each place, no digit there, or one more digit in each gap? One pass forward and one
back over the steps answer for all of them (connectionist temporal classification, A. Graves et al., 2006).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.models.ctc import BLANK
from inkdigits.spec import CLASS_COUNT, Float64Array, Int64Array

__all__ = ["HeardLine", "LineEvidence", "weigh_string"]

_NEVER = -1e9  # logarithm of what cannot be, far below that of any string


@dataclass(frozen=True, slots=True)
class LineEvidence:
    """What the steps of a line say of a string of n digits and of its neighbors; natural logarithms.

    Attributes:
        string: Of the string's probability.
        labels: float64, shape (n, 10): of the string with each label in each place.
        without: float64, shape (n,): of the string without each digit.
        more: float64, shape (n + 1, 10): of the string with one more digit, in front of each digit and at the end.
        places: int64, shape (n + 1,): the step at which the likeliest one more digit stands.
    """

    string: float
    labels: Float64Array
    without: Float64Array
    more: Float64Array
    places: Int64Array


@dataclass(frozen=True, eq=False, slots=True)
class HeardLine:
    """What the line recognizer says of a line.

    Attributes:
        steps: float64, shape (T, 11), as `weigh_string` takes them.
        string: The digits of the line that were weighed already.
        log_probability: Of that string, natural logarithm; far below 0 where the line is too short for it.
    """

    steps: Float64Array
    string: tuple[int, ...]
    log_probability: float

    def find_probability(self, string: Sequence[int]) -> float:
        """Return the probability, 0 to 1, that the line says a string."""
        if tuple(string) == self.string:
            return min(1.0, math.exp(self.log_probability))
        states = _spread(string)
        return min(1.0, math.exp(np.logaddexp.reduce(_run_forward(self.steps, states)[-1, -2:])))


def weigh_string(steps: Float64Array, string: Sequence[int]) -> LineEvidence | None:
    """Return what a line's steps say of a string.

    Args:
        steps: float64, shape (T, 11), logarithms of each step's probabilities, blank first; finite.
        string: Its digits, 0 to 9 each; may be empty.

    Returns:
        The evidence; None where the line is too short for the string.

    >>> steps = np.log(np.full((3, 11), 0.01)); steps[1, 8] = np.log(0.9); steps[::2, 0] = np.log(0.9)
    >>> int(weigh_string(steps, [1]).labels[0].argmax())
    7
    """
    states = _spread(string)
    forward, backward = _run_both_ways(steps, states)
    total = float(np.logaddexp.reduce(forward[-1, -2:]))
    if total <= _NEVER / 2:
        return None
    chances = _Chances(steps, states, _pad(forward), _pad(backward))
    places, gaps = np.arange(len(string)), np.arange(len(string) + 1)
    before = 2 * np.concatenate([places, gaps])  # all places and gaps in one pass over the steps
    named, stands = chances.with_label(before, before + 2 * (np.arange(len(before)) < len(string)))
    return LineEvidence(
        total, named[: len(string)], chances.without(places), named[len(string) :], stands[len(string) :]
    )


def _spread(string: Sequence[int]) -> Int64Array:
    """Return the states of a string: its labels, with a blank on either side of each."""
    states = np.full(2 * len(string) + 1, BLANK)
    states[1::2] = np.asarray(string, dtype=np.int64) + 1
    return states


def _run_forward(steps: Float64Array, states: Int64Array) -> Float64Array:
    """Return of each step and state the logarithm of the chance to be there, what came before and itself seen."""
    return _run(steps[:, states][:, np.newaxis], states[np.newaxis])[:, 0]


def _run_both_ways(steps: Float64Array, states: Int64Array) -> tuple[Float64Array, Float64Array]:
    """Return the same from the first step on, and from the last one back."""
    ways = np.stack([states, states[::-1]])
    seen = np.stack([steps[:, states], steps[::-1, states[::-1]]], axis=1)
    forward, backward = _run(seen, ways).transpose(1, 0, 2)
    return forward, backward[::-1, ::-1]


def _run(seen: Float64Array, states: Int64Array) -> Float64Array:
    """Return the chances of several ways, float64, the shape of `seen`.

    Args:
        seen: float64, shape (T, ways, S): of each step the logarithm of each state's label.
        states: int64, shape (ways, S).
    """
    skips = np.full(states.shape, _NEVER)
    skips[:, 2:][(states[:, 2:] != BLANK) & (states[:, 2:] != states[:, :-2])] = 0.0
    result = np.full(seen.shape, _NEVER)
    result[0, :, :2] = seen[0, :, :2]
    before = np.full((3, *states.shape), _NEVER)
    for step in range(1, len(seen)):
        last = result[step - 1]
        before[0], before[1, :, 1:], before[2, :, 2:] = last, last[:, :-1], last[:, :-2]
        before[2] += skips
        result[step] = np.maximum(np.logaddexp.reduce(before) + seen[step], _NEVER)
    return result


def _pad(chances: Float64Array) -> Float64Array:
    """Return chances with two states before the first and after the last that nothing reaches."""
    return np.pad(chances, ((0, 0), (2, 2)), constant_values=_NEVER)


@dataclass(frozen=True, slots=True)
class _Chances:
    """The chances to have come to a state, and to go on from it; the states are padded by two on each side."""

    steps: Float64Array
    states: Int64Array
    forward: Float64Array
    backward: Float64Array

    def with_label(self, before: Int64Array, after: Int64Array) -> tuple[Float64Array, Int64Array]:
        """Return the chance of any label between two blanks, and the step at which the likeliest one stands.

        Args:
            before: Of each place, the blank state in front of the label.
            after: And the blank state behind it; the same for a label that is put into a gap.

        Returns:
            float64, shape (n, 10), and int64, shape (n,).
        """
        padded = np.pad(self.states, 2, constant_values=-1)
        names = np.arange(1, CLASS_COUNT + 1)
        from_label = np.where(padded[before + 1][:, np.newaxis] == names, _NEVER, 0.0)  # a label does not repeat itself
        to_label = np.where(padded[after + 3][:, np.newaxis] == names, _NEVER, 0.0)
        here = np.full((len(before), CLASS_COUNT), _NEVER)
        chances = np.full((len(self.steps), *here.shape), _NEVER)
        for step, seen in enumerate(self.steps[:, 1:]):
            if step:
                came = self.forward[step - 1]
                entered = np.logaddexp(came[before + 2][:, np.newaxis], came[before + 1][:, np.newaxis] + from_label)
            else:
                entered = np.where(before[:, np.newaxis] == 0, 0.0, _NEVER)
            here = np.logaddexp(here, entered) + seen
            if step + 1 < len(self.steps):
                goes = self.backward[step + 1]
                left = np.logaddexp(goes[after + 2][:, np.newaxis], goes[after + 3][:, np.newaxis] + to_label)
            else:
                left = np.where(after[:, np.newaxis] == len(self.states) - 1, 0.0, _NEVER)
            chances[step] = here + left
        together = np.maximum(np.logaddexp.reduce(chances), _NEVER)
        best = together.argmax(axis=1)
        return together, chances[:, np.arange(len(before)), best].argmax(axis=0)

    def without(self, places: Int64Array) -> Float64Array:
        """Return the chance of the string without the digit of each place, float64, shape (n,)."""
        if not len(places):
            return np.zeros(0)
        padded, label = np.pad(self.states, 2, constant_values=-1), 2 * places + 3  # of the digit itself, padded
        is_same = padded[label - 2] == padded[label + 2]
        came = np.logaddexp(
            self.forward[:, label - 1], np.where(is_same, _NEVER, self.forward[:, label - 2])
        )  # at the blank in front of it, or at the digit before that
        goes = self.backward[:, label + 2]
        chance = np.logaddexp.reduce(came[:-1] + goes[1:], axis=0, initial=_NEVER)
        chance = np.where(places == 0, np.logaddexp(chance, goes[0]), chance)
        ends = np.logaddexp(self.forward[-1, label - 1], self.forward[-1, label - 2])
        return np.asarray(np.maximum(np.where(places == places[-1], ends, chance), _NEVER), dtype=np.float64)
