"""Turns a picture of one digit into its 28 x 28 frame. Training reaches detection only through this file."""

import functools
from dataclasses import replace

from inkdigits.errors import EmptyDigitError
from inkdigits.models.detector import Detector
from inkdigits.models.frames import to_frame
from inkdigits.reading.detection.detector import detect_digit, detect_marks
from inkdigits.reading.detection.page import Mark as SeenMark
from inkdigits.reading.pictures.decoding import Picture, decode
from inkdigits.spec import UInt8Array

__all__ = ["SeenMark", "frame_digit", "see_digits"]


def frame_digit(picture: Picture) -> UInt8Array:
    """Return the 28 x 28 frame of a picture known to hold exactly one digit, as `DigitReader.read_digit` makes it.

    Training on a user's pictures uses it, so that the network learns from the frames that it will see.

    Args:
        picture: As `decoding.decode` takes it.

    Returns:
        uint8, shape (28, 28), 0 for paper to 255 for ink, a new array.

    Raises:
        PictureError: The picture cannot be decoded; the subclass says why.
        EmptyDigitError: Nothing is written there.
    """
    marks = detect_digit(decode(picture), _open_detector()).marks
    if not marks:
        msg = "expected a picture of one digit, found no ink that stands out from its paper"
        raise EmptyDigitError(msg)
    return to_frame(marks[0].crop)


def see_digits(gray: UInt8Array, detector: Detector) -> list[SeenMark]:
    """Return what a detector takes for digits in a picture of one line, from left to right, as the reader sees it.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white.
        detector: The network.
    """
    page = detect_marks(gray, detector)
    digits = [replace(mark, box=page.place(mark.box)) for mark in page.marks if mark.sign is None]
    return sorted(digits, key=lambda mark: mark.box.x_min + mark.box.x_max)


@functools.lru_cache(maxsize=1)
def _open_detector() -> Detector:
    """Return the shipped detector, loaded once."""
    return Detector()
