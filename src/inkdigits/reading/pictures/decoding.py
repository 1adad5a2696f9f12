"""Decodes a path, bytes, an array or a Pillow picture to upright gray levels, uint8 (H, W), within limits."""

import os
from collections.abc import Callable, Mapping
from typing import ParamSpec, Protocol, TypeAlias, TypeVar, runtime_checkable

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.errors import PictureArrayError, PictureError, PictureFormatError
from inkdigits.reading.pictures.containers import cut_to_picture
from inkdigits.reading.pictures.documents import MAX_BYTES, count_pages, load_pdf_page, load_tiff_page
from inkdigits.reading.pictures.encoded import BinaryFile, Encoded, name_file, read_open_file, to_bytes
from inkdigits.reading.pictures.files import HEAD_LENGTH, check_bytes, check_memory, check_pixels, read_file
from inkdigits.reading.pictures.headers import find_format, read_header
from inkdigits.reading.pictures.heic import decode_heic
from inkdigits.reading.pictures.levels import to_color, to_gray
from inkdigits.reading.pictures.orientation import ORIENTATION_TAG, read_orientation, turn_upright
from inkdigits.reading.pictures.pages import DocumentPage
from inkdigits.spec import UInt8Array

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Picture", "PilPicture", "count_pages", "decode", "decode_color"]

MAX_PIXELS = 64_000_000  # decoded; three times the 20 megapixels of a large camera

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


Picture: TypeAlias = (
    "str | os.PathLike[str] | Encoded | BinaryFile | npt.NDArray[np.generic] | PilPicture | DocumentPage"
)


