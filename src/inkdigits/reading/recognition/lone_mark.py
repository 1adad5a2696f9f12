"""Frames go in; the mark of each, all of its ink, comes out."""

from dataclasses import dataclass

import numpy as np

from inkdigits.results import Box
from inkdigits.spec import FRAME_SIDE, UInt8Array

__all__ = ["LoneMark", "find_frame_marks"]


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
