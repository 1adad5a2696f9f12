"""The bound has the values of the tables; the rule keeps its promise on simulated digits as often as it says."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("scipy")

from inkdigits.spec import Float64Array
from inkdigits.training.calibration.error_budget import (
    Answers,
    find_threshold,
    lower_bound,
    threshold_grid,
    upper_bound,
)

pytestmark = pytest.mark.train


def _all_accepted(score: Float64Array, is_right: npt.NDArray[np.bool_]) -> Answers:
    return Answers(score, is_right, np.ones(len(score), dtype=np.bool_))


@pytest.mark.parametrize(
    ("wrong", "n", "level", "bound"),
    [
        # one-sided 95 %: without an error, 1 - 0.05 ** (1 / n), "3 over n"
        (0, 10, 0.95, 0.258866),
        (0, 100, 0.95, 0.029513),
        (0, 5_000, 0.95, 0.000599),
        (1, 10, 0.95, 0.394163),
        (1, 4_742, 0.95, 0.0009999),
        # the upper ends of the two-sided 95 % intervals of Clopper and Pearson's tables
        (0, 10, 0.975, 0.308497),
        (5, 10, 0.975, 0.812914),
        (10, 100, 0.975, 0.176223),
        (10, 10, 0.975, 1.0),
        (0, 0, 0.95, 1.0),
    ],
)
def test_the_bound_is_that_of_the_tables(wrong: int, n: int, level: float, bound: float) -> None:
    assert upper_bound(wrong, n, level) == pytest.approx(bound, abs=1e-6)


@pytest.mark.parametrize(("wrong", "n", "bound"), [(0, 10, 0.0), (5, 10, 0.187086), (10, 100, 0.049005), (0, 0, 0.0)])
def test_the_lower_bound_mirrors_the_upper_one(wrong: int, n: int, bound: float) -> None:
    assert lower_bound(wrong, n, 0.975) == pytest.approx(bound, abs=1e-6)


@pytest.mark.parametrize(("wrong", "n"), [(-1, 10), (11, 10), (1, 0)])
def test_a_count_that_cannot_be_is_refused(wrong: int, n: int) -> None:
    with pytest.raises(ValueError, match="expected wrong of 0 to n"):
        upper_bound(wrong, n)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3_000), st.data())
def test_the_bound_rises_with_errors_and_falls_with_digits(n: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, n - 1))
    assert wrong / n < upper_bound(wrong, n) <= upper_bound(wrong + 1, n)
    assert upper_bound(wrong, n + 1) < upper_bound(wrong, n)


@pytest.mark.parametrize("max_error", [0.005, 0.02])
def test_the_budget_is_overdrawn_in_at_most_one_of_twenty_simulations(max_error: float) -> None:
    # wrong with a chance of exp(-10 score): the true risk of every threshold is known
    grid = np.linspace(0.7, 0.0, 40)
    true_risk = np.array([np.exp(-10 * np.linspace(t, 1, 4_001)).mean() for t in grid])
    generator = np.random.default_rng(7)
    overdrawn = coverage = 0.0
    for _ in range(400):
        score = generator.random(5_000)
        answers = _all_accepted(score, generator.random(5_000) >= np.exp(-10 * score))
        threshold = find_threshold([answers], grid, max_error)
        if threshold is not None:
            overdrawn += true_risk[np.flatnonzero(grid == threshold)[0]] > max_error
            coverage += answers.coverage(threshold)
    assert overdrawn <= 0.065 * 400  # 5 %, and a little more by chance
    assert coverage / 400 > 0.2  # the rule does not keep its promise by answering nothing


def test_the_rule_stops_at_the_first_threshold_that_fails() -> None:
    # enough right answers far down would hide the ten wrong ones in the middle: they are never asked
    is_right = np.ones(10_000, dtype=np.bool_)
    is_right[4_000:4_010] = False
    answers = _all_accepted(np.linspace(1, 0, 10_000), is_right)
    assert answers.worst_error(0.0) < 0.002
    assert find_threshold([answers], np.array([0.7, 0.55, 0.0]), 0.002) == 0.7
    assert find_threshold([answers], np.array([0.0]), 0.002) == 0.0
    assert find_threshold([answers], np.array([0.99, 0.0]), 0.002) is None


def test_each_population_has_to_be_promised() -> None:
    good = _all_accepted(np.linspace(1, 0, 5_000), np.ones(5_000, dtype=np.bool_))
    bad = _all_accepted(good.score, good.score > 0.3)
    grid = np.array([0.5, 0.2])
    assert find_threshold([good], grid, 0.01) == 0.2
    assert find_threshold([good, bad], grid, 0.01) == 0.5


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_looser_budget_never_answers_less(seed: int) -> None:
    generator = np.random.default_rng(seed)
    score = generator.random(2_000)
    answers = _all_accepted(score, generator.random(2_000) >= 0.05 * (1 - score))
    grid = threshold_grid(generator.random(500))
    found = [find_threshold([answers], grid, share) for share in (0.002, 0.005, 0.01, 0.02, 0.05, 1.0)]
    coverages = [0.0 if threshold is None else answers.coverage(threshold) for threshold in found]
    assert coverages == sorted(coverages)
    assert coverages[-1] == 1.0


def test_the_grid_falls_and_ends_by_answering_all() -> None:
    grid = threshold_grid(np.linspace(0, 1, 1_001))
    assert grid[0] == pytest.approx(0.2)
    assert np.all(np.diff(grid) < 0)
    assert grid[-1] == -np.inf


def test_of_nothing_nothing_is_answered() -> None:
    nothing = _all_accepted(np.empty(0), np.empty(0, dtype=np.bool_))
    assert (nothing.coverage(0.5), nothing.worst_error(0.5)) == (0.0, 1.0)


def test_what_is_not_accepted_is_neither_answered_nor_wrong() -> None:
    is_accepted = np.arange(100) >= 40
    answers = Answers(np.ones(100), np.arange(100) >= 41, is_accepted)
    assert answers.coverage(-np.inf) == answers.coverage(0.5) == 0.6
    assert answers.worst_error(0.5) == upper_bound(1, 60)
