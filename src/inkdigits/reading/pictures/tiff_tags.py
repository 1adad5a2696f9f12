"""Reads from a page of a TIFF 6.0 where its pixels lie and how many bytes each takes."""

import struct
from dataclasses import dataclass

__all__ = ["TiffTags", "read_tiff"]

_BITS, _COMPRESSION, _SAMPLES = 258, 259, 277
_PLACES = ((273, 279), (324, 325))  # tags of offsets and lengths: of strips, of tiles
_FORMS = {1: "B", 3: "H", 4: "I"}  # a tag's type -> how its numbers are stored
_JPEG = {6, 7}  # compressions
_MOST_SAMPLES = 8  # numbers a pixel; a picture has 4 at most, and some programs add a mask
_MOST_PARTS = 1_000_000  # strips or tiles; one a row makes 64,000 at most
_WORD = 8  # bits that a decoder turns narrower numbers into


@dataclass(frozen=True, slots=True)
class TiffTags:
    """What a TIFF says of a page.

    Attributes:
        pixel_bytes: Bytes of a pixel once decoded: four channels of colors, one of gray.
        is_inside: Whether all strips or tiles lie within the file.
        parts: How many there are.
        is_jpeg: Whether they are JPEGs themselves.
    """

    pixel_bytes: float
    is_inside: bool
    parts: int
    is_jpeg: bool


def read_tiff(data: bytes, start: int | None = None) -> TiffTags:
    """Return what the tags of a page say.

    Args:
        data: The whole file.
        start: Where the page's tags begin; None is the first page.

    Raises:
        struct.error: A tag leads out of the file.
        KeyError: A tag has a type or a value that cannot be.
    """
    order = "<" if data.startswith(b"II") else ">"
    if start is None:
        (start,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, start)
    places = {
        struct.unpack_from(order + "H", data, start + 2 + 12 * index)[0]: start + 2 + 12 * index
        for index in range(count)
    }
    samples = _first(data, order, places, _SAMPLES, 1)
    bits = max(_WORD, *_numbers(data, order, places[_BITS])) if _BITS in places else _WORD
    if not 1 <= samples <= _MOST_SAMPLES:
        raise KeyError(samples)
    parts, is_inside = 0, True
    for offsets, sizes in _PLACES:
        if offsets not in places or sizes not in places:
            continue
        pairs = list(zip(_numbers(data, order, places[offsets]), _numbers(data, order, places[sizes]), strict=False))
        parts += len(pairs)
        is_inside &= all(at + size <= len(data) for at, size in pairs)
    is_jpeg = _first(data, order, places, _COMPRESSION, 1) in _JPEG
    return TiffTags((1 if samples == 1 else 4) * bits / 8, is_inside, parts, is_jpeg)


def _first(data: bytes, order: str, places: dict[int, int], tag: int, default: int) -> int:
    return _numbers(data, order, places[tag])[0] if tag in places else default


def _numbers(data: bytes, order: str, place: int) -> tuple[int, ...]:
    """Return the numbers of the tag that stands at a place."""
    kind, count = struct.unpack_from(order + "HI", data, place + 2)
    if not 1 <= count <= _MOST_PARTS:
        raise KeyError(count)
    form = f"{order}{count}{_FORMS[kind]}"
    size = struct.calcsize(form)
    at = place + 8 if size <= 4 else struct.unpack_from(order + "I", data, place + 8)[0]
    return struct.unpack_from(form, data, at)
