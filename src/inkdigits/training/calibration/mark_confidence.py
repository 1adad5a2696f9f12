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
_LINE_DIGITS, _LINE_LABELS = 4, 2  # places of the line recognizer's weights, which are 0 where it is not asked
_START = (0.3, 1.0, 0.3)  # of the exponents; the likelihood has one maximum
_FLOOR = 1e-12  # keeps logarithms finite
_UNLIKELY = (
    0.3  # probability under which a mark is no digit: of the marks under it and above 0.1, four of five are none
)
# probability from which a mark is called a digit, and its label is. Lines have a limit of their own, under which 0.6
# changes nothing on the development sets; of 160 bars on clean canvases 0.6 doubts 26 as digits
_MORE_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class MarkConfidence:
    """What the detector's folder says of confidence; the attributes are those of `metadata.DetectorInfo`."""

    label_weights: tuple[float, ...]
    digit_weights: tuple[float, ...]
    lone_label_weights: tuple[float, ...]
    lone_digit_weights: tuple[float, ...]
    reject_below: float
    doubt_below: float


def fit_marks(marks: HeldOutMarks) -> MarkConfidence:
    """Fit the weights; the limits are the same for all weights, since they are limits of a probability.

    Args:
        marks: With some digits and some marks that are none.
    """
    asked, lone = ((_fit_labels(marks, is_lone), _fit_digits(marks, is_lone)) for is_lone in (False, True))
    return MarkConfidence(*asked, *lone, _UNLIKELY, _MORE_LIKELY)


def _fit_digits(marks: HeldOutMarks, is_lone: bool) -> tuple[float, ...]:  # noqa: FBT001 - of two fits
    features, is_digit = marks.answers.seen.to_features(), (marks.labels != NO_DIGIT).astype(np.float64)

    def cost(weights: Float64Array) -> float:
        logits = features @ weights
        return float((np.logaddexp(0, logits) - is_digit * logits).mean())

    start = np.zeros(features.shape[1])
    bounds = [(0, 0) if is_lone and place == _LINE_DIGITS else sign for place, sign in enumerate(_SIGNS)]
    return tuple(float(weight) for weight in minimize(cost, start, bounds=bounds).x)


def _fit_labels(marks: HeldOutMarks, is_lone: bool) -> tuple[float, ...]:  # noqa: FBT001 - of two fits
    is_digit = marks.labels != NO_DIGIT
    said = marks.answers
    answers = [answer[is_digit].astype(np.float64) for answer in (said.classified, said.detected, said.in_line)]
    logs = np.log(np.maximum(np.stack(answers), _FLOOR))
    labels, rows = marks.labels[is_digit], np.arange(int(is_digit.sum()))

    def cost(exponents: Float64Array) -> float:
        joined = np.tensordot(exponents, logs, axes=1)
        joined -= joined.max(axis=1, keepdims=True)
        return float((np.log(np.exp(joined).sum(axis=1)) - joined[rows, labels]).mean())

    bounds = [(0.0, 0.0 if is_lone and place == _LINE_LABELS else None) for place in range(len(_START))]
    start = np.array([0.0 if most == 0 else value for value, (_, most) in zip(_START, bounds, strict=True)])
    return tuple(float(weight) for weight in minimize(cost, start, bounds=bounds).x)
