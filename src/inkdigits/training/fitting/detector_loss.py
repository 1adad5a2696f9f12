"""The detector's loss: how far its answer is from what was asked of it."""

import keras
from keras import ops

from inkdigits.spec import OTHER_CHANNEL, PRINTED_CHANNEL, PROBABILITY_CHANNELS
from inkdigits.training.synthesis.detector_targets import ASKED, BOX, BOX_ASKED, HEAT, OTHER, PRINTED

__all__ = ["detector_loss"]

_BOX_WEIGHT, _PRINT_WEIGHT, _OTHER_WEIGHT = 0.5, 0.3, 0.4  # beside the peaks' loss
_OTHER_SCALE = 8.0  # the mean over all places is that much smaller than the peaks' loss, which counts marks
_PEAK_HEAT = 0.9999  # heat at the middle of a mark is 1; half precision on the way here keeps it
_LEAST = 1e-5  # keeps logarithms finite


def detector_loss(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
    """Return focal loss of the peaks, plus cross-entropy of other ink and print, plus L1 of the boxes.

    Args:
        y_true: Shape (n, h, w, TARGET_CHANNELS), of `detector_targets.make_target`.
        y_pred: Logits and boxes, shape (n, h, w, DETECTOR_CHANNELS).

    Returns:
        One number, a mean over the marks of the batch.

    References:
        Zhou et al. 2019, "Objects as Points", section 3: the peaks' loss.
    """
    y_true, y_pred = ops.cast(y_true, "float32"), ops.cast(y_pred, "float32")
    asked, core = y_true[..., ASKED : ASKED + 1], y_true[..., BOX_ASKED : BOX_ASKED + 1]
    peaks = _focal_loss(y_true[..., HEAT], y_pred[..., :OTHER_CHANNEL], asked)
    other = _cross_entropy(y_true[..., OTHER : OTHER + 1], y_pred[..., OTHER_CHANNEL : OTHER_CHANNEL + 1])
    others = ops.sum(other * asked) / ops.maximum(ops.sum(asked), 1.0) * _OTHER_SCALE
    printed = _cross_entropy(y_true[..., PRINTED : PRINTED + 1], y_pred[..., PRINTED_CHANNEL : PRINTED_CHANNEL + 1])
    boxes = ops.abs(y_true[..., BOX] - y_pred[..., PROBABILITY_CHANNELS:])
    of_cores = ops.sum(core * (_PRINT_WEIGHT * printed)) + ops.sum(core * (_BOX_WEIGHT * boxes))
    return peaks + _OTHER_WEIGHT * others + of_cores / ops.maximum(ops.sum(core), 1.0)


def _focal_loss(heat: keras.KerasTensor, logits: keras.KerasTensor, asked: keras.KerasTensor) -> keras.KerasTensor:
    p = ops.clip(ops.sigmoid(logits), _LEAST, 1 - _LEAST)
    is_peak = ops.cast(heat >= _PEAK_HEAT, "float32")
    at_peak = is_peak * (1 - p) ** 2 * ops.log(p)
    beside = (1 - is_peak) * (1 - heat) ** 4 * p**2 * ops.log(1 - p)
    return -ops.sum((at_peak + beside) * asked) / ops.maximum(ops.sum(is_peak), 1.0)


def _cross_entropy(truth: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    return ops.maximum(logits, 0) - logits * truth + ops.log(1 + ops.exp(-ops.abs(logits)))
