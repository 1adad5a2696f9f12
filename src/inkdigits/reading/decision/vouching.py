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

_PLAIN = 0.9  # digit probability; in 99 of 100 lines of numbers (n = 700) at least one digit reaches it
_AGREED = 0.9  # if both networks agree with at least this confidence, the mark counts as a digit beside other digits
_LEAST_SIDE = 6  # pixels: a smaller piece of a line is illegible; none of 970 pieces of true numbers was smaller
_STRAIGHT = 1


def find_vouched(
    evidence: Evidence, calibrated: Float64Array, is_clutter: BoolArray, rejector: RejectorInfo
) -> BoolArray:
    """Return which marks the line network vouches for: they are digits, even if their shape is odd.

    Args:
        evidence: What is known about the marks of some pages.
        calibrated: float64, shape (N,): confidence in the label of each.
        is_clutter: bool, shape (N,), from `find_clutter`.
        rejector: Gives the digit probability below which a mark is doubtful.

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
    """Return which marks share their line with a likely digit; for a piece that was cut, a possible digit is enough."""
    is_likely = probabilities >= doubt_below
    likely = np.bincount(lines, weights=is_likely)[lines] - is_likely
    written = np.bincount(lines, weights=probabilities >= FRAYED_PROBABILITY)[lines]
    return np.asarray((likely > 0) | (was_cut & (written > 0)))


def _are_agreed(marks: Sequence[Mark], labels: Int64Array, calibrated: Float64Array) -> BoolArray:
    """Return where both networks name the same label with confidence; not for a 1, since any straight line is one."""
    seen = np.array([-1 if mark.labels is None else int(mark.labels.argmax()) for mark in marks], dtype=np.int64)
    return np.asarray((seen == labels) & (labels != _STRAIGHT) & (calibrated >= _AGREED))


def doubt_lines(digits: Sequence[Digit], marks: Sequence[Mark]) -> list[Digit]:
    """Return the digits of a page; a line becomes unsure if it has several digits and none clearly looks like one.

    The line network vouches for odd marks that stand side by side, but it also sees such lines in bricks, fibers and
    shadows. A line whose digits were all cut apart is left alone: frayed pieces never look clearly like digits.

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
