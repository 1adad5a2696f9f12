"""Shows the reader held-out numbers and words, as scanned and spoiled, and tells which of its answers are right.

Numbers as scanned teach little: of few writers, hardly one is read wrong. Spoiled copies stand for other hands, pens,
cameras and neighbors. Composed scenes are left out: half of their lines are read wrong, and with them the curves fit
real numbers worse (docs/log.md).
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.models.answer_confidence import AnsweredLines
from inkdigits.reading.framing import AnsweredRows, Recognizer, SeenMark, see_answers
from inkdigits.spec import BoolArray, Float64Array, Int64Array, UInt8Array
from inkdigits.training.calibration.held_out_marks import align
from inkdigits.training.data.handwriting import Handwriting
from inkdigits.training.synthesis.rough_pictures import roughen

__all__ = ["ROUGH_COPIES", "HeldOutAnswers", "collect_answers"]

ROUGH_COPIES = 4  # of each number; with 8 the curves are the same within their noise
_SEED = 7


@dataclass(frozen=True, eq=False, slots=True)
class HeldOutAnswers:
    """What was answered of held-out pictures: D digits in L lines.

    Attributes:
        digits: float64, shape (D, C): features of the digits, as `AnsweredDigits.to_features` gives them, line by line.
        is_right: bool, shape (D,): whether the digit is written there.
        ends: int64, shape (L,): of each line, the place behind its last digit.
        strings: float64, shape (L,), as `AnsweredLines.string`.
        around: float64, shape (L,), as `AnsweredLines.around`.
        uneven: float64, shape (L,), as `AnsweredLines.uneven`.
        is_right_line: bool, shape (L,): whether its string is what is written.
        copies: int64, shape (L,): 0 for pictures as scanned, 1 and more for spoiled copies of them.
        writers: int64, shape (L,): a number for each writer or page, the same in every run.
    """

    digits: Float64Array
    is_right: BoolArray
    ends: Int64Array
    strings: Float64Array
    around: Float64Array
    uneven: Float64Array
    is_right_line: BoolArray
    copies: Int64Array
    writers: Int64Array

    @property
    def line_of_digit(self) -> Int64Array:
        """int64, shape (D,): the place of each digit's line."""
        return np.searchsorted(self.ends, np.arange(len(self.digits)), side="right").astype(np.int64)

    def see_lines(self, confidence: Float64Array) -> AnsweredLines:
        """Return what is known of the lines.

        Args:
            confidence: float64, shape (D,), 0 to 1: of each digit.
        """
        starts = np.concatenate([[0], self.ends[:-1]]).astype(np.int64)
        weakest = np.minimum.reduceat(confidence, starts)
        count = (self.ends - starts).astype(np.float64)
        return AnsweredLines(weakest, self.strings, count, self.around, self.uneven)


def collect_answers(handwriting: Handwriting, recognizer: Recognizer, *, copies: int = ROUGH_COPIES) -> HeldOutAnswers:
    """Return what is answered of all numbers and of the words that look like no digit.

    Args:
        handwriting: Of writers that trained nothing.
        recognizer: The networks, with what the detector's folder says of marks.
        copies: Spoiled copies of each number.
    """
    lines = _Rows()
    for picture, text, writer, copy in _iter_pictures(handwriting, copies):
        seen = see_answers(picture, recognizer)
        lines.add(seen.rows, seen.marks, text, (copy, zlib.crc32(writer.encode())))
    return lines.to_answers()


def _iter_pictures(handwriting: Handwriting, copies: int) -> Iterator[tuple[UInt8Array, str, str, int]]:
    """Yield each picture with its text, its writer, and which copy it is."""
    words = [word for word in handwriting.words if not word.is_digit_like]
    for one in (*handwriting.numbers, *words):
        yield one.picture, one.text, one.writer, 0
    beside = [word.picture for word in words if len(word.letters) > 1]
    for copy in range(1, copies + 1):
        for place, number in enumerate(handwriting.numbers):
            generator = np.random.default_rng([_SEED, copy, place])
            yield roughen(number.picture, beside, generator), number.text, number.writer, copy


class _Rows:
    """Gathers lines of many pictures."""

    def __init__(self) -> None:
        self._digits: list[Float64Array] = []
        self._is_right: list[bool] = []
        self._lines: list[tuple[float, ...]] = []

    def add(self, rows: AnsweredRows, marks: Sequence[SeenMark], text: str, known: tuple[int, int]) -> None:
        """Add the lines of one picture of one number, or of none."""
        features = rows.digits.to_features() if len(rows.labels) else np.zeros((0, 0))
        for places in map(list, rows.lines):
            labels = rows.labels[places].tolist()
            true = align(labels, [marks[place].score for place in places], text)
            self._is_right += [label == one for label, one in zip(labels, true, strict=True)]
            self._digits.append(features[places])
            around, uneven = rows.around[places].max(), rows.digits.uneven[places].max()
            is_right = "".join(map(str, labels)) == text
            end = len(self._is_right)
            self._lines.append((end, rows.digits.string[places[0]], around, uneven, is_right, *known))

    def to_answers(self) -> HeldOutAnswers:
        """Return all lines."""
        columns = np.array(self._lines, dtype=np.float64).reshape(-1, 7).T
        ends, strings, around, uneven, is_right_line, copies, writers = columns
        return HeldOutAnswers(
            np.concatenate([np.zeros((0, 7)), *self._digits]),
            np.array(self._is_right, dtype=np.bool_),
            ends.astype(np.int64),
            strings,
            around,
            uneven,
            is_right_line.astype(np.bool_),
            copies.astype(np.int64),
            writers.astype(np.int64),
        )
