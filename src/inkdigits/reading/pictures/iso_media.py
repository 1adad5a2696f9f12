"""Tells HEIC from AVIF and finds their size. Both lie in boxes of ISO/IEC 14496-12, as films do."""

import struct
from collections.abc import Iterator

__all__ = ["find_iso_format", "find_iso_size"]

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_MOST_BRANDS = 64  # bytes of a file's brands that are looked at, 4 each; files have three to ten
_MOST_BOXES = 10_000  # looked at; a file made to be read forever has more


def find_iso_format(data: bytes) -> str | None:
    """Return "HEIC" or "AVIF"; None for bytes of another format.

    Args:
        data: The file, or its first 128 bytes.

    >>> find_iso_format(bytes([0, 0, 0, 24]) + b"ftypmif1....mif1heic")
    'HEIC'
    """
    if data[4:8] != b"ftyp":
        return None
    end = min(int.from_bytes(data[:4], "big"), 16 + 4 * _MOST_BRANDS)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, end, 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    return "HEIC" if brands & _HEIC_BRANDS else None


def find_iso_size(data: bytes) -> tuple[int, int]:
    """Return the width and height of the largest picture that a file declares.

    Args:
        data: The whole file.

    Raises:
        KeyError: It declares none.
        struct.error: It ends within a box.
    """
    sizes = []
    for kind, start, end in _iter_boxes(data, 0, len(data)):
        if kind != b"meta":
            continue
        for inner, first, last in _iter_boxes(data, start + 4, end):
            if inner != b"iprp":
                continue
            for holder, low, high in _iter_boxes(data, first, last):
                if holder == b"ipco":
                    sizes += [
                        struct.unpack_from(">II", data, at + 4)
                        for name, at, _ in _iter_boxes(data, low, high)
                        if name == b"ispe"
                    ]
    if not sizes:
        kind = b"ispe"
        raise KeyError(kind)
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return int(width), int(height)


def _iter_boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, first byte of the content, and end of each box that lies between two places."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:  # a size of eight bytes follows
            (size,) = struct.unpack_from(">Q", data, start + 8)
            head = 16
        size = end - start if size == 0 else size
        if size < head:
            raise KeyError(kind)
        yield kind, start + head, min(start + size, end)
        start += size
