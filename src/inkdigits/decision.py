"""Label probabilities and the shape of a mark go in; a calibrated confidence and an outcome come out.

Kept apart from the network: what it said stays visible, and this policy can change without training anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.bundle_info import BundleInfo, ErrorBudget, RejectorInfo
from inkdigits.errors import ErrorBudgetError
from inkdigits.records import Box, DigitOutcome
from inkdigits.spec import Float32Array, Float64Array

__all__ = [
    "Policy",
    "ShareLimits",
    "choose_policy",
    "combine",
    "confidences",
    "decide",
    "find_share_limits",
    "has_digit_shape",
    "has_pen_lines",
    "margins",
]

_MIN_PROBABILITY = 1e-12  # keeps the logarithm finite where float32 rounded a probability to 0
_WHOLE_WEIGHTS = (0.8, 0.6)  # of the network of single digits, and of the line reader
_CUT_WEIGHTS = (0.2, 1.0)
_DASH_ASPECT = 2.5  # width over height: MNIST's flattest digit has 2.2, a dash has more
_MIN_SIDE = 8  # pixels: of a smaller mark nobody could tell which digit it is
_MAX_TONE = 0.3  # between paper and ink: of 1,012 digits none has more, of 900 clothes one in seven (docs/log.md)
_MAX_OUTER_TONE = (
    0.15  # beside the ink: of 8,500 digits of the sets none has more than 0.03, of 900 clothes one in twenty
)
_MAX_THICKNESS = 0.5  # of the long side: 1 in 800 of MNIST's validation digits has more, a quarter of clothes do
_MIN_CLUTTER = 2  # marks that are none
_DOT_SHARE = 0.3  # of the line's height: a dot, a comma or a speck beside the digits of its line


@dataclass(frozen=True, slots=True)
class Policy:
    """How an answer is judged.

    Attributes:
        slope: Of `confidences`, above 0.
        offset: Of `confidences`.
        unsure_below: Confidence, 0 to 1, under which a digit is called unsure.
        budget: The promise that the threshold keeps; None when it was fitted to none, or no promise was asked for.
    """

    slope: float = 1.0
    offset: float = 0.0
    unsure_below: float = 0.5
    budget: ErrorBudget | None = None


def choose_policy(info: BundleInfo, max_error: float | None = None) -> Policy:
    """Return the policy of a bundle that answers most digits within a budget of wrong answers.

    Args:
        info: What the bundle says.
        max_error: Most wrong digits among those answered, 0 to 1; None takes the bundle's own threshold.

    Raises:
        ErrorBudgetError: `max_error` is no share, or the bundle can promise none so small.

    >>> choose_policy(BundleInfo("mine", "1.0.0", 1)).unsure_below
    0.5
    """
    if max_error is None:
        budget = next((row for row in info.budgets if row.unsure_below == info.unsure_below), None)
        return Policy(info.confidence_slope, info.confidence_offset, info.unsure_below, budget)
    if not 0 <= max_error <= 1:
        msg = f"expected a share of wrong answers from 0 to 1, got {max_error}; 0.001 is one in a thousand"
        raise ErrorBudgetError(msg)
    affordable = [row for row in info.budgets if row.max_error <= max_error]
    if not affordable:
        least = f"{info.budgets[0].max_error} or more" if info.budgets else "none: no digits were held out to fit one"
        msg = f"{info.name} cannot promise {max_error} wrong answers; it can promise {least}"
        raise ErrorBudgetError(msg)
    return Policy(info.confidence_slope, info.confidence_offset, affordable[-1].unsure_below, affordable[-1])


def combine(
    probabilities: Float32Array, line_shares: Sequence[Float64Array | None], was_cut: Sequence[bool]
) -> Float32Array:
    """Return what the network of single digits and the line reader say together: a weighted product of both.

    Args:
        probabilities: float32, shape (N, 10), rows sum to 1, the network's.
        line_shares: N rows, float64, shape (10,), sum 1, the line reader's; None where it says nothing.
        was_cut: N times whether the mark was cut out of a larger one; there the line reader, which saw it whole, counts
            for more.

    Returns:
        float32, shape (N, 10), rows sum to 1, a new array; the network's own where the line reader says nothing.
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


def has_digit_shape(box: Box, line_height: int) -> bool:
    """Tell whether a mark could be a digit by its box alone: neither flat as a dash nor small as a dot or a speck.

    Args:
        box: Where it is.
        line_height: Height of the tallest mark of its line, pixels.
    """
    least = max(_DOT_SHARE * line_height, _MIN_SIDE)
    return box.width <= _DASH_ASPECT * box.height and max(box.height, box.width) >= least


def has_pen_lines(inner_tone: float, outer_tone: float, thickness: float) -> bool:
    """Tell whether a mark could be a digit by the paper between and beside its strokes and by their thickness.

    Args:
        inner_tone: From `tones.find_inner_tone`.
        outer_tone: From `tones.find_outer_tone`.
        thickness: From `tones.find_thickness`.
    """
    return inner_tone <= _MAX_TONE and outer_tone <= _MAX_OUTER_TONE and thickness <= _MAX_THICKNESS


@dataclass(frozen=True, slots=True)
class ShareLimits:
    """What the rejector's share makes of a mark.

    Attributes:
        reject_below: Digit share, 0 to 1, under which it is not a digit.
        doubt_below: Digit share, 0 to 1, under which it is unsure: what may be a digit is not left out in silence.
        is_clutter: True where most marks of the picture are doubtful.
    """

    reject_below: float = 0.0
    doubt_below: float = 0.0
    is_clutter: bool = False


def find_share_limits(digit_shares: Float32Array, info: RejectorInfo, *, is_clutter: bool = False) -> ShareLimits:
    """Return the limits for the marks of a picture.

    Where most marks are none, as on a texture or a page of text, some look like a digit by chance: there a mark has to
    look more like one.

    Args:
        digit_shares: float32, shape (N,), of all marks of the picture, 0 to 1; N may be 0.
        info: Has the usual limits, and the higher one where two marks or more, and more than half, are doubtful.
        is_clutter: True where something else tells that most marks are none.
    """
    doubtful = int(np.count_nonzero(digit_shares < info.doubt_below))
    is_clutter = is_clutter or (doubtful >= _MIN_CLUTTER and 2 * doubtful > len(digit_shares))
    reject_below = info.reject_below_in_clutter if is_clutter else info.reject_below
    return ShareLimits(reject_below, info.doubt_below, is_clutter)


_NO_LIMITS = ShareLimits()


def decide(
    confidence: float,
    policy: Policy,
    *,
    is_digit_shaped: bool = True,
    digit_share: float = 1.0,
    limits: ShareLimits = _NO_LIMITS,
) -> DigitOutcome:
    """Return what we make of one mark.

    Args:
        confidence: Calibrated probability of its label, 0 to 1.
        policy: The thresholds.
        is_digit_shaped: False when its box already rules a digit out.
        digit_share: The rejector's probability, 0 to 1, that it is a digit at all.
        limits: What that share makes of it.

    >>> decide(0.4, Policy(unsure_below=0.9))
    'unsure'
    """
    if not is_digit_shaped or digit_share < limits.reject_below:
        return "not_a_digit"
    is_sure = confidence >= policy.unsure_below and digit_share >= limits.doubt_below
    return "digit" if is_sure else "unsure"
