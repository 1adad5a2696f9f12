"""Decodes a path, bytes, an array or a Pillow picture to upright gray levels, uint8 (H, W), within limits."""

import os
from collections.abc import Callable, Mapping
from typing import ParamSpec, Protocol, TypeAlias, TypeVar, runtime_checkable

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.errors import PictureArrayError, PictureError, PictureFormatError, PictureTooLargeError
from inkdigits.reading.pictures.containers import cut_to_picture
from inkdigits.reading.pictures.encoded import BinaryFile, Encoded, name_file, read_open_file, to_bytes
from inkdigits.reading.pictures.files import read_file
from inkdigits.reading.pictures.headers import FORMATS, Header, read_header
from inkdigits.reading.pictures.levels import to_color, to_gray
from inkdigits.reading.pictures.orientation import ORIENTATION_TAG, read_orientation, turn_upright
from inkdigits.spec import UInt8Array

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Picture", "PilPicture", "count_pages", "decode", "decode_color"]

MAX_BYTES = 100_000_000  # encoded; an uncompressed 20-megapixel TIFF has 60 million
MAX_PIXELS = 64_000_000  # decoded; three times the 20 megapixels of a large camera

_TIFF_MARK_LENGTH = 4  # bytes
_PIXEL_MEMORY = 8  # bytes: a decoder's two copies of four channels of eight bits; 0.5 GB for the most pixels
_JPEG_GRAY = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION
# converting these modes to eight bits would clip values; they are scaled
_PIL_MODES_AS_THEY_ARE = frozenset({"L", "F", "I", "I;16", "I;16B", "I;16L", "I;16N"})
ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")


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
            values 0 to 255, uint16 with more, or float with values 0 to 1, 0 to 16 or 0 to 255.
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
    return _load(picture, max_pixels, max_bytes, is_gray=True)


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
    return _load(picture, max_pixels, max_bytes, is_gray=False)


def _load(picture: Picture, max_pixels: int, max_bytes: int, *, is_gray: bool) -> UInt8Array:
    """Return opaque, upright pixels: uint8, shape (H, W) with `is_gray`, else (H, W, 3), blue, green, red."""
    if isinstance(picture, bytes | bytearray | memoryview):
        return _decode_bytes(to_bytes(picture, max_bytes), "the bytes", max_pixels, max_bytes, is_gray=is_gray)
    if isinstance(picture, str | os.PathLike):
        path = os.fspath(picture) or os.curdir
        return _decode_bytes(read_file(path, max_bytes), str(path), max_pixels, max_bytes, is_gray=is_gray)
    if isinstance(picture, np.ndarray):
        return _load_array(picture, max_pixels, is_gray=is_gray)
    if isinstance(picture, PilPicture):
        return _load_pil(picture, max_pixels, is_gray=is_gray)
    if isinstance(picture, BinaryFile):
        data = read_open_file(picture, max_bytes)
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
    if FORMATS.get(read_file(path, max_bytes=_TIFF_MARK_LENGTH - 1)) != "TIFF":  # other formats are not read further
        return 1
    return read_header(read_file(path, max_bytes)).pages


def _decode_bytes(data: bytes, name: str, max_pixels: int, max_bytes: int, *, is_gray: bool) -> UInt8Array:
    if len(data) > max_bytes:
        msg = f"{name}: expected at most {max_bytes:,} bytes, got more; shrink it, or raise max_bytes in Python"
        raise PictureTooLargeError(msg)
    header = _named(name, read_header, data)
    _check_pixels(header.width, header.height, max_pixels, name)
    damaged = f"{name}: expected a whole {header.format} picture, but it is cut short or damaged; copy it again"
    if not header.complete:
        raise PictureFormatError(damaged)
    container = _named(name, cut_to_picture, data, header)
    _check_memory(header, container.memory, max_pixels, name)
    # these flags ignore the orientation: the picture is turned upright below. A JPEG stores its brightness separately
    flags = _JPEG_GRAY if is_gray and header.format == "JPEG" else cv2.IMREAD_UNCHANGED
    try:
        pixels, kinds, metadata = cv2.imdecodeWithMetadata(np.frombuffer(container.data, np.uint8), flags=flags)
    except (cv2.error, MemoryError) as error:
        raise PictureFormatError(damaged) from error
    if pixels is None:
        raise PictureFormatError(damaged)
    try:
        upright = _convert(pixels, name, is_gray=is_gray, is_rgb=False, is_ours=True)
    except PictureArrayError as error:  # a TIFF may hold any numbers
        raise PictureFormatError(str(error)) from error
    for kind, block in zip(kinds, metadata or (), strict=True):
        if kind == cv2.IMAGE_METADATA_EXIF:
            upright = turn_upright(upright, read_orientation(bytes(block)))
    return upright


