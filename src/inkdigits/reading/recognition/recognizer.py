"""The marks of a picture go in; the ways to read them and their frames come out, without its pixels.

What is seen in many pictures can be held until the networks run on all of it at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from inkdigits.models.frames import to_frame, to_frames
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.reading.detection.detector import detect_digit
from inkdigits.reading.detection.page import Page, PlainDigit, Turn
from inkdigits.reading.detection.shape import has_digit_shape
from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.cutting import LineMark
from inkdigits.reading.recognition.hypotheses import Candidate, choose_candidate
from inkdigits.reading.recognition.line_recognition import pass_lines
from inkdigits.reading.recognition.lone_mark import LoneMark
from inkdigits.results import Box
from inkdigits.spec import Float32Array, Int64Array, UInt8Array

__all__ = ["LoneDigit", "Sight", "see_digit", "see_lines", "see_main_mark"]


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen in a picture.

    Attributes:
        size: Width and height of the picture as decoded.
        searched: Width and height of the copy of it that was searched, before that was turned.
        turn: How the copy was turned; None when it was not.
        lines: Of each line the ways to read it, one or more, in the coordinates of the picture that was searched.
        are_digit_shaped: For each mark, in the order of `marks`, False where its shape already rules a digit out.
        frames: uint8, shape (N, 28, 28, 1), each once, however many candidates have its mark.
        frame_places: For each mark, in the order of `marks`, the place of its frame.
        may_hold_strays: Whether a staple, a hair or a fold may be in it: not in a picture of one known digit, nor in
            one whose paper is all of one gray level, which was drawn and not photographed.
    """

    size: tuple[int, int]
    searched: tuple[int, int]
    turn: Turn | None
    lines: tuple[tuple[Candidate, ...], ...]
    are_digit_shaped: tuple[bool, ...]
    frames: UInt8Array
    frame_places: Int64Array
    may_hold_strays: bool = False

    @property
    def marks(self) -> tuple[LineMark, ...]:
        """All marks of all candidates; where each line has one, the marks of the picture in reading order."""
        return tuple(mark for line in self.lines for candidate in line for mark in candidate.marks)

    def settle(self, probabilities: Float32Array) -> tuple["Sight", Float32Array]:
        """Return the sight with the best candidate of each line alone, and what the network says of its marks.

        Args:
            probabilities: float32, shape (N, 10), what the network of single digits says of `frames`.
        """
        lines, kept, start = [], [np.arange(0)], 0
        for line in self.lines:
            places = [np.arange(start, start := start + len(candidate.marks)) for candidate in line]
            best = choose_candidate(line, [probabilities[self.frame_places[own]] for own in places])
            lines.append((line[best],))
            kept.append(places[best])
        own = np.concatenate(kept)
        rows = self.frame_places[own]
        settled = replace(
            self,
            lines=tuple(lines),
            are_digit_shaped=tuple(self.are_digit_shaped[place] for place in own.tolist()),
            frames=self.frames[rows],
            frame_places=np.arange(len(rows)),
        )
        return settled, probabilities[rows]

    def place(self, box: Box) -> Box:
        """Return a box of a mark in the picture as decoded."""
        level = box if self.turn is None else self.turn.place(box)
        return level.scaled(self.searched, self.size)


@dataclass(frozen=True, slots=True)
class LoneDigit:
    """What was seen in a plain picture of one digit.

    Attributes:
        mark: Where it is.
        frame: uint8, shape (28, 28).
    """

    mark: LoneMark
    frame: UInt8Array


def see_lines(page: Page, load_reader: Callable[[], LineRecognizer], field: Field | None = None) -> Sight:
    """Return what was seen in a picture that may hold any number of digits.

    Args:
        page: Its marks.
        load_reader: Gives the line reader; called only when a line needs it.
        field: What the picture is known to hold.
    """
    return _make_sight(page, pass_lines(page.marks, load_reader, field))


def see_digit(gray: UInt8Array) -> Sight | LoneDigit:
    """Return the one mark of a picture known to hold exactly one digit, or none when nothing is written.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture as decoded.
    """
    found = detect_digit(gray)
    if isinstance(found, PlainDigit):
        return LoneDigit(LoneMark(gray.shape[1], gray.shape[0], found.box), to_frame(found.crop))
    return see_main_mark(found)


def see_main_mark(page: Page) -> Sight:
    """Return what was seen in a page of one mark or none."""
    return _make_sight(page, [(Candidate((LineMark(mark),)),) for mark in page.marks])


def _make_sight(page: Page, lines: Sequence[tuple[Candidate, ...]]) -> Sight:
    marks = [mark for line in lines for candidate in line for mark in candidate.marks]
    # candidates of a line differ in few of their marks
    keys = [(mark.mark.box, mark.mark.crop.shape, mark.mark.crop.tobytes()) for mark in marks]
    distinct = dict(zip(keys, marks, strict=True))
    places = {key: place for place, key in enumerate(distinct)}
    return Sight(
        page.size,
        page.searched,
        page.ink.turn,
        tuple(lines),
        tuple(_may_be_digit(page, mark) for mark in marks),
        to_frames([line_mark.mark.crop for line_mark in distinct.values()]),
        np.array([places[key] for key in keys], dtype=np.int64),
        page.may_hold_strays,
    )


def _may_be_digit(page: Page, line_mark: LineMark) -> bool:
    if page.has_pen_lines is not None:
        return page.has_pen_lines
    return has_digit_shape(line_mark.mark.box, line_mark.mark.line_height)
