"""Decides for each mark whether it is a digit, unsure, or not a digit, and gives the reason.

`read`, `read_digit` and `read_frames` share this decision. It is kept apart from the networks, so that their answers
stay visible and the thresholds can change without a new training.
"""

import numpy as np

from inkdigits.models.confidence import confidences
from inkdigits.models.metadata import RejectorInfo
from inkdigits.reading.decision.clutter import find_clutter
from inkdigits.reading.decision.field_fit import fit_field
from inkdigits.reading.decision.strays import doubt_strays
from inkdigits.reading.decision.thresholds import Policy
from inkdigits.reading.decision.vouching import doubt_lines, find_vouched
from inkdigits.reading.detection.page import Mark, Page
from inkdigits.reading.detection.shape import find_shape_fault
from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.results import Digit, DigitOutcome, Reason
from inkdigits.spec import BoolArray, Float64Array

__all__ = ["decide"]


def decide(evidence: Evidence, policy: Policy, rejector: RejectorInfo, field: Field | None = None) -> list[Digit]:
    """Return the judged marks, their boxes as in the evidence.

    Args:
        evidence: What is known about the marks of some pages.
        policy: The thresholds of confidence.
        rejector: Gives the limits of the digit probability.
        field: What each page is known to hold. Marks in which the line network saw a digit are then part of the field,
            and all other marks are not digits.
    """
    calibrated = confidences(evidence.probabilities, policy.slope, policy.offset)
    is_clutter = find_clutter(evidence, rejector)
    is_vouched = find_vouched(evidence, calibrated, is_clutter, rejector)
    outcomes = _judge(evidence, calibrated >= policy.unsure_below, is_clutter, is_vouched, rejector)
    rows = zip(
        evidence.marks,
        evidence.probabilities.argmax(axis=1).tolist(),
        evidence.probabilities.tolist(),
        calibrated.tolist(),
        evidence.digit_probabilities.tolist(),
        outcomes,
        strict=True,
    )
    digits = [
        Digit(mark.box, mark.line, label, tuple(values), confidence, outcome, probability, reason)
        for mark, label, values, confidence, probability, (outcome, reason) in rows
    ]
    for page, own in evidence.split():
        if field is not None or own.stop - own.start > 1 or page.may_hold_strays:
            digits[own] = _compare(digits[own], page, evidence.marks[own], policy, field)
    return digits


def _judge(
    evidence: Evidence, is_certain: BoolArray, is_clutter: BoolArray, is_vouched: BoolArray, rejector: RejectorInfo
) -> list[tuple[DigitOutcome, Reason | None]]:
    """Return outcome and reason of each mark by itself.

    A mark that may be a digit is unsure, not left out. On a page where most marks are not digits, some look like a
    digit by chance, so the bar is higher there.
    """
    likely: Float64Array = np.where(is_vouched, 1.0, evidence.digit_probabilities)
    least = np.where(is_clutter, rejector.reject_below_in_clutter, rejector.reject_below)
    results: list[tuple[DigitOutcome, Reason | None]] = []
    rows = zip(
        _find_faults(evidence, is_vouched),
        (likely < least).tolist(),
        (likely < rejector.reject_below).tolist(),
        (likely < rejector.doubt_below).tolist(),
        is_certain.tolist(),
        strict=True,
    )
    for fault, is_rejected, is_rejected_anywhere, is_doubted, is_sure in rows:
        if fault is not None:
            results.append(("not_a_digit", fault))
        elif is_rejected:
            results.append(("not_a_digit", "unlike a digit" if is_rejected_anywhere else "clutter"))
        elif is_doubted:
            results.append(("unsure", "unlike a digit"))
        else:
            results.append(("digit", None) if is_sure else ("unsure", "low confidence"))
    return results


def _find_faults(evidence: Evidence, is_vouched: BoolArray) -> list[Reason | None]:
    """Return why marks cannot be digits, whatever the networks of single marks say; None if they can.

    A mark that is known to be the only digit may have any size.
    """
    faults: list[Reason | None] = []
    for page, own in evidence.split():
        for mark in evidence.marks[own]:
            shape = None if page.is_single else find_shape_fault(mark.box, mark.line_height)
            faults.append(mark.reason or shape)
    return [None if vouched else fault for fault, vouched in zip(faults, is_vouched.tolist(), strict=True)]


def _compare(
    digits: list[Digit], page: Page, marks: tuple[Mark, ...], policy: Policy, field: Field | None
) -> list[Digit]:
    """Return the digits of a page after comparing them with each other, or with the field that the page holds."""
    if field is not None:
        return fit_field(digits, marks, field, policy)
    digits = doubt_lines(digits, marks)
    return doubt_strays(digits, marks, *page.searched) if page.may_hold_strays else digits
