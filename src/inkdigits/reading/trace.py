"""Defines a reading together with what each stage made of the picture: a plain value."""

from dataclasses import dataclass

from inkdigits.reading.detection.page import Mark, Page
from inkdigits.reading.fields import Field
from inkdigits.results import Reading
from inkdigits.spec import Float32Array, UInt8Array

__all__ = ["Trace"]


@dataclass(frozen=True, slots=True)
class Trace:
    """A reading and what each stage made of the picture.

    Attributes:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture as decoded.
        page: What was found in it, with its stages and what was dropped.
        marks: The recognized marks, one for each digit of the reading, in the coordinates that `page.place` takes.
        frames: uint8, shape (N, 28, 28, 1), as the classifier saw them.
        classified: float32, shape (N, 10): what the classifier says of each frame, without the detector.
        strings: What the line recognizer reads in each strip of the page, by itself; "" for a line without a strip.
        reading: The answer.
        field: What the picture was known to hold; None if nothing was.
    """

    gray: UInt8Array
    page: Page
    marks: tuple[Mark, ...]
    frames: UInt8Array
    classified: Float32Array
    strings: tuple[str, ...]
    reading: Reading
    field: Field | None = None
