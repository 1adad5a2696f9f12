"""Finds the format and size of an encoded picture from its first bytes, before anything is decoded.

A few hundred bytes can declare a picture of gigabytes, so the size is checked here first. The field offsets are those
of the formats' specifications: PNG (ISO/IEC 15948), JPEG (ITU-T T.81, annex B), BMP (BITMAPINFOHEADER), TIFF 6.0,
WebP (RFC 9649) and GIF89a; `iso_media` has those of HEIC and AVIF.
"""

import contextlib
import mmap
import struct
from collections.abc import Callable
from dataclasses import dataclass

from inkdigits.errors import PictureFormatError
from inkdigits.reading.pictures.files import HEAD_LENGTH
from inkdigits.reading.pictures.iso_media import find_iso_format, find_iso_size
from inkdigits.reading.pictures.jpeg_segments import (
    END_OF_IMAGE,
    START_OF_SCAN,
    is_frame,
    iter_segments,
)

__all__ = ["FORMATS", "Header", "TiffPage", "count_tiff_pages", "find_format", "find_tiff_pages", "read_header"]


_PNG_HEADER_LENGTH = 13  # bytes of IHDR's content
_TIFF_TYPES = {3: "H", 4: "I"}
_TIFF_WIDTH, _TIFF_HEIGHT, _TIFF_TILE_WIDTH, _TIFF_TILE_HEIGHT = 256, 257, 322, 323
_TIFF_MAX_LINKS = 10_000  # pages looked for; a file made to be read forever has more
_TIFF_SUBFILE_TYPE, _TIFF_NO_PAGE = 254, 0b101  # bits of its value: a smaller copy, a mask
_TIFF_TAGS = {_TIFF_WIDTH, _TIFF_HEIGHT, _TIFF_TILE_WIDTH, _TIFF_TILE_HEIGHT}
_TIFF_MAX_TILE = 1 << 24  # pixels; a decoder holds a whole tile, even for a small picture; 256 x 256 is usual
_BMP_CORE_HEADER = 12  # bytes of OS/2's first header, whose sizes are two bytes each


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture says about itself.

    Attributes:
        format: As `find_format` says.
        width: Columns, 1 or more.
        height: Rows, 1 or more.
        complete: False when the bytes end before the format's own end mark (PNG and JPEG, whose decoders would
            otherwise fill the missing part with gray).
        pages: Pictures in the file, 1 or more; more than 1 for a TIFF of several pages only, since the frames of a
            GIF, WebP or PNG are one moving picture.
    """

    format: str
    width: int
    height: int
    complete: bool = True
    pages: int = 1


@dataclass(frozen=True, slots=True)
class TiffPage:
    """Where a page of a TIFF is.

    Attributes:
        place: Among all pictures of the file, from 0.
        start: Where its tags begin.
        width: Columns; 0 where its size cannot be told.
        height: Rows; the same.
    """

    place: int
    start: int
    width: int
    height: int


def find_format(data: bytes) -> str | None:
    """Return what a file is by its first bytes: a value of `FORMATS`, "HEIC", "AVIF", "PDF", or None.

    Args:
        data: The file, or its first `HEAD_LENGTH` bytes.

    >>> find_format(b"%PDF-1.7")
    'PDF'
    """
    known = next((name for mark, name in FORMATS.items() if data.startswith(mark)), None)
    return known or find_iso_format(data) or ("PDF" if _PDF_MARK in data[:HEAD_LENGTH] else None)


def read_header(data: bytes) -> Header:
    """Return format and size of an encoded picture; of a HEIC or AVIF file, the largest that it declares.

    Args:
        data: The whole file.

    Raises:
        PictureFormatError: The bytes are of no known format, or end within the header.
        PictureTooLargeError: A JPEG has more segments or scans than any program writes.

    >>> read_header(b"GIF89a" + bytes([28, 0, 56, 0]))
    Header(format='GIF', width=28, height=56, complete=True, pages=1)
    """
    form = find_format(data)
    if form in _PARSERS:
        try:
            header = _PARSERS[form](data)
        except (struct.error, IndexError, KeyError) as error:
            found = f"one cut short or damaged ({len(data)} bytes)"
            msg = f"expected a whole {form} header, got {found}; copy or save the file again"
            raise PictureFormatError(msg) from error
        if header.width < 1 or header.height < 1:
            msg = f"expected a picture of at least 1 x 1 pixel, got {header.width} x {header.height}; save it again"
            raise PictureFormatError(msg)
        return header
    known = ", ".join(sorted({*FORMATS.values(), "AVIF", "HEIC", "PDF"}))
    if not data:
        msg = f"expected a picture ({known}), got no bytes at all; copy it again"
        raise PictureFormatError(msg)
    msg = f"expected a picture ({known}), got bytes that start with {data[:8]!r}; convert it to one of these first"
    raise PictureFormatError(msg)


def _png(data: bytes) -> Header:
    length, kind, width, height = struct.unpack_from(">I4sII", data, 8)
    if (length, kind) != (_PNG_HEADER_LENGTH, b"IHDR"):
        raise KeyError(kind)
    return Header("PNG", width, height, complete=_has_whole_chunks(data))


def _has_whole_chunks(data: bytes) -> bool:
    """Return whether every chunk of a PNG lies within the file, up to its end mark; decoders trust a chunk's length."""
    offset = 8
    while offset + 12 <= len(data):
        end = offset + 12 + int.from_bytes(data[offset : offset + 4], "big")
        if data[offset + 4 : offset + 8] == b"IEND":
            return end <= len(data)
        offset = end
    return False


