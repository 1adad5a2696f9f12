"""Measures how wide strokes are, and widens or thins them."""

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.imageops.quantiles import median
from inkdigits.spec import UInt8Array

__all__ = ["fit_stroke", "stroke_width"]

_AROUND = np.ones((3, 3), np.uint8)
_INK = 255 // 2  # half of full ink: pixels above belong to a stroke when its width is measured


def stroke_width(mask: npt.NDArray[np.generic]) -> float:
    """Return the median width of the strokes in pixels, 0 when there are none.

    Measured on the ridge of the distance to paper: pixels as far from paper as any neighbor.

    Args:
        mask: shape (H, W), 0 for paper, anything else for ink.
    """
    ink = np.asarray(mask != 0).view(np.uint8)
    x, y, width, height = cv2.boundingRect(ink)
    if width == 0:
        return 0.0
    padded = cv2.copyMakeBorder(ink[y : y + height, x : x + width], 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 3)
    ridge = (distance >= cv2.dilate(distance, _AROUND)) & padded.view(np.bool_)
    return 2 * median(distance[ridge]) - 1


def fit_stroke(ink: UInt8Array, thin: float, thick: float) -> UInt8Array:
    """Widen strokes that are too thin and thin those that are too thick, as a whole.

    Args:
        ink: uint8, shape (H, W), 0 for paper to 255 for ink, with paper around it for strokes to grow into.
        thin: Pixels of stroke width below which strokes are widened to it.
        thick: Pixels of stroke width above which they are thinned to it, `thin` or more.

    Returns:
        uint8, shape (H, W): a new array, or `ink` itself where nothing is to be changed.
    """
    width = stroke_width(ink > _INK)
    target = min(max(width, thin), thick)
    steps = round(abs(target - width))
    if steps == 0 or width == 0:
        return ink
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (steps + 1, steps + 1))
    return np.asarray(cv2.dilate(ink, brush) if target > width else cv2.erode(ink, brush), dtype=np.uint8)
