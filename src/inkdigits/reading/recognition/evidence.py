"""What the networks and the shape of marks say: plain values, one row a mark."""

from collections.abc import Sequence
from dataclasses import dataclass

from inkdigits.spec import Float32Array

__all__ = ["Evidence", "FrameEvidence"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of some marks.

    Attributes:
        probabilities: float32, shape (N, 10), of each label, rows sum to 1.
        digit_shares: float32, shape (N,), the rejector's probability that each is a digit at all.
        are_digit_shaped: N times False where the shape already rules a digit out.
    """

    probabilities: Float32Array
    digit_shares: Float32Array
    are_digit_shaped: Sequence[bool]


@dataclass(frozen=True, slots=True)
class FrameEvidence:
    """What the networks say of N frames.

    Attributes:
        probabilities: float32, shape (N, 10), of each label, rows sum to 1.
        digit_shares: float32, shape (N,), the rejector's probability that each is a digit at all.
    """

    probabilities: Float32Array
    digit_shares: Float32Array
