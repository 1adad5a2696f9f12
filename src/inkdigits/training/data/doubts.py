"""Notices digits that are stored otherwise than they should be: dark on light, or with rows and columns exchanged.

The shipped network reads a sample as it is, inverted and transposed. Where another look is right far more often, the
digits are very likely stored so.
"""

import warnings
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from inkdigits.models.classifier import Classifier
from inkdigits.spec import UInt8Array
from inkdigits.training.data.array_form import DataWarning
from inkdigits.training.data.mnist import LabeledFrames

__all__ = ["find_doubt", "find_paper_doubt", "warn_of_doubt"]

_JUDGE = "fast"
_SAMPLE = 200  # digits, spread over the set
_FEWEST = 20  # digits; among fewer a difference is chance
# of 200 of MNIST's validation digits all are right as they are, 33 % transposed, 13 % inverted, 12 % both
_LEAST_GAIN = 0.25
_BRIGHT = 128  # gray level from which a border counts as ink; of MNIST's frames 1.3 % have any ink there

_CURES: Mapping[str, str] = MappingProxyType(
    {
        "dark on light": "--invert",
        "transposed, rows for columns": "--transpose",
        "dark on light and transposed": "--invert --transpose",
    }
)


def find_doubt(digits: LabeledFrames) -> str | None:
    """Return how the digits are probably stored, and the cure; None where nothing is odd, or under 20 digits.

    Args:
        digits: Any number of them.
    """
    if len(digits) < _FEWEST:
        return None
    places = np.unique(np.linspace(0, len(digits) - 1, _SAMPLE).astype(int))
    x, y = digits.x[places], digits.y[places]
    turned = x.transpose(0, 2, 1)
    judge = Classifier(_JUDGE)

    def accuracy(frames: UInt8Array) -> float:
        answers = judge.predict_proba(np.ascontiguousarray(frames)[..., np.newaxis]).argmax(axis=1)
        return float(np.mean(answers == y))

    as_stored = accuracy(x)
    tried = dict(zip(_CURES, map(accuracy, (255 - x, turned, 255 - turned)), strict=True))
    best = max(tried, key=lambda look: tried[look])
    if tried[best] < as_stored + _LEAST_GAIN:
        return None
    found = f"`{_JUDGE}` reads {100 * as_stored:.0f} % of {len(y)} of them as stored and {100 * tried[best]:.0f} % so"
    return f"the digits seem to be {best} ({found}); try {_CURES[best]}"


def find_paper_doubt(frames: UInt8Array) -> str | None:
    """Return that frames are probably dark on light, and the cure; None where the borders of most are paper.

    For frames without labels, of which `find_doubt` cannot tell.

    Args:
        frames: uint8, shape (n, 28, 28).
    """
    border = np.concatenate([frames[:, 0], frames[:, -1], frames[:, :, 0], frames[:, :, -1]], axis=1)
    bright = float(np.mean(np.median(border, axis=1) >= _BRIGHT)) if len(frames) else 0.0
    if bright <= 0.5:
        return None
    return f"the digits seem to be dark on light (the border of {100 * bright:.0f} % of them is bright); try --invert"


def warn_of_doubt(digits: LabeledFrames, name: str) -> None:
    """Warn with a `DataWarning` when `find_doubt` finds something.

    Args:
        digits: Any number of them.
        name: What the warning calls them.
    """
    if (doubt := find_doubt(digits)) is not None:
        warnings.warn(f"{name}: {doubt}", DataWarning, stacklevel=2)
