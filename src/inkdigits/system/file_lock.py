"""Locks an open file against other processes for as long as it stays open.

The system holds the lock and drops it with the process, however that ends; nothing has to be removed by hand.
"""

import errno
import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["is_held_elsewhere", "lock_file"]

_HELD = frozenset({errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK})  # errors of a lock that another process holds


def lock_file(file: IO[bytes]) -> None:
    """Lock a file for this process until it is closed; readers are not kept out.

    Args:
        file: Opened to be written, since network file systems lock no other.

    Raises:
        OSError: Another process holds it (see `is_held_elsewhere`), or the file system locks no files.
    """
    if sys.platform == "win32":
        file.seek(1 << 30)  # a byte beyond the end: Windows keeps readers from what is locked
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_held_elsewhere(error: OSError) -> bool:
    """Tell whether `lock_file` failed because another process holds the file."""
    return error.errno in _HELD
