"""Confidence follows the margin; a budget picks the threshold; the probability of a digit rules out what is none."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inkdigits.errors import ErrorBudgetError
from inkdigits.models.confidence import confidences, margins
from inkdigits.models.metadata import BundleInfo, ErrorBudget
from inkdigits.reading.decision.outcomes import decide
from inkdigits.reading.decision.thresholds import Policy, choose_policy
from inkdigits.reading.recognition.evidence import Answered
from inkdigits.results import Reason
from inkdigits.spec import Float32Array
from support.evidence import DETECTOR, POLICY, Said, evidence_of


@st.composite
def distributions(draw: st.DrawFn) -> Float32Array:
    """Return rows of ten probabilities, zeros among them."""
    raw = draw(hnp.arrays(np.float32, (draw(st.integers(1, 5)), 10), elements=st.floats(0, 1, width=32)))
    raw[:, 0] += np.float32(0.01)
    return np.asarray(raw / raw.sum(axis=1, keepdims=True), dtype=np.float32)


@given(distributions(), st.floats(0.02, 50), st.floats(-50, 50))
def test_confidence_is_a_share_that_rises_with_the_margin(
    probabilities: Float32Array, slope: float, offset: float
) -> None:
    before = probabilities.copy()
    confidence = confidences(probabilities, slope, offset)
    assert np.all((confidence >= 0) & (confidence <= 1))
    assert np.all(np.diff(confidence[np.argsort(margins(probabilities))]) >= 0)
    assert np.array_equal(probabilities, before)


def test_a_margin_is_the_logarithm_of_the_best_over_the_second_best() -> None:
    row = np.array([[0.1, 0.6, 0.3] + [0.0] * 7], dtype=np.float32)
    assert margins(row) == pytest.approx(math.log(2), abs=1e-6)
    assert confidences(row, 1.0, 0.0) == pytest.approx(2 / 3, abs=1e-6)
    assert confidences(row, 1.0, -math.log(2)) == pytest.approx(0.5, abs=1e-6)


def test_a_certain_answer_stays_finite() -> None:
    certain = np.eye(10, dtype=np.float32)
    assert np.isfinite(margins(certain)).all()
    assert np.isfinite(confidences(certain, 50.0, 50.0)).all()
    assert confidences(np.empty((0, 10), dtype=np.float32), 2.0, 0.0).shape == (0,)


class TestBudgets:
    ROWS = (ErrorBudget(0.001, 0.99, 0.9, 0.8, 0.003), ErrorBudget(0.01, 0.9, 0.99, 0.97, 0.01))
    INFO = BundleInfo("mine", "1.0.0", 1, 1.5, -0.5, 0.9, ROWS)

    @pytest.mark.parametrize(("max_error", "row"), [(0.001, 0), (0.0099, 0), (0.01, 1), (0.5, 1), (1, 1), (None, 1)])
    def test_the_loosest_budget_within_what_is_accepted_counts(self, max_error: float | None, row: int) -> None:
        policy = choose_policy(self.INFO, DETECTOR, max_error)
        assert (policy.slope, policy.offset) == (1.5, -0.5)
        assert (policy.unsure_below, policy.budget) == (self.ROWS[row].unsure_below, self.ROWS[row])

    def test_without_a_budget_the_bundles_own_threshold_counts(self) -> None:
        policy = choose_policy(dataclasses.replace(self.INFO, unsure_below=0.7), DETECTOR)
        assert (policy.unsure_below, policy.budget) == (0.7, None)

    def test_what_cannot_be_promised_is_refused(self) -> None:
        with pytest.raises(
            ErrorBudgetError, match=r"mine cannot promise 0 wrong answers; it can promise 0\.001 or more"
        ):
            choose_policy(self.INFO, DETECTOR, 0)
        with pytest.raises(ErrorBudgetError, match="it can promise none"):
            choose_policy(dataclasses.replace(self.INFO, budgets=()), DETECTOR, 0.5)

    @pytest.mark.parametrize("max_error", [-0.001, 1.01, math.nan])
    def test_what_is_no_share_is_refused(self, max_error: float) -> None:
        with pytest.raises(ErrorBudgetError, match=r"expected a share of wrong answers from 0 to 1, got"):
            choose_policy(self.INFO, DETECTOR, max_error)


def judged(said: Said, unsure_below: float = 0.6, *, is_single: bool = False) -> tuple[str, Reason | None]:
    (digit,) = decide(evidence_of([said], is_single=is_single), Policy(unsure_below=unsure_below), DETECTOR)
    return digit.outcome, digit.reason


@given(st.floats(0.12, 0.99), st.floats(0, 1))
def test_the_outcome_follows_the_threshold_of_confidence(share: float, unsure_below: float) -> None:
    said = Said(share=share)
    confidence = float(confidences(said.probabilities[None], 1.0, 0.0)[0])
    expected = ("digit", None) if confidence >= unsure_below else ("unsure", "low confidence")
    assert judged(said, unsure_below) == expected


@given(st.floats(0, 1, width=32))
def test_a_digit_probability_under_the_limits_counts_more_than_a_sure_label(likely: float) -> None:
    found = judged(Said(likely, share=0.999))
    if likely < DETECTOR.reject_below:
        assert found == ("not_a_digit", "unlike a digit")
    elif likely < DETECTOR.doubt_below:
        assert found == ("unsure", "unlike a digit"), "what may be a digit is not left out"
    else:
        assert found == ("digit", None)


@pytest.mark.parametrize("reason", ["sign", "faint"])
def test_detections_reason_is_kept(reason: Reason) -> None:
    assert judged(Said(reason=reason), is_single=True) == ("not_a_digit", reason)


@given(st.floats(0.12, 0.99), st.floats(0, 1))
def test_what_two_networks_say_together_is_the_confidence(share: float, digit_below: float) -> None:
    said = Said(share=share)
    policy = Policy(slope=3.0, offset=1.0, digit_below=digit_below)
    (digit,) = decide(evidence_of([said], is_joined=True), policy, DETECTOR)
    assert digit.confidence == pytest.approx(share, abs=1e-6), "not calibrated again"
    assert digit.outcome == ("digit" if digit.confidence >= digit_below else "unsure")


@given(st.floats(0, 1), st.integers(0, 9))
def test_what_is_known_of_an_answer_is_the_confidence_in_pictures(sure: float, label: int) -> None:
    found = evidence_of([Said()], is_joined=True)
    answered = Answered(np.array([label]), np.array([sure]), np.array([1.0]), np.array([True]))
    (digit,) = decide(dataclasses.replace(found, answered=answered), POLICY, DETECTOR)
    assert (digit.label, digit.confidence) == (label, sure)
    assert digit.outcome == ("digit" if sure >= POLICY.digit_below else "unsure")


def test_the_box_of_a_mark_decides_nothing() -> None:
    assert judged(Said(width=60, height=20)) == ("digit", None)
    assert judged(Said(width=5, height=7)) == ("digit", None)


@given(st.lists(st.floats(0, 1, width=32), max_size=6))
def test_pages_of_one_mark_are_judged_together_as_each_alone(values: list[float]) -> None:
    pages = [[Said(likely, share=0.5 + likely / 3)] for likely in values]
    together = decide(evidence_of(*pages, is_single=True), POLICY, DETECTOR)
    assert together == [decide(evidence_of(page, is_single=True), POLICY, DETECTOR)[0] for page in pages]


def test_no_marks_no_digits() -> None:
    assert decide(evidence_of([], []), POLICY, DETECTOR) == []
