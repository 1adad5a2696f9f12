"""Loads the digits of single writers from the development sets, for `adaptation.py`.

Numbers are cut into digits as the reader does it, and the digits are named by what is written. A number in which
another count of digits is found than is written is left out: there nobody knows which digit is which.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkdigits.reading.detection.detector import detect_digit, detect_marks
from inkdigits.reading.detection.page import Page
from inkdigits.reading.pictures.decoding import decode
from inkdigits.reading.recognition.answers import Answers
from inkdigits.reading.recognition.recognizer import Recognizer
from inkdigits.spec import LEAST_PROBABILITY, Float64Array, Int64Array, UInt8Array
from sets import Item, find_sets, load_set

__all__ = ["Hand", "load_hands"]

LEAST_DIGITS = 45  # of a writer: 30 to adapt to, and some to read


@dataclass(frozen=True, eq=False, slots=True)
class Hand:
    """The n digits of a writer.

    Attributes:
        name: The row of the table that it belongs to.
        frames: uint8, shape (n, 28, 28), as the classifier sees them.
        labels: uint8, shape (n,), 0 to 9: what is written.
        group: int64, shape (n,): what is drawn together, such as the digits of one number.
        others: float64, shape (n, 10): what detector and line recognizer say, as logarithms with their weights.
        weight: float64, shape (n,): of the logarithm of what the classifier says, beside them.
    """

    name: str
    frames: UInt8Array
    labels: UInt8Array
    group: Int64Array
    others: Float64Array
    weight: Float64Array

    def __len__(self) -> int:
        """Return n."""
        return len(self.labels)


@dataclass(frozen=True, slots=True)
class _Source:
    """How a set tells its writers.

    Attributes:
        set_name: Of the set.
        row: Name of the table's row that a picture belongs to, with columns of its label in braces.
        writer: Column of the writer, where a row has several; "" where a row is adapted to as one hand.
        by_cluster: Whether pictures of one cluster are drawn together; else each picture is drawn by itself.
        is_single: Whether its pictures hold one digit each.
    """

    set_name: str
    row: str
    writer: str = ""
    by_cluster: bool = False
    is_single: bool = False


_SOURCES = (
    _Source("pen_on_forms", "pen_on_forms {writer}", is_single=True),
    _Source("pencil_phone", "pencil_phone", by_cluster=True, is_single=True),
    _Source("mark_sheets", "mark_sheets, page {page}"),
    _Source("registers", "registers, {set}"),
    _Source("running_numbers", "running_numbers", writer="writer"),
)


def load_hands(folder: Path, recognizer: Recognizer) -> list[Hand]:
    """Return the writers of the sets that are there, in the order of the table's rows; those with few digits not."""
    names = find_sets(folder, [source.set_name for source in _SOURCES])
    hands: list[Hand] = []
    for source in _SOURCES:
        by_writer: dict[tuple[str, str], list[Item]] = defaultdict(list)
        for item in load_set(folder, source.set_name) if source.set_name in names else ():
            by_writer[source.row.format_map(item.row), item.row.get(source.writer, "")].append(item)
        for (row, _), items in sorted(by_writer.items()):
            hands += _load_hand(row, items, source, recognizer)
    return hands


def _load_hand(row: str, items: Sequence[Item], source: _Source, recognizer: Recognizer) -> Iterator[Hand]:
    """Yield the hand; nothing when it has too few digits."""
    seen = [(item, found) for item in items if (found := _see(item, recognizer, is_single=source.is_single))]
    if sum(len(found.frames) for _, found in seen) < LEAST_DIGITS:
        return
    answers = Answers.join([found for _, found in seen])
    groups = [item.cluster if source.by_cluster else item.name for item, found in seen for _ in found.frames]
    text = "".join(item.text for item, _ in seen)
    info = recognizer.detector.info
    weights = np.where(answers.is_asked[:, np.newaxis], info.label_weights, info.lone_label_weights)
    told = (answers.detected, answers.in_line)
    logs = [np.log(np.maximum(labels, LEAST_PROBABILITY)) for labels in told]
    others = weights[:, 1:2] * logs[0] + weights[:, 2:3] * logs[1]
    group = np.unique(groups, return_inverse=True)[1].astype(np.int64)
    labels = np.array(list(map(int, text)), dtype=np.uint8)
    yield Hand(row, answers.frames[..., 0], labels, group, others, weights[:, 0])


def _see(item: Item, recognizer: Recognizer, *, is_single: bool) -> Answers | None:
    """Return what the networks say of a picture's digits; None where not as many are found as are written."""
    gray = decode(item.data)
    page: Page = (detect_digit if is_single else detect_marks)(gray, recognizer.detector)
    answers = recognizer.ask([page])
    marks = recognizer.join(answers)
    likely = marks.digit_probabilities >= recognizer.detector.info.reject_below
    places = [place for place, mark in enumerate(marks.marks) if mark.reason is None and (likely[place] or is_single)]
    return answers.take(places) if item.text and len(places) == len(item.text) else None
