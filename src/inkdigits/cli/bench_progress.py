"""Steps of a measurement go in; a live bar on a terminal, or a line now and then elsewhere, comes out on stderr."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from inkdigits.training.benchmarking.measuring import Step

__all__ = ["BenchProgress"]

_PAUSE_S = 10.0  # between two lines where there is no terminal


class BenchProgress:
    """Listens to the measurement of one model; use it as a context manager, so that the bar goes away after it.

    Args:
        name: What is measured.
        console: Where to write, stderr in the commands.
    """

    def __init__(self, name: str, console: Console) -> None:
        """Set up the bar; nothing is shown yet."""
        self._name = name
        self._console = console
        self._started = self._told = time.perf_counter()
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

    def __call__(self, step: Step) -> None:
        """Move the bar, or print a line: the last one, and one each ten seconds before it."""
        now = time.perf_counter()
        rate = step.done / (now - self._started)
        if self._bar is not None:
            figures = f"{rate:,.0f} frames/s"
            self._bar.update(
                self._task,
                total=step.total,
                completed=step.done,
                description=f"{self._name}: {step.what}",
                figures=figures,
            )
        elif step.done == step.total or now - self._told >= _PAUSE_S:
            self._told = now
            left = (step.total - step.done) / rate
            text = f"{self._name}: {step.done:,} of {step.total:,} frames, {rate:,.0f} frames/s"
            self._console.print(text + (f", {left:.0f} s left" if left else ""), highlight=False, soft_wrap=True)