def decode(picture: Picture, *, max_pixels: int = MAX_PIXELS, max_bytes: int = MAX_BYTES) -> UInt8Array:
    """Return the gray levels of a picture, upright, as it would look on white paper.

    Args:
        picture: A path; the bytes of a PNG, JPEG, BMP, WebP, AVIF or GIF file (its first frame), or of a TIFF, HEIC or
            PDF file (its first page), also as bytearray or memoryview; anything whose `read` gives them, such as an
            open file; a `DocumentPage` for another page; a Pillow picture; or an array of shape (H, W), (H, W, 1),
            (H, W, 3) in RGB order or (H, W, 4) in RGBA order, of dtype bool, any integer with
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
    limits = max_pixels, max_bytes
    if isinstance(picture, DocumentPage):
        return _load_file(picture.source, picture.page, limits, is_gray=is_gray)
    if isinstance(picture, bytes | bytearray | memoryview):
        return _load_bytes(to_bytes(picture, max_bytes), "the bytes", 1, limits, is_gray=is_gray)
    if isinstance(picture, str | os.PathLike):
        return _load_file(picture, 1, limits, is_gray=is_gray)
    if isinstance(picture, np.ndarray):
        return _load_array(picture, max_pixels, is_gray=is_gray)
    if isinstance(picture, PilPicture):
        return _load_pil(picture, max_pixels, is_gray=is_gray)
    if isinstance(picture, BinaryFile):
        data = read_open_file(picture, max_bytes)
        return _load_bytes(data, name_file(picture), 1, limits, is_gray=is_gray)
    forms = "a path, bytes, an open file, a NumPy array, a Pillow picture or a page of a document"
    msg = f"expected {forms}, got {type(picture).__name__}; use one of these"
    raise PictureArrayError(msg)


def _load_file(
    source: "str | os.PathLike[str] | bytes", page: int, limits: tuple[int, int], *, is_gray: bool
) -> UInt8Array:
    """Return one page of a file, as `_load` does; `limits` are pixels and bytes."""
    if isinstance(source, bytes):
        return _load_bytes(source, "the bytes", page, limits, is_gray=is_gray)
    name = str(os.fspath(source) or os.curdir)
    data = read_file(name, limits[1], _is_pdf)
    if _is_pdf(data[:HEAD_LENGTH]) and len(data) <= HEAD_LENGTH:  # the rest was not read: it may be open already
        return load_pdf_page(name, page, *limits, is_gray=is_gray)
    return _load_bytes(data, name, page, limits, is_gray=is_gray)


def _load_bytes(data: bytes, name: str, page: int, limits: tuple[int, int], *, is_gray: bool) -> UInt8Array:
    """Return one page of a file that was read, as `_load` does."""
    max_pixels, max_bytes = limits
    check_bytes(data, max_bytes, name)
    form = find_format(data[:HEAD_LENGTH])
    if form == "PDF":
        return load_pdf_page(data, page, max_pixels, max_bytes, is_gray=is_gray)
    if page == 1:
        return _decode_bytes(data, name, max_pixels, is_gray=is_gray)
    if form != "TIFF":
        msg = f"{name}: expected page 1, the only one of such a file, got {page}; change the number"
        raise PictureFormatError(msg)
    return _convert_ours(load_tiff_page(data, page, max_pixels, name), name, is_gray=is_gray)


def _is_pdf(head: bytes) -> bool:
    return find_format(head) == "PDF"


def _decode_bytes(data: bytes, name: str, max_pixels: int, *, is_gray: bool) -> UInt8Array:
    header = _named(name, read_header, data)
    check_pixels(header.width, header.height, max_pixels, name)
    if header.format == "HEIC":
        return _convert(decode_heic(data, name), name, is_gray=is_gray, is_rgb=True)
    damaged = f"{name}: expected a whole {header.format} picture, but it is cut short or damaged; copy it again"
    if not header.complete:
        raise PictureFormatError(damaged)
    container = _named(name, cut_to_picture, data, header)
    check_memory((header.width, header.height), container.memory, max_pixels, name, header.format)
    # these flags ignore the orientation: the picture is turned upright below. A JPEG stores its brightness separately
    flags = _JPEG_GRAY if is_gray and header.format == "JPEG" else cv2.IMREAD_UNCHANGED
    try:
        pixels, kinds, metadata = cv2.imdecodeWithMetadata(np.frombuffer(container.data, np.uint8), flags=flags)
    except (cv2.error, MemoryError) as error:
        raise PictureFormatError(damaged) from error
    if pixels is None:
        raise PictureFormatError(damaged)
    upright = _convert_ours(pixels, name, is_gray=is_gray)
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


def _convert_ours(pixels: npt.NDArray[np.generic], name: str, *, is_gray: bool) -> UInt8Array:
    """Return what OpenCV decoded, in eight bits."""
    try:
        return _convert(pixels, name, is_gray=is_gray, is_rgb=False, is_ours=True)
    except PictureArrayError as error:  # a TIFF may hold any numbers
        raise PictureFormatError(str(error)) from error


def _load_array(array: npt.NDArray[np.generic], max_pixels: int, *, is_gray: bool) -> UInt8Array:
    name = "the array"
    if array.ndim not in {2, 3} or 0 in array.shape or (array.ndim == 3 and array.shape[2] not in {1, 3, 4}):
        shapes = "shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) without zeros"
        msg = f"{name}: expected {shapes}, got {array.shape}; put channels last"
        raise PictureArrayError(msg)
    check_pixels(array.shape[1], array.shape[0], max_pixels, name)
    return _convert(array, name, is_gray=is_gray, is_rgb=True)


def _load_pil(picture: PilPicture, max_pixels: int, *, is_gray: bool) -> UInt8Array:
    name = "the Pillow picture"
    if 0 in picture.size:
        msg = f"{name}: expected at least 1 x 1 pixel, got {picture.size[0]} x {picture.size[1]}; open another"
        raise PictureArrayError(msg)
    check_pixels(*picture.size, max_pixels, name)
    mode = getattr(picture, "mode", "")
    try:  # Pillow decodes here, if it has not yet
        pixels = np.asarray(picture if mode in _PIL_MODES_AS_THEY_ARE else picture.convert("RGBA"))
        orientation = picture.getexif().get(ORIENTATION_TAG, 1)
    except Exception as error:  # its plugins raise anything from OSError to SyntaxError
        msg = f"{name}: Pillow cannot decode it: {error}; save it again"
        raise PictureFormatError(msg) from error
    if mode == "I":  # holds what I;16 does
        low, high, most = pixels.min(), pixels.max(), np.iinfo(np.uint16).max
        if low < 0 or high > most:
            msg = f"{name}: expected integers from 0 to {most}, got {low} to {high}; divide it"
            raise PictureArrayError(msg)
        pixels = pixels.astype(np.uint16)
    opaque = _convert(pixels, name, is_gray=is_gray, is_rgb=True)
    return turn_upright(opaque, orientation if isinstance(orientation, int) else 1)
