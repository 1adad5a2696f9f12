"""A mask of ink goes in; the width of its strokes comes out, in pixels."""

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.imageops.quantiles import median

__all__ = ["stroke_width"]

_AROUND = np.ones((3, 3), np.uint8)


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
