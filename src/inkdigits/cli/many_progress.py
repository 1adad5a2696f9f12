"""States of several trainings go in; a line for each complete epoch comes out on stderr, with how far all are."""

import time
from collections.abc import Sequence

from rich.console import Console

from inkdigits.training.experiments.parallel import RunState, name_run

__all__ = ["ManyProgress"]


class ManyProgress:
    """Listens to `parallel.obtain_runs`.

    Args:
        console: Where to write.
    """

    def __init__(self, console: Console) -> None:
        """Note the time; nothing is written yet."""
        self._console = console
        self._started = time.perf_counter()
        self._told: dict[str, int] = {}
        self._first: int | None = None

    def __call__(self, states: Sequence[RunState]) -> None:
        """Write what is new since the last call."""
        done = sum(_count(state) for state in states)
        if self._first is None:  # of runs that are gone on with
            self._first = done
            self._told = {name_run(state.config) + str(state.config): _count(state) for state in states}
            finished = sum(state.is_finished for state in states)
            self._print(f"{len(states)} trainings, {finished} of them finished before, {done} epochs done")
        for state in states:
            key = name_run(state.config) + str(state.config)
            if state.row is not None and state.row.epoch > self._told.get(key, 0):
                self._told[key] = state.row.epoch
                self._print(f"{_describe(state)}  |  {self._describe_all(states, done)}")

    def _describe_all(self, states: Sequence[RunState], done: int) -> str:
        total = sum(state.config.epochs for state in states)
        rate = (done - (self._first or 0)) / max(time.perf_counter() - self._started, 1e-9)
        left = f", {(total - done) / rate:,.0f} s left" if rate and total > done else ""
        finished = sum(state.is_finished for state in states)
        return f"{finished} of {len(states)} trainings, {done} of {total} epochs{left}"

    def _print(self, text: str) -> None:
        self._console.print(text, highlight=False, soft_wrap=True)


def _count(state: RunState) -> int:
    if state.is_finished:
        return state.config.epochs
    return state.row.epoch if state.row is not None else 0


def _describe(state: RunState) -> str:
    row = state.row
    if row is None:
        return name_run(state.config)
    text = f"{name_run(state.config)} epoch {row.epoch}/{state.config.epochs}  loss {row.loss:.4f}"
    if row.validation_accuracy is not None:
        text += f"  validation accuracy {100 * row.validation_accuracy:.2f} %"
    return f"{text}  {row.seconds:.1f} s"
