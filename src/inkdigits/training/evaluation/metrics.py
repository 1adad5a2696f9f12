"""Accuracy, intervals, confusion and calibration from labels and probabilities, in NumPy alone.

Naming law: `*_score` and `accuracy` are better high; `*_error`, `*_rate` and `*_loss` are better low. `y_true` comes
before `y_pred`. `confusion_matrix[true, predicted]`.
"""

import math

import numpy as np
import numpy.typing as npt

from inkdigits.spec import CLASS_COUNT, Float32Array, Float64Array, Int64Array, UInt8Array

__all__ = [
    "accuracy",
    "confidence_error",
    "confusion_matrix",
    "expected_calibration_error",
    "macro_accuracy",
    "reliability_bins",
    "risk_at_coverage",
    "risk_coverage_curve",
    "wilson_interval",
]

Z_95 = 1.959963984540054  # standard normal quantile at 0.975


def accuracy(y_true: UInt8Array, y_pred: UInt8Array) -> float:
    """Return the share of labels that agree, 0 to 1.

    Args:
        y_true: uint8, shape (n,), 0 to 9.
        y_pred: uint8, shape (n,), 0 to 9.

    Raises:
        ValueError: The shapes differ or n is 0.
    """
    _check_pair(y_true, y_pred)
    return float(np.mean(y_true == y_pred))


def macro_accuracy(y_true: UInt8Array, y_pred: UInt8Array) -> float:
    """Return the mean over the labels that occur in `y_true` of the accuracy on that label, 0 to 1.

    Args:
        y_true: uint8, shape (n,), 0 to 9.
        y_pred: uint8, shape (n,), 0 to 9.

    Raises:
        ValueError: The shapes differ or n is 0.
    """
    _check_pair(y_true, y_pred)
    return float(np.mean([np.mean(y_pred[y_true == label] == label) for label in np.unique(y_true)]))


