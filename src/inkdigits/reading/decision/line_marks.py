"""Marks and what the networks say of them go in; a `Reading` comes out: outcomes, lines, separators."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkdigits.imageops.neighbors import find_neighbors
from inkdigits.imageops.quantiles import quantile
from inkdigits.models.confidence import confidences
from inkdigits.models.metadata import RejectorInfo
from inkdigits.reading.decision.outcomes import decide, find_share_limits
from inkdigits.reading.decision.policy import Policy
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.cutting import LineMark
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.results import Digit
from inkdigits.spec import Float32Array

__all__ = ["judge_marks"]

_CROWD = 12  # marks around one, itself included, that tell whether it stands among digits or in clutter
_VOUCHED_SHARE = 0.05  # digit share under which a mark is none, whatever the line reader sees
_PLAIN_SHARE = 0.9  # digit share that one digit of a line has at least: of 700 lines of numbers 1 in 100 has none such
_AGREED = 0.9  # confidence from which both networks' label is a digit beside others, however odd the rejector finds it
_LEAST_SIDE = 6  # pixels: of a smaller piece of a line nobody could tell the digit; of 970 in true numbers none was
_LEAST_FIT = 0.02  # probability of what a field allows at a place; with less, something else is plainly written there
_STRAIGHT = 1
_MIN_SCATTERED = 4  # marks, from which it can be told that they lie about
_SCATTERED_GROWTH = 2.0  # the tallest tenth over the lowest: digits of a page are written in fewer sizes
_SCATTERED_LINES = 0.6  # lines for each mark


def judge_marks(
    marks: Sequence[LineMark], evidence: Evidence, policy: Policy, rejector: RejectorInfo, field: Field | None
) -> list[Digit]:
    """Return what we make of each mark, boxes as in `marks`.

    Args:
        marks: In reading order.
        evidence: What is known of them.
        policy: The thresholds of confidence.
        rejector: Has the limits of the digit share.
        field: What the picture is known to hold; a mark with labels of the line reader is part of it then, any other
            is none.
    """
    calibrated = confidences(evidence.probabilities, policy.slope, policy.offset)
    near = find_neighbors([line_mark.mark.box for line_mark in marks], _CROWD)
    # pieces that were cut out are frayed: only of one in 25 does the rejector see nothing of a digit, in true numbers
    is_frayed = np.array([line_mark.was_cut for line_mark in marks], dtype=np.bool_) & (
        evidence.digit_shares >= _VOUCHED_SHARE
    )
    telling = np.where(is_frayed, np.float32(1), evidence.digit_shares)
    sure: dict[int, list[int]] = {}  # of each line the marks that are no doubt digits
    written = {marks[place].mark.line for place in np.flatnonzero(evidence.digit_shares >= _VOUCHED_SHARE).tolist()}
    for place in np.flatnonzero(evidence.digit_shares >= rejector.doubt_below).tolist():
        sure.setdefault(marks[place].mark.line, []).append(place)
    is_scattered = _are_scattered([marks[place].mark for own in sure.values() for place in own])
    digits = []
    for place, line_mark in enumerate(marks):
        raw, share = evidence.probabilities[place], float(evidence.digit_shares[place])
        limits = find_share_limits(telling[near[place]], rejector, is_clutter=is_scattered)
        # beside digits, a mark in which the line reader sees one is a digit, however frayed: cut out, broken, or of an
        # odd form; alone, or among letters and textures, both networks have to see it
        line = line_mark.mark.line
        has_peer = any(other != place for other in sure.get(line, ())[:2]) or (line_mark.was_cut and line in written)
        is_likely = line_mark.was_cut or share >= _VOUCHED_SHARE or _is_agreed(line_mark, raw, float(calibrated[place]))
        has_size = max(line_mark.mark.box.width, line_mark.mark.box.height) >= _LEAST_SIDE
        is_vouched = line_mark.labels is not None and has_peer and is_likely and has_size and not limits.is_clutter
        outcome = decide(
            float(calibrated[place]),
            policy,
            is_digit_shaped=is_vouched or evidence.are_digit_shaped[place],
            digit_share=1.0 if is_vouched else share,
            limits=limits,
        )
        mark = line_mark.mark
        label, values = int(raw.argmax()), tuple(map(float, raw))
        digits.append(Digit(mark.box, mark.line, label, values, float(calibrated[place]), outcome, share))
    return _doubt_lines(digits, marks) if field is None else _fit(digits, marks, field, policy)


def _doubt_lines(digits: Sequence[Digit], marks: Sequence[LineMark]) -> list[Digit]:
    """Make the digits of a line unsure where there are several and none of them plainly looks like one.

    Beside each other, the line reader vouches for odd marks; what it sees in bricks, fibers and shades are such lines.
    Where all were cut apart, as a number of two digits that touch, their frayed pieces tell nothing.
    """
    own: dict[int, list[int]] = {}
    for place, digit in enumerate(digits):
        if digit.outcome == "digit":
            own.setdefault(digit.line, []).append(place)
    doubted = {
        line
        for line, places in own.items()
        if len(places) > 1
        and max(digits[place].digit_probability for place in places) < _PLAIN_SHARE
        and not all(marks[place].was_cut for place in places)
    }
    return [
        replace(digit, outcome="unsure") if digit.outcome == "digit" and digit.line in doubted else digit
        for digit in digits
    ]


def _are_scattered(marks: Sequence[Mark]) -> bool:
    """Tell whether marks that look like digits lie about in all sizes, hardly two in a line: pieces of a texture."""
    if len(marks) < _MIN_SCATTERED:
        return False
    heights = [mark.box.height for mark in marks]
    is_uneven = quantile(heights, 0.9) >= _SCATTERED_GROWTH * quantile(heights, 0.1)
    return is_uneven and len({mark.line for mark in marks}) >= _SCATTERED_LINES * len(marks)


def _is_agreed(line_mark: LineMark, raw: Float32Array, confidence: float) -> bool:
    """Tell whether both networks surely name the same label; a 1 does not count, since any straight line is one."""
    label = int(raw.argmax())
    is_same = line_mark.labels is not None and int(line_mark.labels.argmax()) == label
    return is_same and label != _STRAIGHT and confidence >= _AGREED


def _fit(digits: Sequence[Digit], marks: Sequence[LineMark], field: Field, policy: Policy) -> list[Digit]:
    """Hold each digit of a field to the labels that its place may have, and leave out what is no part of it.

    Where the line reader found no string that fits, or more sure digits of the line are left out than the field has
    signs, nothing is certain.
    """
    members = [place for place, line_mark in enumerate(marks) if line_mark.labels is not None]
    lines = {digits[place].line for place in members}
    left_out = sum(
        digit.outcome == "digit" and digit.line in lines for place, digit in enumerate(digits) if place not in members
    )
    if len(members) != len(field.allowed) or left_out > len(field.literals):
        return [digit if digit.outcome == "not_a_digit" else replace(digit, outcome="unsure") for digit in digits]
    result = [replace(digit, outcome="not_a_digit") for digit in digits]
    for place, allowed in zip(members, field.allowed, strict=True):
        digit = digits[place]
        values = np.array([share if label in allowed else 0 for label, share in enumerate(digit.probabilities)])
        is_plausible = values.sum() >= _LEAST_FIT
        values = values / values.sum() if values.sum() > 0 else values
        label = max(allowed, key=lambda label: digit.probabilities[label])
        confidence = float(confidences(values[None].astype(np.float32), policy.slope, policy.offset)[0])
        is_sure = is_plausible and confidence >= policy.unsure_below
        result[place] = replace(digit, label=label, confidence=confidence, outcome="digit" if is_sure else "unsure")
    return result
