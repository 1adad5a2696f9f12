"""The thresholds for a budget of errors: the loosest promise that is affordable, or an error that says what is."""

import pytest

from inkdigits.errors import ErrorBudgetError
from inkdigits.models.metadata import BundleInfo, ErrorBudget
from inkdigits.reading.decision.thresholds import choose_policy

STRICT = ErrorBudget(0.001, 0.99, 0.9, 0.8, 0.004)
USUAL = ErrorBudget(0.01, 0.7, 0.99, 0.97, 0.009)
INFO = BundleInfo("mine", "1.0.0", 1, confidence_slope=2.0, unsure_below=0.7, budgets=(STRICT, USUAL))


def test_without_a_budget_the_bundles_own_threshold_counts_with_its_promise() -> None:
    policy = choose_policy(INFO)
    assert (policy.unsure_below, policy.slope, policy.budget) == (0.7, 2.0, USUAL)


@pytest.mark.parametrize(("max_error", "promised"), [(0.001, STRICT), (0.005, STRICT), (0.01, USUAL), (1.0, USUAL)])
def test_the_loosest_promise_within_the_budget_is_taken(max_error: float, promised: ErrorBudget) -> None:
    policy = choose_policy(INFO, max_error)
    assert (policy.budget, policy.unsure_below) == (promised, promised.unsure_below)


def test_a_stricter_budget_than_any_promise_is_an_error_that_names_the_strictest() -> None:
    with pytest.raises(ErrorBudgetError, match=r"mine cannot promise 0\.0005 wrong answers; it can promise 0\.001"):
        choose_policy(INFO, 0.0005)
    with pytest.raises(ErrorBudgetError, match="none: no digits were held out"):
        choose_policy(BundleInfo("bare", "1.0.0", 1), 0.5)


@pytest.mark.parametrize("max_error", [-0.1, 1.1, float("nan")])
def test_what_is_no_share_is_an_error(max_error: float) -> None:
    with pytest.raises(ErrorBudgetError, match="from 0 to 1"):
        choose_policy(INFO, max_error)
