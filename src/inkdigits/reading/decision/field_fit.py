"""Holds the digits of a page to the string of its field, and doubts them all where none fits."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkdigits.models.confidence import confidences
from inkdigits.reading.decision.thresholds import Policy
from inkdigits.reading.recognition.placements import Placement
from inkdigits.results import Digit
from inkdigits.spec import CLASS_COUNT

__all__ = ["fit_field"]

_LEAST_FIT = 0.02  # probability of all labels that a place may have; with less, something else is written there


def fit_field(
    digits: Sequence[Digit], start: int, placement: Placement | None, policy: Policy, *, is_joined: bool = False
) -> list[Digit]:
    """Restrict each digit of a field to what its place may hold, and drop the marks outside the field.

    All digits are unsure if nothing fits, and those of the field if its string is not plausible.

    Args:
        digits: Of one page, in the order of its marks.
        start: Place of the first one in the evidence.
        placement: The string of the field; None where nothing fits.
        policy: The thresholds of confidence.
        is_joined: As of the page's marks in `Evidence`.
    """
    if placement is None:
        return [
            digit if digit.outcome == "not_a_digit" else replace(digit, outcome="unsure", reason="field mismatch")
            for digit in digits
        ]
    result = [
        digit if digit.outcome == "not_a_digit" else replace(digit, outcome="not_a_digit", reason="field mismatch")
        for digit in digits
    ]
    for at, place in enumerate(placement.members):
        digit = digits[place - start]
        held = _hold_to(digit, placement, at, policy, is_joined=is_joined)
        result[place - start] = _judge(held, placement, at, policy, is_joined=is_joined)
    return result


def _hold_to(digit: Digit, placement: Placement, at: int, policy: Policy, *, is_joined: bool) -> Digit:
    """Return a digit with its label in the string, and the confidence among the strings that may be."""
    label, stands = int(placement.digits[at]), placement.stands[at]
    if placement.has_rules:
        return replace(digit, label=label, confidence=placement.shares[at])
    allowed = placement.layout.allowed[at]
    if len(allowed) == CLASS_COUNT:
        return replace(digit, confidence=digit.confidence * stands)
    values = np.array([value if label in allowed else 0 for label, value in enumerate(digit.probabilities)])
    fit = float(values.sum())
    values = values / fit if fit > 0 else values
    calibrated = float(confidences(values[None].astype(np.float32), policy.slope, policy.offset)[0])
    confidence = float(values.max()) if is_joined else calibrated
    return replace(digit, label=label, confidence=confidence * stands)


def _judge(digit: Digit, placement: Placement, at: int, policy: Policy, *, is_joined: bool) -> Digit:
    """Return a digit of a field with its outcome."""
    if not placement.is_plausible or placement.fits[at] < _LEAST_FIT:
        return replace(digit, outcome="unsure", reason="field mismatch")
    if digit.outcome == "not_a_digit" or placement.are_doubtful[at]:
        return replace(digit, outcome="unsure", reason="unlike a digit")
    if digit.confidence < (policy.digit_below if is_joined else policy.unsure_below):
        return replace(digit, outcome="unsure", reason="low confidence")
    return replace(digit, outcome="digit", reason=None)
