"""Pictures of one mark each, and what the networks say of them, go in; a reading of each comes out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.bundle_info import RejectorInfo
from inkdigits.decision import Policy, confidences, decide, find_share_limits
from inkdigits.records import Box, Digit, Reading
from inkdigits.spec import FRAME_SIDE, Float32Array, UInt8Array
from inkdigits.strings import make_lone_lines

__all__ = ["FrameEvidence", "LoneMark", "find_frame_marks", "read_lone_marks"]


@dataclass(frozen=True, slots=True)
class FrameEvidence:
    """What the networks say of N frames.

    Attributes:
        probabilities: float32, shape (N, 10), of each label, rows sum to 1.
        digit_shares: float32, shape (N,), the rejector's probability that each is a digit at all.
    """

    probabilities: Float32Array
    digit_shares: Float32Array


@dataclass(frozen=True, slots=True)
class LoneMark:
    """The one mark of a picture.

    Attributes:
        width: Of the picture, pixels.
        height: Of the picture, pixels.
        box: Where the mark is; None when the picture is blank.
    """

    width: int
    height: int
    box: Box | None


def find_frame_marks(frames: UInt8Array) -> list[LoneMark]:
    """Return the mark of each frame: all of its ink.

    Args:
        frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink; N may be 0.
    """
    rows, columns = np.any(frames, axis=(2, 3)), np.any(frames, axis=(1, 3))
    edges = [(lines.argmax(axis=1), FRAME_SIDE - lines[:, ::-1].argmax(axis=1)) for lines in (columns, rows)]
    (left, right), (top, bottom) = [(first.tolist(), last.tolist()) for first, last in edges]
    inked = np.any(rows, axis=1).tolist()
    return [
        LoneMark(FRAME_SIDE, FRAME_SIDE, Box(*box) if ink else None)
        for *box, ink in zip(left, top, right, bottom, inked, strict=True)
    ]


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
