"""What detection finds in a picture: its ink, its marks, and how it was turned; plain values that all stages share."""

from dataclasses import dataclass

import numpy as np

from inkdigits.results import Box
from inkdigits.spec import Float32Array, Float64Array, Int32Array, UInt8Array

__all__ = ["InkPicture", "Mark", "Page", "PlainDigit", "Turn"]


@dataclass(frozen=True, slots=True)
class Turn:
    """How a picture was turned.

    Attributes:
        degrees: Tilt of its lines before, above 0 down to the right.
        back: float64, shape (2, 3): from (x, y, 1) in the turned picture to (x, y) in the picture.
        width: Of the picture, pixels.
        height: Of the picture, pixels.
    """

    degrees: float
    back: Float64Array
    width: int
    height: int

    def place(self, box: Box) -> Box:
        """Return the box in the picture around a box of the turned picture."""
        size = (self.width, self.height)
        x, y = np.array([box.x_min, box.x_max]), np.array([box.y_min, box.y_max])
        corners = np.array([(column, row, 1.0) for column in x for row in y]) @ self.back.T
        left, top = np.clip(np.floor(corners.min(axis=0)), 0, (self.width - 1, self.height - 1)).astype(int).tolist()
        right, bottom = np.clip(np.ceil(corners.max(axis=0)), (left + 1, top + 1), size).astype(int).tolist()
        return Box(left, top, right, bottom)


@dataclass(frozen=True, slots=True)
class InkPicture:
    """Where the ink is.

    Attributes:
        ink: uint8, shape (H, W), 0 for paper to 255 for ink, gray at the edges of strokes.
        pieces: int32, shape (H, W): 0 for paper, 1 to P for the connected pieces of ink, counted by strong ink only.
        stats: int32, shape (P + 1, 5): left, top, width, height and area of each piece, the paper first.
        contrast: float32, shape (P + 1,): full strength of each piece against the paper, 0 to 1; 0 for the paper.
        inverted: True when the ink was lighter than the paper.
        stroke: Median stroke width in pixels; 0 without ink.
        turn: How the picture was turned before its ink was found; None when it was not.
    """

    ink: UInt8Array
    pieces: Int32Array
    stats: Int32Array
    contrast: Float32Array
    inverted: bool
    stroke: float
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: a digit, or something that stands where a digit could.

    Attributes:
        box: Where it is.
        line: Index of its line, 0 or more, top to bottom.
        line_height: Height of the tallest mark of its line, pixels.
        crop: uint8, shape (H, W): its ink alone, 0 for paper to 255 for ink, with its soft edge of up to 2 pixels.
        left: Column of the picture at which the crop begins.
        top: Row at which it begins.
    """

    box: Box
    line: int
    line_height: int
    crop: UInt8Array
    left: int
    top: int


@dataclass(frozen=True, slots=True)
class PlainDigit:
    """The one digit of a clean picture.

    Attributes:
        crop: uint8, shape (H, W), as a `Mark` has it: 0 for paper to 255 for ink, with its soft edge.
        box: Where it is.
    """

    crop: UInt8Array
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """What detection found in a picture.

    Attributes:
        size: Width and height of the picture as decoded, pixels.
        searched: Width and height of the copy of it that was searched, before that was turned.
        ink: The ink of that copy, turned level where its lines were tilted.
        marks: In reading order: line by line, left to right; none when the picture is blank.
        may_hold_strays: Whether a staple, a hair or a fold may be in it: not in a picture of one known digit, nor in
            one whose paper is all of one gray level, which was drawn and not photographed.
        has_pen_lines: False where paper and strokes of the one mark of a picture rule a digit out; None where marks
            are judged by their boxes.
    """

    size: tuple[int, int]
    searched: tuple[int, int]
    ink: InkPicture
    marks: tuple[Mark, ...]
    may_hold_strays: bool = False
    has_pen_lines: bool | None = None
