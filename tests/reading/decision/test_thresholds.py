"""The thresholds for a budget of errors: the loosest promise that is affordable, or an error that says what is."""

from dataclasses import replace

import pytest

from inkdigits.errors import ErrorBudgetError
from inkdigits.models.metadata import BundleInfo, ErrorBudget, Per, PictureBudget
from inkdigits.reading.decision.thresholds import choose_policy
from support.evidence import DETECTOR as BARE

STRICT = ErrorBudget(0.001, 0.99, 0.9, 0.8, 0.004)
USUAL = ErrorBudget(0.01, 0.7, 0.99, 0.97, 0.009)
LINES = (
    PictureBudget("line", 0.01, 0.98, 0.7, 0.009, 0.4, 0.03),
    PictureBudget("line", 0.05, 0.9, 0.8, 0.04, 0.5, 0.05),
)
DIGITS = (PictureBudget("digit", 0.005, 0.99, 0.7, 0.004, 0.5, 0.01),)
DETECTOR = replace(BARE, budgets=(*DIGITS, *LINES))
INFO = BundleInfo("mine", "1.0.0", 1, confidence_slope=2.0, unsure_below=0.7, budgets=(STRICT, USUAL))


def test_without_a_budget_the_bundles_own_threshold_counts_with_its_promise() -> None:
    policy = choose_policy(INFO, DETECTOR)
    assert (policy.unsure_below, policy.slope, policy.budget) == (0.7, 2.0, USUAL)


@pytest.mark.parametrize(("max_error", "promised"), [(0.001, STRICT), (0.005, STRICT), (0.01, USUAL), (1.0, USUAL)])
def test_the_loosest_promise_within_the_budget_is_taken(max_error: float, promised: ErrorBudget) -> None:
    policy = choose_policy(INFO, DETECTOR, max_error)
    assert (policy.budget, policy.unsure_below) == (promised, promised.unsure_below)


def test_a_stricter_budget_than_any_promise_is_an_error_that_names_the_strictest() -> None:
    with pytest.raises(ErrorBudgetError, match=r"mine cannot promise 0\.0005 wrong answers; it can promise 0\.001"):
        choose_policy(INFO, DETECTOR, 0.0005)
    with pytest.raises(ErrorBudgetError, match="none: no digits were held out"):
        choose_policy(BundleInfo("bare", "1.0.0", 1), DETECTOR, 0.5)


@pytest.mark.parametrize("max_error", [-0.1, 1.1, float("nan")])
def test_what_is_no_share_is_an_error(max_error: float) -> None:
    with pytest.raises(ErrorBudgetError, match="from 0 to 1"):
        choose_policy(INFO, DETECTOR, max_error)


@pytest.mark.parametrize(
    ("max_error", "per", "kept", "digit_below", "line_below"),
    [
        (0.05, "line", LINES[1], USUAL.unsure_below, 0.9),
        (0.02, "line", LINES[0], USUAL.unsure_below, 0.98),
        (0.001, "line", LINES[0], STRICT.unsure_below, 0.98),  # less than pictures can be promised: the strictest
        (0.05, "digit", DIGITS[0], 0.99, 0.0),
    ],
)
def test_in_pictures_a_budget_counts_lines_or_digits(
    max_error: float, per: Per, kept: PictureBudget, digit_below: float, line_below: float
) -> None:
    policy = choose_policy(INFO, DETECTOR, max_error, per)
    assert (policy.per, policy.picture_budget) == (per, kept)
    assert (policy.digit_below, policy.line_below) == (digit_below, line_below)
    assert policy.cell_below == max(digit_below, policy.lone_below)
    assert policy.lone_below == (max(line_below, digit_below) if per == "line" else 0)


def test_without_a_budget_the_detectors_limits_count() -> None:
    policy = choose_policy(INFO, DETECTOR)
    assert (policy.digit_below, policy.line_below) == (USUAL.unsure_below, BARE.doubt_line_below)
    assert (policy.lone_below, policy.picture_budget) == (USUAL.unsure_below, None)


def test_a_detector_without_budgets_promises_nothing_of_pictures() -> None:
    policy = choose_policy(INFO, BARE, 0.01)
    assert policy.picture_budget is None
    assert policy.line_below == BARE.doubt_line_below


def test_what_is_neither_line_nor_digit_is_an_error() -> None:
    with pytest.raises(ErrorBudgetError, match='per="digit" or per="line"'):
        choose_policy(INFO, DETECTOR, 0.01, "page")  # type: ignore[arg-type] # as a user may write it
