"""Turns a picture of one digit into its 28 x 28 frame. Training reaches detection only through this file."""

import functools
from collections.abc import Sequence

from inkdigits.errors import EmptyDigitError
from inkdigits.models.detector import Detector
from inkdigits.models.frames import to_frame
from inkdigits.reading.detection.detector import detect_digit
from inkdigits.reading.detection.ink_crops import Corners, cut_ink
from inkdigits.reading.pictures.decoding import Picture, decode
from inkdigits.spec import UInt8Array

__all__ = ["frame_digit", "frame_mark"]


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


def frame_mark(gray: UInt8Array, box: Corners, others: Sequence[Corners] = ()) -> UInt8Array | None:
    """Return the frame of a digit whose box is known, as the reader makes it of a box that the detector found.

    Args:
        gray: uint8, shape (H, W), dark on light or light on dark.
        box: Left, top, right, bottom, pixels.
        others: Boxes of the marks beside it.

    Returns:
        uint8, shape (28, 28), 0 for paper to 255 for ink; None where hardly any ink stands out.
    """
    crop = cut_ink(gray, box, others)
    return None if crop is None or not crop.ink.any() else to_frame(crop.ink)


@functools.lru_cache(maxsize=1)
def _open_detector() -> Detector:
    """Return the shipped detector, loaded once."""
    return Detector()
