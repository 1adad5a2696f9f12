"""Says in words what probably spoiled a doubtful answer."""

from collections.abc import Sequence

import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.imageops.stroke_width import stroke_width
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.fields import describe_misfit
from inkdigits.reading.trace import Trace
from inkdigits.results import Box, Digit
from inkdigits.spec import UInt8Array

__all__ = ["find_faults"]

_SURE = 0.9  # confidence from which an answer is not doubtful
_SMALL = 12  # pixels: in lower digits, shapes blur into one another
_THIN = 0.035  # stroke width over height, below which a stroke is too thin
_FAINT = 0.16  # contrast against the paper, 0 to 1, below which ink is faint
_GLARE = 250  # gray level from which a pixel is glare
_GLARE_SHARE = 0.3  # of the pixels around a mark: with more, the mark has glare
_GLARE_PAPER = 235  # median gray level of a picture from which bright paper is normal and not glare
_TILT = 12.0  # degrees of tilt that are worth a remark
_WIDE = 1.25  # width over height from which two digits may touch
_STRONG = 127  # of 255: ink above this level counts for a stroke's width
_ODD = "it looks little like a digit; if it is one, write it more plainly"


def find_faults(trace: Trace) -> tuple[str, ...]:
    """Return the suspected faults of the doubtful marks, and of a picture in which nothing was found.

    Args:
        trace: From `DigitReader.trace`.

    Returns:
        Sentences that name the digit by its place, the fault, and what helps; none when all answers are sure.
    """
    digits = trace.reading.digits
    doubtful = [place for place, digit in enumerate(digits) if _is_doubtful(digit)]
    if not doubtful:
        return () if digits else (_explain_blank(),)
    misfit = describe_misfit(trace.reading, trace.field)
    found: list[str] = [] if misfit is None else [misfit]
    for place in doubtful:
        causes = _find_causes(trace, place)
        found += [f"mark {place + 1}, {_name(digits[place])}: {cause}" for cause in causes]
    tilt = _find_tilt(digits)
    if abs(tilt) >= _TILT:
        found.append(f"the line is tilted by {tilt:.0f} degrees; hold the camera straight")
    return tuple(found)


def _is_doubtful(digit: Digit) -> bool:
    return digit.outcome == "unsure" or (digit.outcome == "digit" and digit.confidence < _SURE)


def _name(digit: Digit) -> str:
    return f"read as {digit.label} with {100 * digit.confidence:.0f} %"


def _explain_blank() -> str:
    return "nothing stands out from the paper: no ink, or ink too faint; a darker pen or more light helps"


def _find_causes(trace: Trace, place: int) -> list[str]:
    """Return the faults of one mark, the most likely first; at least one."""
    mark, digit = trace.marks[place], trace.reading.digits[place]
    box, gray = digit.box, trace.gray
    causes = []
    if box.x_min <= 1 or box.y_min <= 1 or box.x_max >= gray.shape[1] - 1 or box.y_max >= gray.shape[0] - 1:
        causes.append("cut off by the border of the picture; leave some paper around")
    if box.height < _SMALL:
        causes.append(
            f"too small, {box.height} pixels high; take the picture from nearer, {2 * _SMALL} or more are good"
        )
    causes += _find_ink_causes(mark)
    if digit.reason == "unlike a digit":
        causes.append(_ODD)
    if box.width > _WIDE * box.height:
        causes.append("two digits may touch here; leave a gap between them")
    if _has_glare(gray, box):
        causes.append("glare on the paper; turn the lamp or the page")
    second = int(np.argsort(digit.probabilities)[-2])
    return causes or [f"its form is between {digit.label} and {second}"]


def _find_ink_causes(mark: Mark) -> list[str]:
    height, causes = mark.crop.shape[0], []
    stroke = stroke_width(mark.crop > _STRONG)
    if 0 < stroke < _THIN * height:
        causes.append(f"stroke too thin for its size, {stroke:.0f} of {height} pixels; use a thicker pen")
    if mark.contrast < _FAINT:
        causes.append("faint ink; a darker pen or more light helps")
    return causes


def _has_glare(gray: UInt8Array, box: Box) -> bool:
    if median(gray) >= _GLARE_PAPER:
        return False
    margin = max(box.height, box.width) // 2
    around = gray[max(box.y_min - margin, 0) : box.y_max + margin, max(box.x_min - margin, 0) : box.x_max + margin]
    return bool((around >= _GLARE).mean() >= _GLARE_SHARE)


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
