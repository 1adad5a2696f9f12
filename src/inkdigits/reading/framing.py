"""Turns a picture of one digit into its 28 x 28 frame. Training reaches detection only through this file."""

import numpy as np

from inkdigits.errors import EmptyDigitError
from inkdigits.models.frames import to_frame, to_frames
from inkdigits.reading.detection.detector import detect_digit, detect_level_marks
from inkdigits.reading.detection.shape import has_digit_shape
from inkdigits.reading.pictures.decoding import Picture, decode
from inkdigits.spec import UInt8Array

__all__ = ["frame_digit", "frame_small_marks"]


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
    marks = detect_digit(decode(picture)).marks
    if not marks:
        msg = "expected a picture of one digit, found no ink that stands out from its paper"
        raise EmptyDigitError(msg)
    return to_frame(marks[0].crop)


def frame_small_marks(gray: UInt8Array) -> UInt8Array:
    """Return the frames of the marks in a small, level picture that have the size and shape of digits.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white.

    Returns:
        uint8, shape (N, 28, 28), 0 for paper to 255 for ink, a new array; N may be 0.
    """
    marks = [mark for mark in detect_level_marks(gray) if has_digit_shape(mark.box, mark.line_height)]
    return np.asarray(to_frames([mark.crop for mark in marks])[..., 0])
