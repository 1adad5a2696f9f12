"""Cuts an encoded picture down to what its decoder needs, and tells how much memory that will take.

Decoders read on by themselves: behind the end of the picture, through every frame of a moving one, and through texts
that unpack to gigabytes. They reserve what a damaged length claims. So each container is walked here first, as its
specification describes it (see `headers`). What is beside the picture is left out, and what lies is refused.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from inkdigits.errors import PictureFormatError, PictureTooLargeError
from inkdigits.reading.pictures.headers import Header
from inkdigits.reading.pictures.jpeg_segments import START_OF_SCAN, is_frame, iter_segments
from inkdigits.reading.pictures.tiff_tags import read_tiff

__all__ = ["Container", "cut_to_picture", "cut_to_tiff_page"]

_MOST_CHUNKS = 200_000  # pieces of a PNG, GIF or WebP; 100 MB in the pieces of 8 kB that are usual make 12,000
_MOST_TIFF_SCANS = 100  # of the JPEGs within a TIFF, beside one a strip; as of a JPEG
# most bytes that a byte unpacks to: 1,032 of deflate (zlib's manual), 8 / 3 codes of 4,096 pixels of LZW in a GIF
_DEFLATED, _LZW = 1_040, 11_000
_PNG_CHANNELS = {0: 1, 2: 3, 3: 4, 4: 4, 6: 4}  # color type -> as decoded; a palette may have transparent colors
_PNG_BITS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # color type -> numbers of a pixel in the file
_PNG_USED = {b"tRNS", b"eXIf"}  # of the chunks that a decoder may leave out, those that change what is seen
_WEBP_USED = {b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L", b"EXIF"}
_MOST_EXIF = 1 << 16  # bytes; no camera writes more
# bytes a pixel that OpenCV 5 holds at its peak beside the file (measured on 25 and 64 megapixels, docs/log.md): it
# keeps two copies of what it decodes, a moving WebP three of four channels
_COPIES, _GIF_MEMORY, _MOVING_WEBP_MEMORY = 2, 8, 12
_JPEG_COEFFICIENT = 2  # bytes; a JPEG of several scans is kept as coefficients until the last one
# (with transparency, with more than eight bits) -> bytes a pixel, measured in the same way on 16 and 25 megapixels
_AVIF_MEMORY = {(False, False): 18, (True, False): 33, (False, True): 22, (True, True): 40}
_AV1_DEEP = 0x40  # flag "high_bitdepth" in the third byte of an "av1C" box
_GIF_IMAGE, _GIF_EXTENSION, _GIF_END = 0x2C, 0x21, 0x3B
_ARITHMETIC = {0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}  # a JPEG's frames whose blocks may take less than a bit


@dataclass(frozen=True, slots=True)
class Container:
    """A picture that may be decoded.

    Attributes:
        data: The file, without what the decoder does not need.
        memory: Bytes a pixel that the decoder holds at its peak.
    """

    data: bytes
    memory: float


def cut_to_picture(data: bytes, header: Header) -> Container:
    """Return what is to be decoded.

    Args:
        data: The whole file.
        header: From `headers.read_header`.

    Raises:
        PictureFormatError: The file is cut short or damaged: a length leads out of it, or it is too short for so many
            pixels.
        PictureTooLargeError: It has more pieces than any program writes.
    """
    try:
        return _WALKERS[header.format](data, header)
    except (IndexError, KeyError, struct.error) as error:
        msg = f"expected a whole {header.format} picture, but it is cut short or damaged; copy it again"
        raise PictureFormatError(msg) from error


def _check(is_whole: bool, place: object) -> None:  # noqa: FBT001 - a condition, as of `assert`
    if not is_whole:
        raise IndexError(place)


def _counted(most: int, what: str) -> Iterator[int]:
    """Count the pieces of a file, up to a limit."""
    yield from range(most)
    msg = f"expected at most {most:,} {what}, got more; open it in a picture viewer and save it again"
    raise PictureTooLargeError(msg)


def _png(data: bytes, header: Header) -> Container:
    bits, color = data[24], data[25]
    parts, packed, offset, is_cut, has_alpha = [data[:8]], 0, 8, False, False
    for _ in _counted(_MOST_CHUNKS, "chunks"):
        kind, size = data[offset + 4 : offset + 8], int.from_bytes(data[offset : offset + 4], "big")
        end = offset + 12 + size
        _check(end <= len(data), offset)
        # the case of its first letter says whether a decoder may do without
        if not kind[0] & 0x20 or (kind in _PNG_USED and size <= _MOST_EXIF):
            parts.append(data[offset:end])
            has_alpha |= kind == b"tRNS"
            packed += size if kind == b"IDAT" else 0
        else:
            is_cut = True
        offset = end
        if kind == b"IEND":
            break
    row = 1 + -(-header.width * bits * _PNG_BITS[color] // 8)
    _check(packed * _DEFLATED >= row * header.height, offset)
    channels = 4 if has_alpha else _PNG_CHANNELS[color]
    is_whole = not is_cut and offset == len(data)
    return Container(data if is_whole else b"".join(parts), _COPIES * channels * max(1, bits // 8))


def _jpeg(data: bytes, header: Header) -> Container:
    scans, coefficients, components, least = 0, 0.0, 1, 0
    end = len(data)
    for segment in iter_segments(data):
        end = segment.start
        if is_frame(segment.marker):
            components = data[segment.start + 7]
            sizes = data[segment.start + 9 : segment.start + 9 + 3 * components : 3]
            samples = [(size >> 4) * (size & 15) for size in sizes]
            _check(len(samples) == components > 0 and min(samples) > 0, end)
            coefficients = _JPEG_COEFFICIENT * sum(samples) / max(samples)
            # each block of 8 x 8 takes a bit or more
            least = 0 if segment.marker in _ARITHMETIC else header.width * header.height // 64 // 8
        elif segment.marker == START_OF_SCAN:
            scans += 1
    _check(len(data) >= least, end)
    kept = coefficients if scans > 1 else 0.0
    return Container(data[:end], max(_COPIES * min(components, 3), kept + min(components, 3)))


def _gif(data: bytes, _: Header) -> Container:
    offset = 13 + _palette(data[10])
    pieces = _counted(_MOST_CHUNKS * 2, "blocks")
    while next(pieces) >= 0:
        kind = data[offset]
        if kind == _GIF_IMAGE:
            width, height = struct.unpack_from("<HH", data, offset + 5)
            start = offset + 10 + _palette(data[offset + 9]) + 1
            end = _step_over_blocks(data, start, pieces)
            _check((end - start) * _LZW >= width * height, start)
            return Container(data[:end] + bytes([_GIF_END]), _GIF_MEMORY)
        _check(kind == _GIF_EXTENSION, offset)
        offset = _step_over_blocks(data, offset + 2, pieces)
    raise IndexError(offset)


def _palette(flags: int) -> int:
    """Return the bytes of a GIF's palette."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _step_over_blocks(data: bytes, offset: int, pieces: Iterator[int]) -> int:
    """Return where a row of a GIF's blocks ends; an empty one ends it."""
    while size := data[offset]:
        offset += 1 + size
        next(pieces)
    return offset + 1