def _jpeg(data: bytes) -> Header:
    size, is_whole = None, False
    try:
        for segment in iter_segments(data):
            if is_frame(segment.marker):
                if size is not None:
                    raise KeyError(segment.marker)  # decoders may take either
                size = struct.unpack_from(">HH", data, segment.start + 3)
            elif segment.marker == START_OF_SCAN and size is None:
                raise KeyError(segment.marker)
            is_whole = segment.marker == END_OF_IMAGE
    except IndexError:
        if size is None:
            raise
    if size is None:
        raise KeyError(END_OF_IMAGE)
    height, width = size
    return Header("JPEG", width, height, complete=is_whole)


def _bmp(data: bytes) -> Header:
    (header_length,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if header_length == _BMP_CORE_HEADER else "<ii", data, 18)
    return Header("BMP", width, abs(height))  # a negative height stores the rows from the top


def _gif(data: bytes) -> Header:
    width, height = struct.unpack_from("<HH", data, 6)
    return Header("GIF", width, height)


def _tiff(data: bytes) -> Header:
    order, starts = _find_directories(data)
    width, height = _measure_page(data, order, starts[0])
    return Header("TIFF", width, height, pages=count_tiff_pages(data))


def count_tiff_pages(data: "bytes | mmap.mmap") -> int:
    """Return how many pages a TIFF has, 1 or more; only its directories are looked at.

    Args:
        data: The whole file.

    Raises:
        struct.error: It ends within its header.
    """
    order, starts = _find_directories(data)
    return 1 + sum(not _is_part_of_page(data, order, start) for start in starts[1:])


def find_tiff_pages(data: bytes) -> list[TiffPage]:
    """Return the pages of a TIFF. Smaller copies and masks of a page are no pages.

    Args:
        data: The whole file, whose header `read_header` has taken.
    """
    order, starts = _find_directories(data)
    pages = []
    for place, start in enumerate(starts):
        if place and _is_part_of_page(data, order, start):
            continue
        try:
            pages.append(TiffPage(place, start, *_measure_page(data, order, start)))
        except (struct.error, KeyError):
            pages.append(TiffPage(place, start, 0, 0))
    return pages


def _find_directories(data: "bytes | mmap.mmap") -> tuple[str, list[int]]:
    """Return the byte order of a TIFF, and where the directory of each of its pictures begins."""
    order = "<" if data[:2] == b"II" else ">"
    (start,) = struct.unpack_from(order + "I", data, 4)
    starts = {start: None}  # in order, each once
    with contextlib.suppress(struct.error):  # a damaged link ends the file's pages; the first is whole
        while len(starts) < _TIFF_MAX_LINKS:
            (count,) = struct.unpack_from(order + "H", data, start)
            (start,) = struct.unpack_from(order + "I", data, start + 2 + 12 * count)
            struct.unpack_from(order + "H", data, start)
            if start == 0 or start in starts:
                break
            starts[start] = None
    return order, list(starts)


def _is_part_of_page(data: "bytes | mmap.mmap", order: str, start: int) -> bool:
    """Return whether a picture is a smaller copy or a mask of another."""
    try:
        tag, kind = struct.unpack_from(order + "H6xI", data, start + 2)  # the smallest tag there is, hence the first
    except struct.error:
        return False
    return bool(tag == _TIFF_SUBFILE_TYPE and kind & _TIFF_NO_PAGE)


def _measure_page(data: bytes, order: str, start: int) -> tuple[int, int]:
    """Return width and height that a directory declares."""
    (count,) = struct.unpack_from(order + "H", data, start)
    sizes: dict[int, int] = {}
    for index in range(count):
        offset = start + 2 + 12 * index
        tag, kind = struct.unpack_from(order + "HH", data, offset)
        if tag in _TIFF_TAGS:
            (size,) = struct.unpack_from(order + _TIFF_TYPES[kind], data, offset + 8)
            sizes[tag] = max(size, sizes.get(tag, 0))  # whichever of two entries a decoder takes
    if sizes.get(_TIFF_TILE_WIDTH, 0) * sizes.get(_TIFF_TILE_HEIGHT, 0) > _TIFF_MAX_TILE:
        raise KeyError(_TIFF_TILE_WIDTH)
    return sizes[_TIFF_WIDTH], sizes[_TIFF_HEIGHT]


def _iso(data: bytes) -> Header:
    return Header(find_iso_format(data) or "", *find_iso_size(data))


def _webp(data: bytes) -> Header:
    kind = data[12:16]
    if data[8:12] != b"WEBP" or kind not in {b"VP8 ", b"VP8L", b"VP8X"}:
        raise KeyError(kind)
    if kind == b"VP8X":
        width = 1 + int.from_bytes(data[24:27], "little")
        return Header("WebP", width, 1 + int.from_bytes(data[27:30], "little"))
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return Header("WebP", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    width, height = struct.unpack_from("<HH", data, 26)
    return Header("WebP", width & 0x3FFF, height & 0x3FFF)


FORMATS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"BM": "BMP",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"RIFF": "WebP",
}
_PDF_MARK = b"%PDF-"
_PARSERS: dict[str | None, Callable[[bytes], Header]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "BMP": _bmp,
    "GIF": _gif,
    "TIFF": _tiff,
    "WebP": _webp,
    "HEIC": _iso,
    "AVIF": _iso,
}
