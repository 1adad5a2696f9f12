"""Finds boxes in real pictures of numbers of which only the text is known, where the detector reads just that text.

What the detector reads right by itself has right boxes. So real pens, papers and neighbors teach it, and it reads
more of them the next time.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import numpy as np

from inkdigits.models.peaks import DetectedMark
from inkdigits.spec import CLASS_COUNT, Float32Array, UInt8Array
from inkdigits.training.data.handwriting import WrittenPicture
from inkdigits.training.synthesis.lines import guess_rows
from inkdigits.training.synthesis.scenes.canvas import Box, MarkRow, to_rows
from inkdigits.training.synthesis.scenes.real_pictures import RealPicture

__all__ = ["SCALES", "Detect", "choose_scale", "find_rows", "label_pictures", "read_text"]

Detect: TypeAlias = Callable[[UInt8Array, float], list[DetectedMark]]  # picture and scale to marks

SCALES = (1.0, 0.5, 0.7, 1.4, 2.0)  # of a picture, at which it is looked at in this order
_LEAST = 0.4  # score from which a digit is part of the text
_LEAST_SIGN = 0.3  # score from which a sign is kept as a mark
_PRINTED = 0.5  # probability from which a mark is told to be printed
_BEST_HEIGHTS = (20.0, 44.0)  # pixels of digits in the copy, in which the composer draws most
_HEIGHT_WEIGHT = 0.6  # of the distance from those heights (logarithm), beside the mean score
_COUNT_WEIGHT = 0.02  # a digit more, where the scores are alike


def label_pictures(pictures: Iterable[WrittenPicture], detect: Detect) -> list[RealPicture]:
    """Return the pictures whose text the detector reads at any scale, with the boxes that it finds at the first."""
    labeled = []
    for picture in pictures:
        for scale in SCALES:
            marks = detect(picture.picture, scale)
            if read_text(marks) == picture.text:
                signs = [mark for mark in marks if mark.label >= CLASS_COUNT and mark.score >= _LEAST_SIGN]
                labeled.append(RealPicture(picture.picture, _to_marks([*_find_digits(marks), *signs])))
                break
    return labeled


def read_text(marks: Iterable[DetectedMark]) -> str:
    """Return the sure digits of one line from left to right."""
    return "".join(str(mark.label) for mark in _find_digits(marks))


def choose_scale(gray: UInt8Array, detect: Detect, scales: Sequence[float] = SCALES) -> list[DetectedMark]:
    """Return the marks of the scale at which the digits are surest and of a height that the network knows best."""
    return max((detect(gray, scale) for scale in scales), key=_rate)


def find_rows(gray: UInt8Array, detect: Detect) -> Box:
    """Return the box of the line in a crop: its whole width, and the rows of the digits that the detector sees there.

    Where it sees none, the rows are those in which numbers usually stand.
    """
    digits = _find_digits(choose_scale(gray, detect))
    if not digits:
        return guess_rows(gray)
    top, bottom = (min(mark.y - mark.height / 2 for mark in digits), max(mark.y + mark.height / 2 for mark in digits))
    return guess_rows(gray)._replace(y_min=max(top, 0), y_max=min(bottom, gray.shape[0]))


def _rate(marks: list[DetectedMark]) -> float:
    digits = _find_digits(marks)
    if not digits:
        return -1.0
    height = float(np.median([mark.height * mark.scale for mark in digits]))
    low, high = _BEST_HEIGHTS
    off = max(0.0, float(np.log(height / high))) + max(0.0, float(np.log(low / height)))
    return float(np.mean([mark.score for mark in digits])) - _HEIGHT_WEIGHT * off + _COUNT_WEIGHT * len(digits)


def _find_digits(marks: Iterable[DetectedMark]) -> list[DetectedMark]:
    """Return the digits that count, from left to right."""
    sure = [mark for mark in marks if mark.label < CLASS_COUNT and mark.score >= _LEAST]
    return sorted(sure, key=lambda mark: mark.x)


def _to_marks(marks: Iterable[DetectedMark]) -> Float32Array:
    return to_rows(
        MarkRow(
            label=mark.label,
            x_min=mark.x - mark.width / 2,
            y_min=mark.y - mark.height / 2,
            x_max=mark.x + mark.width / 2,
            y_max=mark.y + mark.height / 2,
            printed=float(mark.printed > _PRINTED),
        )
        for mark in marks
    )
