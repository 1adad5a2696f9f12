"""Cuts the ink of one mark out of a gray picture: what the networks of single digits are shown.

The detector says where a digit stands; here its strokes are parted from paper, light and neighbors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.imageops.quantiles import median, quantile
from inkdigits.models.peaks import Corners
from inkdigits.spec import Float32Array, UInt8Array

__all__ = ["InkCrop", "cut_ink", "find_reach"]

_AROUND = 0.35  # of the box's long side: paper around it that shows its gray level, and how far ink may lie outside
_WORK_SIDE = 140  # pixels: larger marks are cut out of a smaller copy; a frame's digit has 20
_PAPER, _FULL = 0.28, 0.78  # of the darkest ink: up to the one it is paper, from the other on full ink
_DARKEST = 0.04  # share of a box that is ink in the thinnest writing: its gray level is that of the ink
_LEAST_RANGE = 8.0  # gray levels of the darkest ink: paler ink stays pale
_REACH = 0.62  # widths and heights from the middle: ink beyond is another mark's


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a picture around a mark.

    Attributes:
        gray: float32, shape (h, w), dark ink on lighter paper.
        box: The mark in it.
        others: Other marks near it.
    """

    gray: Float32Array
    box: Corners
    others: tuple[Corners, ...]


@dataclass(frozen=True, slots=True)
class InkCrop:
    """The ink of one mark.

    Attributes:
        ink: uint8, shape (h, w), 0 for paper to 255 for ink.
        contrast: Of its ink against the paper, 0 to 1.
    """

    ink: UInt8Array
    contrast: float


def cut_ink(gray: UInt8Array, box: Corners, others: Sequence[Corners] = ()) -> InkCrop | None:
    """Return the ink of a mark; None where hardly any stands out.

    Args:
        gray: uint8, shape (H, W), dark on light or light on dark.
        box: Where the mark is.
        others: Boxes of the other marks; what is nearer to one of them is left out.
    """
    part = _take(gray, box, others)
    if part is None:
        return None
    ink, contrast = _find_ink(part)
    levels = np.asarray(255 * ink, dtype=np.uint8)
    return InkCrop(levels, contrast) if levels.any() else None


def find_reach(box: Corners) -> Corners:
    """Return the box with all around it where ink can be the mark's."""
    across, down = (_REACH - 0.5) * (box[2] - box[0]) + 1, (_REACH - 0.5) * (box[3] - box[1]) + 1
    return box[0] - across, box[1] - down, box[2] + across, box[3] + down


def _find_rivals(box: Corners, others: Sequence[Corners]) -> list[Corners]:
    """Return those of the other boxes that ink of this mark can belong to."""
    left, top, right, bottom = find_reach(box)
    reaches = [(one, find_reach(one)) for one in others]
    return [one for one, it in reaches if it[0] < right and it[2] > left and it[1] < bottom and it[3] > top]


def _take(gray: UInt8Array, box: Corners, others: Sequence[Corners]) -> _Part | None:
    """Return the picture around a mark, scaled down where it is large, dark on light."""
    x_min, y_min, x_max, y_max = box
    margin = _AROUND * max(x_max - x_min, y_max - y_min) + 2
    left, top = max(0, int(x_min - margin)), max(0, int(y_min - margin))
    part = gray[top : max(0, int(y_max + margin) + 1), left : max(0, int(x_max + margin) + 1)]
    if min(part.shape) < 2:
        return None
    scale = min(1.0, _WORK_SIDE / max(part.shape))
    if scale < 1:
        size = (max(2, round(part.shape[1] * scale)), max(2, round(part.shape[0] * scale)))
        part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    near = _find_rivals(box, others)
    moved = [tuple((side - (left, top)[place % 2]) * scale for place, side in enumerate(one)) for one in (box, *near)]
    own, *rest = [(one[0], one[1], max(one[2], one[0] + 1), max(one[3], one[1] + 1)) for one in moved]
    values = part.astype(np.float32)
    inner = values[max(0, int(own[1])) : int(own[3]) + 1, max(0, int(own[0])) : int(own[2]) + 1]
    if inner.size == 0:
        return None
    middle = median(values)
    is_light = quantile(inner, 1 - _DARKEST) - middle > middle - quantile(inner, _DARKEST)
    return _Part(255 - values if is_light else values, own, tuple(rest))


def _find_ink(part: _Part) -> tuple[Float32Array, float]:
    """Return the mark's own ink, float32, 0 to 1, and its contrast: pieces that reach into its box.

    The paper's gray level is that of most of the part. To follow light and pattern instead, the tutorial's network read
    21 fewer of 801 digits on patterned paper, and no more on forms and photos (docs/log.md).
    """
    paper = median(part.gray)
    dark = np.maximum(paper - part.gray, 0)
    left, top, right, bottom = (max(0, int(side)) for side in part.box)
    full = max(quantile(dark[top : bottom + 1, left : right + 1], 1 - _DARKEST), _LEAST_RANGE)
    ink = np.clip((dark / full - _PAPER) / (_FULL - _PAPER), 0, 1)
    rows, columns = np.mgrid[0 : part.gray.shape[0], 0 : part.gray.shape[1]].astype(np.float32) + np.float32(0.5)
    distance = _measure(rows, columns, part.box)
    for other in part.others:
        ink[_measure(rows, columns, other) < distance] = 0
    ink[distance > _REACH] = 0
    count, pieces = cv2.connectedComponents((ink > 0.5).astype(np.uint8))
    is_own = np.zeros(count, dtype=np.bool_)
    is_own[pieces[distance <= 0.5]] = True
    is_own[0] = True  # the soft edges of strokes
    return np.asarray(ink * is_own[pieces], dtype=np.float32), min(full / 255, 1.0)


def _measure(rows: Float32Array, columns: Float32Array, box: Corners) -> Float32Array:
    """Return how far each pixel is from a box's middle, in its widths or heights; 0.5 is its side."""
    left, top, right, bottom = box
    across = np.abs(columns - (left + right) / 2) / (right - left)
    down = np.abs(rows - (top + bottom) / 2) / (bottom - top)
    return np.asarray(np.maximum(across, down), dtype=np.float32)
