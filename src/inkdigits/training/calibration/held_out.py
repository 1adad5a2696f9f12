"""Asks a network about digits that did not train it: how sure each answer is, and whether it is right."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from inkdigits.models.confidence import margins
from inkdigits.models.detector import Detector
from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.calibration.error_budget import Answers
from inkdigits.training.data.mnist import TRAIN_COUNT, LabeledFrames

__all__ = ["Predict", "ask", "undisputed"]

Predict = Callable[[UInt8Array], Float32Array]  # uint8 (n, 28, 28) in, float32 (n, 10) out
_Bools = npt.NDArray[np.bool_]

# of MNIST's training file: labeled 2, 3, 3, 4 and 4, they are a 1, a 5, a 9, a 9 and a 7 (docs/data.md)
_DISPUTED = (4_476, 7_080, 10_994, 56_596, 59_915)


def undisputed(digits: LabeledFrames, start: int = TRAIN_COUNT) -> LabeledFrames:
    """Return digits of MNIST's training file without those whose label is plainly another digit's.

    Args:
        digits: In the file's order, without a gap; the validation digits, unless told otherwise.
        start: Place of the first one in the file.
    """
    kept = np.setdiff1d(np.arange(start, start + len(digits)), _DISPUTED) - start
    return LabeledFrames(digits.x[kept], digits.y[kept])


def ask(predict: Predict, digits: LabeledFrames, x: UInt8Array, was_found: _Bools) -> Answers:
    """Return the answers to frames of labeled digits, as `read_frames` gives them: one may be taken for no digit.

    Args:
        predict: The network.
        digits: Their labels count.
        x: uint8, shape (n, 28, 28): a look at each of them.
        was_found: bool, shape (n,): whether the reader found it in its picture.

    Raises:
        BundleError: The shipped detector is damaged.
    """
    probabilities, detector = predict(x), Detector()
    is_digit = detector.digit_probabilities(x[..., np.newaxis]) >= detector.info.doubt_below
    is_right = np.equal(probabilities.argmax(axis=1), digits.y)
    return Answers(margins(probabilities), is_right, was_found & is_digit)
