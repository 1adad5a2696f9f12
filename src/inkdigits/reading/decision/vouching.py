"""Uses the line network to confirm odd marks that stand beside digits, and to find doubtful lines.

Beside digits, a mark counts as a digit if the line network sees one there, even if it is frayed, cut out, broken or
oddly shaped. Alone, or among letters and textures, both networks have to agree.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkdigits.models.metadata import RejectorInfo
from inkdigits.reading.decision.clutter import FRAYED_PROBABILITY
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.results import Digit
from inkdigits.spec import BoolArray, Float64Array, Int64Array

__all__ = ["doubt_lines", "find_vouched"]

_PLAIN = 0.9  # digit probability that one digit of a line has at least: of 700 lines of numbers 1 in 100 has none such
_AGREED = 0.9  # if both networks agree with at least this confidence, the mark counts as a digit beside other digits
_LEAST_SIDE = 6  # pixels: of a smaller piece of a line nobody could tell the digit; of 970 in true numbers none was
_STRAIGHT = 1


def find_vouched(
    evidence: Evidence, calibrated: Float64Array, is_clutter: BoolArray, rejector: RejectorInfo
) -> BoolArray:
    """Return which marks the line network vouches for: they are digits, however odd their form.

    Args:
        evidence: What is known of the marks of some pages.
        calibrated: float64, shape (N,): confidence in the label of each.
        is_clutter: bool, shape (N,), from `find_clutter`.
        rejector: Has the limit of the digit probability under which a mark is doubtful.

    Returns:
        bool, shape (N,).
    """
    marks = evidence.marks
    is_seen = np.array([mark.labels is not None for mark in marks], dtype=np.bool_)
    if not is_seen.any():
        return is_seen
    probabilities = evidence.digit_probabilities.astype(np.float64)
    was_cut = np.array([mark.was_cut for mark in marks], dtype=np.bool_)
    is_agreed = _are_agreed(marks, evidence.probabilities.argmax(axis=1), calibrated)
    has_peer = _have_peers(evidence.number_lines(), probabilities, was_cut, rejector.doubt_below)
    is_likely = was_cut | (probabilities >= FRAYED_PROBABILITY) | is_agreed
    has_size = np.array([max(mark.box.width, mark.box.height) >= _LEAST_SIDE for mark in marks], dtype=np.bool_)
    return np.asarray(is_seen & has_peer & is_likely & has_size & ~is_clutter)


def _have_peers(lines: Int64Array, probabilities: Float64Array, was_cut: BoolArray, doubt_below: float) -> BoolArray:
    """Return which marks have a likely digit beside them in their line; of a piece, one that may be a digit will do."""
    is_likely = probabilities >= doubt_below
    likely = np.bincount(lines, weights=is_likely)[lines] - is_likely
    written = np.bincount(lines, weights=probabilities >= FRAYED_PROBABILITY)[lines]
    return np.asarray((likely > 0) | (was_cut & (written > 0)))


def _are_agreed(marks: Sequence[Mark], labels: Int64Array, calibrated: Float64Array) -> BoolArray:
    """Return where both networks surely name the same label; a 1 does not count, since any straight line is one."""
    seen = np.array([-1 if mark.labels is None else int(mark.labels.argmax()) for mark in marks], dtype=np.int64)
    return np.asarray((seen == labels) & (labels != _STRAIGHT) & (calibrated >= _AGREED))


def doubt_lines(digits: Sequence[Digit], marks: Sequence[Mark]) -> list[Digit]:
    """Return the digits of a page; those of a line are unsure where there are several and none plainly looks like one.

    Beside each other, the line network vouches for odd marks; what it sees in bricks, fibers and shades are such lines.
    Where all were cut apart, as a number of two digits that touch, their frayed pieces tell nothing.

    Args:
        digits: Of one page, in the order of `marks`.
        marks: What they were read from.
    """
    own: dict[int, list[int]] = {}
    for place, digit in enumerate(digits):
        if digit.outcome == "digit":
            own.setdefault(digit.line, []).append(place)
    doubted = {
        line
        for line, places in own.items()
        if len(places) > 1
        and max(digits[place].digit_probability for place in places) < _PLAIN
        and not all(marks[place].was_cut for place in places)
    }
    return [
        replace(digit, outcome="unsure", reason="unlike a digit")
        if digit.outcome == "digit" and digit.line in doubted
        else digit
        for digit in digits
    ]
