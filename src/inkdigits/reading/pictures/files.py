"""Reads the bytes of a picture's file, within a limit of bytes, and of time where the file has no end of its own."""

import os
import re
import select
import stat
import sys
import time

from inkdigits.errors import PictureFormatError, PictureNotFoundError

__all__ = ["SILENCE_S", "read_file"]

SILENCE_S = 10.0  # s that a pipe may say nothing
_MOST_S = 60.0  # s that a pipe may take in all: 100 MB at the rate of a slow disk
_BLOCK = 1 << 20  # bytes
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # two letters or more: "C:/" is a drive
_CAN_WAIT = sys.platform != "win32"  # Windows waits for sockets only


def read_file(path: str, max_bytes: int) -> bytes:
    """Return a file's bytes, at most one more than the limit: enough to see that it is too long.

    Args:
        path: Of a file; of a pipe, what is written into it until it is closed.
        max_bytes: The limit.

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
                return file.read(1 + min(size or max_bytes, max_bytes))
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
