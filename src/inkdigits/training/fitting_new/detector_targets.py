"""What the detector is asked of a scene, and the loss of its answer."""

import keras
import numpy as np
from keras import ops

from inkdigits.spec import Float32Array
from inkdigits.training.synthesis.canvas import HEAT_STEP, IGNORED, MARK_LABELS, Scene

__all__ = ["TARGET_CHANNELS", "detector_loss", "make_target"]

_LABELS = len(MARK_LABELS)
# heat of each label; other ink; asked; box asked; printed; x, y, log width, log height
TARGET_CHANNELS = _LABELS + 8
_CORE = 0.35  # of a peak's height: within it the network is asked for the box, too
_USUAL = (16.0, 32.0)  # pixels; a width and a height of e^0
_BOX_WEIGHT, _PRINT_WEIGHT, _OTHER_WEIGHT = 0.5, 0.3, 0.4  # beside the peaks' loss


def make_target(scene: Scene) -> Float32Array:
    """Return the dense target, float32, shape (H / 4, W / 4, TARGET_CHANNELS)."""
    rows, columns = scene.other.shape
    target = np.zeros((rows, columns, TARGET_CHANNELS), dtype=np.float32)
    target[..., _LABELS] = scene.other == 1
    target[..., _LABELS + 1] = scene.other != IGNORED
    ys, xs = np.mgrid[0:rows, 0:columns].astype(np.float32)
    closest = np.full((rows, columns), _CORE, dtype=np.float32)
    for label, x_min, y_min, x_max, y_max, printed, _ in scene.marks:
        width, height = x_max - x_min, y_max - y_min
        x, y = (x_min + x_max) / 2 / HEAT_STEP - 0.5, (y_min + y_max) / 2 / HEAT_STEP - 0.5
        column, row = min(max(round(x), 0), columns - 1), min(max(round(y), 0), rows - 1)
        wide = max(0.6, min(width, 0.7 * height) / HEAT_STEP / 6)
        tall = max(0.6, height / HEAT_STEP / 8)
        peak = np.exp(-((xs - column) ** 2 / (2 * wide**2) + (ys - row) ** 2 / (2 * tall**2)))
        heat = target[..., int(label)]
        np.maximum(heat, peak, out=heat)
        core = peak > closest
        closest[core] = peak[core]
        target[core, _LABELS + 2] = 1
        target[core, _LABELS + 3] = printed
        target[core, _LABELS + 4] = x - xs[core]
        target[core, _LABELS + 5] = y - ys[core]
        target[core, _LABELS + 6] = np.log(max(width, 1.0) / _USUAL[0])
        target[core, _LABELS + 7] = np.log(max(height, 1.0) / _USUAL[1])
        target[row, column, _LABELS + 1] = 1
    return target


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
    others = ops.sum(other * asked) / ops.maximum(ops.sum(asked), 1.0) * 8
    core = y_true[..., _LABELS + 2 : _LABELS + 3]
    cores = ops.maximum(ops.sum(core), 1.0)
    printed = ops.sum(core * _cross_entropy(y_true[..., _LABELS + 3 : _LABELS + 4], y_pred[..., _LABELS + 1 : _LABELS + 2]))
    boxes = ops.sum(core * ops.abs(y_true[..., _LABELS + 4 :] - y_pred[..., _LABELS + 2 :]))
    return peaks + _OTHER_WEIGHT * others + (_PRINT_WEIGHT * printed + _BOX_WEIGHT * boxes) / cores


def _cross_entropy(truth: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    return ops.maximum(logits, 0) - logits * truth + ops.log(1 + ops.exp(-ops.abs(logits)))
