"""Makes the string of a line from its digits: its words, its confidence, and the next best strings."""

import heapq
import itertools
import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.reading.fields.layouts import Layout
from inkdigits.reading.recognition.placements import Placement
from inkdigits.results import Alternative, Box, Digit, Line
from inkdigits.spec import CLASS_COUNT

__all__ = ["character", "make_line", "make_lines"]

_WORD_GAP = 0.9  # of the digits' median height: narrower gaps never separate words
_USUAL_GAPS = 2.5  # of the line's median gap: narrower gaps never separate words, since digits in boxes stand far apart
_LONE_GAP = 1.5  # of the height: the limit for two digits, whose one gap has no median to compare with
_ALTERNATIVES = 4
_MIN_PROBABILITY = 1e-9
_NAMES = tuple(map(str, range(CLASS_COUNT)))
_Table: TypeAlias = tuple[list[int], list[float]]  # labels and, in the same order, their probabilities


def make_line(digits: Sequence[Digit], placement: Placement | None = None) -> Line:
    """Return the line that some marks make.

    Args:
        digits: One or more marks from left to right, including those that are not digits.
        placement: The field that the line is; text and alternatives then have its signs.

    >>> three = Digit(Box(0, 0, 9, 20), 0, 3, (0, 0, 0, 0.9, 0, 0, 0, 0, 0.1, 0), 0.9, "digit")
    >>> line = make_line([three])
    >>> line.text, line.alternatives[0].text
    ('3', '8')
    """
    return make_lines([digits], [placement])[0]


def make_lines(rows: Sequence[Sequence[Digit]], placements: Sequence[Placement | None] = ()) -> list[Line]:
    """Return the line that the marks of each row make, as `make_line` does for one.

    Args:
        rows: Any number; frames by the million have a row each.
        placements: For each row the field that it is; None, or nothing at all, where it is none.
    """
    kept = [[digit for digit in row if digit.outcome != "not_a_digit"] for row in rows]
    tables = iter(_rank_labels([digit for row in kept for digit in row]))
    return [
        _make_line(_find_box(row), own, list(itertools.islice(tables, len(own))), placement)
        for row, own, placement in zip(rows, kept, placements or itertools.repeat(None), strict=False)
    ]


def _find_box(row: Sequence[Digit]) -> Box:
    return row[0].box if len(row) == 1 else Box.around([digit.box for digit in row])


def _make_line(box: Box, kept: Sequence[Digit], tables: Sequence[_Table], placement: Placement | None) -> Line:
    if not kept:
        return Line(box, "")
    text = "".join(map(character, kept))
    if placement is not None and placement.has_rules:
        written = placement.layout.format(text)
        return Line(box, written, (written,), placement.confidence, placement.alternatives)
    best, *others = _best_strings(tables)
    if placement is not None:
        layout = placement.layout
        allowed = [Alternative(layout.format(other.text), other.confidence) for other in others if _fits(other, layout)]
        written = layout.format(text)
        return Line(box, written, (written,), best.confidence, tuple(allowed))
    starts = [0, *_word_starts(kept), len(kept)]
    words = tuple(text[start:end] for start, end in itertools.pairwise(starts))
    return Line(box, text, words, best.confidence, tuple(sorted(others, key=lambda other: -other.confidence)))


def _fits(string: Alternative, layout: Layout) -> bool:
    return all(int(label) in allowed for label, allowed in zip(string.text, layout.allowed, strict=True))


def character(digit: Digit) -> str:
    """Return what a mark adds to the text: its label, "?" when it is unsure, "" when it is not a digit."""
    return _NAMES[digit.label] if digit.outcome == "digit" else "?" if digit.outcome == "unsure" else ""


def _word_starts(digits: Sequence[Digit]) -> list[int]:
    """Return the places of the digits that follow a wide gap."""
    if len(digits) < 2:
        return []
    gaps = np.array([two.box.x_min - one.box.x_max for one, two in itertools.pairwise(digits)])
    height = median([digit.box.height for digit in digits])
    usual = median(gaps) if len(gaps) > 1 else _LONE_GAP / _USUAL_GAPS * height
    least = max(_WORD_GAP * height, _USUAL_GAPS * usual)
    return [int(place) + 1 for place in np.flatnonzero(gaps >= least)]


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
    start = (0,) * len(tables)
    heap = [(sum(cost[0] for cost in costs), start)]
    seen = {start}
    found: list[Alternative] = []
    while heap and len(found) <= _ALTERNATIVES:
        cost, ranks = heapq.heappop(heap)
        labels = "".join(_NAMES[ranked[rank]] for (ranked, _), rank in zip(tables, ranks, strict=True))
        found.append(Alternative(labels, math.exp(-cost)))
        for place, rank in enumerate(ranks):
            after = (*ranks[:place], rank + 1, *ranks[place + 1 :])
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
    return list(zip(ranked.tolist(), np.maximum(values, _MIN_PROBABILITY).tolist(), strict=True))
