"""Walks through the segments of a JPEG (ITU-T T.81, annex B) as its decoder does, without decoding anything."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inkdigits.errors import PictureTooLargeError

__all__ = ["END_OF_IMAGE", "START_OF_SCAN", "Segment", "is_frame", "iter_segments"]

START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
_STANDALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a length
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_MOST_SEGMENTS = 10_000  # a color profile has 255 at most; of more than this the walk itself would take seconds
_MOST_SCANS = 100  # programs write 64 at most; each one goes over all pixels, 0.1 ms a million of them
_PADDING = re.compile(rb"\xff+")
# what ends the packed data of a scan: a marker that is neither a stuffed zero nor a restart
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment.

    Attributes:
        marker: Its second byte, 1 to 254.
        start: Where its length stands; for a marker without one, the byte after the marker.
    """

    marker: int
    start: int


def is_frame(marker: int) -> bool:
    """Tell whether a segment says how large the picture is."""
    return marker in _FRAMES


def iter_segments(data: bytes) -> Iterator[Segment]:
    """Yield the segments in their order, up to the end of the picture; markers without a length only for the end.

    Args:
        data: The file, from its first byte.

    Raises:
        IndexError: No marker stands where one has to, or the file ends there.
        PictureTooLargeError: There are more segments or scans than any camera or program writes.
    """
    offset, scans = 2, 0
    for _ in range(_MOST_SEGMENTS):
        padding = _PADDING.match(data, offset)
        if padding is None:
            raise IndexError(offset)
        offset = padding.end() + 1
        marker = data[offset - 1]
        if marker == END_OF_IMAGE:
            yield Segment(marker, offset)
            return
        if marker in _STANDALONE:
            continue
        if marker == 0:  # decoders step over it byte by byte and would find other segments
            raise IndexError(offset)
        length = int.from_bytes(data[offset : offset + 2], "big")
        if length < 2 or offset + length > len(data):
            raise IndexError(offset)
        yield Segment(marker, offset)
        offset += length
        if marker == START_OF_SCAN:
            scans += 1
            if scans > _MOST_SCANS:
                raise _too_many(_MOST_SCANS, "scans")
            found = _AFTER_SCAN.search(data, offset)
            if found is None:
                raise IndexError(len(data))
            offset = found.start()
    raise _too_many(_MOST_SEGMENTS, "segments")


def _too_many(most: int, what: str) -> PictureTooLargeError:
    advice = "open it in a picture viewer and save it again"
    return PictureTooLargeError(f"expected a JPEG of at most {most:,} {what}, got more; {advice}")