def wilson_interval(correct: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Return the Wilson score interval of a proportion.

    Args:
        correct: Successes, 0 to n.
        n: Trials, 1 or more.
        z: Standard normal quantile; the default gives a 95 % interval.

    Returns:
        Lower and upper end, 0 to 1.

    Raises:
        ValueError: n is 0 or `correct` lies outside 0 to n.

    References:
        E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).

    >>> low, high = wilson_interval(9901, 10_000)
    >>> print(f"{low:.4f} {high:.4f}")
    0.9880 0.9919
    """
    if not 0 <= correct <= n or n == 0:
        msg = f"expected n of 1 or more and 0 <= correct <= n, got correct={correct}, n={n}"
        raise ValueError(msg)
    share = correct / n
    center = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (center - spread) / scale), min(1.0, (center + spread) / scale)


def confusion_matrix(y_true: UInt8Array, y_pred: UInt8Array) -> Int64Array:
    """Count how often each label was read as each other.

    Args:
        y_true: uint8, shape (n,), 0 to 9.
        y_pred: uint8, shape (n,), 0 to 9.

    Returns:
        int64, shape (10, 10): rows are true labels, columns are predicted ones.

    Raises:
        ValueError: The shapes differ or n is 0.
    """
    _check_pair(y_true, y_pred)
    pairs = y_true.astype(np.int64) * CLASS_COUNT + y_pred
    return np.bincount(pairs, minlength=CLASS_COUNT**2).reshape(CLASS_COUNT, CLASS_COUNT).astype(np.int64)


def expected_calibration_error(y_true: UInt8Array, probabilities: Float32Array, bins: int = 15) -> float:
    """Return the mean distance, 0 to 1, between confidence and accuracy over bins of equal width.

    Args:
        y_true: uint8, shape (n,), 0 to 9.
        probabilities: float, shape (n, 10), rows sum to 1.
        bins: How many bins divide 0 to 1.

    Raises:
        ValueError: n is 0 or the lengths differ.

    References:
        Guo et al., "On calibration of modern neural networks", ICML 2017, section 2.
    """
    y_pred = probabilities.argmax(axis=1).astype(np.uint8)
    _check_pair(y_true, y_pred)
    return confidence_error(y_true == y_pred, probabilities.max(axis=1).astype(np.float64), bins)


def confidence_error(is_right: npt.NDArray[np.bool_], confidence: Float64Array, bins: int = 15) -> float:
    """Return the expected calibration error, 0 to 1, of confidences that no longer come from a row of probabilities.

    Args:
        is_right: bool, shape (n,): whether each label was the true one.
        confidence: float64, shape (n,), 0 to 1.
        bins: How many bins of equal width divide 0 to 1.

    Raises:
        ValueError: n is 0 or the lengths differ.

    >>> print(f"{confidence_error(np.array([True, False]), np.array([0.9, 0.9])):.1f}")
    0.4
    """
    mean, right, count = reliability_bins(is_right, confidence, bins)
    return float((np.abs(mean - right) * count).sum() / len(confidence))


def reliability_bins(
    is_right: npt.NDArray[np.bool_], confidence: Float64Array, bins: int = 15
) -> tuple[Float64Array, Float64Array, Int64Array]:
    """Return what a reliability diagram shows: confidence and accuracy over bins of equal width.

    Args:
        is_right: bool, shape (n,): whether each label was the true one.
        confidence: float64, shape (n,), 0 to 1.
        bins: How many bins divide 0 to 1.

    Returns:
        For each bin that holds an answer, lowest first: mean confidence, share of right ones, and how many.

    Raises:
        ValueError: n is 0 or the lengths differ.
    """
    _check_confidence(is_right, confidence)
    index = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    count = np.bincount(index, minlength=bins)
    held = count > 0
    mean = np.bincount(index, weights=confidence, minlength=bins)[held] / count[held]
    right = np.bincount(index, weights=is_right.astype(np.float64), minlength=bins)[held] / count[held]
    return mean, right, count[held].astype(np.int64)


def risk_coverage_curve(is_right: npt.NDArray[np.bool_], confidence: Float64Array) -> Float64Array:
    """Return the share of wrong ones among the k most confident answers, for k from 1 to n.

    Equal confidences have no order, so within them the mean over all orders is told: an answer of many rounded 1.0 gets
    neither luck nor blame. The mean of the curve is the area under it, 0 to 1, better low.

    Args:
        is_right: bool, shape (n,): whether each label was the true one.
        confidence: float64, shape (n,), higher is surer.

    Returns:
        float64, shape (n,), 0 to 1; the last is the error rate.

    Raises:
        ValueError: n is 0 or the lengths differ.

    References:
        Geifman and El-Yaniv, "Selective classification for deep neural networks", NeurIPS 2017.

    >>> risk_coverage_curve(np.array([True, False, True]), np.array([0.9, 0.5, 0.7])).round(2).tolist()
    [0.0, 0.0, 0.33]
    """
    _check_confidence(is_right, confidence)
    order = np.argsort(-confidence, kind="stable")
    surest_first = confidence[order]
    wrong = np.cumsum(~is_right[order])
    accepted = np.arange(1, len(order) + 1)
    is_last_of_equals = np.append(surest_first[:-1] > surest_first[1:], True)
    ends = np.concatenate([[0], accepted[is_last_of_equals]])
    at_ends = np.concatenate([[0], wrong[is_last_of_equals]])
    return np.asarray(np.interp(accepted, ends, at_ends) / accepted, dtype=np.float64)


def risk_at_coverage(curve: Float64Array, coverage: float) -> float:
    """Return the share of wrong ones, 0 to 1, among the most confident answers.

    Args:
        curve: float64, shape (n,), from `risk_coverage_curve`.
        coverage: Share of the answers that are accepted, above 0 to 1; rounded up to a whole answer.

    Raises:
        ValueError: `coverage` lies outside its range.

    >>> risk_at_coverage(np.array([0.0, 0.0, 0.3]), 0.5)
    0.0
    """
    if not 0 < coverage <= 1:
        msg = f"expected a coverage above 0 and up to 1, got {coverage}"
        raise ValueError(msg)
    return float(curve[math.ceil(coverage * len(curve) - 1e-9) - 1])


def _check_confidence(is_right: npt.NDArray[np.bool_], confidence: Float64Array) -> None:
    if is_right.shape != confidence.shape or is_right.ndim != 1 or len(is_right) == 0:
        shapes = f"{is_right.shape} and {confidence.shape}"
        msg = f"expected two arrays of one shape (n,) with n of 1 or more, got {shapes}"
        raise ValueError(msg)


def _check_pair(y_true: UInt8Array, y_pred: UInt8Array) -> None:
    if y_true.shape != y_pred.shape or y_true.ndim != 1 or len(y_true) == 0:
        msg = f"expected two label arrays of one shape (n,) with n of 1 or more, got {y_true.shape} and {y_pred.shape}"
        raise ValueError(msg)
