"""Label probabilities and the shape of a mark go in; a calibrated confidence and an outcome come out.

Kept apart from the network: what it said stays visible, and this policy can change without training anything.
"""

from dataclasses import dataclass

import numpy as np

from inkdigits.records import Box, DigitOutcome
from inkdigits.spec import Float32Array, Float64Array

__all__ = ["Policy", "calibrate", "decide", "find_reject_limit", "has_digit_shape", "has_digit_tone"]

_MIN_PROBABILITY = 1e-12  # keeps the logarithm finite where float32 rounded a probability to 0
_DASH_ASPECT = 2.5  # width over height: MNIST's flattest digit has 2.2, a dash has more
_MIN_SIDE = 8  # pixels: of a smaller mark nobody could tell which digit it is
_MAX_TONE = 0.3  # between paper and ink: of 1,012 digits none has more, of 900 clothes one in seven (docs/log.md)
_MIN_CLUTTER = 2  # marks that are none
_DOT_SHARE = 0.3  # of the line's height: a dot, a comma or a speck beside the digits of its line


@dataclass(frozen=True, slots=True)
class Policy:
    """How an answer is judged.

    Attributes:
        temperature: Divides the logits, above 0; 1 leaves the network's own probabilities.
        unsure_below: Confidence, 0 to 1, under which a digit is called unsure.
    """

    temperature: float = 1.0
    unsure_below: float = 0.5


def calibrate(probabilities: Float32Array, temperature: float) -> Float64Array:
    """Return the probabilities with their logits divided by a temperature.

    Args:
        probabilities: float32, shape (N, 10), rows sum to 1.
        temperature: Above 0; over 1 flattens, under 1 sharpens.

    Returns:
        float64, shape (N, 10), rows sum to 1, the order of the labels as before; a new array.

    References:
        Guo et al., "On calibration of modern neural networks", ICML 2017, section 4.2 (temperature scaling).
    """
    logits = np.log(np.maximum(probabilities.astype(np.float64), _MIN_PROBABILITY)) / temperature
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def has_digit_shape(box: Box, line_height: int) -> bool:
    """Tell whether a mark could be a digit by its box alone: neither flat as a dash nor small as a dot or a speck.

    Args:
        box: Where it is.
        line_height: Height of the tallest mark of its line, pixels.
    """
    least = max(_DOT_SHARE * line_height, _MIN_SIDE)
    return box.width <= _DASH_ASPECT * box.height and max(box.height, box.width) >= least


def has_digit_tone(inner_tone: float) -> bool:
    """Tell whether a mark could be a digit by the paper between its strokes.

    Args:
        inner_tone: From `ink.find_inner_tone`.
    """
    return inner_tone <= _MAX_TONE


def find_reject_limit(digit_shares: Float32Array, usual: float, in_clutter: float) -> float:
    """Return the digit share under which a mark of a picture is not a digit.

    Where most marks are none, as on a texture or a page of text, some look like a digit by chance: there a mark has to
    look more like one.

    Args:
        digit_shares: float32, shape (N,), of all marks of the picture, 0 to 1; N may be 0.
        usual: Limit for any mark, 0 to 1.
        in_clutter: Limit where two marks or more, and more than half, are under the usual one.
    """
    rejected = int(np.count_nonzero(digit_shares < usual))
    return in_clutter if rejected >= _MIN_CLUTTER and 2 * rejected > len(digit_shares) else usual


def decide(
    confidence: float,
    policy: Policy,
    *,
    is_digit_shaped: bool = True,
    digit_share: float = 1.0,
    reject_below: float = 0.0,
) -> DigitOutcome:
    """Return what we make of one mark.

    Args:
        confidence: Calibrated probability of its label, 0 to 1.
        policy: The thresholds.
        is_digit_shaped: False when its box already rules a digit out.
        digit_share: The rejector's probability, 0 to 1, that it is a digit at all.
        reject_below: Digit share, 0 to 1, under which it is none.

    >>> decide(0.4, Policy(unsure_below=0.9))
    'unsure'
    """
    if not is_digit_shaped or digit_share < reject_below:
        return "not_a_digit"
    return "digit" if confidence >= policy.unsure_below else "unsure"
