"""What the detector is asked of a scene: a dense map that its loss compares its answer with."""

import numpy as np

from inkdigits.spec import DETECTOR_STEP, MARK_LABELS, Float32Array
from inkdigits.training.synthesis.canvas import IGNORED, Scene

__all__ = ["TARGET_CHANNELS", "make_target"]

_LABELS = len(MARK_LABELS)
# heat of each label; other ink; asked; box asked; printed; x, y, log width, log height
TARGET_CHANNELS = _LABELS + 8
_CORE = 0.35  # of a peak's height: within it the network is asked for the box, too
_USUAL = (16.0, 32.0)  # pixels; a width and a height of e^0


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
        x, y = (x_min + x_max) / 2 / DETECTOR_STEP - 0.5, (y_min + y_max) / 2 / DETECTOR_STEP - 0.5
        column, row = min(max(round(x), 0), columns - 1), min(max(round(y), 0), rows - 1)
        wide = max(0.6, min(width, 0.7 * height) / DETECTOR_STEP / 6)
        tall = max(0.6, height / DETECTOR_STEP / 8)
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
