"""Compares the digits of a page with the known length or pattern of a field, and keeps what fits."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkdigits.models.confidence import confidences
from inkdigits.reading.decision.thresholds import Policy
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.fields import Field
from inkdigits.results import Digit
from inkdigits.spec import CLASS_COUNT

__all__ = ["fit_field"]

_LEAST_FIT = 0.02  # probability of all labels that a place may have; with less, something else is written there


def fit_field(
    digits: Sequence[Digit], marks: Sequence[Mark], field: Field, policy: Policy, *, is_joined: bool = False
) -> list[Digit]:
    """Restrict each digit of a field to the labels that its place may have, and drop marks outside the field.

    All digits are unsure if too few marks can be digits, or if more sure digits are left out of the line
    than the field has signs.

    Args:
        digits: Of one page, in the order of `marks`.
        marks: What they were read from; those with a place are the digits of the field.
        field: What the page is known to hold.
        policy: The thresholds of confidence.
        is_joined: As of the page's marks in `Evidence`.
    """
    members = [place for place, mark in enumerate(marks) if mark.place is not None]
    is_member = set(members)
    lines = {digits[place].line for place in members}
    left_out = sum(
        digit.outcome == "digit" and digit.line in lines for place, digit in enumerate(digits) if place not in is_member
    )
    if len(members) != len(field.allowed) or left_out > len(field.literals):
        return [
            digit if digit.outcome == "not_a_digit" else replace(digit, outcome="unsure", reason="field mismatch")
            for digit in digits
        ]
    result = [
        digit if digit.outcome == "not_a_digit" else replace(digit, outcome="not_a_digit", reason="field mismatch")
        for digit in digits
    ]
    for place, allowed in zip(members, field.allowed, strict=True):
        result[place] = _hold_to(digits[place], allowed, policy, is_joined=is_joined)
    return result


def _hold_to(digit: Digit, allowed: frozenset[int], policy: Policy, *, is_joined: bool) -> Digit:
    """Return the digit with its likeliest allowed label, and the confidence among the allowed labels."""
    values = np.array([value if label in allowed else 0 for label, value in enumerate(digit.probabilities)])
    fit = float(values.sum())
    values = values / fit if fit > 0 else values
    label = max(allowed, key=lambda label: digit.probabilities[label])
    if len(allowed) < CLASS_COUNT:
        calibrated = float(confidences(values[None].astype(np.float32), policy.slope, policy.offset)[0])
        digit = replace(digit, label=label, confidence=float(values.max()) if is_joined else calibrated)
    if digit.outcome == "not_a_digit":
        return replace(digit, outcome="unsure", reason="unlike a digit")
    if fit < _LEAST_FIT:
        return replace(digit, outcome="unsure", reason="field mismatch")
    if digit.confidence < policy.unsure_below:
        return replace(digit, outcome="unsure", reason="low confidence")
    return replace(digit, outcome="digit", reason=None)
