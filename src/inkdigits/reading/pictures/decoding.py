"""Decodes a path, bytes, an array or a Pillow picture to upright gray levels, uint8 (H, W), within limits."""

import os
from collections.abc import Mapping
from typing import Protocol, TypeAlias, runtime_checkable

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.errors import PictureArrayError, PictureFormatError, PictureTooLargeError
from inkdigits.reading.pictures.encoded import BinaryFile, Encoded, name_file, read_file, read_path, to_bytes
from inkdigits.reading.pictures.headers import FORMATS, read_header
from inkdigits.reading.pictures.orientation import ORIENTATION_TAG, read_orientation, turn_upright
from inkdigits.spec import UInt8Array

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Picture", "PilPicture", "count_pages", "decode", "decode_color"]

MAX_BYTES = 100_000_000  # encoded; an uncompressed 20-megapixel TIFF has 60 million
MAX_PIXELS = 64_000_000  # decoded; three times the 20 megapixels of a large camera

_TIFF_MARK_LENGTH = 4  # bytes
_JPEG_GRAY = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION
_EIGHT_BITS, _SIXTEEN_BITS = 255, 65535  # largest values
# converting these modes to eight bits would clip values; they are scaled
_PIL_MODES_AS_THEY_ARE = frozenset({"L", "F", "I", "I;16", "I;16B", "I;16L", "I;16N"})


