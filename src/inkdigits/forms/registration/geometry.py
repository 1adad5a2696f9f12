"""Plane geometry of a page: matrices from millimeters on the paper to pixels of a scan."""

from collections.abc import Sequence

import cv2
import numpy as np

from inkdigits.spec import Float64Array, UInt8Array

__all__ = ["MM_PER_INCH", "Matrix", "apply", "find_dpi", "find_turn", "map_corners", "scaling", "straighten"]

MM_PER_INCH = 25.4
Matrix = Float64Array  # shape (3, 3), homogeneous
_CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))  # by the clock, as points of marks are listed


def scaling(factor: float) -> Matrix:
    """Return the matrix that multiplies both coordinates."""
    return np.diag([factor, factor, 1.0])


def apply(matrix: Matrix, points: Sequence[tuple[float, float]] | Float64Array) -> Float64Array:
    """Return where points go, float64 (N, 2)."""
    given = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    moved = np.concatenate([given, np.ones((len(given), 1))], axis=1) @ matrix.T
    return np.asarray(moved[:, :2] / moved[:, 2:], dtype=np.float64)


def map_corners(size: tuple[float, float], corners: Sequence[tuple[float, float]] | Float64Array) -> Matrix:
    """Return the matrix that takes a page of a size to four corners, from top left by the clock."""
    page = np.array([(x * size[0], y * size[1]) for x, y in _CORNERS], dtype=np.float32)
    found = cv2.getPerspectiveTransform(page, np.asarray(corners, dtype=np.float32))
    return np.asarray(found, dtype=np.float64)


def find_turn(matrix: Matrix, size: tuple[float, float]) -> float:
    """Return by how many degrees a page's top side is turned in the scan, by the clock, -180 to 180."""
    left, right = apply(matrix, [(0, size[1] / 2), (size[0], size[1] / 2)])
    return float(np.degrees(np.arctan2(right[1] - left[1], right[0] - left[0])))


def find_dpi(matrix: Matrix, size: tuple[float, float]) -> float:
    """Return the resolution of a page in the scan, dots per inch: the mean over its middle."""
    offsets = np.array([(-5, 0), (5, 0), (0, -5), (0, 5)], dtype=np.float64)  # mm
    points = apply(matrix, np.array(size) / 2 + offsets)
    pixels = np.hypot(*(points[1] - points[0])) + np.hypot(*(points[3] - points[2]))
    return float(pixels / 20 * MM_PER_INCH)


def straighten(gray: UInt8Array, matrix: Matrix, size: tuple[float, float], dpi: float) -> UInt8Array:
    """Return the page as it was printed, upright.

    Args:
        gray: uint8, shape (H, W): the scan.
        matrix: From millimeters to its pixels.
        size: Of the page, mm.
        dpi: Of the answer, dots per inch.
    """
    scale = dpi / MM_PER_INCH
    shape = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    ratio = dpi / max(find_dpi(matrix, size), 1e-6)
    if ratio < 0.6:  # or thin lines would fall between the pixels that are looked up
        gray = np.asarray(cv2.resize(gray, None, fx=1.2 * ratio, fy=1.2 * ratio, interpolation=cv2.INTER_AREA))
        matrix = scaling(1.2 * ratio) @ matrix
    whole = matrix @ scaling(1 / scale)
    warped = cv2.warpPerspective(
        gray,
        whole,
        shape,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    )
    return np.asarray(warped, dtype=np.uint8)
