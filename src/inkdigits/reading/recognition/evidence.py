"""Defines what is known about marks after recognition: plain values, one row per mark."""

from collections.abc import Iterator
from dataclasses import dataclass

from inkdigits.reading.detection.page import Mark, Page
from inkdigits.reading.recognition.placements import Placement
from inkdigits.spec import BoolArray, Float32Array, Float64Array, Int64Array, UInt8Array

__all__ = ["Answered", "Evidence"]


@dataclass(frozen=True, eq=False, slots=True)
class Answered:
    """How surely N marks are right as digits.

    Attributes:
        labels: int64, shape (N,), 0 to 9: the label that each is answered with, should it be a digit.
        confidence: float64, shape (N,), 0 to 1: that it is a digit with this label.
        line_confidence: float64, shape (N,), 0 to 1: that the string of its line is right, with no digit too many
            or missing; 1 for a mark of a line without digits.
        is_heard: bool, shape (N,): whether the line recognizer was asked about its line. It is not about a lone digit,
            which is as surely right as its weakest digit, itself.
    """

    labels: Int64Array
    confidence: Float64Array
    line_confidence: Float64Array
    is_heard: BoolArray


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about the N marks of some pages.

    Attributes:
        pages: The pages, each with any number of marks.
        counts: Marks of each page; they sum to N.
        marks: The marks, page by page in reading order.
        frames: uint8, shape (N, 28, 28, 1), as the networks of single marks saw them.
        probabilities: float32, shape (N, 10), the probability of each label; rows sum to 1.
        digit_probabilities: float32, shape (N,), 0 to 1, the probability that the mark is a digit at all.
        is_joined: bool, shape (N,): whether the probabilities are those that were fitted for marks in pictures, so that
            the largest is the confidence; of frames, the bundle's own curve says what their margin means.
        placements: For each page, the string of its field, None where nothing fits; empty when no field was told.
        answered: How surely the marks are right as digits; None of frames, where the bundle's curve says it.
    """

    pages: tuple[Page, ...]
    counts: tuple[int, ...]
    marks: tuple[Mark, ...]
    frames: UInt8Array
    probabilities: Float32Array
    digit_probabilities: Float32Array
    is_joined: BoolArray
    placements: tuple[Placement | None, ...] = ()
    answered: Answered | None = None

    def split(self) -> Iterator[tuple[Page, slice]]:
        """Yield each page with the places of its marks."""
        start = 0
        for page, count in zip(self.pages, self.counts, strict=True):
            yield page, slice(start, start := start + count)
