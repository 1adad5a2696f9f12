"""Shows the detector handwriting that did not train it, and tells which of its marks are digits, and which.

Of numbers only the text is known: the digits that the detector sees from left to right are aligned with it. What it
sees in words and letters is no digit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.reading.framing import Answers, Recognizer, SeenMark, see_digits
from inkdigits.spec import CLASS_COUNT, DETECTOR_STEP, Float64Array, Int64Array, UInt8Array
from inkdigits.training.data.handwriting import Handwriting
from inkdigits.training.synthesis.scenes.canvas import IGNORED, Scene

__all__ = ["NO_DIGIT", "HeldOutMarks", "align", "collect_marks"]

NO_DIGIT = -1  # in place of a label
_WRONG_LABEL, _MISSED = 1.1, 1.0  # cost of a digit of another label, and of one that was not seen
_LEAST_INVENTED, _INVENTED = 0.1, 0.9  # cost of a mark that is no digit: at least, and for each unit of its score


@dataclass(frozen=True, eq=False, slots=True)
class HeldOutMarks:
    """What the networks say of N marks, and what is true.

    Attributes:
        answers: What each network says.
        labels: int64, shape (N,): 0 to 9, or `NO_DIGIT`.
    """

    answers: Answers
    labels: Int64Array


def collect_marks(handwriting: Handwriting, scenes: Sequence[Scene], recognizer: Recognizer) -> HeldOutMarks:
    """Return the marks of all numbers, words and letters but those letters that look like a digit, and of scenes.

    Marks that only the line recognizer found are left out: the detector says nothing of them.

    Args:
        handwriting: Of writers that trained nothing.
        scenes: Composed of digits that trained nothing: forms, tables and single digits, which the handwriting lacks.
        recognizer: The networks that see the marks and are asked about them.
    """
    parts, labels = [], []
    for picture, text in _find_pictures(handwriting):
        marks, answers = see_digits(picture, recognizer)
        aligned = align([int(mark.labels.argmax()) for mark in marks], [mark.score for mark in marks], text)
        seen = [place for place, mark in enumerate(marks) if not mark.is_heard]
        parts.append(answers.take(seen))
        labels += [aligned[place] for place in seen]
    for scene in scenes:
        marks, answers = see_digits(scene.picture, recognizer)
        found = {place: _match(mark, scene) for place, mark in enumerate(marks) if not mark.is_heard}
        known = {place: label for place, label in found.items() if label is not None}
        parts.append(answers.take(list(known)))
        labels += known.values()
    return HeldOutMarks(Answers.join(parts), np.array(labels, dtype=np.int64))


def _find_pictures(handwriting: Handwriting) -> Iterator[tuple[UInt8Array, str]]:
    for picture in (*handwriting.numbers, *(word for word in handwriting.words if not word.is_digit_like)):
        yield picture.picture, picture.text


def _match(mark: SeenMark, scene: Scene) -> int | None:
    """Return the label of a mark of a scene; None where nothing is asked."""
    x, y = (mark.box.x_min + mark.box.x_max) / 2, (mark.box.y_min + mark.box.y_max) / 2
    there = [row for row in scene.marks if row[1] <= x < row[3] and row[2] <= y < row[4] and row[0] < CLASS_COUNT]
    if there:
        return int(min(there, key=lambda row: abs(row[1] + row[3] - 2 * x))[0])
    return None if scene.other[int(y) // DETECTOR_STEP, int(x) // DETECTOR_STEP] == IGNORED else NO_DIGIT


def align(labels: Sequence[int], scores: Sequence[float], text: str) -> list[int]:
    """Return for each mark the digit of the text that it is, or `NO_DIGIT`, at the least cost.

    Args:
        labels: What the marks seem to be, from left to right.
        scores: How surely each is a digit, 0 to 1.
        text: The digits that are written.

    >>> align([1, 7, 5], [0.9, 0.2, 0.8], "15")
    [1, -1, 5]
    """
    costs = np.zeros((len(labels) + 1, len(text) + 1))
    costs[0] = _MISSED * np.arange(len(text) + 1)
    invented = [_LEAST_INVENTED + _INVENTED * score for score in scores]
    for row, (label, score) in enumerate(zip(labels, invented, strict=True), start=1):
        costs[row, 0] = costs[row - 1, 0] + score
        for column, digit in enumerate(text, start=1):
            same = costs[row - 1, column - 1] + (0 if int(digit) == label else _WRONG_LABEL)
            costs[row, column] = min(same, costs[row - 1, column] + score, costs[row, column - 1] + _MISSED)
    return _trace_back(costs, labels, invented, text)


def _trace_back(costs: Float64Array, labels: Sequence[int], invented: Sequence[float], text: str) -> list[int]:
    row, column = len(labels), len(text)
    found = [NO_DIGIT] * row
    while row:
        is_same = column > 0 and np.isclose(
            costs[row, column],
            costs[row - 1, column - 1] + (0 if int(text[column - 1]) == labels[row - 1] else _WRONG_LABEL),
        )
        if is_same:
            found[row - 1] = int(text[column - 1])
            row, column = row - 1, column - 1
        elif np.isclose(costs[row, column], costs[row - 1, column] + invented[row - 1]):
            row -= 1
        else:
            column -= 1
    return found
