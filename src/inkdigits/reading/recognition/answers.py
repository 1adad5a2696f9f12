"""Defines what the networks say of the marks of some pages, before it is joined."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.models.confidence import Seen
from inkdigits.models.line_evidence import HeardLine
from inkdigits.reading.detection.page import Page
from inkdigits.spec import BoolArray, Float32Array, Float64Array, UInt8Array

__all__ = ["Answers"]


@dataclass(frozen=True, eq=False, slots=True)
class Answers:
    """What each network says of N marks.

    Attributes:
        pages: The pages that they stand on, with marks for the digits that only the line recognizer found.
        frames: uint8, shape (N, 28, 28, 1), as the classifier saw them.
        classified: float32, shape (N, 10), rows sum to 1: the classifier's probabilities of the labels.
        detected: float64, shape (N, 10), rows sum to 1: the detector's.
        in_line: float64, shape (N, 10), rows sum to 1: the line recognizer's.
        seen: What tells whether they are digits at all.
        is_asked: bool, shape (N,): whether the line recognizer was asked about them.
        heard: For each line of each page what it says of the whole line; None where it says nothing.
    """

    pages: tuple[Page, ...]
    frames: UInt8Array
    classified: Float32Array
    detected: Float64Array
    in_line: Float64Array
    seen: Seen
    is_asked: BoolArray
    heard: tuple[tuple[HeardLine | None, ...], ...]

    def take(self, places: Sequence[int]) -> "Answers":
        """Return what is said of some marks, in the order of their places."""
        at = np.array(places, dtype=np.int64)
        seen = Seen._make(column[at] for column in self.seen)
        labels = (self.classified[at], self.detected[at], self.in_line[at])
        return Answers(self.pages, self.frames[at], *labels, seen, self.is_asked[at], self.heard)

    @classmethod
    def join(cls, parts: "Sequence[Answers]") -> "Answers":
        """Return what is said of the marks of all parts, at least one, in their order."""
        return cls(
            tuple(page for part in parts for page in part.pages),
            np.concatenate([part.frames for part in parts]),
            np.concatenate([part.classified for part in parts]),
            np.concatenate([part.detected for part in parts]),
            np.concatenate([part.in_line for part in parts]),
            Seen._make(np.concatenate(columns) for columns in zip(*(part.seen for part in parts), strict=True)),
            np.concatenate([part.is_asked for part in parts]),
            tuple(heard for part in parts for heard in part.heard),
        )
