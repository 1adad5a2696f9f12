"""Defines the plain values that detection hands to recognition: a page and its marks."""

from dataclasses import dataclass, field

import numpy as np

from inkdigits.models.strips import Strip
from inkdigits.results import Box, Reason
from inkdigits.spec import FRAME_SIDE, MARK_LABELS, SIGNS, Float64Array, UInt8Array

__all__ = ["Candidate", "Mark", "Page", "Stage", "Turn"]


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


def _no_signs() -> Float64Array:
    return np.zeros(len(SIGNS))


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: a digit, a sign, or something that stands where a digit could.

    Attributes:
        box: Where it is in the picture that was searched.
        line: Index of its line, 0 or more, top to bottom; -1 for a mark that was dropped.
        crop: uint8, shape (H, W): its own ink, 0 for paper to 255 for ink; large marks are scaled down.
        score: The detector's probability, 0 to 1, that it is the digit or sign that it looks like.
        labels: float64, shape (10,), the detector's probability of each label if it is a digit; they sum to 1.
        sign: What it is when it is a sign and no digit, one of `spec.SIGNS`; None otherwise.
        reason: Why it is not a digit; None when it may be one.
        contrast: Contrast of its ink against the paper, 0 to 1.
        scale: Of the copy of the picture in which the detector saw it.
        printed: Probability, 0 to 1, that a machine printed it.
        other: Probability, 0 to 1, that its ink is no digit and no sign, such as a letter.
        around: Mean of that probability just beside the mark: high inside a word.
        company: Score of the surer digit beside it in its line, within its height; 0 when it stands alone.
        is_heard: Whether only the line recognizer has found it.
        heats: float64, shape (25,), the detector's probability, 0 to 1, of each of `spec.MARK_LABELS`; they need not
            sum to 1.
        signs: float64, shape (S,), 0 to 1: the probability of each of `spec.SIGNS` as a share of its own and the
            likeliest digit's.
        is_struck: Whether a stroke that ends with its number seems to cross it out.
        is_parted: Whether a ruled line stands between it and the mark to its left in its line.
        sign_share: Of a sign: the detector's share, 0 to 1, for it among all labels of its place.
    """

    box: Box
    line: int
    crop: UInt8Array
    score: float
    labels: Float64Array
    sign: str | None = None
    reason: Reason | None = None
    contrast: float = 1.0
    scale: float = 1.0
    printed: float = 0.0
    other: float = 0.0
    around: float = 0.0
    company: float = 0.0
    is_heard: bool = False
    heats: Float64Array = field(default_factory=lambda: np.zeros(len(MARK_LABELS)))
    signs: Float64Array = field(default_factory=_no_signs)
    is_parted: bool = False
    is_struck: bool = False
    sign_share: float = 1.0

    def find_share(self, sign: str) -> float:
        """Return the share, 0 to 1, of one of `spec.SIGNS` beside the likeliest digit."""
        return float(self.signs[SIGNS.index(sign)])


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the detector saw in one copy of the picture, before the copies' answers were joined.

    Attributes:
        box: Where, as `Mark.box`.
        name: The digit or sign, one of `spec.MARK_LABELS`.
        score: Its probability, 0 to 1, less at heights that the network hardly learned from.
        scale: Of the copy.
    """

    box: Box
    name: str
    score: float
    scale: float


@dataclass(frozen=True, slots=True)
class Stage:
    """The picture after one stage of reading.

    Attributes:
        name: What the picture shows, such as "frames".
        picture: uint8, shape (H, W) or (H, W, 3), BGR, ready to look at.
    """

    name: str
    picture: UInt8Array


@dataclass(frozen=True, slots=True)
class Page:
    """What detection found in a picture. It keeps no pixels except those of its marks and lines.

    Attributes:
        size: Width and height of the picture as decoded, pixels.
        marks: In reading order: line by line, left to right; none when the picture is blank.
        turn: How the picture was turned level before it was searched; None when it was not.
        is_single: Whether it is known to hold exactly one digit.
        left_out: How many marks were left out since the picture holds more than are read, the least trusted ones.
        stages: Pictures of what detection did, in order; empty unless requested.
        strips: The strip of each line, for the line recognizer; None for a line without digits.
        dropped: What detection looked at and left out, each with its reason; empty unless requested.
        candidates: What each look saw; empty unless requested.
        corner: Column and row of the picture at which the part begins that was searched.
    """

    size: tuple[int, int]
    marks: tuple[Mark, ...]
    turn: Turn | None = None
    is_single: bool = False
    left_out: int = 0
    stages: tuple[Stage, ...] = ()
    strips: tuple[Strip | None, ...] = ()
    dropped: tuple[Mark, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    corner: tuple[int, int] = (0, 0)

    @property
    def is_frame(self) -> bool:
        """Whether the picture itself is a frame, as MNIST's are."""
        return self.size == (FRAME_SIDE, FRAME_SIDE)

    def place(self, box: Box) -> Box:
        """Return the box of a mark in the picture as decoded."""
        placed = box if self.turn is None else self.turn.place(box)
        if self.corner == (0, 0):
            return placed
        left, top = self.corner
        return Box(placed.x_min + left, placed.y_min + top, placed.x_max + left, placed.y_max + top)