@runtime_checkable
class PilPicture(Protocol):
    """The part of a Pillow picture that is used, so that Pillow itself is not needed."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""

    def convert(self, mode: str) -> "PilPicture":
        """Return the picture in another pixel form."""

    def getexif(self) -> Mapping[int, object]:
        """Return the EXIF tags."""


Picture: TypeAlias = "str | os.PathLike[str] | Encoded | BinaryFile | npt.NDArray[np.generic] | PilPicture"


def decode(picture: Picture, *, max_pixels: int = MAX_PIXELS, max_bytes: int = MAX_BYTES) -> UInt8Array:
    """Return the gray levels of a picture, upright, as it would look on white paper.

    Args:
        picture: A path; the bytes of a PNG, JPEG, BMP, TIFF, WebP or GIF file (its first frame), also as bytearray or
            memoryview; anything whose `read` gives them, such as an open file; a Pillow picture; or an array of shape
            (H, W), (H, W, 1), (H, W, 3) in RGB order or (H, W, 4) in RGBA order, of dtype bool, any integer with
            values 0 to 255, uint16 with more, or float with values 0 to 1 or 0 to 255.
        max_pixels: Most pixels, checked before decoding.
        max_bytes: Most encoded bytes.

    Returns:
        uint8, shape (H, W), 0 for black to 255 for white; a new array.

    Raises:
        PictureNotFoundError: No such file, or the address of one elsewhere.
        PictureFormatError: Not a picture, or a damaged one.
        PictureTooLargeError: Over a limit.
        PictureArrayError: An array that is no picture.

    >>> decode(np.zeros((2, 3), dtype=np.uint8)).shape
    (2, 3)
    """
    return _gray(_load(picture, max_pixels, max_bytes, is_gray=True))


def decode_color(picture: Picture, *, max_pixels: int = MAX_PIXELS, max_bytes: int = MAX_BYTES) -> UInt8Array:
    """Return the picture in color, as `decode` sees it before it converts it to gray.

    Args:
        picture: As for `decode`.
        max_pixels: As for `decode`.
        max_bytes: As for `decode`.

    Returns:
        uint8, shape (H, W, 3), in OpenCV's order blue, green, red; a new array.

    Raises:
        PictureError: As for `decode`.
    """
    pixels = _load(picture, max_pixels, max_bytes, is_gray=False)
    return pixels if pixels.ndim == 3 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _load(picture: Picture, max_pixels: int, max_bytes: int, *, is_gray: bool) -> UInt8Array:
    """Return opaque, upright pixels: uint8 (H, W), or (H, W, 3) in the order blue, green, red.

    With `is_gray`, a JPEG is not converted to color first: it stores its brightness separately.
    """
    if isinstance(picture, bytes | bytearray | memoryview):
        return _decode_bytes(to_bytes(picture, max_bytes), "the bytes", max_pixels, max_bytes, is_gray=is_gray)
    if isinstance(picture, str | os.PathLike):
        path = os.fspath(picture) or os.curdir
        return _decode_bytes(read_path(path, max_bytes), str(path), max_pixels, max_bytes, is_gray=is_gray)
    if isinstance(picture, np.ndarray):
        return _load_array(picture, max_pixels)
    if isinstance(picture, PilPicture):
        return _load_pil(picture, max_pixels)
    if isinstance(picture, BinaryFile):
        data = read_file(picture, max_bytes)
        return _decode_bytes(data, name_file(picture), max_pixels, max_bytes, is_gray=is_gray)
    forms = "a path, bytes, an open file, a NumPy array or a Pillow picture"
    msg = f"expected {forms}, got {type(picture).__name__}; use one of these"
    raise PictureArrayError(msg)


def count_pages(picture: str | os.PathLike[str] | bytes, *, max_bytes: int = MAX_BYTES) -> int:
    """Return how many pages a file has: 1, or more for a TIFF. `decode` returns the first.

    Args:
        picture: A path or a file's bytes, which `decode` has taken.
        max_bytes: As for `decode`.

    Raises:
        PictureError: The file cannot be read any more.
    """
    if isinstance(picture, bytes):
        return read_header(picture).pages
    path = os.fspath(picture) or os.curdir
    if FORMATS.get(read_path(path, max_bytes=_TIFF_MARK_LENGTH - 1)) != "TIFF":  # other formats are not read further
        return 1
    return read_header(read_path(path, max_bytes)).pages


def _decode_bytes(data: bytes, name: str, max_pixels: int, max_bytes: int, *, is_gray: bool) -> UInt8Array:
    if len(data) > max_bytes:
        msg = f"{name}: expected at most {max_bytes:,} bytes, got more; shrink it, or raise max_bytes in Python"
        raise PictureTooLargeError(msg)
    try:
        header = read_header(data)
    except PictureFormatError as error:
        msg = f"{name}: {error}"
        raise PictureFormatError(msg) from error
    _check_pixels(header.width, header.height, max_pixels, name)
    damaged = f"{name}: expected a whole {header.format} picture, but it is cut short or damaged; copy it again"
    if not header.complete:
        raise PictureFormatError(damaged)
    # these flags ignore the orientation: the picture is turned upright below
    flags = _JPEG_GRAY if is_gray and header.format == "JPEG" else cv2.IMREAD_UNCHANGED
    try:
        pixels, kinds, metadata = cv2.imdecodeWithMetadata(np.frombuffer(data, np.uint8), flags=flags)
    except cv2.error as error:
        raise PictureFormatError(damaged) from error
    if pixels is None:
        raise PictureFormatError(damaged)
    try:
        upright = _opaque(_to_uint8(pixels, name), is_rgb=False, is_ours=True)
    except PictureArrayError as error:  # a TIFF may hold any numbers
        raise PictureFormatError(str(error)) from error
    for kind, block in zip(kinds, metadata or (), strict=True):
        if kind == cv2.IMAGE_METADATA_EXIF:
            upright = turn_upright(upright, read_orientation(bytes(block)))
    return upright


def _load_array(array: npt.NDArray[np.generic], max_pixels: int) -> UInt8Array:
    name = "the array"
    if array.ndim not in {2, 3} or 0 in array.shape or (array.ndim == 3 and array.shape[2] not in {1, 3, 4}):
        shapes = "shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) without zeros"
        msg = f"{name}: expected {shapes}, got {array.shape}; put channels last"
        raise PictureArrayError(msg)
    _check_pixels(array.shape[1], array.shape[0], max_pixels, name)
    return _opaque(_to_uint8(array, name), is_rgb=True)


def _load_pil(picture: PilPicture, max_pixels: int) -> UInt8Array:
    name = "the Pillow picture"
    if 0 in picture.size:
        msg = f"{name}: expected at least 1 x 1 pixel, got {picture.size[0]} x {picture.size[1]}; open another"
        raise PictureArrayError(msg)
    _check_pixels(*picture.size, max_pixels, name)
    mode = getattr(picture, "mode", "")
    try:  # Pillow decodes here, if it has not yet
        pixels = np.asarray(picture if mode in _PIL_MODES_AS_THEY_ARE else picture.convert("RGBA"))
        orientation = picture.getexif().get(ORIENTATION_TAG, 1)
    except Exception as error:  # its plugins raise anything from OSError to SyntaxError
        msg = f"{name}: Pillow cannot decode it: {error}; save it again"
        raise PictureFormatError(msg) from error
    opaque = _opaque(_to_uint8(pixels, name, most=_SIXTEEN_BITS), is_rgb=True)  # mode I holds what I;16 does
    return turn_upright(opaque, orientation if isinstance(orientation, int) else 1)


def _check_pixels(width: int, height: int, max_pixels: int, name: str) -> None:
    if width * height > max_pixels:
        advice = "shrink it, or raise max_pixels in Python"
        msg = f"{name}: expected at most {max_pixels:,} pixels, got {width} x {height}; {advice}"
        raise PictureTooLargeError(msg)


def _to_uint8(pixels: npt.NDArray[np.generic], name: str, *, most: int = _EIGHT_BITS) -> UInt8Array:
    """Return pixels from 0 to 255; integers may have `most`, and those above 255 are scaled."""
    pixels = np.asarray(pixels)  # a masked array or a matrix would behave differently below
    if pixels.dtype == np.uint8:
        return pixels.astype(np.uint8, copy=False)
    if pixels.dtype == np.bool_:
        return pixels.astype(np.uint8) * np.uint8(255)
    if pixels.dtype.kind in "iu":
        return _narrow(pixels, name, most=most)
    if np.issubdtype(pixels.dtype, np.floating):
        low, high = pixels.min(), pixels.max()
        if not (low >= 0 and high <= 255):  # also when one of them is not a number
            msg = f"{name}: expected finite values from 0 to 1 or 0 to 255, got {low} to {high}; clip or divide it"
            raise PictureArrayError(msg)
        return (pixels.astype(np.float32) * (255 if high <= 1 else 1)).round().astype(np.uint8)
    msg = f"{name}: expected dtype bool, integer or float, got {pixels.dtype}; use astype(np.uint8) for 0 to 255"
    raise PictureArrayError(msg)


def _narrow(pixels: npt.NDArray[np.generic], name: str, *, most: int) -> UInt8Array:
    """Return integers from 0 to 255 as they are, and scale those of sixteen bits: a larger value tells them."""
    low, high = int(pixels.min()), int(pixels.max())
    most = _SIXTEEN_BITS if np.issubdtype(pixels.dtype, np.uint16) else most
    if low < 0 or high > most:
        advice = "divide it, or use uint16 for sixteen bits"
        msg = f"{name}: expected integers from 0 to {most}, got {low} to {high}; {advice}"
        raise PictureArrayError(msg)
    if high <= _EIGHT_BITS:
        return pixels.astype(np.uint8)
    return (pixels.astype(np.float32) / (_SIXTEEN_BITS / _EIGHT_BITS)).round().astype(np.uint8)


def _opaque(pixels: UInt8Array, *, is_rgb: bool, is_ours: bool = False) -> UInt8Array:
    """Return pixels (H, W) or (H, W, 3) in the order blue, green, red, with transparency laid on paper.

    Always a copy, unless `is_ours` and nothing changes.
    """
    if is_ours and (pixels.ndim == 2 or (pixels.shape[2] == 3 and not is_rgb)):
        return pixels
    if pixels.ndim == 2:
        return pixels.copy()
    if pixels.shape[2] == 1:
        return pixels[:, :, 0].copy()
    colors = pixels[:, :, 2::-1] if is_rgb else pixels[:, :, :3]
    if pixels.shape[2] == 3 or not pixels[:, :, 3].any():  # some writers leave the fourth channel empty: opaque
        return colors.copy(order="C")
    return _on_paper(colors, pixels[:, :, 3])


def _on_paper(colors: UInt8Array, alpha: UInt8Array) -> UInt8Array:
    """Lay a transparent picture on white paper, or on black when white strokes would vanish on white."""
    opacity = alpha[:, :, None].astype(np.float32) / 255
    ink = colors.astype(np.float32) * opacity
    on_white = (ink + 255 * (1 - opacity)).round().astype(np.uint8)
    on_black = ink.round().astype(np.uint8)
    return on_white if np.ptp(_gray(on_white)) >= np.ptp(_gray(on_black)) else on_black


def _gray(pixels: UInt8Array) -> UInt8Array:
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
