"""The measures agree with scikit-learn where it has them, and with arithmetic where it has not."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.evaluation.metrics import (
    accuracy,
    confidence_error,
    confusion_matrix,
    expected_calibration_error,
    macro_accuracy,
    reliability_bins,
    risk_at_coverage,
    risk_coverage_curve,
    wilson_interval,
)

pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=60)


def labels(*values: int) -> UInt8Array:
    return np.array(values, dtype=np.uint8)


def columns(rows: list[tuple[int, int]]) -> tuple[UInt8Array, UInt8Array]:
    true, predicted = zip(*rows, strict=True)
    return labels(*true), labels(*predicted)


@given(pairs)
def test_the_confusion_matrix_holds_each_pair_once_and_accuracy_is_its_diagonal(rows: list[tuple[int, int]]) -> None:
    y_true, y_pred = columns(rows)
    matrix = confusion_matrix(y_true, y_pred)
    assert matrix.shape == (10, 10)
    assert matrix.dtype == np.int64
    assert matrix.sum() == len(rows)
    assert all(matrix[pair] == rows.count(pair) for pair in rows)
    assert accuracy(y_true, y_pred) == pytest.approx(np.trace(matrix) / len(rows))


@settings(max_examples=30, deadline=None)  # scikit-learn is slow to import
@given(pairs)
def test_accuracies_agree_with_scikit_learn(rows: list[tuple[int, int]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    y_true, y_pred = columns(rows)
    assert accuracy(y_true, y_pred) == pytest.approx(metrics.accuracy_score(y_true, y_pred))
    recall = metrics.recall_score(y_true, y_pred, labels=np.unique(y_true), average="macro")
    assert macro_accuracy(y_true, y_pred) == pytest.approx(recall)
    assert np.array_equal(confusion_matrix(y_true, y_pred), metrics.confusion_matrix(y_true, y_pred, labels=range(10)))


def test_macro_accuracy_weighs_labels_alike() -> None:
    assert macro_accuracy(labels(1, 1, 1, 7), labels(1, 1, 1, 0)) == 0.5


@given(st.integers(1, 20_000), st.floats(0, 1))
def test_the_interval_holds_the_share_and_stays_within_0_and_1(n: int, share: float) -> None:
    correct = round(share * n)
    low, high = wilson_interval(correct, n)
    assert 0 <= low <= correct / n + 1e-12
    assert correct / n - 1e-12 <= high <= 1
    # its ends solve (p - share)^2 = z^2 p (1 - p) / n
    for end in (low, high):
        if 0 < end < 1:
            variance = end * (1 - end) / n
            assert (end - correct / n) ** 2 == pytest.approx(1.959963984540054**2 * variance, rel=1e-6, abs=1e-12)


def test_a_higher_quantile_widens_the_interval() -> None:
    narrow, wide = wilson_interval(90, 100), wilson_interval(90, 100, z=2.58)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize(("correct", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_a_proportion_that_cannot_be_is_refused(correct: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"got correct={correct}, n={n}"):
        wilson_interval(correct, n)


def sure(confidence: float, count: int) -> Float32Array:
    """Return probabilities that give label 0 with a confidence, for some frames."""
    rest = (1 - confidence) / 9
    return np.tile(np.array([confidence, *[rest] * 9], dtype=np.float32), (count, 1))


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    y_true = labels(*[0] * 7, *[1] * 3)
    assert expected_calibration_error(y_true, sure(0.7, 10)) == pytest.approx(0, abs=1e-6)
    assert expected_calibration_error(y_true, sure(0.95, 10)) == pytest.approx(0.25, abs=1e-6)
    assert expected_calibration_error(y_true, sure(1.0, 10)) == pytest.approx(0.3, abs=1e-6)


def test_gaps_of_different_bins_do_not_cancel_and_those_of_one_bin_do() -> None:
    y_true = labels(*[1] * 5, *[0] * 5)
    probabilities = np.concatenate([sure(0.5, 5), sure(0.9, 5)])  # 0.5 too high, then 0.1 too low
    assert expected_calibration_error(y_true, probabilities) == pytest.approx(0.3, abs=1e-6)
    assert expected_calibration_error(y_true, probabilities, bins=1) == pytest.approx(0.2, abs=1e-6)


@pytest.mark.parametrize("measure", [accuracy, macro_accuracy, confusion_matrix])
@pytest.mark.parametrize(
    ("y_true", "y_pred"), [(labels(), labels()), (labels(1), labels(1, 2)), (labels(1)[None], labels(1)[None])]
)
def test_labels_that_are_no_pair_are_refused(
    measure: Callable[[UInt8Array, UInt8Array], object], y_true: UInt8Array, y_pred: UInt8Array
) -> None:
    with pytest.raises(ValueError, match="expected two label arrays of one shape"):
        measure(y_true, y_pred)


def test_calibration_of_nothing_or_of_another_length_is_refused() -> None:
    for y_true, count in ((labels(), 0), (labels(1, 2), 3)):
        with pytest.raises(ValueError, match="expected two label arrays"):
            expected_calibration_error(y_true, sure(0.5, count))


def test_confidences_are_measured_as_probabilities_are() -> None:
    confidence, is_right = np.array([0.5] * 5 + [0.9] * 5), np.array([False] * 5 + [True] * 5)
    assert confidence_error(is_right, confidence) == pytest.approx(0.3, abs=1e-6)
    assert confidence_error(is_right, confidence, bins=1) == pytest.approx(0.2, abs=1e-6)


def test_the_example_of_the_docstring_is_the_textbook_formula() -> None:
    n, share, z = 10_000, 0.9901, 1.96
    center = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    assert wilson_interval(9_901, n) == pytest.approx((center - half, center + half), abs=1e-6)


answers = st.lists(st.tuples(st.booleans(), st.sampled_from([0.2, 0.5, 0.9, 0.99, 1.0])), min_size=1, max_size=40)


@settings(max_examples=30, deadline=None)  # it shuffles 400 times
@given(answers)
def test_the_risk_curve_ends_at_the_error_rate_and_is_the_mean_over_ties(rows: list[tuple[bool, float]]) -> None:
    is_right, confidence = np.array([right for right, _ in rows]), np.array([sure for _, sure in rows])
    curve = risk_coverage_curve(is_right, confidence)
    assert curve[-1] == pytest.approx(1 - is_right.mean())
    assert risk_at_coverage(curve, 1) == curve[-1]
    # many random orders of equal confidences have this mean
    generator = np.random.default_rng(7)
    orders = [np.lexsort((generator.random(len(rows)), -confidence)) for _ in range(400)]
    mean = np.mean([np.cumsum(~is_right[order]) / np.arange(1, len(rows) + 1) for order in orders], axis=0)
    assert np.abs(curve - mean).max() < 0.15


def test_risk_counts_the_wrong_among_the_surest() -> None:
    is_right, confidence = np.ones(200, dtype=bool), np.linspace(1, 0.5, 200)
    is_right[[100, 195, 199]] = False
    curve = risk_coverage_curve(is_right, confidence)
    assert risk_at_coverage(curve, 0.99) == pytest.approx(2 / 198)
    assert risk_at_coverage(curve, 0.95) == pytest.approx(1 / 190)
    assert risk_at_coverage(curve, 0.5) == 0
    assert risk_at_coverage(curve, 0.001) == 0


@given(answers)
def test_reliability_bins_hold_every_answer_once(rows: list[tuple[bool, float]]) -> None:
    is_right, confidence = np.array([right for right, _ in rows]), np.array([sure for _, sure in rows])
    mean, right, count = reliability_bins(is_right, confidence, 10)
    assert count.sum() == len(rows)
    assert (count > 0).all()
    assert (mean * count).sum() == pytest.approx(confidence.sum())
    assert (right * count).sum() == pytest.approx(is_right.sum())
    assert (np.diff(mean) > 0).all()


@pytest.mark.parametrize("function", [confidence_error, risk_coverage_curve, reliability_bins])
@pytest.mark.parametrize(("right", "sure"), [(0, 0), (2, 3)])
def test_confidences_without_answers_are_refused(function: Callable[..., object], right: int, sure: int) -> None:
    with pytest.raises(ValueError, match=r"expected two arrays of one shape \(n,\) with n of 1 or more"):
        function(np.ones(right, dtype=bool), np.ones(sure))


@pytest.mark.parametrize("coverage", [0, -0.1, 1.01])
def test_a_coverage_outside_its_range_is_refused(coverage: float) -> None:
    with pytest.raises(ValueError, match="expected a coverage above 0 and up to 1"):
        risk_at_coverage(np.zeros(3), coverage)
