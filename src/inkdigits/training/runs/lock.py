"""Holds a run, so that no other process trains it: two would mix their epochs and checkpoints.

The system holds the lock and drops it with the process, however that ends. No file is left that would have to be
removed by hand. What is locked is `config.json`, which every run has and nothing writes again.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from inkdigits.errors import RunError
from inkdigits.system.file_lock import is_held_elsewhere, lock_file
from inkdigits.training.runs.run import CONFIG_FILE, Run

__all__ = ["hold_run"]


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
            lock_file(file)
        except OSError as error:
            raise RunError(_explain(run, error)) from error
        if run.is_finished:  # by the process that held it until now
            msg = f"{run.path}: expected a run to train, this one has finished; start a new one without --resume"
            raise RunError(msg)
        yield  # closing the file frees it


def _explain(run: Run, error: OSError) -> str:
    """Return what a lock that was refused means, and what to do."""
    if is_held_elsewhere(error):
        reason = f"another process trains it ({error.strerror}); wait for that one, or end it, then resume"
        return f"{run.path}: expected a run that is not being trained, but {reason}"
    advice = "keep runs where files can be locked, such as on a local disk (--out names the folder)"
    return f"{run.path}: expected a file system that locks files, got {error.strerror}; {advice}"
