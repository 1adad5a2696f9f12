"""Reports of a running training go in; a live bar on a terminal, or a line per epoch elsewhere, comes out on stderr."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from inkdigits.training.config import TrainConfig
from inkdigits.training.fitting.classifier import StepReport
from inkdigits.training.runs.run import EpochRow, Run

__all__ = ["TrainingProgress"]


class TrainingProgress:
    """Listens to one training; use it as a context manager, so that the bar goes away after it.

    Args:
        config: What is trained.
        console: Where to write, stderr in the commands.

    Attributes:
        run: The run, once training has begun; None before.
    """

    def __init__(self, config: TrainConfig, console: Console) -> None:
        """Set up the bar; nothing is shown yet."""
        self.run: Run | None = None
        self._name = f"{config.network} seed {config.seed}"
        self._epochs = config.epochs
        self._batch_size = config.batch_size
        self._console = console
        self._started = time.perf_counter()
        self._bar: Progress | None = None
        self._task = TaskID(0)
        self._first_step: int | None = None

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

    def __call__(self, report: Run | StepReport | EpochRow) -> None:
        """Remember the run, show a step in the bar, or print an epoch's line."""
        if isinstance(report, Run):
            self.run = report
        elif isinstance(report, EpochRow):
            self._console.print(self._describe_epoch(report), highlight=False, soft_wrap=True)
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
            figures=f"loss {report.loss:.4f}  accuracy {100 * report.accuracy:.2f} %  {rate:,.0f} digits/s",
        )

    def _describe_epoch(self, row: EpochRow) -> str:
        text = (
            f"{self._name} epoch {row.epoch}/{self._epochs}  loss {row.loss:.4f}  accuracy {100 * row.accuracy:.2f} %"
        )
        if row.validation_accuracy is not None:
            text += f"  validation accuracy {100 * row.validation_accuracy:.2f} %"
        left = (self._epochs - row.epoch) * row.seconds
        return f"{text}  {row.seconds:.1f} s" + (f", {left:.0f} s left" if left else "")
