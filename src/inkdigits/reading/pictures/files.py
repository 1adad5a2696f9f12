"""Reads the bytes of a picture's file, within a limit of bytes, and of time where the file has no end of its own.

Sizes are checked against limits here, too.
"""

import os
import re
import select
import stat
import sys
import time
from collections.abc import Callable

from inkdigits.errors import PictureFormatError, PictureNotFoundError, PictureTooLargeError

__all__ = ["HEAD_LENGTH", "SILENCE_S", "check_bytes", "check_memory", "check_pixels", "read_file"]

HEAD_LENGTH = 1024  # bytes from a file's start that tell its format: a PDF's mark may follow so many others
SILENCE_S = 10.0  # s that a pipe may say nothing
_PIXEL_MEMORY = 8  # bytes: a decoder's two copies of four channels of eight bits; 0.5 GB for the most pixels
_MOST_S = 60.0  # s that a pipe may take in all: 100 MB at the rate of a slow disk
_BLOCK = 1 << 20  # bytes
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # two letters or more: "C:/" is a drive
_CAN_WAIT = sys.platform != "win32"  # Windows waits for sockets only


def read_file(path: str, max_bytes: int, is_enough: Callable[[bytes], bool] | None = None) -> bytes:
    """Return a file's bytes, at most one more than the limit: enough to see that it is too long.

    Args:
        path: Of a file; of a pipe, what is written into it until it is closed.
        max_bytes: The limit.
        is_enough: Asked about the first `HEAD_LENGTH` bytes of a file that can be opened again; on True, no more are
            read.

    Raises:
        PictureNotFoundError: No such file, or an address.
        PictureFormatError: It may not be read, is a device, or a pipe into which nobody writes.
    """
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - a Path costs as much as reading a small picture
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or stat.S_ISDIR(mode)):  # opening a device may do something
            raise _unreadable(path, "it is a device or a socket")
        with open(path, "rb", opener=_open_at_once) as file:
            size = os.fstat(file.fileno()).st_size
            if size or not _CAN_WAIT:
                most = 1 + min(size or max_bytes, max_bytes)
                if is_enough is None:
                    return file.read(most)
                head = file.read(min(HEAD_LENGTH, most))
                return head if is_enough(head) else head + file.read(most - len(head))
            return _read_endless(file.fileno(), max_bytes, path)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a name with a zero byte
        if _ADDRESS.match(path):
            advice = "download it first, and hand over the file or its bytes"
            msg = f"{path}: expected a file, got an address (URL); {advice}"
            raise PictureNotFoundError(msg) from error
        msg = f"{path}: no such file; check its name and folder"
        raise PictureNotFoundError(msg) from error
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting for someone who opens the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _read_endless(handle: int, max_bytes: int, path: str) -> bytes:
    """Read what tells no size: a pipe, or a file of the system's own, which may block."""
    parts: list[bytes] = []
    waiter = select.poll()
    waiter.register(handle, select.POLLIN)
    left, deadline = max_bytes + 1, time.monotonic() + _MOST_S
    while left > 0:
        patience = min(SILENCE_S, deadline - time.monotonic())
        if patience <= 0 or not waiter.poll(1000 * patience):
            told = f"{SILENCE_S:.0f} s" if patience > 0 else f"{_MOST_S:.0f} s in all"
            raise _unreadable(path, f"nothing more came within {told}")
        try:
            part = os.read(handle, min(left, _BLOCK))
        except BlockingIOError:
            continue
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _unreadable(path: str, reason: str) -> PictureFormatError:
    return PictureFormatError(f"{path}: cannot be read ({reason}); name a file that may be opened")


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


def check_memory(size: tuple[int, int], memory: float, max_pixels: int, name: str, kind: str) -> None:
    """Refuse what takes more memory than a picture of the most pixels with four channels of eight bits.

    Args:
        size: Width and height, pixels.
        memory: Bytes a pixel that the decoder holds at its peak.
        max_pixels: Most pixels.
        name: For the message.
        kind: Its format, for the message.

    Raises:
        PictureTooLargeError: It does.
    """
    most = int(max_pixels * _PIXEL_MEMORY / memory)
    if size[0] * size[1] > most:
        found = f"{size[0]} x {size[1]}"
        advice = "save it with eight bits a channel as a PNG, shrink it, or raise max_pixels in Python"
        msg = f"{name}: expected at most {most:,} pixels of a {kind} of this kind, got {found}; {advice}"
        raise PictureTooLargeError(msg)
