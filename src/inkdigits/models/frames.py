"""Turns the ink of one digit into a frame, uint8 (28, 28), made as MNIST's frames were made.

This is the one way to make a frame, for reading and for training alike. MNIST's digits were scaled to 20 pixels on
the long side without changing their aspect, and anti-aliased. Their center of mass was placed on the frame's center.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from inkdigits.errors import EmptyDigitError, FrameError
from inkdigits.imageops.stroke_width import fit_stroke
from inkdigits.spec import FRAME_CENTER, FRAME_SIDE, INK_SIDE, UInt8Array

__all__ = ["center_by_mass", "to_frame", "to_frames"]

_WORK_SIDE = 4 * INK_SIDE  # pixels; strokes are widened at this size, then shrunk with anti-aliasing
# stroke width over the digit's long side: thinner strokes would vanish in a frame and are widened to the first, thicker
# ones would fill it and are thinned to the second; a third of MNIST's digits is thinner, 1 % is thicker
_THIN, _THICK = 0.095, 0.24


def to_frames(crops: Sequence[UInt8Array]) -> UInt8Array:
    """Return the frames of several crops, as `to_frame` does for one.

    Args:
        crops: uint8 pictures of shape (H, W), each with some ink.

    Returns:
        uint8, shape (N, 28, 28, 1), N as many as crops, 0 included.
    """
    frames = np.zeros((len(crops), FRAME_SIDE, FRAME_SIDE, 1), dtype=np.uint8)
    for index, crop in enumerate(crops):
        frames[index, :, :, 0] = to_frame(crop)
    return frames


def to_frame(crop: UInt8Array) -> UInt8Array:
    """Return the MNIST frame of one digit.

    Args:
        crop: uint8, shape (H, W), 0 for paper to 255 for ink; paper around the digit does not matter.

    Returns:
        A new array, uint8, shape (28, 28). A digit already 20 pixels long keeps its pixels and is only moved.

    Raises:
        EmptyDigitError: `crop` is all paper.
        FrameError: `crop` is not uint8 of shape (H, W).

    >>> to_frame(np.full((40, 10), 255, dtype=np.uint8)).shape
    (28, 28)
    """
    if crop.dtype != np.uint8 or crop.ndim != 2:
        msg = f"expected a uint8 crop of shape (H, W), got {crop.dtype} of shape {crop.shape}; convert it first"
        raise FrameError(msg)
    if not crop.any():
        msg = f"expected some ink, got an all-paper crop of shape {crop.shape}; leave it out"
        raise EmptyDigitError(msg)
    x, y, width, height = cv2.boundingRect(crop)
    digit = crop[y : y + height, x : x + width]
    if max(digit.shape) != INK_SIDE:
        digit = _shrink(fit_stroke(_enlarge(digit), _THIN * _WORK_SIDE, _THICK * _WORK_SIDE))
    frame = np.zeros((FRAME_SIDE, FRAME_SIDE), dtype=np.uint8)
    top, left = ((FRAME_SIDE - side) // 2 for side in digit.shape)
    frame[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return center_by_mass(frame)


def center_by_mass(frame: UInt8Array) -> UInt8Array:
    """Shift a digit by whole pixels until its center of mass lies on pixel (14, 14).

    Args:
        frame: uint8, shape (28, 28), 0 for paper to 255 for ink, ink no longer than 20 pixels.

    Returns:
        A new array, same shape and dtype. Ink that would be pushed past an edge stays just inside it.

    Raises:
        EmptyDigitError: `frame` is all paper.

    References:
        The center was measured on all 70,000 digits (docs/data.md).
    """
    moments = cv2.moments(frame)
    if moments["m00"] == 0:
        msg = f"expected some ink, got an all-paper frame of shape {frame.shape}; leave it out"
        raise EmptyDigitError(msg)
    x, y, width, height = cv2.boundingRect(frame)
    left = x + round(FRAME_CENTER - moments["m10"] / moments["m00"])
    top = y + round(FRAME_CENTER - moments["m01"] / moments["m00"])
    left, top = (min(max(at, 0), FRAME_SIDE - side) for at, side in ((left, width), (top, height)))
    centered = np.zeros((FRAME_SIDE, FRAME_SIDE), dtype=np.uint8)
    centered[top : top + height, left : left + width] = frame[y : y + height, x : x + width]
    return centered


def _enlarge(digit: UInt8Array) -> UInt8Array:
    """Scale to the working size, with paper around so that strokes have room to grow."""
    scale = _WORK_SIDE / max(digit.shape)
    size = (max(1, round(digit.shape[1] * scale)), max(1, round(digit.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    large = cv2.resize(digit, size, interpolation=method)
    margin = INK_SIDE // 2
    return np.asarray(cv2.copyMakeBorder(large, margin, margin, margin, margin, cv2.BORDER_CONSTANT), dtype=np.uint8)


def _shrink(large: UInt8Array) -> UInt8Array:
    """Scale the ink to 20 pixels on its long side, each pixel the mean of what it covers."""
    faintest = min(31, int(large.max()) // 2)  # what is fainter is the blur of scaling
    x, y, width, height = cv2.boundingRect((large > faintest).view(np.uint8))
    digit = large[y : y + height, x : x + width]
    scale = INK_SIDE / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(digit, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
