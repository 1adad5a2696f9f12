"""Joins what the networks say of a mark, and turns margins into calibrated confidence."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from inkdigits.spec import LEAST_PROBABILITY, Float32Array, Float64Array

__all__ = ["Seen", "combine", "confidences", "judge_digits", "judge_frame_scores", "judge_heard", "margins"]

_MOST_LINE = 10.0  # of the line recognizer's logarithm: beyond it, more says no more
_LEAST_ODDS = 1e-3  # score that counts at least, and 1 less the one that counts at most: its logarithm stays finite


def combine(answers: Sequence[Float32Array | Float64Array], weights: npt.ArrayLike) -> Float32Array:
    """Return what several networks say together: a weighted product of their probabilities.

    Args:
        answers: Of each network float32 or float64, shape (N, 10), rows sum to 1.
        weights: Exponent of each network, shape (networks,) or, where marks differ, (N, networks); fitted on writers
            that trained none of them.

    Returns:
        float32, shape (N, 10), rows sum to 1, a new array.
    """
    logs = np.zeros(answers[0].shape)
    by_network = np.asarray(weights, dtype=np.float64).T
    for answer, weight in zip(answers, by_network, strict=True):
        logs += np.reshape(weight, (-1, 1)) * np.log(np.maximum(answer.astype(np.float64), LEAST_PROBABILITY))
    product = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(product / product.sum(axis=1, keepdims=True), dtype=np.float32)


class Seen(NamedTuple):
    """What detector and line recognizer say of N marks and of what stands beside them.

    The classifier has no voice here: fitted along, what it gives the detector's label got no weight (docs/log.md).

    Attributes:
        scores: float64, shape (N,), 0 to 1: of the label that it sees.
        other: float64, shape (N,), 0 to 1: the probability that the ink is no digit and no sign.
        around: float64, shape (N,), 0 to 1: the mean of that probability just beside the mark.
        company: float64, shape (N,), 0 to 1: the score of the surer digit beside it; 0 where it stands alone.
        line: float64, shape (N,): how much likelier the line recognizer finds the line with the digit than without it,
            natural logarithm; 0 where it says nothing.
    """

    scores: Float64Array
    other: Float64Array
    around: Float64Array
    company: Float64Array
    line: Float64Array

    def to_features(self) -> Float64Array:
        """Return what `judge_digits` weighs: float64, shape (N, 7); the last column is 1."""
        odds, is_alone = _logit(self.scores), self.company == 0
        company = np.where(is_alone, 0.0, _logit(self.company))
        line = np.clip(self.line, -_MOST_LINE, _MOST_LINE)
        columns = [odds, self.other, self.around, company, line, is_alone, np.ones_like(odds)]
        return np.stack(columns, axis=1)


def judge_digits(seen: Seen, weights: tuple[float, ...]) -> Float32Array:
    """Return the probability that marks are digits at all: a logistic curve over what detector and line recognizer say.

    Args:
        seen: Of N marks.
        weights: Of the columns of `Seen.to_features`, fitted on marks of writers that did not train it.

    Returns:
        float32, shape (N,), 0 to 1, a new array.
    """
    return np.asarray(1 / (1 + np.exp(-(seen.to_features() @ np.array(weights)))), dtype=np.float32)


def judge_frame_scores(scores: Float64Array, weights: tuple[float, ...]) -> Float32Array:
    """Return the probability that frames are digits at all, of the detector's scores alone.

    Nothing stands beside a frame, and frames made like MNIST's score otherwise than marks in pictures.

    Args:
        scores: float64, shape (N,), 0 to 1.
        weights: Of the logarithm of a score's odds, and of 1.

    Returns:
        float32, shape (N,), 0 to 1, a new array.
    """
    slope, bias = weights
    return np.asarray(1 / (1 + np.exp(-(slope * _logit(scores) + bias))), dtype=np.float32)


def judge_heard(line: Float64Array) -> Float32Array:
    """Return the probability that marks are digits which only the line recognizer has found.

    Args:
        line: float64, shape (N,), as in `Seen`.

    Returns:
        float32, shape (N,), 0 to 1, a new array.
    """
    return np.asarray(1 / (1 + np.exp(-np.clip(line, -_MOST_LINE, _MOST_LINE))), dtype=np.float32)


def _logit(shares: npt.ArrayLike) -> Float64Array:
    held = np.clip(shares, _LEAST_ODDS, 1 - _LEAST_ODDS)
    return np.asarray(np.log(held / (1 - held)))


def margins(probabilities: Float32Array) -> Float64Array:
    """Return how much likelier the first label is than the second, as the logarithm of their ratio.

    Args:
        probabilities: float32, shape (N, 10), rows sum to 1.

    Returns:
        float64, shape (N,), 0 to 20.8, a new array.
    """
    best = np.sort(np.maximum(probabilities.astype(np.float64), LEAST_PROBABILITY), axis=1)[:, -2:]
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
