"""Joins what classifier and detector say of a mark, and turns margins into calibrated confidence."""

import numpy as np

from inkdigits.spec import Float32Array, Float64Array

__all__ = ["combine", "confidences", "digit_features", "judge_digits", "judge_marks", "margins"]

_MIN_PROBABILITY = 1e-12  # keeps the logarithm finite where float32 rounded a probability to 0
_LEAST_AGREED = 1e-3  # probability of a label that the classifier may give at least: beyond it, less says no more


def combine(probabilities: Float32Array, seen: Float64Array, weights: tuple[float, float]) -> Float32Array:
    """Return what classifier and detector say together: a weighted product of both.

    Args:
        probabilities: float32, shape (N, 10), rows sum to 1, the classifier's.
        seen: float64, shape (N, 10), rows sum to 1, the detector's.
        weights: Exponents of the classifier's and of the detector's, fitted on writers that trained neither.

    Returns:
        float32, shape (N, 10), rows sum to 1, a new array.
    """
    logs = weights[0] * np.log(np.maximum(probabilities.astype(np.float64), _MIN_PROBABILITY))
    logs += weights[1] * np.log(np.maximum(seen, _MIN_PROBABILITY))
    product = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(product / product.sum(axis=1, keepdims=True), dtype=np.float32)


def judge_marks(
    scores: Float64Array, seen: Float64Array, probabilities: Float32Array, weights: tuple[float, float, float]
) -> Float32Array:
    """Return the probability that marks are digits at all, of what detector and classifier say of their labels.

    Args:
        scores: float64, shape (N,), 0 to 1: the detector's, of each mark.
        seen: float64, shape (N, 10): the detector's, of each label; its largest is the label that it sees.
        probabilities: float32, shape (N, 10), rows sum to 1, the classifier's.
        weights: Of `judge_digits`.

    Returns:
        float32, shape (N,), 0 to 1, a new array.
    """
    agreed = probabilities[np.arange(len(seen)), seen.argmax(axis=1)]
    return judge_digits(scores, agreed, weights)


def judge_digits(scores: Float64Array, agreed: Float32Array, weights: tuple[float, float, float]) -> Float32Array:
    """Return the probability that marks are digits at all: a logistic curve over what two networks say.

    Args:
        scores: float64, shape (N,), 0 to 1: the detector's.
        agreed: float32, shape (N,), 0 to 1: what the classifier gives the label that the detector sees.
        weights: Of the score (its logit), of the agreement (its logarithm), and the offset, fitted on marks of writers
            that trained neither.

    Returns:
        float32, shape (N,), 0 to 1, a new array.
    """
    features = digit_features(scores, agreed)
    return np.asarray(1 / (1 + np.exp(-(features @ np.array(weights[:2]) + weights[2]))), dtype=np.float32)


def digit_features(scores: Float64Array, agreed: Float32Array) -> Float64Array:
    """Return what `judge_digits` weighs: float64, shape (N, 2)."""
    held = np.clip(scores, _LEAST_AGREED, 1 - _LEAST_AGREED)
    agreement = np.log(np.maximum(agreed.astype(np.float64), _LEAST_AGREED))
    return np.stack([np.log(held / (1 - held)), agreement], axis=1)


def margins(probabilities: Float32Array) -> Float64Array:
    """Return how much likelier the first label is than the second, as the logarithm of their ratio.

    Args:
        probabilities: float32, shape (N, 10), rows sum to 1.

    Returns:
        float64, shape (N,), 0 to 27.7, a new array.
    """
    best = np.sort(np.maximum(probabilities.astype(np.float64), _MIN_PROBABILITY), axis=1)[:, -2:]
    return np.asarray(np.log(best[:, 1]) - np.log(best[:, 0]))


def confidences(probabilities: Float32Array, slope: float, offset: float) -> Float64Array:
    """Return the calibrated probability that each row's first label is right: a logistic curve over its margin.

    The curve rises, so it moves no digit before another; the labels' order and the probabilities stay as they are.

    Args:
        probabilities: float32, shape (N, 10), rows sum to 1.
        slope: Above 0; over 1 sharpens, under 1 flattens.
        offset: Under 0 makes all less sure.

    Returns:
        float64, shape (N,), 0 to 1, a new array.

    References:
        J. Platt, "Probabilistic outputs for support vector machines", 1999. docs/log.md has what else was tried.

    >>> even = np.full((1, 10), 0.1, dtype=np.float32)
    >>> confidences(even, 1.0, 0.0)
    array([0.5])
    """
    return np.asarray(1 / (1 + np.exp(-(slope * margins(probabilities) + offset))))
