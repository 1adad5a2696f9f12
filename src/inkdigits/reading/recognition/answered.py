"""Says how surely the digits of each line are right, and each line as a whole, once it is known what is answered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.models.answer_confidence import AnsweredDigits, AnsweredLines, judge_answers
from inkdigits.models.metadata import DetectorInfo
from inkdigits.reading.recognition.answers import Answers
from inkdigits.reading.recognition.evidence import Answered, Evidence
from inkdigits.reading.recognition.placements import Placement
from inkdigits.spec import BoolArray, Float64Array, Int64Array

__all__ = ["AnsweredRows", "find_answered", "judge_answered", "judge_digits_of", "see_lines"]

_EVEN = 0.5  # probability that stands for what the line recognizer does not say: its odds are 0 then


@dataclass(frozen=True, eq=False, slots=True)
class AnsweredRows:
    """What is answered, and what is known of it.

    Attributes:
        digits: Of all N marks, each with its label in the answer, should it be a digit.
        labels: int64, shape (N,), 0 to 9.
        is_asked: bool, shape (N,): whether the line recognizer was asked about the mark.
        around: float64, shape (N,), 0 to 1: the mean of other ink just beside each mark.
        lines: Of each line with digits, the places of these from left to right.
    """

    digits: AnsweredDigits
    labels: Int64Array
    is_asked: BoolArray
    around: Float64Array
    lines: tuple[tuple[int, ...], ...]


def find_answered(answers: Answers, evidence: Evidence, reject_below: float) -> AnsweredRows:
    """Return what is answered of some pages.

    Args:
        answers: What each network says.
        evidence: What they say together; where it has placements, these are the answer.
        reject_below: Probability of being a digit, 0 to 1, under which a mark is not a digit.
    """
    labels = evidence.probabilities.argmax(axis=1) if len(evidence.marks) else np.zeros(0, dtype=np.int64)
    lines: list[tuple[int, ...]] = []
    strings, uneven = np.full(len(labels), _EVEN), np.zeros(len(labels))
    placements = evidence.placements or [None] * len(evidence.pages)
    for (_, own), placement, heard in zip(evidence.split(), placements, answers.heard, strict=True):
        if placement is not None:
            labels[list(placement.members)] = [int(digit) for digit in placement.digits]
        for line, places in _list_lines(evidence, own, placement, reject_below).items():
            said = heard[line] if 0 <= line < len(heard) else None
            likely = _EVEN if said is None else said.find_probability([int(labels[place]) for place in places])
            strings[places] = likely
            uneven[places] = _find_unevenness(evidence, places)
            lines.append(tuple(places))
    named = np.arange(len(labels)), labels
    digits = AnsweredDigits(
        evidence.probabilities[named].astype(np.float64),
        evidence.digit_probabilities.astype(np.float64),
        answers.classified[named].astype(np.float64),
        np.where(answers.is_asked, answers.in_line[named], _EVEN),
        strings,
        uneven,
    )
    return AnsweredRows(digits, labels, answers.is_asked, answers.seen.around, tuple(lines))


def _list_lines(
    evidence: Evidence, own: slice, placement: Placement | None, reject_below: float
) -> dict[int, list[int]]:
    """Return for each line of a page the places of its digits."""
    lines: dict[int, list[int]] = defaultdict(list)
    for place in range(own.start, own.stop) if placement is None else placement.members:
        mark = evidence.marks[place]
        is_kept = mark.reason is None and evidence.digit_probabilities[place] >= reject_below
        if placement is not None or is_kept:
            lines[mark.line].append(place)
    return lines


def _find_unevenness(evidence: Evidence, places: Sequence[int]) -> Float64Array:
    heights = np.array([evidence.marks[place].box.height for place in places], dtype=np.float64)
    return np.asarray(np.abs(np.log(heights / median(heights))))


def judge_answered(rows: AnsweredRows, info: DetectorInfo) -> Answered:
    """Return how surely what is answered is right.

    Args:
        rows: What is answered.
        info: Of the detector, whose folder has the curves.
    """
    confidence = judge_digits_of(rows, info)
    line_confidence, is_heard = np.ones(len(confidence)), np.zeros(len(confidence), dtype=np.bool_)
    if rows.lines:
        seen = see_lines(rows, confidence)
        judged = judge_answers(seen.to_features(), info.line_weights)
        # of a line about which the line recognizer says nothing, as a lone digit, the weakest digit says all
        is_asked = rows.is_asked[[places[0] for places in rows.lines]]
        for places, sure, heard in zip(rows.lines, np.where(is_asked, judged, seen.weakest), is_asked, strict=True):
            line_confidence[list(places)], is_heard[list(places)] = sure, heard
    return Answered(rows.labels, confidence, line_confidence, is_heard)


def judge_digits_of(rows: AnsweredRows, info: DetectorInfo) -> Float64Array:
    """Return the probability that each mark is a digit with its label: float64, shape (N,), 0 to 1."""
    weights = np.where(rows.is_asked[:, np.newaxis], info.right_weights, info.lone_right_weights)
    return judge_answers(rows.digits.to_features(), weights)


def see_lines(rows: AnsweredRows, confidence: Float64Array) -> AnsweredLines:
    """Return what is known of the lines, at least one.

    Args:
        rows: What is answered.
        confidence: float64, shape (N,), 0 to 1: of each mark.
    """
    weakest, around, uneven, strings = [], [], [], []
    for places in map(list, rows.lines):
        weakest.append(confidence[places].min())
        around.append(rows.around[places].max())
        uneven.append(rows.digits.uneven[places].max())
        strings.append(rows.digits.string[places[0]])
    count = np.array([len(places) for places in rows.lines], dtype=np.float64)
    return AnsweredLines(np.array(weakest), np.array(strings), count, np.array(around), np.array(uneven))
