"""What the detector is asked of a scene: a dense map that its loss compares its answer with."""

import numpy as np

from inkdigits.spec import DETECTOR_STEP, DETECTOR_USUAL_SIZE, MARK_LABELS, Float32Array
from inkdigits.training.synthesis.scenes.canvas import IGNORED, MarkRow, Scene

__all__ = ["ASKED", "BOX", "BOX_ASKED", "HEAT", "OTHER", "PRINTED", "TARGET_CHANNELS", "make_target"]

_LABELS = len(MARK_LABELS)
HEAT = slice(0, _LABELS)  # channels of each label's heat: 1 at the middle of a mark, falling to 0 around it
OTHER = _LABELS  # channel: 1 where ink is no digit and no sign
ASKED = _LABELS + 1  # channel: 1 where the network is asked for heat and other ink
BOX_ASKED = _LABELS + 2  # channel: 1 where it is asked for a box and for print
PRINTED = _LABELS + 3  # channel: 1 where a machine printed the mark
BOX = slice(_LABELS + 4, _LABELS + 8)  # channels of x, y, log width, log height, as the detector answers them (`spec`)
TARGET_CHANNELS = _LABELS + 8

_CORE = 0.35  # of a peak's height: the network is asked for the box where heat is above it
_LEAST_SPREAD = 0.6  # places: standard deviation of the narrowest peak
_WIDE_PART, _TALL_PART = 6, 8  # a peak's standard deviation is a sixth of its mark's width, an eighth of its height
_WIDEST = 0.7  # heights: a flat sign's width counts for no more


def make_target(scene: Scene) -> Float32Array:
    """Return what is asked of a scene, a new array, float32, shape (H / 4, W / 4, TARGET_CHANNELS)."""
    rows, columns = scene.other.shape
    target = np.zeros((rows, columns, TARGET_CHANNELS), dtype=np.float32)
    target[..., OTHER] = scene.other == 1
    target[..., ASKED] = scene.other != IGNORED
    closest = np.full((rows, columns), _CORE, dtype=np.float32)
    for row in scene.marks:
        _add_mark(target, closest, MarkRow(*row.tolist()))
    return target


def _add_mark(target: Float32Array, closest: Float32Array, mark: MarkRow) -> None:
    """Add a mark to a target; `closest` holds for each place the highest heat of a mark that asks for its box there."""
    rows, columns = closest.shape
    width, height = mark.x_max - mark.x_min, mark.y_max - mark.y_min
    x, y = (mark.x_min + mark.x_max) / 2 / DETECTOR_STEP - 0.5, (mark.y_min + mark.y_max) / 2 / DETECTOR_STEP - 0.5
    column, row = min(max(round(x), 0), columns - 1), min(max(round(y), 0), rows - 1)
    wide = max(_LEAST_SPREAD, min(width, _WIDEST * height) / DETECTOR_STEP / _WIDE_PART)
    tall = max(_LEAST_SPREAD, height / DETECTOR_STEP / _TALL_PART)
    ys, xs = np.mgrid[0:rows, 0:columns].astype(np.float32)
    peak = np.exp(-((xs - column) ** 2 / (2 * wide**2) + (ys - row) ** 2 / (2 * tall**2)))
    heat = target[..., int(mark.label)]
    np.maximum(heat, peak, out=heat)
    core = peak > closest
    closest[core] = peak[core]
    usual_width, usual_height = DETECTOR_USUAL_SIZE
    size = (np.log(max(width, 1.0) / usual_width), np.log(max(height, 1.0) / usual_height))
    target[core, BOX_ASKED] = 1
    target[core, PRINTED] = mark.printed
    target[core, BOX] = np.stack([x - xs[core], y - ys[core], *(np.full(core.sum(), side) for side in size)], axis=1)
    target[row, column, ASKED] = 1
