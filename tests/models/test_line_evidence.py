"""What a line's steps say of strings that differ in one place, beside all paths counted one by one."""

import itertools

import numpy as np
import pytest

from inkdigits.models.line_evidence import weigh_string
from inkdigits.spec import Float64Array

LABELS = 3  # of the ten, so that all paths of a few steps can be counted


def _draw_steps(seed: int, count: int) -> Float64Array:
    """Return steps that know blank and three labels."""
    shares = np.full((count, 11), 1e-12)
    shares[:, : 1 + LABELS] = np.random.default_rng(seed).dirichlet(np.ones(1 + LABELS), count)
    return np.asarray(np.log(shares / shares.sum(axis=1, keepdims=True)), dtype=np.float64)


def _count_paths(steps: Float64Array) -> dict[tuple[int, ...], float]:
    """Return the probability of each string, by walking every path."""
    chances: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(1 + LABELS), repeat=len(steps)):
        labels = tuple(state - 1 for state, _ in itertools.groupby(path) if state)
        chance = float(np.exp(sum(steps[step, state] for step, state in enumerate(path))))
        chances[labels] = chances.get(labels, 0.0) + chance
    return chances


@pytest.mark.parametrize("string", [(), (0,), (1, 2), (1, 1), (0, 2, 0), (2, 1, 2)])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_neighbor_has_the_probability_of_its_paths(string: tuple[int, ...], seed: int) -> None:
    steps = _draw_steps(seed, 6)
    chances, evidence = _count_paths(steps), weigh_string(steps, string)
    assert evidence is not None
    assert np.exp(evidence.string) == pytest.approx(chances[string], rel=1e-6)
    for place in range(len(string)):
        others = [(*string[:place], label, *string[place + 1 :]) for label in range(LABELS)]
        expected = [chances.get(other, 0.0) for other in others]
        np.testing.assert_allclose(np.exp(evidence.labels[place, :LABELS]), expected, rtol=1e-6, atol=1e-10)
        without = chances.get((*string[:place], *string[place + 1 :]), 0.0)
        assert np.exp(evidence.without[place]) == pytest.approx(without, rel=1e-6)
    for gap in range(len(string) + 1):
        expected = [chances.get((*string[:gap], label, *string[gap:]), 0.0) for label in range(LABELS)]
        np.testing.assert_allclose(np.exp(evidence.more[gap, :LABELS]), expected, rtol=1e-6, atol=1e-10)


def test_a_line_that_is_too_short_says_nothing() -> None:
    assert weigh_string(_draw_steps(1, 2), (1, 1)) is None


def test_one_more_digit_is_said_to_stand_where_it_is_seen() -> None:
    steps = np.log(np.full((9, 11), 0.01))
    steps[:, 0] = np.log(0.9)
    for step, label in ((1, 4), (4, 7), (7, 2)):
        steps[step, [0, 1 + label]] = np.log([0.01, 0.9])
    evidence = weigh_string(steps, (4, 2))
    assert evidence is not None
    assert evidence.more[1].argmax() == 7
    assert evidence.places[1] == 4
    assert evidence.more[1].max() > evidence.string
