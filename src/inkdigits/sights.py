"""The gray levels of a picture go in; its marks and their frames come out, without its pixels.

What is seen in many pictures can be held until the networks run on all of it at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inkdigits.decision import has_digit_shape, has_pen_lines
from inkdigits.fields import Field
from inkdigits.imaging import shrink
from inkdigits.ink import InkPicture, find_ink, find_inner_tone, find_thickness
from inkdigits.line_pass import pass_lines
from inkdigits.line_reader import LineReader
from inkdigits.normalization import to_frames
from inkdigits.records import Box
from inkdigits.segmentation import find_digits, isolate_digit
from inkdigits.spec import UInt8Array
from inkdigits.splitting import LineMark
from inkdigits.tilt import Turn

__all__ = ["Sight", "see_digit", "see_lines"]


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen in a picture.

    Attributes:
        size: Width and height of the picture as decoded.
        scale: How many times as large it is as the picture that was searched.
        turn: How that one was turned after it was scaled; None when it was not.
        marks: In reading order, in the coordinates of the picture that was searched.
        are_digit_shaped: For each mark, False where its shape already rules a digit out.
        frames: uint8, shape (N, 28, 28, 1), of the marks.
    """

    size: tuple[int, int]
    scale: float
    turn: Turn | None
    marks: tuple[LineMark, ...]
    are_digit_shaped: tuple[bool, ...]
    frames: UInt8Array

    def place(self, box: Box) -> Box:
        """Return a box of a mark in the picture as decoded."""
        level = box if self.turn is None else self.turn.place(box)
        return level.scaled(self.scale, *self.size)


def see_lines(
    gray: UInt8Array, ink: InkPicture, load_reader: Callable[[], LineReader], field: Field | None = None
) -> Sight:
    """Return the marks of a picture that may hold any number of digits.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture as decoded.
        ink: Its ink, found in it or in a smaller or larger copy.
        load_reader: Gives the line reader; called only when a line needs it.
        field: What the picture is known to hold.
    """
    marks = pass_lines(find_digits(ink), load_reader, field)
    are_shaped = [has_digit_shape(line_mark.mark.box, line_mark.mark.line_height) for line_mark in marks]
    return _make_sight(gray, ink, marks, are_shaped)


def see_digit(gray: UInt8Array, max_pixels: int) -> Sight:
    """Return the one mark of a picture known to hold exactly one digit, or none when nothing is written.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture as decoded.
        max_pixels: A larger picture is searched on a smaller copy.
    """
    work = shrink(gray, max_pixels)
    ink = find_ink(work)
    mark = isolate_digit(ink)
    if mark is None:
        return _make_sight(gray, ink, (), ())
    are_lines = has_pen_lines(find_inner_tone(work, ink, mark.box), find_thickness(work, ink, mark.box))
    return _make_sight(gray, ink, (LineMark(mark),), (are_lines,))


def _make_sight(
    gray: UInt8Array, ink: InkPicture, marks: Sequence[LineMark], are_digit_shaped: Sequence[bool]
) -> Sight:
    scale = gray.shape[1] / (ink.turn.width if ink.turn else ink.ink.shape[1])
    frames = to_frames([line_mark.mark.crop for line_mark in marks])
    return Sight((gray.shape[1], gray.shape[0]), scale, ink.turn, tuple(marks), tuple(are_digit_shaped), frames)
