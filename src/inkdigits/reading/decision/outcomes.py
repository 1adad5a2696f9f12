"""Decides for each mark whether it is a digit, unsure, or not a digit, and gives the reason.

`read`, `read_digit` and `read_frames` share this decision. It is kept apart from the networks, so that their answers
stay visible and the thresholds can change without a new training.
"""

import numpy as np

from inkdigits.models.confidence import confidences
from inkdigits.models.metadata import DetectorInfo
from inkdigits.reading.decision.field_fit import fit_field
from inkdigits.reading.decision.line_doubt import doubt_lines
from inkdigits.reading.decision.thresholds import Policy
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.results import Digit, DigitOutcome, Reason
from inkdigits.spec import Float64Array

__all__ = ["decide"]

# share of a sign, as `Mark.signs`, from which a digit may as well be that sign: true 1s had 0.41 at most, 98 % of them
# less than 0.33, and slashes read as 1s 0.11 to 0.49 (where that was measured: `detection.signs`); with detector 1.1.0
# 99 % of 256 true 1s have less than 0.31, but a drawn one may have 0.41 or 0.08 as the paper around it shifts
_SIGN_DOUBT = 0.45


def decide(evidence: Evidence, policy: Policy, detector: DetectorInfo) -> list[Digit]:
    """Return the judged marks, their boxes as in the evidence.

    Args:
        evidence: What is known about the marks of some pages.
        policy: The thresholds of confidence.
        detector: Gives the limits of the digit probability.

    Where the evidence has placements, their marks are the digits of the pages' fields, and all other marks are none.
    """
    calibrated = _find_confidence(evidence, policy)
    answered = evidence.answered
    labels = evidence.probabilities.argmax(axis=1) if answered is None else answered.labels
    rows = zip(
        evidence.marks,
        labels.tolist(),
        evidence.probabilities.tolist(),
        calibrated.tolist(),
        evidence.digit_probabilities.tolist(),
        strict=True,
    )
    digits = []
    limits = np.where(evidence.is_joined, policy.digit_below, policy.unsure_below).tolist()
    for (mark, label, values, confidence, probability), limit in zip(rows, limits, strict=True):
        outcome, reason = _judge(mark, probability, detector, is_certain=confidence >= limit)
        known = (mark.box, mark.line, label, tuple(values), confidence)
        digits.append(Digit(*known, outcome, probability, reason, mark.printed))
    if evidence.placements:
        for (_, own), placement in zip(evidence.split(), evidence.placements, strict=True):
            is_joined = bool(evidence.is_joined[own].all())
            digits[own] = fit_field(digits[own], own.start, placement, policy, is_joined=is_joined)
    return doubt_lines(digits, evidence, policy)


def _find_confidence(evidence: Evidence, policy: Policy) -> Float64Array:
    """Return the probability that each label is right.

    For marks in pictures the detector's curves say it, for frames the bundle's.
    """
    alone = confidences(evidence.probabilities, policy.slope, policy.offset)
    together = evidence.probabilities.max(axis=1, initial=0.0)
    if evidence.answered is not None:
        together = evidence.answered.confidence
    return np.where(evidence.is_joined, together, alone)


def _judge(
    mark: Mark, probability: float, detector: DetectorInfo, *, is_certain: bool
) -> tuple[DigitOutcome, Reason | None]:
    """Return outcome and reason of a mark. One that may be a digit is unsure, not left out."""
    if mark.reason is not None:
        return "not_a_digit", mark.reason
    if probability < detector.reject_below:
        return "not_a_digit", "unlike a digit"
    if probability < detector.doubt_below:
        return "unsure", "unlike a digit"
    if mark.is_struck:
        return "unsure", "crossed out"
    is_clear = is_certain and float(mark.signs.max()) < _SIGN_DOUBT
    return ("digit", None) if is_clear else ("unsure", "low confidence")
