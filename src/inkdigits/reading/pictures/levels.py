"""Turns decoded pixels of any depth into eight bits, opaque, in whole numbers and a stripe of rows at a time.

A whole picture in floating point would take sixteen bytes a pixel and channel: 25 megapixels took 1.3 GB.
"""

from collections.abc import Callable, Iterator
from functools import partial

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.errors import PictureArrayError
from inkdigits.spec import Float32Array, UInt8Array

__all__ = ["to_color", "to_gray"]

_STRIPE = 1 << 18  # pixels worked on at a time: some megabytes
_EIGHT_BITS, _SIXTEEN_BITS = 255, 65535  # largest values
_Levels = npt.NDArray[np.generic]


def to_gray(pixels: _Levels, name: str, *, is_rgb: bool) -> UInt8Array:
    """Return gray levels, with transparency laid on paper.

    Args:
        pixels: bool, any integer of 0 to 255, uint16 of more, or float of 0 to 1, 0 to 16 or 0 to 255; shape (H, W), or
            (H, W, C) of 1, 3 or 4 channels.
        name: What an error calls the picture.
        is_rgb: Whether colors come in the order red, green, blue; else blue, green, red.

    Returns:
        uint8, shape (H, W), 0 for black to 255 for white; a new array.

    Raises:
        PictureArrayError: It has another dtype, or other values.
    """
    return _Source(pixels, name, is_rgb=is_rgb).convert(is_gray=True)


def to_color(pixels: _Levels, name: str, *, is_rgb: bool) -> UInt8Array:
    """Return colors in the order blue, green, red, uint8 (H, W, 3); arguments and errors are those of `to_gray`."""
    return _Source(pixels, name, is_rgb=is_rgb).convert(is_gray=False)


