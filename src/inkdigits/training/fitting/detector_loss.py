"""The detector's loss: how far its answer is from what was asked of it."""

import keras
from keras import ops

from inkdigits.spec import MARK_LABELS

__all__ = ["detector_loss"]

_LABELS = len(MARK_LABELS)
_BOX_WEIGHT, _PRINT_WEIGHT, _OTHER_WEIGHT = 0.5, 0.3, 0.4  # beside the peaks' loss
_OTHER_SCALE = 8.0  # the mean over all places is that much smaller than the peaks' loss, which counts marks


def detector_loss(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
    """Focal loss of the peaks (CenterNet's), plus cross entropy of other ink and print, plus L1 of the boxes."""
    y_true, y_pred = ops.cast(y_true, "float32"), ops.cast(y_pred, "float32")
    heat, asked = y_true[..., :_LABELS], y_true[..., _LABELS + 1 : _LABELS + 2]
    logits = y_pred[..., :_LABELS]
    p = ops.clip(ops.sigmoid(logits), 1e-5, 1 - 1e-5)
    is_peak = ops.cast(heat >= 0.9999, "float32")
    at_peak = is_peak * (1 - p) ** 2 * ops.log(p)
    beside = (1 - is_peak) * (1 - heat) ** 4 * p**2 * ops.log(1 - p)
    count = ops.maximum(ops.sum(is_peak), 1.0)
    peaks = -ops.sum((at_peak + beside) * asked) / count
    other = _cross_entropy(y_true[..., _LABELS : _LABELS + 1], y_pred[..., _LABELS : _LABELS + 1])
    others = ops.sum(other * asked) / ops.maximum(ops.sum(asked), 1.0) * _OTHER_SCALE
    core = y_true[..., _LABELS + 2 : _LABELS + 3]
    cores = ops.maximum(ops.sum(core), 1.0)
    printed = ops.sum(
        core * _cross_entropy(y_true[..., _LABELS + 3 : _LABELS + 4], y_pred[..., _LABELS + 1 : _LABELS + 2])
    )
    boxes = ops.sum(core * ops.abs(y_true[..., _LABELS + 4 :] - y_pred[..., _LABELS + 2 :]))
    return peaks + _OTHER_WEIGHT * others + (_PRINT_WEIGHT * printed + _BOX_WEIGHT * boxes) / cores


def _cross_entropy(truth: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    return ops.maximum(logits, 0) - logits * truth + ops.log(1 + ops.exp(-ops.abs(logits)))
