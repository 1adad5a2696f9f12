"""The gray levels of a picture go in; its marks and their frames come out, without its pixels.

What is seen in many pictures can be held until the networks run on all of it at once.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from inkdigits.candidates import Candidate, choose_candidate
from inkdigits.decision import has_digit_shape, has_pen_lines
from inkdigits.fields import Field
from inkdigits.imaging import shrink
from inkdigits.ink import InkPicture, find_ink
from inkdigits.line_pass import pass_lines
from inkdigits.line_reader import LineReader
from inkdigits.lone_marks import LoneMark
from inkdigits.normalization import to_frame, to_frames
from inkdigits.plain import find_plain_digit
from inkdigits.records import Box
from inkdigits.segmentation import find_digits, isolate_digit
from inkdigits.spec import Float32Array, Int64Array, UInt8Array
from inkdigits.splitting import LineMark
from inkdigits.tilt import Turn
from inkdigits.tones import find_inner_tone, find_outer_tone, find_thickness

__all__ = ["LoneDigit", "Sight", "see_digit", "see_lines", "see_main_mark"]

_LOOKED_AT = 60_000  # pixels, that tell whether paper is flat


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
    sight = _make_sight(gray, ink, pass_lines(find_digits(ink), load_reader, field))
    return replace(sight, may_hold_strays=not _has_flat_paper(gray))


def see_digit(gray: UInt8Array, max_pixels: int) -> Sight | LoneDigit:
    """Return the one mark of a picture known to hold exactly one digit, or none when nothing is written.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture as decoded.
        max_pixels: A larger picture is searched on a smaller copy.
    """
    plain = find_plain_digit(gray)
    if plain is not None:
        return LoneDigit(LoneMark(gray.shape[1], gray.shape[0], plain.box), to_frame(plain.crop))
    return see_main_mark(gray, max_pixels)


def see_main_mark(gray: UInt8Array, max_pixels: int) -> Sight:
    """Do as `see_digit` does for any picture, be it plain or not."""
    work = shrink(gray, max_pixels)
    ink = find_ink(work)
    mark = isolate_digit(ink)
    if mark is None:
        return _make_sight(gray, ink, ())
    where = work, ink, mark.box
    are_lines = has_pen_lines(find_inner_tone(*where), find_outer_tone(*where), find_thickness(*where))
    return _make_sight(gray, ink, ((Candidate((LineMark(mark),)),),), is_digit_shaped=lambda _: are_lines)


def _has_flat_paper(gray: UInt8Array) -> bool:
    """Tell whether most pixels have the same gray level."""
    step = math.ceil(math.sqrt(gray.size / _LOOKED_AT)) if gray.size > _LOOKED_AT else 1
    return bool(2 * np.bincount(gray[::step, ::step].ravel()).max() >= gray[::step, ::step].size)


def _has_digit_box(line_mark: LineMark) -> bool:
    return has_digit_shape(line_mark.mark.box, line_mark.mark.line_height)


def _make_sight(
    gray: UInt8Array,
    ink: InkPicture,
    lines: Sequence[tuple[Candidate, ...]],
    is_digit_shaped: Callable[[LineMark], bool] = _has_digit_box,
) -> Sight:
    searched = (ink.turn.width, ink.turn.height) if ink.turn else (ink.ink.shape[1], ink.ink.shape[0])
    marks = [mark for line in lines for candidate in line for mark in candidate.marks]
    # candidates of a line differ in few of their marks
    keys = [(mark.mark.box, mark.mark.crop.shape, mark.mark.crop.tobytes()) for mark in marks]
    distinct = dict(zip(keys, marks, strict=True))
    places = {key: place for place, key in enumerate(distinct)}
    return Sight(
        (gray.shape[1], gray.shape[0]),
        searched,
        ink.turn,
        tuple(lines),
        tuple(map(is_digit_shaped, marks)),
        to_frames([line_mark.mark.crop for line_mark in distinct.values()]),
        np.array([places[key] for key in keys], dtype=np.int64),
    )
