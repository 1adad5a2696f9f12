"""Label probabilities and the shape of a mark go in; a calibrated confidence and an outcome come out.

Kept apart from the network: what it said stays visible, and this policy can change without training anything.
"""

from dataclasses import dataclass

import numpy as np

from inkdigits.models.metadata import RejectorInfo
from inkdigits.reading.decision.policy import Policy
from inkdigits.results import DigitOutcome
from inkdigits.spec import Float32Array

__all__ = ["ShareLimits", "decide", "find_share_limits"]

_MIN_CLUTTER = 2  # marks that are none


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
