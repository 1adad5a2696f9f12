"""The beam search finds what adding up every way finds; the alignment keeps the order of the labels."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from inkdigits.models.ctc import BLANK, align, find_strings, score_string
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


@given(small)
def test_places_rise_and_lie_on_the_line(weights: Float64Array) -> None:
    steps = steps_of(weights)
    for guess in find_strings(steps):
        if guess.labels:
            places = align(steps, guess.labels)
            assert len(places) == len(guess.labels)
            assert all(0 <= place <= len(steps) - 1 for place in places)
            assert all(one < two for one, two in itertools.pairwise(places))


def test_a_label_stands_where_it_is_likely() -> None:
    weights = np.tile([0.98, 0.01, 0.01], (9, 1))
    weights[2] = [0.05, 0.9, 0.05]
    weights[6] = weights[7] = [0.05, 0.05, 0.9]
    assert align(steps_of(weights), (0, 1)) == pytest.approx([2.0, 6.5])


class TestScoreString:
    @pytest.mark.parametrize("steps", [1, 3, 5])
    def test_it_is_the_sum_over_all_ways(self, steps: int) -> None:
        table = np.log(np.random.default_rng(steps).dirichlet(np.ones(11), steps))
        ways: dict[tuple[int, ...], float] = {}
        for path in itertools.product(range(3), repeat=steps):  # blank, 0 and 1
            labels = collapse(path)
            ways[labels] = ways.get(labels, 0.0) + math.exp(sum(table[at, state] for at, state in enumerate(path)))
        for labels, share in ways.items():
            assert math.exp(score_string(table, labels)) == pytest.approx(share, rel=1e-9)

    def test_what_does_not_fit_into_the_steps_is_impossible(self) -> None:
        table = np.log(np.full((2, 11), 1 / 11))
        assert score_string(table, (1, 1)) == -math.inf
        assert score_string(table, (1, 2, 3)) == -math.inf
        assert score_string(table, (1, 2)) > -math.inf

    def test_it_agrees_with_the_search(self) -> None:
        table = np.log(np.random.default_rng(5).dirichlet(np.full(11, 0.05), 12) + 1e-9)
        for guess in find_strings(table, most=2):
            assert score_string(table, guess.labels) == pytest.approx(guess.log_probability, abs=0.05)
