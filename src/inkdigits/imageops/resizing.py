"""Makes a smaller copy of a gray picture; each pixel is the mean of those that it covers."""

import cv2
import numpy as np

from inkdigits.spec import UInt8Array

__all__ = ["shrink"]


def shrink(gray: UInt8Array, max_pixels: int) -> UInt8Array:
    """Return the picture with at most so many pixels, each the mean of those that it covers; itself when it has fewer.

    A strip so narrow that it would vanish keeps a pixel across, and so more of them along.

    Args:
        gray: uint8, shape (H, W).
        max_pixels: 1 or more.
    """
    scale = (max_pixels / gray.size) ** 0.5
    if scale >= 1:
        return gray
    size = max(1, int(gray.shape[1] * scale)), max(1, int(gray.shape[0] * scale))
    while gray.size >= 4 * max_pixels and min(gray.shape) > 1:  # halving is ten times as fast as any other step
        columns, rows = gray.shape[1] // 2, gray.shape[0] // 2
        halved = cv2.resize(gray[: 2 * rows, : 2 * columns], (columns, rows), interpolation=cv2.INTER_AREA)
        gray = np.asarray(halved, dtype=np.uint8)
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
