"""Defines the plain values that detection hands to recognition: a page and its marks."""

from dataclasses import dataclass

import numpy as np

from inkdigits.results import Box, Reason
from inkdigits.spec import Float64Array, UInt8Array

__all__ = ["Mark", "Page", "Stage", "Turn"]


@dataclass(frozen=True, slots=True)
class Turn:
    """How a picture was turned.

    Attributes:
        degrees: Tilt of its lines before the turn; above 0, they fall to the right.
        back: float64, shape (2, 3): from (x, y, 1) in the turned picture to (x, y) in the picture.
        width: Width of the picture, pixels.
        height: Height of the picture, pixels.
    """

    degrees: float
    back: Float64Array
    width: int
    height: int

    def place(self, box: Box) -> Box:
        """Return the box in the picture that surrounds a box of the turned picture."""
        size = (self.width, self.height)
        x, y = np.array([box.x_min, box.x_max]), np.array([box.y_min, box.y_max])
        corners = np.array([(column, row, 1.0) for column in x for row in y]) @ self.back.T
        left, top = np.clip(np.floor(corners.min(axis=0)), 0, (self.width - 1, self.height - 1)).astype(int).tolist()
        right, bottom = np.clip(np.ceil(corners.max(axis=0)), (left + 1, top + 1), size).astype(int).tolist()
        return Box(left, top, right, bottom)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: a digit, or something that stands where a digit could.

    Detection makes it. Recognition fills the last three fields, and replaces marks where it cuts or joins them.

    Attributes:
        box: Where it is in the picture that was searched.
        line: Index of its line, 0 or more, top to bottom; -1 for a mark that was dropped.
        line_height: Height of the tallest mark of its line, pixels.
        crop: uint8, shape (H, W): only its ink, 0 for paper to 255 for ink, with a soft edge of up to 2 pixels.
        left: Column of the picture at which the crop begins.
        top: Row at which it begins.
        reason: Why detection thinks that it is not a digit; None when it may be one.
        score: Detection's own probability, 0 to 1, that it is a digit; 1 if detection does not judge it.
        contrast: Contrast of its ink against the paper, 0 to 1.
        labels: float64, shape (10,), the line network's probability of each label, sum 1; None where it saw no digit.
        was_cut: True when it is a piece of a larger mark.
        place: Index of its digit in the line network's string, from 0; None where the network saw none.
    """

    box: Box
    line: int
    line_height: int
    crop: UInt8Array
    left: int
    top: int
    reason: Reason | None = None
    score: float = 1.0
    contrast: float = 1.0
    labels: Float64Array | None = None
    was_cut: bool = False
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """The picture after one stage of reading.

    Attributes:
        name: What the picture shows, such as "ink".
        picture: uint8, shape (H, W) or (H, W, 3), BGR, ready to look at.
    """

    name: str
    picture: UInt8Array


@dataclass(frozen=True, slots=True)
class Page:
    """What detection found in a picture. It keeps no pixels except those of its marks.

    Attributes:
        size: Width and height of the picture as decoded, pixels.
        searched: Width and height of the copy that was searched, before that copy was turned.
        marks: In reading order: line by line, left to right; none when the picture is blank.
        turn: How that copy was turned level; None when it was not.
        is_single: Whether it is known to hold exactly one digit, which is then neither cut nor judged by its box.
        may_hold_strays: Whether it may show a staple, a hair or a fold. A picture of one known digit does not, and
            neither does one with paper of a single gray level: it was drawn, not photographed.
        is_inverted: Whether the ink is lighter than the paper.
        stages: Pictures of what detection did, in order; empty unless requested.
        dropped: What detection looked at and left out, each with its reason; empty unless requested.
    """

    size: tuple[int, int]
    searched: tuple[int, int]
    marks: tuple[Mark, ...]
    turn: Turn | None = None
    is_single: bool = False
    may_hold_strays: bool = False
    is_inverted: bool = False
    stages: tuple[Stage, ...] = ()
    dropped: tuple[Mark, ...] = ()

    @property
    def is_as_decoded(self) -> bool:
        """Whether boxes of marks are boxes in the picture as decoded."""
        return self.turn is None and self.searched == self.size

    def place(self, box: Box) -> Box:
        """Return the box of a mark in the picture as decoded."""
        level = box if self.turn is None else self.turn.place(box)
        return level.scaled(self.searched, self.size)
