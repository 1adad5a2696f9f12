"""Decides what the cells of a field say: the likeliest string that its pattern, kind and check allow."""

import heapq
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.forms.results import CellReading
from inkdigits.reading.fields import Field
from inkdigits.reading.fields.layouts import Layout

__all__ = ["Value", "decide_value"]

_MOST_STRINGS = 3000  # of a field that are tried, likeliest first; of 16 digits, all with two changed labels
_FAR = 12.0  # logarithm of how much likelier the best string is than those that do not matter: 160,000 times
_LEAST = 1e-9  # probability of a label, so that its logarithm stays finite
_LEAST_ALLOWED = 1e-3  # probability, for all digits together, that what was written is allowed; less is a misfit


@dataclass(frozen=True, slots=True)
class Value:
    """What the cells of a field say.

    Attributes:
        text: With "?" for an unsure digit.
        guess: The likeliest text, without "?".
        labels: The digit of each filled cell, in order.
        confidence: Probability, 0 to 1, that the whole text is right.
        reason: Why it is doubtful; None when it is sure.
    """

    text: str
    guess: str
    labels: tuple[int, ...]
    confidence: float
    reason: str | None


def decide_value(cells: Sequence[CellReading], field: Field | None, unsure_below: float) -> Value:
    """Return what filled cells say.

    Args:
        cells: Those with a digit, from left to right; one or more.
        field: What the text has to be.
        unsure_below: Confidence, 0 to 1, below which a digit is unsure.
    """
    tables = [_spread(cell) for cell in cells]
    shares = [max(table) for table in tables]
    found = _search(tables, field) if field is not None and field.is_line else None
    if field is not None and field.is_line and found is None:
        digits = "".join(str(cell.label) for cell in cells)
        return Value("?" * len(cells), digits, _labels(digits), 0.0, f"expected {field.describe()}")
    digits, layout, confidence, own = found or (
        "".join(str(cell.label) for cell in cells),
        None,
        math.prod(shares),
        shares,
    )
    is_sure = [
        cell.outcome == "digit" and share >= unsure_below and cell.label == int(digit)
        for cell, share, digit in zip(cells, own, digits, strict=True)
    ]
    marked = "".join(digit if sure else "?" for digit, sure in zip(digits, is_sure, strict=True))
    format_ = layout.format if layout is not None else str
    reason = None if all(is_sure) else "low confidence"
    if layout is not None and any(cell.label != int(digit) for cell, digit in zip(cells, digits, strict=True)):
        reason = "only so is it allowed"  # the likeliest digits break the pattern, kind or check
    return Value(format_(marked), format_(digits), _labels(digits), min(confidence, 1.0), reason)


def _labels(digits: str) -> tuple[int, ...]:
    return tuple(map(int, digits))


def _spread(cell: CellReading) -> list[float]:
    """Return the probability of each label: the cell's own has its confidence, the others share the rest."""
    shares = np.array(cell.probabilities or (0.1,) * 10, dtype=np.float64)
    label = cell.label or 0
    rest = shares.sum() - shares[label]
    scale = (1 - cell.confidence) / rest if rest > 0 else 0.0
    values = shares * scale
    values[label] = cell.confidence
    return list(np.maximum(values, _LEAST))


def _search(tables: Sequence[Sequence[float]], field: Field) -> tuple[str, Layout, float, list[float]] | None:
    """Return the likeliest digits that a field accepts, their layout and confidence, and each digit's confidence."""
    layouts = [
        layout for layout in field.layouts(range(len(tables), len(tables) + 1), "") if not _has_gaps(layout, field)
    ]
    streams = [_iter_strings(tables, layout) for layout in layouts]
    found: dict[str, tuple[float, Layout]] = {}
    for cost, digits, layout in itertools.islice(heapq.merge(*streams, key=lambda one: one[0]), _MOST_STRINGS):
        if found and cost > next(iter(found.values()))[0] + _FAR:
            break
        if digits not in found and field.accepts(layout, digits):
            found[digits] = cost, layout
    if not found:
        return None
    best, (cost, layout) = next(iter(found.items()))
    chances = {digits: math.exp(-own) for digits, (own, _) in found.items()}
    total = sum(chances.values())
    allowed = [sum(table[label] for label in labels) for table, labels in zip(tables, layout.allowed, strict=True)]
    if math.prod(allowed) < _LEAST_ALLOWED or math.exp(-cost) < _LEAST_ALLOWED * math.prod(map(max, tables)):
        return None  # something else is written there
    own = [
        sum(chance for digits, chance in chances.items() if digits[place] == best[place]) / total
        for place in range(len(tables))
    ]
    return best, layout, chances[best] / total, own


def _has_gaps(layout: Layout, field: Field) -> bool:
    """Return whether a layout needs a sign in a cell; those of a pattern are printed between the cells."""
    return bool(layout.signs) and field.pattern is None


def _iter_strings(tables: Sequence[Sequence[float]], layout: Layout) -> Iterator[tuple[float, str, Layout]]:
    """Yield the strings of a layout with their cost, likeliest first."""
    if len(layout.allowed) != len(tables):
        return
    ranked = [
        sorted((-math.log(table[label]), str(label)) for label in allowed)
        for table, allowed in zip(tables, layout.allowed, strict=True)
    ]
    # each string is made from one other only: its last changed digit is one rank better there
    heap = [(sum(own[0][0] for own in ranked), (0,) * len(ranked), 0)]
    while heap:
        cost, ranks, last = heapq.heappop(heap)
        yield cost, "".join(own[rank][1] for own, rank in zip(ranked, ranks, strict=True)), layout
        for place in range(last, len(ranked)):
            rank = ranks[place] + 1
            if rank < len(ranked[place]):
                step = ranked[place][rank][0] - ranked[place][rank - 1][0]
                heapq.heappush(heap, (cost + step, (*ranks[:place], rank, *ranks[place + 1 :]), place))
