"""Takes the bytes of a picture from bytes of any kind and from anything with `read`; `files` opens paths."""

from typing import Protocol, TypeAlias, runtime_checkable

from inkdigits.errors import PictureFormatError

__all__ = ["BinaryFile", "Encoded", "name_file", "read_open_file", "to_bytes"]

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


def read_open_file(file: BinaryFile, max_bytes: int) -> bytes:
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
