"""Decodes a path, bytes, an array or a Pillow picture to upright gray levels, uint8 (H, W), within limits."""

import os
from collections.abc import Mapping
from typing import Protocol, TypeAlias, runtime_checkable

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.errors import PictureArrayError, PictureFormatError
from inkdigits.reading.pictures.documents import MAX_BYTES, count_pages, load_pdf_page, load_tiff_page
from inkdigits.reading.pictures.files import HEAD_LENGTH, check_bytes, check_pixels, read_bytes
from inkdigits.reading.pictures.headers import find_format, read_header
from inkdigits.reading.pictures.heic import decode_heic
from inkdigits.reading.pictures.orientation import ORIENTATION_TAG, read_orientation, turn_upright
from inkdigits.reading.pictures.pages import DocumentPage
from inkdigits.spec import UInt8Array

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Picture", "PilPicture", "count_pages", "decode", "decode_color"]

MAX_PIXELS = 64_000_000  # decoded; three times the 20 megapixels of a large camera

_JPEG_GRAY = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION
# converting these modes to eight bits would clip values: `I` is refused later, the others are scaled
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


Picture: TypeAlias = "str | os.PathLike[str] | bytes | npt.NDArray[np.generic] | PilPicture | DocumentPage"


def decode(picture: Picture, *, max_pixels: int = MAX_PIXELS, max_bytes: int = MAX_BYTES) -> UInt8Array:
    """Return the gray levels of a picture, upright, as it would look on white paper.

    Args:
        picture: A path, or the bytes, of a PNG, JPEG, BMP, WebP, AVIF or GIF file (its first frame), or of a TIFF,
            HEIC or PDF file (its first page); a `DocumentPage` for another page; a Pillow picture; or an array of
            shape (H, W), (H, W, 1), (H, W, 3) in RGB order or (H, W, 4) in RGBA order, of dtype bool,
            uint8, uint16, or float with values 0 to 1 or 0 to 255.
        max_pixels: Most pixels, checked before decoding.
        max_bytes: Most encoded bytes.

    Returns:
        uint8, shape (H, W), 0 for black to 255 for white; a new array.

    Raises:
        PictureNotFoundError: No such file.
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
    if isinstance(picture, DocumentPage):
        return _load_file(picture.source, picture.page, (max_pixels, max_bytes), is_gray=is_gray)
    if isinstance(picture, bytes | str | os.PathLike):
        return _load_file(picture, 1, (max_pixels, max_bytes), is_gray=is_gray)
    if isinstance(picture, np.ndarray):
        return _load_array(picture, max_pixels)
    if isinstance(picture, PilPicture):
        return _load_pil(picture, max_pixels)
    known = "a path, bytes, a NumPy array, a Pillow picture or a page of a document"
    msg = f"expected {known}, got {type(picture).__name__}; use one of these"
    raise PictureArrayError(msg)


def _load_file(
    source: "str | os.PathLike[str] | bytes", page: int, limits: tuple[int, int], *, is_gray: bool
) -> UInt8Array:
    """Return the pixels of one page of a file, as `_load` does; `limits` are pixels and bytes."""
    max_pixels, max_bytes = limits
    name = "the bytes" if isinstance(source, bytes) else str(os.fspath(source) or os.curdir)
    data = source if isinstance(source, bytes) else read_bytes(name, max_bytes, _is_pdf)
    form = find_format(data[:HEAD_LENGTH])
    if form == "PDF":
        source = data if len(data) > HEAD_LENGTH else source  # else its file may be open already, for another page
        return load_pdf_page(source, page, max_pixels, max_bytes, is_gray=is_gray)
    check_bytes(data, max_bytes, name)
    if page == 1:
        return _decode_bytes(data, name, max_pixels, is_gray=is_gray)
    if form != "TIFF":
        msg = f"{name}: expected page 1, the only one of such a file, got {page}; change the number"
        raise PictureFormatError(msg)
    return _to_opaque(load_tiff_page(data, page, max_pixels, name), name)


def _is_pdf(head: bytes) -> bool:
    return find_format(head) == "PDF"


def _decode_bytes(data: bytes, name: str, max_pixels: int, *, is_gray: bool) -> UInt8Array:
    try:
        header = read_header(data)
    except PictureFormatError as error:
        msg = f"{name}: {error}"
        raise PictureFormatError(msg) from error
    check_pixels(header.width, header.height, max_pixels, name)
    if header.format == "HEIC":
        return _opaque(decode_heic(data, name), is_rgb=True)
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
    upright = _to_opaque(pixels, name)
    for kind, block in zip(kinds, metadata or (), strict=True):
        if kind == cv2.IMAGE_METADATA_EXIF:
            upright = turn_upright(upright, read_orientation(bytes(block)))
    return upright


def _to_opaque(pixels: npt.NDArray[np.generic], name: str) -> UInt8Array:
    """Return decoded pixels of our own as `_load` does."""
    try:
        return _opaque(_to_uint8(pixels, name), is_rgb=False, is_ours=True)
    except PictureArrayError as error:  # a TIFF may hold any numbers
        raise PictureFormatError(str(error)) from error


def _load_array(array: npt.NDArray[np.generic], max_pixels: int) -> UInt8Array:
    name = "the array"
    if array.ndim not in {2, 3} or 0 in array.shape or (array.ndim == 3 and array.shape[2] not in {1, 3, 4}):
        shapes = "shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) without zeros"
        msg = f"{name}: expected {shapes}, got {array.shape}; put channels last"
        raise PictureArrayError(msg)
    check_pixels(array.shape[1], array.shape[0], max_pixels, name)
    return _opaque(_to_uint8(array, name), is_rgb=True)


def _load_pil(picture: PilPicture, max_pixels: int) -> UInt8Array:
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
    opaque = _opaque(_to_uint8(pixels, name), is_rgb=True)
    return turn_upright(opaque, orientation if isinstance(orientation, int) else 1)


def _to_uint8(pixels: npt.NDArray[np.generic], name: str) -> UInt8Array:
    pixels = np.asarray(pixels)  # a masked array or a matrix would behave differently below
    if pixels.dtype == np.uint8:
        return pixels.astype(np.uint8, copy=False)
    if pixels.dtype == np.bool_:
        return pixels.astype(np.uint8) * np.uint8(255)
    if np.issubdtype(pixels.dtype, np.uint16):  # of either byte order
        return (pixels.astype(np.float32) / 257).round().astype(np.uint8)
    if np.issubdtype(pixels.dtype, np.floating):
        low, high = pixels.min(), pixels.max()
        if not (low >= 0 and high <= 255):  # also when one of them is not a number
            msg = f"{name}: expected finite values from 0 to 1 or 0 to 255, got {low} to {high}; clip or divide it"
            raise PictureArrayError(msg)
        return (pixels.astype(np.float32) * (255 if high <= 1 else 1)).round().astype(np.uint8)
    msg = f"{name}: expected dtype bool, uint8, uint16 or float, got {pixels.dtype}; use astype(np.uint8) for 0 to 255"
    raise PictureArrayError(msg)


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
