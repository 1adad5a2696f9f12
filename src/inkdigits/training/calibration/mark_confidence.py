"""Fits what the networks together say of a mark: whether it is a digit at all, and which.

Both fits maximize the likelihood of marks of writers that trained neither network, so their answers are probabilities.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from inkdigits.spec import Float64Array
from inkdigits.training.calibration.held_out_marks import NO_DIGIT, HeldOutMarks

__all__ = ["MarkConfidence", "fit_marks"]

# of the weights: surer scores, company and line never make a digit less likely, other ink never more
_SIGNS = ((0, None), (None, 0), (None, 0), (0, None), (0, None), (None, None), (None, None))
_START = (0.3, 1.0, 0.3)  # of the exponents; the likelihood has one maximum
_FLOOR = 1e-12  # keeps logarithms finite
_UNLIKELY = (
    0.3  # probability under which a mark is no digit: of the marks under it and above 0.1, four of five are none
)
_MORE_LIKELY = 0.5  # probability from which a mark is called a digit, as labels are (`BundleInfo.unsure_below`)


@dataclass(frozen=True, slots=True)
class MarkConfidence:
    """What the detector's folder says of confidence; the attributes are those of `metadata.DetectorInfo`."""

    label_weights: tuple[float, float, float]
    digit_weights: tuple[float, ...]
    reject_below: float
    doubt_below: float


def fit_marks(marks: HeldOutMarks) -> MarkConfidence:
    """Fit the weights; the limits are the same for all weights, since they are limits of a probability.

    Args:
        marks: With some digits and some marks that are none.
    """
    return MarkConfidence(_fit_labels(marks), _fit_digits(marks), _UNLIKELY, _MORE_LIKELY)


def _fit_digits(marks: HeldOutMarks) -> tuple[float, ...]:
    features, is_digit = marks.answers.seen.to_features(), (marks.labels != NO_DIGIT).astype(np.float64)

    def cost(weights: Float64Array) -> float:
        logits = features @ weights
        return float((np.logaddexp(0, logits) - is_digit * logits).mean())

    start = np.zeros(features.shape[1])
    return tuple(float(weight) for weight in minimize(cost, start, bounds=_SIGNS).x)


def _fit_labels(marks: HeldOutMarks) -> tuple[float, float, float]:
    is_digit = marks.labels != NO_DIGIT
    said = marks.answers
    answers = [answer[is_digit].astype(np.float64) for answer in (said.classified, said.detected, said.in_line)]
    logs = np.log(np.maximum(np.stack(answers), _FLOOR))
    labels, rows = marks.labels[is_digit], np.arange(int(is_digit.sum()))

    def cost(exponents: Float64Array) -> float:
        joined = np.tensordot(exponents, logs, axes=1)
        joined -= joined.max(axis=1, keepdims=True)
        return float((np.log(np.exp(joined).sum(axis=1)) - joined[rows, labels]).mean())

    fitted = minimize(cost, np.array(_START), bounds=[(0.0, None)] * len(_START)).x
    return float(fitted[0]), float(fitted[1]), float(fitted[2])
