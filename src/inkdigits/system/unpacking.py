"""Unpacks gzip, bzip2 and xz within limits: a few kilobytes can hold gigabytes."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from typing import IO

__all__ = ["UnpackingError", "copy_unpacked", "find_packing"]

_BLOCK = 1 << 20  # bytes
_FREE = 100_000_000  # bytes that any file may unpack to, as many as a picture may have
_MOST_RATIO = 250  # bytes for each packed one beyond that; blank pages of a scanner pack to a hundredth
_XZ_DICTIONARY = 1 << 28  # bytes; the strongest setting of xz has a quarter
_XZ_HEADER = 64  # bytes looked at for the size of its dictionary


class UnpackingError(ValueError):
    """It unpacks to more than it may, or is damaged."""


def _open_xz(source: IO[bytes]) -> IO[bytes]:
    """Open an xz whose dictionary, which is reserved at once, is of a usual size."""
    probe = lzma.LZMADecompressor(memlimit=_XZ_DICTIONARY)
    probe.decompress(source.read(_XZ_HEADER), max_length=0)
    source.seek(0)
    return lzma.LZMAFile(source)


_OPENERS: dict[bytes, Callable[[IO[bytes]], IO[bytes]]] = {
    b"\x1f\x8b": lambda source: gzip.GzipFile(fileobj=source),  # type: ignore[dict-item, return-value]
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": _open_xz,
}


def find_packing(first: bytes) -> bytes | None:
    """Return the mark of gzip, bzip2 or xz with which some bytes begin; None for any others."""
    return next((mark for mark in _OPENERS if first.startswith(mark)), None)


def copy_unpacked(source: IO[bytes], target: IO[bytes], mark: bytes) -> None:
    """Unpack a file.

    Args:
        source: The packed file, from its beginning; it can be searched.
        target: Gets what was in it.
        mark: From `find_packing`.

    Raises:
        UnpackingError: It is damaged or cut off, or unpacks to far more than a file that was packed to save space.
        OSError: A file cannot be read or written.
    """
    given = 0
    try:
        with _OPENERS[mark](source) as packed:
            while block := packed.read(_BLOCK):
                given += len(block)
                if given > max(_FREE, _MOST_RATIO * source.tell()):
                    msg = f"it unpacks to more than {_MOST_RATIO} times its size; unpack it by hand if that is right"
                    raise UnpackingError(msg)
                target.write(block)
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, MemoryError) as error:
        raise UnpackingError(str(error)) from error
    except OSError as error:
        if error.errno is not None:  # of the disk; a damaged bzip2 has none
            raise
        raise UnpackingError(str(error)) from error
