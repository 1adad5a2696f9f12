"""Says how surely an answer is right: a digit, and the string of a line.

`confidence` joins what the networks say of a mark; this module asks what an answer made of that is worth. Two logistic
curves over a few columns say it, fitted on what held-out writers wrote and what `read` answered there. Their numbers
stand in the detector's `model.json`.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from inkdigits.spec import Float64Array

__all__ = ["DIGIT_COLUMNS", "LINE_COLUMNS", "AnsweredDigits", "AnsweredLines", "judge_answers"]

_LEAST_ODDS = 1e-4  # probability that counts at least, and 1 less the one that counts at most: its logarithm is finite
_LEAST_NAMED = 1e-3  # the same of the classifier, which knows no other ink and is sure of its errors
DIGIT_COLUMNS, LINE_COLUMNS = 7, 6  # how many numbers each curve weighs


class AnsweredDigits(NamedTuple):
    """What is known of N digits that are answered.

    Attributes:
        joined: float64, shape (N,), 0 to 1: of the label, by all networks together (`confidence.combine`).
        digit: float64, shape (N,), 0 to 1: that it is a digit at all.
        classified: float64, shape (N,), 0 to 1: of the label, by the classifier.
        in_line: float64, shape (N,), 0 to 1: of the label, by the line recognizer; 0.5 where it says nothing.
        string: float64, shape (N,), 0 to 1: of the whole string of its line, by the line recognizer; likewise.
        uneven: float64, shape (N,), 0 or more: how far its height is from the median of its line, as a logarithm.
    """

    joined: Float64Array
    digit: Float64Array
    classified: Float64Array
    in_line: Float64Array
    string: Float64Array
    uneven: Float64Array

    def to_features(self) -> Float64Array:
        """Return what `judge_answers` weighs: float64, shape (N, 7); the last column is 1."""
        named = np.log(np.maximum(self.classified, _LEAST_NAMED))
        odds = [_logit(share) for share in (self.joined, self.digit, self.in_line, self.string)]
        return np.stack([*odds[:2], named, *odds[2:], self.uneven, np.ones_like(named)], axis=1)


class AnsweredLines(NamedTuple):
    """What is known of N lines that are answered, each with 1 digit or more.

    Attributes:
        weakest: float64, shape (N,), 0 to 1: the confidence of its least sure digit.
        string: float64, shape (N,), 0 to 1: of its string, by the line recognizer.
        length: float64, shape (N,): how many digits it has.
        around: float64, shape (N,), 0 to 1: the most other ink just beside one of its digits.
        uneven: float64, shape (N,), 0 or more: the largest of its digits.
    """

    weakest: Float64Array
    string: Float64Array
    length: Float64Array
    around: Float64Array
    uneven: Float64Array

    def to_features(self) -> Float64Array:
        """Return what `judge_answers` weighs: float64, shape (N, 6); the last column is 1."""
        columns = [_logit(self.weakest), _logit(self.string), np.log(self.length), self.around, self.uneven]
        return np.stack([*columns, np.ones_like(self.length)], axis=1)


def judge_answers(features: Float64Array, weights: npt.ArrayLike) -> Float64Array:
    """Return the probability that answers are right.

    Args:
        features: float64, shape (N, C), of `AnsweredDigits` or `AnsweredLines`.
        weights: Shape (C,), or (N, C) where they differ; fitted on writers that trained no network.

    Returns:
        float64, shape (N,), 0 to 1, a new array.
    """
    return np.asarray(1 / (1 + np.exp(-(features * np.asarray(weights, dtype=np.float64)).sum(axis=1))))


def _logit(shares: Float64Array) -> Float64Array:
    held = np.clip(shares, _LEAST_ODDS, 1 - _LEAST_ODDS)
    return np.asarray(np.log(held / (1 - held)))
