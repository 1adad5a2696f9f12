"""Makes the string of a line from its digits: its words, its confidence, and the next best strings."""

import heapq
import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

import numpy as np

from inkdigits.reading.decision.words import Piece, write_line
from inkdigits.reading.fields.layouts import Layout
from inkdigits.reading.recognition.placements import Placement
from inkdigits.results import Alternative, Box, Digit, Line
from inkdigits.spec import CLASS_COUNT, LEAST_PROBABILITY

__all__ = ["Beside", "character", "make_line", "make_lines"]

_ALTERNATIVES = 4
_NAMES = tuple(map(str, range(CLASS_COUNT)))
_Table: TypeAlias = tuple[list[int], list[float]]  # labels and, in the same order, their probabilities


class Beside(NamedTuple):
    """What is known of a mark beside its judgment.

    Attributes:
        sign: The sign that it is; "" when it is none.
        is_parted: Whether a ruled line stands between it and what is to its left.
    """

    sign: str = ""
    is_parted: bool = False


def make_line(digits: Sequence[Digit], placement: Placement | None = None, beside: Sequence[Beside] = ()) -> Line:
    """Return the line that some marks make.

    Args:
        digits: One or more marks from left to right, including those that are not digits.
        placement: The field that the line is; text and alternatives then have its signs.
        beside: What else is known of each mark; empty where nothing is.

    >>> three = Digit(Box(0, 0, 9, 20), 0, 3, (0, 0, 0, 0.9, 0, 0, 0, 0, 0.1, 0), 0.9, "digit")
    >>> line = make_line([three])
    >>> line.text, line.alternatives[0].text
    ('3', '8')
    """
    return make_lines([digits], [placement], [beside])[0]


def make_lines(
    rows: Sequence[Sequence[Digit]],
    placements: Sequence[Placement | None] = (),
    beside: Sequence[Sequence[Beside]] = (),
    sure: Sequence[float | None] = (),
) -> list[Line]:
    """Return the line that the marks of each row make, as `make_line` does for one.

    Args:
        rows: Any number; frames by the million have a row each.
        placements: For each row the field that it is; None, or nothing at all, where it is none.
        beside: For each row, as of `make_line`; empty where nothing is known of any.
        sure: For each row, the probability, 0 to 1, that its string is right; None, or nothing at all, where its digits
            alone say it.
    """
    kept = [[digit for digit in row if digit.outcome != "not_a_digit"] for row in rows]
    tables = iter(_rank_labels([digit for row in kept for digit in row]))
    known = beside or [()] * len(rows)
    return [
        _make_line(row, other, list(itertools.islice(tables, len(own))), placement, one)
        for row, own, other, placement, one in zip(
            rows, kept, known, placements or itertools.repeat(None), sure or itertools.repeat(None), strict=False
        )
    ]


def _find_box(row: Sequence[Digit]) -> Box:
    return row[0].box if len(row) == 1 else Box.around([digit.box for digit in row])


def _make_line(
    row: Sequence[Digit],
    beside: Sequence[Beside],
    tables: Sequence[_Table],
    placement: Placement | None,
    sure: float | None,
) -> Line:
    box = _find_box(row)
    if not tables:
        return Line(box, "")
    text = "".join(map(character, row))
    if placement is not None and placement.has_rules:
        line = Line(box, text, (), placement.confidence, placement.alternatives)
        return _write_field(line, row, beside, placement)
    best, *others = _set_confidence(_best_strings(tables), sure)
    if placement is not None:
        layout = placement.layout
        allowed = [Alternative(layout.format(other.text), other.confidence) for other in others if _fits(other, layout)]
        return _write_field(Line(box, text, (), best.confidence, tuple(allowed)), row, beside, placement)
    words, written = _write(row, beside) if len(row) > 1 else ((text,), text)
    alternatives = tuple(sorted(others, key=lambda other: -other.confidence))
    return Line(box, text, words, best.confidence, alternatives, written)


def _set_confidence(strings: Sequence[Alternative], sure: float | None) -> list[Alternative]:
    """Return the strings with the first one as sure as told; the others share the rest in the same proportions."""
    if sure is None:
        return list(strings)
    best, *others = strings
    rest = (1 - sure) / (1 - best.confidence) if best.confidence < 1 else 0.0
    return [Alternative(best.text, sure), *(Alternative(other.text, rest * other.confidence) for other in others)]


