"""Parts a line into words at wide gaps and at the ruled lines between cells, and writes it with its signs."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.results import Box

__all__ = ["Piece", "write_line"]

_WORD_GAP = 1.0  # of the digits' median height: narrower gaps never separate words
_USUAL_GAPS = 2.5  # of the line's median gap: narrower gaps never separate words, since digits in boxes stand far apart
_LONE_GAP = 1.5  # of the height: the limit for two digits, whose one gap has no median to compare with


class Piece(NamedTuple):
    """A digit or a sign of a line.

    Attributes:
        box: Where it is.
        text: What it adds: one character.
        is_sign: Whether it is a sign.
        is_parted: Whether a ruled line stands between it and what is to its left.
    """

    box: Box
    text: str
    is_sign: bool = False
    is_parted: bool = False


def write_line(pieces: Sequence[Piece]) -> tuple[tuple[str, ...], str]:
    """Return the digits of each word of a line, and the line as it is written: with signs, and spaces between words.

    Args:
        pieces: From left to right, at least one digit among them.

    >>> ten, two = (Piece(Box(x, 0, x + 10, 20), label) for x, label in ((0, "1"), (60, "2")))
    >>> write_line([ten, Piece(Box(12, 16, 15, 20), ".", is_sign=True), two])
    (('1', '2'), '1. 2')
    """
    places = [place for place, piece in enumerate(pieces) if not piece.is_sign]
    if len(places) == 1:
        return (pieces[places[0]].text,), "".join(piece.text for piece in pieces)
    # between two digits the widest gap counts: a sign stands on one side of it, or on both
    spans = [list(range(left + 1, right + 1)) for left, right in itertools.pairwise(places)]
    gaps = [pieces[place].box.x_min - pieces[place - 1].box.x_max for place in range(1, len(pieces))]
    widest = np.array([max(gaps[place - 1] for place in span) for span in spans])
    height = median([pieces[place].box.height for place in places])
    usual = median(widest) if len(spans) > 1 else _LONE_GAP / _USUAL_GAPS * height
    least = max(_WORD_GAP * height, _USUAL_GAPS * usual)
    ruled = [any(pieces[place].is_parted for place in span) for span in spans]
    is_table = not all(ruled)  # a line between each digit and the next makes boxes of one number
    spaces: set[int] = set()
    starts = [0]
    for number, (span, width, is_ruled) in enumerate(zip(spans, widest, ruled, strict=True)):
        if width >= least:
            spaces |= {place for place in span if gaps[place - 1] >= least}
        elif is_ruled and is_table:
            spaces |= {place for place in span if pieces[place].is_parted}
        else:
            continue
        starts.append(number + 1)
    text = "".join(pieces[place].text for place in places)
    words = tuple(text[start:end] for start, end in itertools.pairwise([*starts, len(text)]))
    return words, "".join(" " * (place in spaces) + piece.text for place, piece in enumerate(pieces))
