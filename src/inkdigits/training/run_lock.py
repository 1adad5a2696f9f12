"""A run's folder goes in; while it is trained a lock file there keeps every other process from training it too."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from inkdigits.errors import OutputError, RunError

__all__ = ["LOCK_FILE", "hold_lock"]

LOCK_FILE = "training.lock"  # holds the number of the process that trains

_FRESH_SECONDS = 3_600.0  # of a lock that is judged by its age: more than an epoch takes


@contextmanager
def hold_lock(folder: Path) -> Iterator[Callable[[], None]]:
    """Keep a run to this process; the lock of a process that is gone is taken over.

    Args:
        folder: Of the run.

    Yields:
        A function to call after each epoch: where processes cannot be looked up, the lock's age says whether it holds.

    Raises:
        RunError: Another process is training the run.
        OutputError: The folder cannot be written.
    """
    path = folder / LOCK_FILE
    try:
        _acquire(path)
    except OSError as error:
        msg = f"{path}: cannot be written ({error.strerror}); make the run's folder writable"
        raise OutputError(msg) from error
    try:
        yield lambda: path.touch()
    finally:
        path.unlink(missing_ok=True)


def _acquire(path: Path) -> None:
    try:
        _create(path)
    except FileExistsError:
        holder = _read_holder(path)
        if _is_held(path, holder):
            who = "a process" if holder is None else f"process {holder}"
            msg = f"{path.parent}: expected a run that nobody trains, {who} is training it; wait or stop it first"
            msg += f" (if it is no training, delete {path})"
            raise RunError(msg) from None
        path.unlink(missing_ok=True)
        try:
            _create(path)
        except FileExistsError:
            msg = f"{path.parent}: expected a run that nobody trains, another process just took it over; wait for it"
            raise RunError(msg) from None


def _create(path: Path) -> None:
    with path.open("x", encoding="ascii") as file:
        file.write(str(os.getpid()))


def _read_holder(path: Path) -> int | None:
    """Return the process in the lock; None when it says none, as between its making and its writing."""
    try:
        holder = int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return holder if holder > 0 else None


def _is_held(path: Path, holder: int | None) -> bool:
    if holder == os.getpid():  # left by an earlier process: in a container each start may have the same number
        return False
    if holder is None or os.name == "nt":  # on Windows os.kill(pid, 0) ends the process
        return _is_fresh(path)
    try:
        os.kill(holder, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's process
        return True
    return True


def _is_fresh(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < _FRESH_SECONDS
    except FileNotFoundError:  # its process has just finished
        return False
