"""Finds boxes in real pictures of numbers of which only the text is known: where the detector reads just that text.

What the detector reads right by itself has right boxes; so real pens, papers and neighbors teach it, and it reads more
of them the next time.
"""

from collections.abc import Callable, Sequence

import numpy as np

from inkdigits.models.peaks import DetectedMark, join_marks
from inkdigits.spec import CLASS_COUNT, UInt8Array
from inkdigits.training.data.handwriting import WrittenPicture
from inkdigits.training.synthesis.real_scenes import RealPicture

__all__ = ["SCALES", "choose_scale", "label_pictures"]

Detect = Callable[[UInt8Array, float], list[DetectedMark]]  # picture and scale to marks

SCALES = (0.5, 0.7, 1.0, 1.4, 2.0)  # of a picture at which it is looked at
_LEAST = 0.4  # score from which a digit is part of the text
_LEAST_SIGN = 0.3  # and a sign is kept as a mark
_BEST_HEIGHTS = (20.0, 44.0)  # pixels of digits in the copy, in which the composer draws most
_HEIGHT_WEIGHT = 0.6  # of the distance from those heights (logarithm), beside the mean score
_COUNT_WEIGHT = 0.02  # a digit more, where the scores are alike


def label_pictures(pictures: Sequence[WrittenPicture], detect: Detect) -> list[RealPicture]:
    """Return the pictures whose text the detector reads at any scale, with the boxes that it finds."""
    labeled = []
    for picture in pictures:
        for scale in (1.0, *(scale for scale in SCALES if scale != 1)):
            marks = [mark for mark in detect(picture.picture, scale) if mark.score >= _LEAST_SIGN]
            digits = sorted((mark for mark in marks if _is_sure(mark)), key=lambda mark: mark.x)
            if "".join(str(mark.label) for mark in digits) == picture.text:
                signs = [mark for mark in marks if mark.label >= CLASS_COUNT]
                labeled.append(RealPicture(picture.picture, _to_rows([*digits, *signs]), is_word=False))
                break
    return labeled


def choose_scale(gray: UInt8Array, detect: Detect, scales: Sequence[float] = SCALES) -> list[DetectedMark]:
    """Return the marks of the scale at which the digits are surest and of a height that the network knows best."""
    looks = [detect(gray, scale) for scale in scales]
    return max(looks, key=_rate)


def _rate(marks: list[DetectedMark]) -> float:
    digits = [mark for mark in marks if _is_sure(mark)]
    if not digits:
        return -1.0
    height = float(np.median([mark.height * mark.scale for mark in digits]))
    low, high = _BEST_HEIGHTS
    off = max(0.0, float(np.log(height / high))) + max(0.0, float(np.log(low / height)))
    return float(np.mean([mark.score for mark in digits])) - _HEIGHT_WEIGHT * off + _COUNT_WEIGHT * len(digits)


def _is_sure(mark: DetectedMark) -> bool:
    return mark.label < CLASS_COUNT and mark.score >= _LEAST


def _to_rows(marks: Sequence[DetectedMark]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    rows = [
        (
            mark.label,
            mark.x - mark.width / 2,
            mark.y - mark.height / 2,
            mark.x + mark.width / 2,
            mark.y + mark.height / 2,
            float(mark.printed > 0.5),
            0,
        )
        for mark in join_marks(list(marks))
    ]
    return np.array(rows, dtype=np.float32).reshape(-1, 7)
