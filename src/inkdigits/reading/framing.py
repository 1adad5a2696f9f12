"""Turns a picture of one digit into its 28 x 28 frame. Training reaches detection only through this file."""

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from inkdigits.errors import EmptyDigitError
from inkdigits.models.detector import Detector
from inkdigits.models.frames import to_frame
from inkdigits.models.peaks import Corners
from inkdigits.reading.detection.detector import detect_digit, detect_marks
from inkdigits.reading.detection.ink_crops import cut_ink
from inkdigits.reading.detection.page import Mark as SeenMark
from inkdigits.reading.pictures.decoding import Picture, decode
from inkdigits.reading.recognition.answered import AnsweredRows, find_answered
from inkdigits.reading.recognition.answers import Answers
from inkdigits.reading.recognition.recognizer import Recognizer
from inkdigits.spec import UInt8Array

__all__ = [
    "AnsweredRows",
    "Answers",
    "Recognizer",
    "SeenAnswers",
    "SeenMark",
    "frame_digit",
    "frame_mark",
    "see_answers",
    "see_digits",
]


class SeenAnswers(NamedTuple):
    """What would be answered of a picture of one line or more.

    Attributes:
        marks: All marks, their boxes in the picture.
        rows: What is answered of them.
    """

    marks: tuple[SeenMark, ...]
    rows: AnsweredRows


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


def see_digits(gray: UInt8Array, recognizer: Recognizer) -> tuple[list[SeenMark], Answers]:
    """Return the digits that a detector sees in a picture of one line, as the reader does, and what is said of them.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white.
        recognizer: The networks.

    Returns:
        The marks from left to right; and what each network says of them, in that order.
    """
    page = detect_marks(gray, recognizer.detector)
    answers = recognizer.ask([page])
    marks = [replace(mark, box=page.place(mark.box)) for mark in answers.pages[0].marks]
    digits = [place for place, mark in enumerate(marks) if mark.sign is None]
    digits.sort(key=lambda place: marks[place].box.x_min + marks[place].box.x_max)
    return [marks[place] for place in digits], answers.take(digits)


def see_answers(gray: UInt8Array, recognizer: Recognizer) -> SeenAnswers:
    """Return what the reader would answer of a picture, and what is known of that.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white.
        recognizer: The networks.
    """
    answers = recognizer.ask([detect_marks(gray, recognizer.detector)])
    evidence = recognizer.join(answers)
    (page,) = evidence.pages
    marks = tuple(replace(mark, box=page.place(mark.box)) for mark in evidence.marks)
    return SeenAnswers(marks, find_answered(answers, evidence, recognizer.detector.info.reject_below))


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
