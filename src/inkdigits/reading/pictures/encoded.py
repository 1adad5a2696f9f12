"""Takes the bytes of a picture file from wherever they are: a path, bytes of any kind, anything with `read`."""

import os
import re
from typing import Protocol, TypeAlias, runtime_checkable

from inkdigits.errors import PictureFormatError, PictureNotFoundError

__all__ = ["BinaryFile", "Encoded", "name_file", "read_file", "read_path", "to_bytes"]

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # two letters or more: "C:/" is a drive
Encoded: TypeAlias = "bytes | bytearray | memoryview"


@runtime_checkable
class BinaryFile(Protocol):
    """Anything with `read`: an open file, `io.BytesIO`, an upload, the answer of a server."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most so many; none at the end."""


def to_bytes(data: Encoded, max_bytes: int) -> bytes:
    """Return the bytes, one more than `max_bytes` at most."""
    return data if isinstance(data, bytes) else bytes(memoryview(data).cast("B")[: max_bytes + 1])


def name_file(file: BinaryFile) -> str:
    """Return the name of an open file, for messages."""
    name = getattr(file, "name", None)
    return name if isinstance(name, str) and name else "the file"


def read_file(file: BinaryFile, max_bytes: int) -> bytes:
    """Return what an open file still holds, one byte more than `max_bytes` at most.

    Raises:
        PictureFormatError: It cannot be read, or gives text.
    """
    parts: list[bytes] = []
    left = max_bytes + 1
    try:
        while left > 0 and (part := file.read(left)):  # a stream may give less than it is asked for
            if not isinstance(part, bytes | bytearray | memoryview):
                msg = (
                    f"{name_file(file)}: expected bytes, its read() gave {type(part).__name__}; open it with mode 'rb'"
                )
                raise PictureFormatError(msg)
            parts.append(bytes(part))
            left -= len(part)
    except (OSError, ValueError) as error:  # ValueError: a file that is closed
        msg = f"{name_file(file)}: cannot be read ({error}); hand over an open file"
        raise PictureFormatError(msg) from error
    return b"".join(parts)


def read_path(path: str, max_bytes: int) -> bytes:
    """Return the bytes of the file at a path, one more than `max_bytes` at most.

    Raises:
        PictureNotFoundError: No such file, or an address.
        PictureFormatError: It cannot be read.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a Path costs as much as reading a small picture
            size = os.fstat(
                file.fileno()
            ).st_size  # 0 for a pipe; this avoids allocating `max_bytes` for each small file
            return file.read(1 + min(size or max_bytes, max_bytes))  # enough to see that it is too long
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a name with a zero byte
        if _ADDRESS.match(path):
            msg = (
                f"{path}: expected a file, got an address (URL); download it first, and hand over the file or its bytes"
            )
            raise PictureNotFoundError(msg) from error
        msg = f"{path}: no such file; check its name and folder"
        raise PictureNotFoundError(msg) from error
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); name a file that may be opened"
        raise PictureFormatError(msg) from error
