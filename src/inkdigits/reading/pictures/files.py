"""Reads the bytes of picture files, and checks sizes against limits."""

import os
import stat
from collections.abc import Callable

from inkdigits.errors import PictureFormatError, PictureNotFoundError, PictureTooLargeError

__all__ = ["HEAD_LENGTH", "check_bytes", "check_pixels", "read_bytes"]

HEAD_LENGTH = 1024  # bytes from a file's start that tell its format: a PDF's mark may follow so many others


def read_bytes(path: str, max_bytes: int, is_enough: Callable[[bytes], bool] | None = None) -> bytes:
    """Return at most one byte more than `max_bytes` of a file, which is enough to see that it is too long.

    Args:
        path: The file.
        max_bytes: The limit.
        is_enough: Asked about the first `HEAD_LENGTH` bytes of a file that can be opened again; on True, no more are
            read.

    Raises:
        PictureNotFoundError: No such file.
        PictureFormatError: It may not be read.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a Path costs as much as reading a small picture
            status = os.fstat(file.fileno())
            # the size is 0 for a pipe; else this avoids allocating `max_bytes` for each small file
            most = 1 + min(status.st_size or max_bytes, max_bytes)
            if is_enough is None or not stat.S_ISREG(status.st_mode):
                return file.read(most)
            head = file.read(min(HEAD_LENGTH, most))
            return head if is_enough(head) else head + file.read(most - len(head))
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a name with a zero byte
        msg = f"{path}: no such file; check its name and folder"
        raise PictureNotFoundError(msg) from error
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); name a file that may be opened"
        raise PictureFormatError(msg) from error


def check_bytes(data: bytes, max_bytes: int, name: str) -> None:
    """Raise PictureTooLargeError for more bytes than the limit."""
    if len(data) > max_bytes:
        msg = f"{name}: expected at most {max_bytes:,} bytes, got more; shrink it, or raise max_bytes in Python"
        raise PictureTooLargeError(msg)


def check_pixels(width: int, height: int, max_pixels: int, name: str) -> None:
    """Raise PictureTooLargeError for more pixels than the limit."""
    if width * height > max_pixels:
        advice = "shrink it, or raise max_pixels in Python"
        msg = f"{name}: expected at most {max_pixels:,} pixels, got {width} x {height}; {advice}"
        raise PictureTooLargeError(msg)