class _Source:
    """Pixels as they came, and how to take a stripe of them."""

    def __init__(self, pixels: _Levels, name: str, *, is_rgb: bool) -> None:
        pixels = np.asarray(pixels)  # a masked array or a matrix would behave differently below
        self._scale = _find_scale(pixels, name)
        self._pixels = pixels[:, :, 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels
        self._is_rgb = is_rgb

    def convert(self, *, is_gray: bool) -> UInt8Array:
        """Return all of it."""
        has_alpha = self._pixels.ndim == 3 and self._pixels.shape[2] == 4
        if not (has_alpha and any(_alpha(stripe).any() for _, stripe in self._iter_stripes())):
            return self._fill(_gray if is_gray else _color, is_gray=is_gray)  # some writers leave the channel empty
        on_white, on_black = (self._fill(partial(_lay_on, paper=paper), is_gray=True) for paper in (255, 0))
        is_white = _range(on_white) >= _range(on_black)  # white strokes would vanish on white
        if is_gray:
            return on_white if is_white else on_black
        del on_white, on_black
        paper = 255 if is_white else 0
        return self._fill(partial(_lay_on, paper=paper, is_gray=False), is_gray=False)

    def _fill(self, make: Callable[[UInt8Array, bool], UInt8Array], *, is_gray: bool) -> UInt8Array:
        """Return what is made of all stripes."""
        shape = self._pixels.shape[:2]
        result = np.empty(shape if is_gray else (*shape, 3), dtype=np.uint8)
        for rows, stripe in self._iter_stripes():
            result[rows] = make(stripe, self._is_rgb)
        return result

    def _iter_stripes(self) -> Iterator[tuple[slice, UInt8Array]]:
        """Yield rows of the picture in eight bits."""
        height, width = self._pixels.shape[:2]
        step = max(1, _STRIPE // width)
        for top in range(0, height, step):
            rows = slice(top, top + step)
            yield rows, np.ascontiguousarray(_to_uint8(self._pixels[rows], self._scale))


def _find_scale(pixels: _Levels, name: str) -> float:
    """Return what values are multiplied with; refuse what holds no gray levels."""
    if pixels.dtype in {np.dtype(np.uint8), np.dtype(np.bool_)}:
        return 1
    if pixels.dtype.kind in "iu":
        return _find_integer_scale(
            pixels, name, _SIXTEEN_BITS if np.issubdtype(pixels.dtype, np.uint16) else _EIGHT_BITS
        )
    if not np.issubdtype(pixels.dtype, np.floating):
        types = "bool, integer or float"
        msg = f"{name}: expected dtype {types}, got {pixels.dtype}; use astype(np.uint8) for 0 to 255"
        raise PictureArrayError(msg)
    low, high = pixels.min(), pixels.max()
    if not (low >= 0 and high <= 255):  # also when one of them is not a number
        msg = f"{name}: expected finite values from 0 to 1 or 0 to 255, got {low} to {high}; clip or divide it"
        raise PictureArrayError(msg)
    # scikit-learn's digits are floats from 0 to 16; as gray levels they would be black throughout
    return 255 if high <= 1 else 255 / 16 if high <= 16 else 1


def _find_integer_scale(pixels: _Levels, name: str, most: int) -> float:
    """Return 1 for integers from 0 to 255, and what sixteen bits are divided by: a larger value tells them."""
    low, high = int(pixels.min()), int(pixels.max())
    if low < 0 or high > most:
        advice = "divide it, or use uint16 for sixteen bits"
        msg = f"{name}: expected integers from 0 to {most}, got {low} to {high}; {advice}"
        raise PictureArrayError(msg)
    return 1 if high <= _EIGHT_BITS else _EIGHT_BITS / _SIXTEEN_BITS


def _to_uint8(stripe: _Levels, scale: float) -> UInt8Array:
    if stripe.dtype == np.uint8:
        return stripe.view(np.uint8)
    if stripe.dtype == np.bool_:
        return stripe.astype(np.uint8) * np.uint8(255)
    if stripe.dtype.kind in "iu":
        levels = np.ascontiguousarray(stripe, dtype=np.uint16)
        return np.asarray(cv2.convertScaleAbs(levels, alpha=scale), dtype=np.uint8).reshape(stripe.shape)
    reals: Float32Array = stripe.astype(np.float32) * np.float32(scale)
    return reals.round().astype(np.uint8)


def _alpha(stripe: UInt8Array) -> UInt8Array:
    return np.asarray(cv2.extractChannel(stripe, 3), dtype=np.uint8)


def _lay_on(stripe: UInt8Array, is_rgb: bool, *, paper: int, is_gray: bool = True) -> UInt8Array:  # noqa: FBT001
    """Return transparent colors on paper of 0 or 255, as `_gray` or `_color`."""
    alpha, colors = _alpha(stripe), _color(stripe, is_rgb)
    if alpha.min() < 255:
        share = cv2.merge([alpha, alpha, alpha])
        ink = cv2.multiply(colors, share, scale=1 / 255)  # rounded: no product lies halfway
        colors = np.asarray(ink if paper == 0 else cv2.add(ink, cv2.bitwise_not(share)), dtype=np.uint8)
    return _gray(colors, False) if is_gray else colors  # noqa: FBT003 - as it is handed over by place


def _range(gray: UInt8Array) -> int:
    low, high, _, _ = cv2.minMaxLoc(gray)
    return int(high - low)


def _gray(stripe: UInt8Array, is_rgb: bool) -> UInt8Array:  # noqa: FBT001 - one of two ways to make levels
    if stripe.ndim == 2:
        return stripe
    ways = (
        (cv2.COLOR_BGR2GRAY, cv2.COLOR_RGB2GRAY) if stripe.shape[2] == 3 else (cv2.COLOR_BGRA2GRAY, cv2.COLOR_RGBA2GRAY)
    )
    return np.asarray(cv2.cvtColor(stripe, ways[is_rgb]), dtype=np.uint8)


def _color(stripe: UInt8Array, is_rgb: bool) -> UInt8Array:  # noqa: FBT001 - the same
    if stripe.ndim == 3 and stripe.shape[2] == 3:
        return np.asarray(cv2.cvtColor(stripe, cv2.COLOR_RGB2BGR), dtype=np.uint8) if is_rgb else stripe
    way = cv2.COLOR_GRAY2BGR if stripe.ndim == 2 else cv2.COLOR_RGBA2BGR if is_rgb else cv2.COLOR_BGRA2BGR
    return np.asarray(cv2.cvtColor(stripe, way), dtype=np.uint8)
