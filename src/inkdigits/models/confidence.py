"""Joins what two networks say of a digit, and turns margins into calibrated confidence."""

from collections.abc import Sequence

import numpy as np

from inkdigits.spec import Float32Array, Float64Array

__all__ = ["combine", "confidences", "margins"]

_MIN_PROBABILITY = 1e-12  # keeps the logarithm finite where float32 rounded a probability to 0
# exponents of the classifier's and the line recognizer's probabilities: of whole marks, and of those that were cut
_WHOLE_WEIGHTS = (0.8, 0.6)
_CUT_WEIGHTS = (0.2, 1.0)


def combine(
    probabilities: Float32Array, line_shares: Sequence[Float64Array | None], was_cut: Sequence[bool]
) -> Float32Array:
    """Return what the network of single digits and the line recognizer say together: a weighted product of both.

    Args:
        probabilities: float32, shape (N, 10), rows sum to 1, the network's.
        line_shares: N rows, float64, shape (10,), sum 1, the line recognizer's; None where it says nothing.
        was_cut: N times whether the mark was cut out of a larger one; there the line recognizer, which saw it whole,
            counts for more.

    Returns:
        float32, shape (N, 10), rows sum to 1, a new array; the network's own where the line recognizer says nothing.
    """
    result = probabilities.copy()
    for row, shares, cut in zip(result, line_shares, was_cut, strict=True):
        if shares is not None:
            network, line = _CUT_WEIGHTS if cut else _WHOLE_WEIGHTS
            logs = network * np.log(np.maximum(row, _MIN_PROBABILITY)) + line * np.log(
                np.maximum(shares, _MIN_PROBABILITY)
            )
            product = np.exp(logs - logs.max())
            row[:] = product / product.sum()
    return result


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
