"""Returns the finished run of a config: found in a folder, gone on with, or newly trained."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TypeAlias

from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.fitting.classifier import train
from inkdigits.training.runs.progress import Listener
from inkdigits.training.runs.run import Run, find_runs

__all__ = ["Progress", "obtain_run"]

# called with the config of each training; the context manager is open during it and gives its listener
Progress: TypeAlias = Callable[[TrainConfig], AbstractContextManager[Listener]]


def obtain_run(config: TrainConfig, runs: str | os.PathLike[str], progress: Progress | None = None) -> Run:
    """Return a finished run of a config; what is missing of it is trained.

    Args:
        config: What is wanted, exactly.
        runs: Folder of runs: looked through first, and a new one goes there.
        progress: Listens to a training; a run that is finished already does not call it.

    Raises:
        RunError: A run in the folder is damaged, or the one to resume is being trained by another process.
        OutputError: The folder cannot be written.
    """
    matching = [run for run in find_runs(runs) if run.config == config]
    finished = [run for run in matching if run.is_finished]
    if finished:
        return finished[-1]
    unfinished = matching[-1] if matching else None
    with progress(config) if progress else nullcontext() as listener:
        return train(config, out=runs, resume=unfinished, on_progress=listener)
