"""Pictures of one mark each, and what the networks say of them, go in; a reading of each comes out."""

from collections.abc import Sequence

from inkdigits.models.confidence import confidences
from inkdigits.models.metadata import RejectorInfo
from inkdigits.reading.decision.outcomes import decide, find_share_limits
from inkdigits.reading.decision.policy import Policy
from inkdigits.reading.decision.strings import make_lone_lines
from inkdigits.reading.recognition.evidence import FrameEvidence
from inkdigits.reading.recognition.lone_mark import LoneMark
from inkdigits.results import Digit, Reading

__all__ = ["read_lone_marks"]


def read_lone_marks(
    marks: Sequence[LoneMark], evidence: FrameEvidence, policy: Policy, rejector: RejectorInfo, model: str
) -> list[Reading]:
    """Return a reading of one digit for each mark; a picture without one is "blank".

    Args:
        marks: N of them, N may be 0.
        evidence: What the networks say of their frames.
        policy: The thresholds of confidence.
        rejector: Has the limits of the digit share.
        model: Name and version of the bundle.
    """
    answers = zip(
        marks,
        evidence.probabilities.argmax(axis=1).tolist(),
        evidence.probabilities.tolist(),
        confidences(evidence.probabilities, policy.slope, policy.offset).tolist(),
        evidence.digit_shares.tolist(),
        strict=True,
    )
    limits = find_share_limits(evidence.digit_shares[:0], rejector)  # of a mark that is alone
    digits = [
        Digit(mark.box, 0, label, tuple(values), sure, decide(sure, policy, digit_share=share, limits=limits), share)
        for mark, label, values, sure, share in answers
        if mark.box is not None
    ]
    lines = make_lone_lines(digits)
    found = iter(zip(lines, digits, strict=True))
    readings = []
    for mark in marks:
        if mark.box is None:
            readings.append(Reading(mark.width, mark.height, (), (), model))
        else:
            line, digit = next(found)
            readings.append(Reading(mark.width, mark.height, (line,), (digit,), model))
    return readings
