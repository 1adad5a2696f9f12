"""The beam search finds what adding up every way finds, and keeps to a length and to labels."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from inkdigits.models.ctc import BLANK, find_strings
from inkdigits.spec import Float64Array

ANY = frozenset(range(10))


def steps_of(weights: Float64Array) -> Float64Array:
    """Return logarithms of probabilities, only blank and the digits 0 and 1 possible."""
    full = np.full((len(weights), 11), 1e-12)
    full[:, :3] = weights
    return np.asarray(np.log(full / full.sum(axis=1, keepdims=True)))


def collapse(path: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(state - 1 for state, _ in itertools.groupby(path) if state != BLANK)


small = npst.arrays(np.float64, st.tuples(st.integers(1, 5), st.just(3)), elements=st.floats(0.01, 1))


@given(small)
def test_strings_have_the_sum_over_all_paths(weights: Float64Array) -> None:
    steps = steps_of(weights)
    sums: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(3), repeat=len(steps)):
        share = math.exp(sum(steps[at, state] for at, state in enumerate(path)))
        sums[collapse(path)] = sums.get(collapse(path), 0) + share
    # the beam drops unlikely prefixes: where all labels are about alike, a string misses a twentieth of its sum
    best = [guess for guess in find_strings(steps, most=3) if math.exp(guess.log_probability) > 0.02]
    expected = sorted(sums.values(), reverse=True)[: len(best)]
    assert [math.exp(guess.log_probability) for guess in best] == pytest.approx(expected, rel=0.1)
    for guess in best:
        assert math.exp(guess.log_probability) == pytest.approx(sums[guess.labels], rel=0.1)


@given(small, st.integers(1, 3))
def test_a_length_is_kept(weights: Float64Array, length: int) -> None:
    guesses = find_strings(steps_of(weights), [ANY] * length)
    assert all(len(guess.labels) == length for guess in guesses)
    assert bool(guesses) == (length <= len(weights))


def test_a_place_has_one_of_its_labels() -> None:
    steps = steps_of(np.tile([0.2, 0.7, 0.1], (6, 1)))
    best = find_strings(steps, [frozenset({1}), frozenset({0, 7}), frozenset({1})])
    assert {guess.labels for guess in best} >= {(1, 0, 1)}
    assert all(guess.labels[0] == guess.labels[2] == 1 and guess.labels[1] in {0, 7} for guess in best)


def test_repeated_labels_need_a_blank() -> None:
    one, blank = [0.01, 0.98, 0.01], [0.98, 0.01, 0.01]
    assert find_strings(steps_of(np.array([one, one, one])))[0].labels == (0,)
    assert find_strings(steps_of(np.array([one, blank, one])))[0].labels == (0, 0)
