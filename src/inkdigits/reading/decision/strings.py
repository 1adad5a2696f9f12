"""The digits of a line go in; its string, its words, its confidence and the next best strings come out."""

import heapq
import itertools
import math
from collections.abc import Sequence

import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.reading.fields import Field
from inkdigits.results import Alternative, Box, Digit, Line
from inkdigits.spec import CLASS_COUNT

__all__ = ["character", "make_line", "make_lone_lines"]

_WORD_GAP = 0.9  # of the digits' median height: a gap this wide parts words,
_USUAL_GAPS = 2.5  # when it is so many times as wide as the line's median gap; digits in boxes stand far apart evenly
_LONE_GAP = 1.5  # of the height: two digits have no usual gap
_ALTERNATIVES = 4
_MIN_PROBABILITY = 1e-9
_NAMES = tuple(map(str, range(CLASS_COUNT)))


def make_line(digits: Sequence[Digit], field: Field | None = None) -> Line:
    """Return the line that some marks make.

    Args:
        digits: One or more, from left to right, those that are no digits among them.
        field: What the line was known to hold; text and alternatives then have its pattern's signs.

    >>> three = Digit(Box(0, 0, 9, 20), 0, 3, (0, 0, 0, 0.9, 0, 0, 0, 0, 0.1, 0), 0.9, "digit")
    >>> line = make_line([three])
    >>> line.text, line.alternatives[0].text
    ('3', '8')
    """
    box = Box.around([digit.box for digit in digits])
    kept = [digit for digit in digits if digit.outcome != "not_a_digit"]
    if not kept:
        return Line(box, "")
    text = "".join(map(character, kept))
    starts = [0, *_word_starts(kept), len(kept)]
    words = tuple(text[start:end] for start, end in itertools.pairwise(starts))
    strings = _best_strings(kept)
    if field is not None and len(kept) == len(field.allowed):
        allowed = [Alternative(field.format(other.text), other.confidence) for other in strings if _fits(other, field)]
        written = field.format(text)
        return Line(box, written, (written,), strings[0].confidence, tuple(allowed[1:]))
    return Line(
        box, text, words, strings[0].confidence, tuple(sorted(strings[1:], key=lambda other: -other.confidence))
    )


def make_lone_lines(digits: Sequence[Digit]) -> list[Line]:
    """Return the line that each mark makes alone, as `make_line` does, for frames by the million.

    Args:
        digits: Any number.
    """
    if not digits:
        return []
    shares = np.array([digit.probabilities for digit in digits], dtype=np.float64)
    places, labels = np.arange(len(digits)), np.array([digit.label for digit in digits])
    confidence = np.array([digit.confidence for digit in digits])
    shares[places, labels] = 0
    rest = shares.sum(axis=1)
    scale = np.divide(1 - confidence, rest, out=np.zeros_like(rest), where=rest > 0)
    shares[places, labels] = -1  # the digit's own label comes last
    ranked = CLASS_COUNT - 1 - np.argsort(-shares[:, ::-1], axis=1, kind="stable")[:, :_ALTERNATIVES]
    others = np.maximum(np.take_along_axis(shares, ranked, axis=1) * scale[:, None], _MIN_PROBABILITY).tolist()
    sure = np.maximum(confidence, _MIN_PROBABILITY).tolist()
    lines = []
    for digit, likely, names, values in zip(digits, sure, ranked.tolist(), others, strict=True):
        if digit.outcome == "not_a_digit":
            lines.append(Line(digit.box, ""))
            continue
        text = character(digit)
        alternatives = tuple(map(Alternative, map(_NAMES.__getitem__, names), values))
        lines.append(Line(digit.box, text, (text,), likely, alternatives))
    return lines


def _fits(string: Alternative, field: Field) -> bool:
    return all(int(label) in allowed for label, allowed in zip(string.text, field.allowed, strict=True))


def character(digit: Digit) -> str:
    """Return what a mark adds to the text: its label, "?" when it is unsure, "" when it is no digit."""
    return _NAMES[digit.label] if digit.outcome == "digit" else "?" if digit.outcome == "unsure" else ""


def _word_starts(digits: Sequence[Digit]) -> list[int]:
    """Return the places of the digits before which a wide gap is."""
    if len(digits) < 2:
        return []
    gaps = np.array([two.box.x_min - one.box.x_max for one, two in itertools.pairwise(digits)])
    height = median([digit.box.height for digit in digits])
    usual = median(gaps) if len(gaps) > 1 else _LONE_GAP / _USUAL_GAPS * height
    least = max(_WORD_GAP * height, _USUAL_GAPS * usual)
    return [int(place) + 1 for place in np.flatnonzero(gaps >= least)]


def _best_strings(digits: Sequence[Digit]) -> list[Alternative]:
    """Return the likeliest strings, the first being the labels: each digit stands for itself.

    A digit's label has its calibrated confidence; its other labels share the rest as the network divides it.
    """
    tables = [_label_table(digit) for digit in digits]
    start = (0,) * len(tables)
    heap = [(sum(table[0][0] for table in tables), start)]
    seen = {start}
    found: list[Alternative] = []
    while heap and len(found) <= _ALTERNATIVES:
        cost, ranks = heapq.heappop(heap)
        labels = "".join(table[rank][1] for table, rank in zip(tables, ranks, strict=True))
        found.append(Alternative(labels, math.exp(-cost)))
        for place, rank in enumerate(ranks):
            after = (*ranks[:place], rank + 1, *ranks[place + 1 :])
            if rank + 1 < CLASS_COUNT and after not in seen:
                seen.add(after)
                heapq.heappush(heap, (cost - tables[place][rank][0] + tables[place][rank + 1][0], after))
    return found


def _label_table(digit: Digit) -> list[tuple[float, str]]:
    """Return (cost, label), the digit's own label first and the others by rising cost, the negative logarithm."""
    others = [(share, label) for label, share in enumerate(digit.probabilities) if label != digit.label]
    rest = sum(share for share, _ in others)
    scale = (1 - digit.confidence) / rest if rest > 0 else 0.0
    table = [
        (digit.confidence, digit.label),
        *((share * scale, label) for share, label in sorted(others, reverse=True)),
    ]
    return [(-math.log(max(share, _MIN_PROBABILITY)), str(label)) for share, label in table]
