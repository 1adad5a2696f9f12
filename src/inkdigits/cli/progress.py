"""Shows on standard error how far trainings and measurements are: a bar on a terminal, lines now and then elsewhere."""

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from inkdigits.training.config.base import NetworkConfig
from inkdigits.training.runs.progress import RunState, StepReport, name_run
from inkdigits.training.runs.run import EpochRow, Run

__all__ = ["ManyProgress", "MeasuringProgress", "TrainingProgress"]

_PAUSE_S = 10.0  # between two lines where there is no terminal


class _Bar:
    """A bar on a terminal, nothing elsewhere; use it as a context manager, so that the bar goes away after it."""

    def __init__(self, name: str, console: Console) -> None:
        """Note the time; nothing is shown yet."""
        self._name = name
        self._console = console
        self._started = time.perf_counter()
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Self:
        """Show the bar when there is a terminal to show it on."""
        if self._console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=None),
                TextColumn("{task.fields[figures]}"),
                TimeRemainingColumn(),
                console=self._console,
                transient=True,
            )
            self._task = self._bar.add_task(self._name, total=None, figures="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def _print(self, text: str) -> None:
        self._console.print(text, highlight=False, soft_wrap=True)


class TrainingProgress(_Bar):
    """Listens to one training: its steps move the bar, each epoch is a line.

    Args:
        config: What is trained.
        console: Where to write, stderr in the commands.

    Attributes:
        run: The run, once training has begun; None before.
    """

    def __init__(self, config: NetworkConfig, console: Console) -> None:
        """Set up the bar; nothing is shown yet."""
        super().__init__(name_run(config), console)
        self.run: Run | None = None
        self._epochs = config.epochs
        self._batch_size = config.batch_size
        self._samples = config.samples
        self._first_step: int | None = None

    def __call__(self, report: Run | StepReport | EpochRow) -> None:
        """Remember the run, show a step in the bar, or print an epoch's line."""
        if isinstance(report, Run):
            self.run = report
        elif isinstance(report, EpochRow):
            left = (self._epochs - report.epoch) * report.seconds
            self._print(_describe_epoch(self._name, report, self._epochs) + (f", {left:.0f} s left" if left else ""))
        elif self._bar is not None:
            self._move(self._bar, report)

    def _move(self, bar: Progress, report: StepReport) -> None:
        done = (report.epoch - 1) * report.steps + report.step
        if self._first_step is None:  # a resumed run starts in the middle; its rate counts from there
            self._first_step = done - 1
        rate = (done - self._first_step) / (time.perf_counter() - self._started) * self._batch_size
        bar.update(
            self._task,
            total=report.epochs * report.steps,
            completed=done,
            description=f"{self._name} epoch {report.epoch}/{report.epochs} step {report.step}/{report.steps}",
            figures=f"{_describe_figures(report)}  {rate:,.0f} {self._samples}/s",
        )


class MeasuringProgress(_Bar):
    """Listens to the measurement of one model: it moves the bar, or prints a line each ten seconds and the last one.

    Args:
        name: What is measured.
        console: Where to write, stderr in the commands.
    """

    def __init__(self, name: str, console: Console) -> None:
        """Set up the bar; nothing is shown yet."""
        super().__init__(name, console)
        self._told = self._started

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how many of all frames have been read, and what is measured with them."""
        now = time.perf_counter()
        rate = done / (now - self._started)
        if self._bar is not None:
            description = f"{self._name}: {what}"
            figures = f"{rate:,.0f} frames/s"
            self._bar.update(self._task, total=total, completed=done, description=description, figures=figures)
        elif done == total or now - self._told >= _PAUSE_S:
            self._told = now
            left = (total - done) / rate
            text = f"{self._name}: {done:,} of {total:,} frames, {rate:,.0f} frames/s"
            self._print(text + (f", {left:.0f} s left" if left else ""))


class ManyProgress:
    """Listens to several trainings at a time: each complete epoch is a line, with how far all of them are.

    Args:
        console: Where to write.
    """

    def __init__(self, console: Console) -> None:
        """Note the time; nothing is written yet."""
        self._console = console
        self._started = time.perf_counter()
        self._told: dict[NetworkConfig, int] = {}
        self._first: int | None = None

    def __call__(self, states: Sequence[RunState]) -> None:
        """Write what is new since the last call."""
        done = sum(_count(state) for state in states)
        if self._first is None:  # of runs that are gone on with
            self._first = done
            self._told = {state.config: _count(state) for state in states}
            finished = sum(state.is_finished for state in states)
            self._print(f"{len(states)} trainings, {finished} of them finished before, {done} epochs done")
        for state in states:
            if state.row is not None and state.row.epoch > self._told.get(state.config, 0):
                self._told[state.config] = state.row.epoch
                line = _describe_epoch(name_run(state.config), state.row, state.config.epochs)
                self._print(f"{line}  |  {self._describe_all(states, done)}")

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


def _describe_figures(report: StepReport | EpochRow) -> str:
    accuracy = "" if report.accuracy is None else f"  accuracy {100 * report.accuracy:.2f} %"
    return f"loss {report.loss:.4f}{accuracy}"


def _describe_epoch(name: str, row: EpochRow, epochs: int) -> str:
    text = f"{name} epoch {row.epoch}/{epochs}  {_describe_figures(row)}"
    if row.validation_accuracy is not None:
        text += f"  validation accuracy {100 * row.validation_accuracy:.2f} %"
    return f"{text}  {row.seconds:.1f} s"
