"""Says in words what probably spoiled a doubtful answer: what the networks saw of it, and where they disagree."""

from collections.abc import Sequence

import numpy as np

from inkdigits.reading.detection.page import Mark
from inkdigits.reading.fields import describe_misfit
from inkdigits.reading.trace import Trace
from inkdigits.results import Box, Digit

__all__ = ["find_faults"]

_SURE = 0.9  # confidence from which an answer is not doubtful
_SMALL = 12.0  # pixels: the detector learned from digits that are higher
_FAINT = 0.16  # contrast against the paper, 0 to 1, below which ink is faint
_TILT = 12.0  # degrees of tilt that are worth a remark
_SAME = 0.5  # of the union of two boxes: with as much in common, they are of one mark
_SEEN = 0.5  # score of what another copy shows, from which it is worth a remark
_TOUCHING = 0.15  # of the narrower width: two boxes that share as much may touch


def find_faults(trace: Trace) -> tuple[str, ...]:
    """Return the suspected faults of the doubtful marks, and of a picture in which no digit was found.

    Args:
        trace: From `DigitReader.trace`.

    Returns:
        Sentences that name the digit by its place, the fault, and what helps; none when all answers are sure.
    """
    digits = trace.reading.digits
    doubtful = [place for place, digit in enumerate(digits) if _is_doubtful(digit)]
    if not doubtful:
        return (_explain_blank(trace),) if trace.reading.outcome == "blank" else ()
    misfit = describe_misfit(trace.reading, trace.field)
    found: list[str] = [] if misfit is None else [misfit]
    for place in doubtful:
        found += [f"mark {place + 1}, {_name(digits[place])}: {cause}" for cause in _find_causes(trace, place)]
    tilt = _find_tilt(digits)
    if abs(tilt) >= _TILT:
        found.append(f"the line is tilted by {tilt:.0f} degrees; hold the camera straight")
    return tuple(found)


def _is_doubtful(digit: Digit) -> bool:
    return digit.outcome == "unsure" or (digit.outcome == "digit" and digit.confidence < _SURE)


def _name(digit: Digit) -> str:
    if digit.reason == "unlike a digit":
        return f"read as {digit.label}, a digit with {100 * digit.digit_probability:.0f} %"
    return f"read as {digit.label} with {100 * digit.confidence:.0f} %"


def _explain_blank(trace: Trace) -> str:
    if any(digit.reason == "crossed out" for digit in trace.reading.digits):
        return "what is written here was crossed out"
    if trace.marks:
        return "what is written here looks like no digit; if one is there, write it more plainly"
    return "no digit stands out from the paper; if one is there, a darker pen, more light or a nearer picture helps"


def _find_causes(trace: Trace, place: int) -> list[str]:
    """Return the faults of one mark; at least one."""
    digit = trace.reading.digits[place]
    causes = _find_picture_causes(trace, place) + _find_disagreements(trace, place)
    if digit.reason == "unlike a digit":
        causes.append(
            "it looks like other ink, such as a letter or a scribble; if it is a digit, write it more plainly"
        )
    second = int(np.argsort(digit.probabilities)[-2])
    return causes or [f"its form is between {digit.label} and {second}"]


def _find_picture_causes(trace: Trace, place: int) -> list[str]:
    """Return what is wrong with how the picture shows a mark."""
    mark, box, causes = trace.marks[place], trace.reading.digits[place].box, []
    height, width = trace.gray.shape
    if not trace.page.is_frame and (
        min(box.x_min, box.y_min) <= 1 or box.x_max >= width - 1 or box.y_max >= height - 1
    ):
        causes.append("cut off by the border of the picture; leave some paper around")
    seen = mark.box.height * min(1.0, mark.scale)
    if seen < _SMALL:
        causes.append(f"too small, seen {seen:.0f} pixels high; take the picture from nearer")
    if mark.contrast < _FAINT:
        causes.append("faint ink; a darker pen or more light helps")
    near = [other for other in trace.marks if other is not mark and other.line == mark.line]
    if any(_overlap(mark.box, other.box) > _TOUCHING for other in near):
        causes.append("it touches the mark beside it; leave a gap between them")
    return causes


def _find_disagreements(trace: Trace, place: int) -> list[str]:
    """Return which labels the networks, or the detector in other copies of the picture, name instead of another."""
    mark, causes = trace.marks[place], []
    detected, classified = int(mark.labels.argmax()), int(trace.classified[place].argmax())
    if detected != classified:
        causes.append(f"one network reads {detected}, the other {classified}")
    others = [
        other
        for other in trace.page.candidates
        if other.name != str(detected) and other.score >= _SEEN and _measure_common(mark, other.box) >= _SAME
    ]
    if others:
        best = max(others, key=lambda other: other.score)
        copy = "smaller" if best.scale < mark.scale else "larger"
        causes.append(f"in a {copy} copy of the picture it looks like {best.name}")
    return causes


def _measure_common(mark: Mark, box: Box) -> float:
    """Return the part of two boxes' union that both cover, 0 to 1."""
    own = mark.box
    across = min(own.x_max, box.x_max) - max(own.x_min, box.x_min)
    down = min(own.y_max, box.y_max) - max(own.y_min, box.y_min)
    common = max(across, 0) * max(down, 0)
    return common / (own.area + box.area - common)


def _overlap(one: Box, other: Box) -> float:
    """Return how many columns two boxes share, in widths of the narrower one; below 0 for a gap."""
    return (min(one.x_max, other.x_max) - max(one.x_min, other.x_min)) / min(one.width, other.width)


def _find_tilt(digits: Sequence[Digit]) -> float:
    """Return how far the longest line falls to the right, degrees; 0 for lines with fewer than three digits."""
    counts = np.bincount([digit.line for digit in digits if digit.outcome != "not_a_digit"] or [0])
    longest = int(counts.argmax())
    row = [digit.box for digit in digits if digit.line == longest and digit.outcome != "not_a_digit"]
    if len(row) < 3:
        return 0.0
    x = np.array([(box.x_min + box.x_max) / 2 for box in row])
    y = np.array([(box.y_min + box.y_max) / 2 for box in row])
    off = x - x.mean()
    slope = float((off * y).sum() / (off * off).sum()) if off.any() else 0.0
    return float(np.degrees(np.arctan(slope)))
