"""Trains several configs at a time, each in a process of its own.

What is finished there is taken as it is, what was interrupted goes on from its last complete epoch: so a training that
was stopped in whatever way goes on when it is asked for again.
"""

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, TypeAlias

from inkdigits.errors import InkdigitsError, RunError
from inkdigits.system.cpu import count_cores
from inkdigits.system.parent import end_with_parent
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.experiments.members import obtain_run
from inkdigits.training.runs.progress import RunState, name_run
from inkdigits.training.runs.run import Run, find_runs

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

__all__ = [
    "Look",
    "collect_runs",
    "find_missing",
    "look_at",
    "obtain_runs",
    "share_threads",
    "train_apart",
]

_LOOK_S = 1.0  # between looks at the folder


Look: TypeAlias = Callable[[Sequence[RunState]], None]  # called about once a second with the state of each config


def obtain_runs(
    configs: Sequence[TrainConfig],
    folder: str | os.PathLike[str],
    *,
    workers: int,
    on_look: Look | None = None,
) -> list[Run]:
    """Return a finished run of each config, training what is missing in up to `workers` processes at a time.

    Each process gets its share of the cores. One that ends, of itself or by a signal, takes no other with it.

    Args:
        configs: What is wanted, each once.
        folder: Of the runs that are there and of the new ones.
        workers: 1 or more.
        on_look: Told of the progress.

    Raises:
        RunError: A training failed or its process was ended; the others were finished before. A run in the folder is
            damaged.
        OutputError: The folder cannot be written.
    """
    waiting, running, problems = deque(find_missing(configs, folder)), list[_Training](), list[str]()
    threads = share_threads(workers)
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                running.append(_Training(waiting.popleft(), folder, threads))
            wait([training.process.sentinel for training in running], timeout=_LOOK_S)
            over = [training for training in running if training.is_over]  # asked once: one may end at any moment
            running = [training for training in running if training not in over]
            problems += [problem for training in over if (problem := training.finish())]
            if on_look is not None:
                on_look(look_at(configs, folder))
    finally:
        for training in running:
            training.process.kill()  # its complete epochs are on the disk
            training.process.join()
    return collect_runs(configs, folder, problems)


def collect_runs(configs: Sequence[TrainConfig], folder: str | os.PathLike[str], problems: Sequence[str]) -> list[Run]:
    """Return the finished run of each config.

    Raises:
        RunError: There were problems, one line each.
    """
    if problems:
        msg = "; ".join([*problems, "the other runs are finished; the same command goes on with these"])
        raise RunError(msg)
    return [obtain_run(config, folder) for config in configs]


def find_missing(configs: Sequence[TrainConfig], folder: str | os.PathLike[str]) -> list[TrainConfig]:
    """Return the configs without a finished run."""
    states = look_at(configs, folder)
    return [config for config, state in zip(configs, states, strict=True) if not state.is_finished]


def share_threads(workers: int) -> int:
    """Return how many threads each of so many trainings may use."""
    return max(1, count_cores() // workers)


def look_at(configs: Sequence[TrainConfig], folder: str | os.PathLike[str]) -> list[RunState]:
    """Return how far each config's training is; of several runs of a config the last one counts."""
    found = {run.config: run for run in find_runs(folder)}
    states = []
    for config in configs:
        run = found.get(config)
        history = () if run is None else run.history
        states.append(RunState(config, history[-1] if history else None, run is not None and run.is_finished))
    return states


def train_apart(config: TrainConfig, folder: str | os.PathLike[str], threads: int) -> str | None:
    """Train a config in this process, which does nothing else; return what went wrong, in words, or None.

    TensorFlow looks at the number of threads when it first computes, so this comes first in a process.
    """
    os.environ["TF_NUM_INTRAOP_THREADS"] = str(threads)
    try:
        obtain_run(config, folder)
    except InkdigitsError as error:
        return f"{name_run(config)}: {error}"
    return None


class _Training:
    """One config's training in a process of its own."""

    def __init__(self, config: TrainConfig, folder: str | os.PathLike[str], threads: int) -> None:
        context = multiprocessing.get_context("spawn")  # a forked TensorFlow hangs
        self._config = config
        self._connection, theirs = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(target=_work, args=(theirs, config, folder, threads), daemon=True)
        self.process.start()
        theirs.close()  # or its end would never be seen here

    @property
    def is_over(self) -> bool:
        """Whether the process has ended."""
        return not self.process.is_alive()

    def finish(self) -> str | None:
        """Return what went wrong, in words, or None."""
        self.process.join()
        with contextlib.suppress(EOFError), self._connection:
            problem: str | None = self._connection.recv()
            return problem
        return f"{name_run(self._config)}: its process ended early (exit code {self.process.exitcode})"


def _work(connection: "Connection[str | None, object]", config: TrainConfig, folder: str, threads: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the first one decides
    end_with_parent()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # TensorFlow's notes at its start; what goes wrong is sent
    connection.send(train_apart(config, folder, threads))
