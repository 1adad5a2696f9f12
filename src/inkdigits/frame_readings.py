"""Frames, one digit each, and what the networks say of them go in; a reading of each comes out."""

from dataclasses import dataclass

import numpy as np

from inkdigits.bundle_info import RejectorInfo
from inkdigits.decision import Policy, confidences, decide, find_share_limits
from inkdigits.records import Box, Digit, Reading
from inkdigits.spec import FRAME_SIDE, Float32Array, UInt8Array
from inkdigits.strings import make_lone_lines

__all__ = ["FrameEvidence", "read_frames"]


@dataclass(frozen=True, slots=True)
class FrameEvidence:
    """What the networks say of N frames.

    Attributes:
        probabilities: float32, shape (N, 10), of each label, rows sum to 1.
        digit_shares: float32, shape (N,), the rejector's probability that each is a digit at all.
    """

    probabilities: Float32Array
    digit_shares: Float32Array


def read_frames(
    frames: UInt8Array, evidence: FrameEvidence, policy: Policy, rejector: RejectorInfo, model: str
) -> list[Reading]:
    """Return a reading of one digit for each frame; one without ink is "blank".

    Args:
        frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink; N may be 0.
        evidence: What the networks say of them.
        policy: The thresholds of confidence.
        rejector: Has the limits of the digit share.
        model: Name and version of the bundle.
    """
    boxes = _ink_boxes(frames)
    answers = zip(
        boxes,
        evidence.probabilities.argmax(axis=1).tolist(),
        evidence.probabilities.tolist(),
        confidences(evidence.probabilities, policy.slope, policy.offset).tolist(),
        evidence.digit_shares.tolist(),
        strict=True,
    )
    limits = find_share_limits(evidence.digit_shares[:0], rejector)  # of a mark that is alone
    digits = [
        Digit(box, 0, label, tuple(values), sure, decide(sure, policy, digit_share=share, limits=limits), share)
        for box, label, values, sure, share in answers
        if box is not None
    ]
    blank = Reading(FRAME_SIDE, FRAME_SIDE, (), (), model)
    inked = (
        Reading(FRAME_SIDE, FRAME_SIDE, (line,), (digit,), model)
        for line, digit in zip(make_lone_lines(digits), digits, strict=True)
    )
    return [blank if box is None else next(inked) for box in boxes]


def _ink_boxes(frames: UInt8Array) -> list[Box | None]:
    """Return the box around the ink of each frame, None where there is none."""
    rows, columns = np.any(frames, axis=(2, 3)), np.any(frames, axis=(1, 3))
    edges = [(lines.argmax(axis=1), FRAME_SIDE - lines[:, ::-1].argmax(axis=1)) for lines in (columns, rows)]
    (left, right), (top, bottom) = [(first.tolist(), last.tolist()) for first, last in edges]
    inked = np.any(rows, axis=1).tolist()
    return [Box(*box) if ink else None for *box, ink in zip(left, top, right, bottom, inked, strict=True)]