def _webp(data: bytes, _: Header) -> Container:
    stop = 8 + int.from_bytes(data[4:8], "little")
    _check(stop <= len(data), stop)
    parts, offset, moving, frames = [], 12, False, 0
    for _number in _counted(_MOST_CHUNKS, "chunks"):
        if offset + 8 > stop:
            break
        kind, size = data[offset : offset + 4], int.from_bytes(data[offset + 4 : offset + 8], "little")
        after = offset + 8 + size + size % 2
        _check(after - size % 2 <= stop, offset)
        frames += kind == b"ANMF"
        moving |= kind in {b"ANIM", b"ANMF"}
        is_used = kind in _WEBP_USED and (kind != b"EXIF" or size <= _MOST_EXIF) and (kind != b"ANMF" or frames == 1)
        if is_used:
            parts.append(data[offset:after])
        offset = after
    _check(bool(parts), offset)
    body = b"WEBP" + b"".join(parts)
    return Container(b"RIFF" + struct.pack("<I", len(body)) + body, _MOVING_WEBP_MEMORY if moving else _COPIES * 4)


def _bmp(data: bytes, _: Header) -> Container:
    return Container(data, _COPIES * 4)


def _tiff(data: bytes, _: Header) -> Container:
    return _tiff_page(data, None)


def cut_to_tiff_page(data: bytes, start: int) -> Container:
    """Return what is to be decoded of another page of a TIFF, as `cut_to_picture` does for the first.

    Args:
        data: The whole file.
        start: Where the page's tags begin.

    Raises:
        PictureFormatError: As for `cut_to_picture`.
        PictureTooLargeError: As for `cut_to_picture`.
    """
    try:
        return _tiff_page(data, start)
    except (IndexError, KeyError, struct.error) as error:
        msg = "expected a whole TIFF page, but it is cut short or damaged; copy the file again"
        raise PictureFormatError(msg) from error


def _tiff_page(data: bytes, start: int | None) -> Container:
    tags = read_tiff(data, start)
    _check(tags.is_inside, start)
    if tags.is_jpeg and data.count(b"\xff\xda") > _MOST_TIFF_SCANS + tags.parts:
        msg = f"expected at most {_MOST_TIFF_SCANS} scans, got more; open it in a picture viewer and save it again"
        raise PictureTooLargeError(msg)
    return Container(data, _COPIES * tags.pixel_bytes)


def _avif(data: bytes, _: Header) -> Container:
    has_alpha, is_deep = b"auxC" in data, False
    if (at := data.find(b"av1C")) >= 0:
        is_deep = bool(data[at + 6] & _AV1_DEEP)
    return Container(data, _AVIF_MEMORY[has_alpha, is_deep])


_WALKERS: dict[str, Callable[[bytes, Header], Container]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "GIF": _gif,
    "WebP": _webp,
    "BMP": _bmp,
    "TIFF": _tiff,
    "AVIF": _avif,
}
