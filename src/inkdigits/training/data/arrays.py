"""Checks pixel and label arrays and turns them into labeled 28 x 28 frames."""

import math

import numpy as np
import numpy.typing as npt

from inkdigits.errors import DataError, FrameError, PictureError
from inkdigits.reading.framing import frame_digit
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, UInt8Array
from inkdigits.training.data.mnist import LabeledFrames

__all__ = ["to_labeled_frames"]

RawArray = npt.NDArray[np.generic]


def to_labeled_frames(pixels: RawArray, labels: RawArray, name: str) -> LabeledFrames:
    """Check what a file held and bring digits of other sizes into 28 x 28 frames, the same way as when reading.

    Args:
        pixels: Any integer dtype, values 0 to 255, shape (n, H, W), (n, H, W, 1) or (n, H * H), n of 1 or more. 28 x 28
            pixels are taken as they are.
        labels: Any integer dtype, values 0 to 9, shape (n,) or (n, 1).
        name: File name for the messages.

    Returns:
        n labeled frames in the same order.

    Raises:
        DataError: Another dtype, shape, count or value, no digit at all, or a digit that cannot be framed.

    >>> to_labeled_frames(np.zeros((1, 784), np.int64), np.array([[3]]), "digits.npz").y
    array([3], dtype=uint8)
    """
    x = _stack(_in_range(pixels, 255, f"{name}: pixels"), name)
    y = _in_range(labels, CLASS_COUNT - 1, f"{name}: labels")
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        msg = f"{name}: expected labels of shape (n,), found {y.shape}; one-hot labels need argmax(axis=1) first"
        raise DataError(msg)
    if len(x) != len(y):
        msg = (
            f"{name}: expected as many labels as pictures, found {len(x)} pictures and {len(y)} labels; pair them first"
        )
        raise DataError(msg)
    if len(x) == 0:
        msg = f"{name}: expected at least one digit, found an empty set; name another"
        raise DataError(msg)
    if x.shape[1:] != (FRAME_SIDE, FRAME_SIDE):
        x = np.stack([_frame(picture, f"{name}: digit {index}") for index, picture in enumerate(x)])
    return LabeledFrames(x, y)


def _in_range(values: RawArray, top: int, name: str) -> UInt8Array:
    """Return `values` as uint8, which would wrap around in silence if it were not checked before."""
    if not np.issubdtype(values.dtype, np.integer):
        msg = f"{name}: expected integers from 0 to {top}, found dtype {values.dtype}; save them as uint8"
        raise DataError(msg)
    outside = (values < 0) | (values > top)  # type: ignore[operator]  # an integer dtype, checked above
    if outside.any():
        place = tuple(int(index) for index in np.argwhere(outside)[0])
        msg = f"{name}: expected integers from 0 to {top}, found {values[place]} at index {place}; correct it"
        raise DataError(msg)
    return values.astype(np.uint8, copy=False)


def _stack(x: UInt8Array, name: str) -> UInt8Array:
    if x.ndim == 4 and x.shape[3] == 1:
        return x[:, :, :, 0]
    if x.ndim == 2:
        side = math.isqrt(x.shape[1])
        if side * side == x.shape[1] > 0:
            return x.reshape(len(x), side, side)
    if x.ndim != 3 or 0 in x.shape[1:]:
        msg = f"{name}: expected pictures of shape (n, H, W), (n, H, W, 1) or (n, H * H), found {x.shape}; reshape"
        raise DataError(msg)
    return x


def _frame(picture: UInt8Array, name: str) -> UInt8Array:
    try:
        return frame_digit(picture)
    except (PictureError, FrameError) as error:
        msg = f"{name}: expected a picture of one digit: {error}; leave it out"
        raise DataError(msg) from error
