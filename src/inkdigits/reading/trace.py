"""A reading with what each stage made of the picture on the way to it: a plain value."""

from collections.abc import Mapping
from dataclasses import dataclass

from inkdigits.reading.detection.page import InkPicture
from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.cutting import LineMark
from inkdigits.results import Reading
from inkdigits.spec import UInt8Array

__all__ = ["Trace"]


@dataclass(frozen=True, slots=True)
class Trace:
    """A reading and what each stage made of the picture.

    Attributes:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture as decoded.
        ink: The ink that was found, in the picture or in a smaller copy of a large one.
        marks: What was classified, in the coordinates of `ink`.
        frames: uint8, shape (N, 28, 28, 1), as the networks saw them.
        reading: The answer.
        stages: What finding ink made on its way, by name, of the shape of `ink`; empty unless it was to be kept.
        field: What the picture was known to hold; None if nothing was.
    """

    gray: UInt8Array
    ink: InkPicture
    marks: tuple[LineMark, ...]
    frames: UInt8Array
    reading: Reading
    stages: Mapping[str, UInt8Array]
    field: Field | None = None