def _write_field(line: Line, row: Sequence[Digit], beside: Sequence[Beside], placement: Placement) -> Line:
    """Return a field's line of digits with the signs of its pattern, or those that were seen where it has none."""
    formatted = placement.layout.format(line.text)
    written = formatted if formatted != line.text else _write(row, beside)[1].replace(" ", "")
    return replace(line, text=formatted, words=(formatted,), written=written)


def _write(row: Sequence[Digit], beside: Sequence[Beside]) -> tuple[tuple[str, ...], str]:
    """Return a line's words, and the line as it is written."""
    known = beside or [Beside()] * len(row)
    pieces = [
        Piece(digit.box, other.sign or character(digit), bool(other.sign), other.is_parted)
        for digit, other in zip(row, known, strict=True)
        if other.sign or digit.outcome != "not_a_digit"
    ]
    return write_line(pieces)


def _fits(string: Alternative, layout: Layout) -> bool:
    return all(int(label) in allowed for label, allowed in zip(string.text, layout.allowed, strict=True))


def character(digit: Digit) -> str:
    """Return what a mark adds to the text: its label, "?" when it is unsure, "" when it is not a digit."""
    return _NAMES[digit.label] if digit.outcome == "digit" else "?" if digit.outcome == "unsure" else ""


def _best_strings(tables: Sequence[_Table]) -> list[Alternative]:
    """Return the likeliest strings, the first being the labels: each digit stands for itself.

    Args:
        tables: One per digit, from `_rank_labels`.
    """
    if len(tables) == 1:
        ranked, values = tables[0]
        most = 1 + _ALTERNATIVES
        return list(map(Alternative, map(_NAMES.__getitem__, ranked[:most]), values[:most]))
    costs = [[-math.log(value) for value in values] for _, values in tables]
    # a string that changes another digit is no likelier than those that change one of these alone
    open_places = sorted(range(len(tables)), key=lambda place: (costs[place][1] - costs[place][0], -place))
    open_places = sorted(open_places[:_ALTERNATIVES])
    best = [_NAMES[ranked[0]] for ranked, _ in tables]
    start = (0,) * len(open_places)
    heap = [(sum(cost[0] for cost in costs), start)]
    seen = {start}
    found: list[Alternative] = []
    while heap and len(found) <= _ALTERNATIVES:
        cost, ranks = heapq.heappop(heap)
        labels = best.copy()
        for place, rank in zip(open_places, ranks, strict=True):
            labels[place] = _NAMES[tables[place][0][rank]]
        found.append(Alternative("".join(labels), math.exp(-cost)))
        for at, (place, rank) in enumerate(zip(open_places, ranks, strict=True)):
            after = (*ranks[:at], rank + 1, *ranks[at + 1 :])
            if rank + 1 < CLASS_COUNT and after not in seen:
                seen.add(after)
                heapq.heappush(heap, (cost - costs[place][rank] + costs[place][rank + 1], after))
    return found


def _rank_labels(digits: Sequence[Digit]) -> list[_Table]:
    """Return the labels of each digit with their probabilities: its own label first, then the others, likeliest first.

    A digit's label has its calibrated confidence; its other labels share the rest as the network divides it.
    """
    if not digits:
        return []
    shares = np.array([digit.probabilities for digit in digits], dtype=np.float64)
    places, labels = np.arange(len(digits)), np.array([digit.label for digit in digits])
    confidence = np.array([digit.confidence for digit in digits])
    shares[places, labels] = 0
    rest = shares.sum(axis=1)
    scale = np.divide(1 - confidence, rest, out=np.zeros_like(rest), where=rest > 0)
    shares[places, labels] = np.inf  # first, whatever the others
    ranked = CLASS_COUNT - 1 - np.argsort(-shares[:, ::-1], axis=1, kind="stable")
    shares[places, labels] = 0
    values = np.take_along_axis(shares, ranked, axis=1) * scale[:, None]
    values[:, 0] = confidence
    return list(zip(ranked.tolist(), np.maximum(values, LEAST_PROBABILITY).tolist(), strict=True))