def _named(
    name: str, look: Callable[ParametersT, ResultT], *args: ParametersT.args, **more: ParametersT.kwargs
) -> ResultT:
    """Return what is found in a file; an error gets its name."""
    try:
        return look(*args, **more)
    except PictureError as error:
        msg = f"{name}: {error}"
        raise type(error)(msg) from error


def _convert(
    pixels: npt.NDArray[np.generic], name: str, *, is_gray: bool, is_rgb: bool, is_ours: bool = False
) -> UInt8Array:
    """Return decoded pixels in eight bits; always a copy, unless `is_ours` and nothing changes."""
    if is_ours and pixels.dtype == np.uint8 and pixels.ndim == (2 if is_gray else 3) and pixels.shape[2:] in {(), (3,)}:
        return pixels.view(np.uint8)
    return (to_gray if is_gray else to_color)(pixels, name, is_rgb=is_rgb)


def _load_array(array: npt.NDArray[np.generic], max_pixels: int, *, is_gray: bool) -> UInt8Array:
    name = "the array"
    if array.ndim not in {2, 3} or 0 in array.shape or (array.ndim == 3 and array.shape[2] not in {1, 3, 4}):
        shapes = "shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) without zeros"
        msg = f"{name}: expected {shapes}, got {array.shape}; put channels last"
        raise PictureArrayError(msg)
    _check_pixels(array.shape[1], array.shape[0], max_pixels, name)
    return _convert(array, name, is_gray=is_gray, is_rgb=True)


def _load_pil(picture: PilPicture, max_pixels: int, *, is_gray: bool) -> UInt8Array:
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
    if mode == "I":  # holds what I;16 does
        pixels = _narrow(pixels, name)
    opaque = _convert(pixels, name, is_gray=is_gray, is_rgb=True)
    return turn_upright(opaque, orientation if isinstance(orientation, int) else 1)


def _narrow(pixels: npt.NDArray[np.generic], name: str) -> npt.NDArray[np.generic]:
    low, high, most = int(pixels.min()), int(pixels.max()), np.iinfo(np.uint16).max
    if low < 0 or high > most:
        msg = f"{name}: expected integers from 0 to {most}, got {low} to {high}; divide it"
        raise PictureArrayError(msg)
    return pixels.astype(np.uint16)


def _check_pixels(width: int, height: int, max_pixels: int, name: str) -> None:
    if width * height > max_pixels:
        advice = "shrink it, or raise max_pixels in Python"
        msg = f"{name}: expected at most {max_pixels:,} pixels, got {width} x {height}; {advice}"
        raise PictureTooLargeError(msg)


def _check_memory(header: Header, memory: float, max_pixels: int, name: str) -> None:
    """Refuse what takes more memory than a picture of the most pixels with four channels of eight bits."""
    most = int(max_pixels * _PIXEL_MEMORY / memory)
    if header.width * header.height > most:
        found = f"{header.width} x {header.height}"
        advice = "save it with eight bits a channel as a PNG, shrink it, or raise max_pixels in Python"
        msg = f"{name}: expected at most {most:,} pixels of a {header.format} of this kind, got {found}; {advice}"
        raise PictureTooLargeError(msg)
