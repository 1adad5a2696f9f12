"""A run goes in; as long as it is held, no other process trains it: two would mix their epochs and checkpoints.

The system holds the lock and drops it with the process, however that ends; no file is left that would have to be
removed by hand. What is locked is `config.json`, which every run has and nothing writes again.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, TypeVar

from inkdigits.errors import RunError
from inkdigits.training.runs import CONFIG_FILE, Run

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["hold_reported", "hold_run"]

_Report = TypeVar("_Report")


@contextmanager
def hold_reported(listener: Callable[[_Report], object] | None) -> Iterator[Callable[[_Report], None]]:
    """Hold the run that a training reports first, before it reads or writes anything there, until the block ends.

    Args:
        listener: Gets every report, as the training's own listener would; None hears nothing.

    Raises:
        RunError: As `hold_run`; raised from within the training.
    """
    with ExitStack() as held:

        def listen(report: _Report) -> None:
            if isinstance(report, Run):
                held.enter_context(hold_run(report))
            if listener is not None:
                listener(report)

        yield listen


@contextmanager
def hold_run(run: Run) -> Iterator[None]:
    """Keep other processes from training a run; readers are not kept out.

    Args:
        run: A run's folder, new or to be resumed.

    Raises:
        RunError: Another process trains it, it has finished meanwhile, or its files cannot be written.
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
            reason = f"another process trains it ({error.strerror}); wait for that one, or end it, then resume"
            msg = f"{run.path}: expected a run that is not being trained, but {reason}"
            raise RunError(msg) from error
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
