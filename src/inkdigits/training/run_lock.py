"""A run goes in; as long as it is held, no other process trains it: two would mix their epochs and checkpoints.

The system holds the lock and drops it with the process, however that ends; no file is left that would have to be
removed by hand. What is locked is `config.json`, which every run has and nothing writes again.
"""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from inkdigits.errors import RunError
from inkdigits.training.runs import CONFIG_FILE, Run

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["hold_run"]

_HELD = frozenset({errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK})  # what the systems say of a lock that another has


@contextmanager
def hold_run(run: Run) -> Iterator[None]:
    """Keep other processes from training a run; readers are not kept out.

    Args:
        run: A run's folder, new or to be resumed.

    Raises:
        RunError: Another process trains it, it has finished meanwhile, its files cannot be written, or the file system
            locks no files.
    """
    path = run.path / CONFIG_FILE
    try:
        file = path.open("r+b")  # to be written, since network file systems lock no other
    except OSError as error:
        msg = f"{path}: expected a run whose files can be written, got {error.strerror}; change its permissions"
        raise RunError(msg) from error
    with file:
        try:
            _lock(file)
        except OSError as error:
            raise RunError(_explain(run, error)) from error
        if run.is_finished:  # by the process that held it until now
            msg = f"{run.path}: expected a run to train, this one has finished; start a new one without --resume"
            raise RunError(msg)
        yield  # closing the file frees it


def _lock(file: IO[bytes]) -> None:
    """Lock the file for this process, or raise OSError at once."""
    if sys.platform == "win32":
        file.seek(1 << 30)  # a byte beyond the end: Windows keeps readers from what is locked
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _explain(run: Run, error: OSError) -> str:
    """Return what a lock that was refused means, and what to do."""
    if error.errno in _HELD:
        reason = f"another process trains it ({error.strerror}); wait for that one, or end it, then resume"
        return f"{run.path}: expected a run that is not being trained, but {reason}"
    advice = "keep runs where files can be locked, as on a local disk (--out names the folder)"
    return f"{run.path}: expected a file system that locks files, got {error.strerror}; {advice}"
