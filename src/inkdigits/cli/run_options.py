"""Gives the commands that read many pictures one set of options for how they are read."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from inkdigits.batch.config import BatchConfig
from inkdigits.batch.engines.processes import Engine, read_in_processes, read_serially
from inkdigits.batch.engines.watch import TIME_LIMIT_S
from inkdigits.batch.job import BatchSummary, run_batch
from inkdigits.cli.budget_options import takes_budget
from inkdigits.cli.interrupt import held_interrupts
from inkdigits.cli.run_progress import show_progress
from inkdigits.cli.workers import WORKERS
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.metadata import Per
from inkdigits.system.cpu import count_cores
from inkdigits.system.extras import require_extra

__all__ = ["RunOptions", "choose_engine", "run_config", "takes_run"]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How pictures are read, as the options of a command say.

    Attributes:
        model: Name or folder of the bundle.
        max_error: Share of wrong answers, 0 to 1, or None.
        per: What that counts in pictures: "line" or "digit".
        engine: "serial", "processes", "ray" or None.
        workers: Processes, or None.
        address: Of a Ray cluster, or None.
        resume: Whether an interrupted run is gone on with.
        time_limit: Seconds for a picture.
        max_errors: Pictures that may fail, or None.
        review: Where the page to correct goes, or None.
    """

    model: str
    max_error: float | None
    per: Per
    engine: str | None
    workers: int | None
    address: str | None
    resume: bool
    time_limit: float
    max_errors: int | None
    review: Path | None


def takes_run(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a run to a command, which gets them as `how`."""
    names = tuple(RunOptions.__annotations__)

    @functools.wraps(command)
    def collect(*arguments: Any, **values: Any) -> None:  # noqa: ANN401 - as click gives them
        how = RunOptions(**{name: values.pop(name) for name in names})
        command(*arguments, how=how, **values)

    for option in reversed(_OPTIONS):
        collect = option(collect)
    return collect


_OPTIONS = (
    click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="Name or folder of the bundle that reads."),
    takes_budget('As for `inkdigits read`: the rest have a "?".'),
    click.option(
        "--engine",
        type=click.Choice(["serial", "processes", "ray"]),
        help="What reads.  [default: serial for few pictures, else processes]",
    ),
    click.option("--workers", type=WORKERS, help="Processes, or Ray's actors.  [default: one a core]"),
    click.option("--address", help="Of a Ray cluster that runs; without it Ray is started here."),
    click.option("--resume", is_flag=True, help="Go on with an interrupted run, if there is one."),
    click.option(
        "--time-limit",
        type=click.FloatRange(0, min_open=True),
        default=TIME_LIMIT_S,
        show_default=True,
        help="Seconds for a picture; one that takes longer is a row with an error.",
    ),
    click.option("--max-errors", type=click.IntRange(0), help="End when more pictures cannot be read."),
    click.option(
        "--review", type=click.Path(path_type=Path), help="Write a page with all that is unsure, to be corrected."
    ),
)


def run_config(config: BatchConfig, how: RunOptions, **options: Any) -> BatchSummary:  # noqa: ANN401 - of `run_batch`
    """Run a batch as its options say, tell how far it is, and let Ctrl-C stop it.

    Args:
        config: What is read.
        how: How.
        options: Others of `run_batch`.
    """
    with held_interrupts() as stopped:
        return run_batch(
            config,
            engine=choose_engine(how.engine, how.workers, how.address, stopped.is_set),
            resume=how.resume,
            max_errors=how.max_errors,
            time_limit=how.time_limit,
            is_stopped=stopped.is_set,
            while_reading=stopped.held,
            on_progress=show_progress(),
            **options,
        )


def choose_engine(
    name: str | None, workers: int | None, address: str | None, is_stopped: Callable[[], bool]
) -> Engine | None:
    """Return the engine that options name; None to let the batch choose."""
    if address is not None and name != "ray":
        msg = "--address is for --engine ray; add it, or leave the address out"
        raise click.UsageError(msg)
    if name == "serial" and workers is not None:
        msg = "--workers is for --engine processes and ray; leave it out"
        raise click.UsageError(msg)
    if name == "serial":
        return partial(read_serially, is_stopped=is_stopped)
    if name == "ray":
        require_extra("batch")
        from inkdigits.batch.engines.ray_data import read_with_ray  # noqa: PLC0415 - heavy

        return partial(read_with_ray, workers=workers, address=address, is_stopped=is_stopped)
    if name == "processes" or workers is not None:
        return partial(read_in_processes, workers=workers or count_cores(), is_stopped=is_stopped)
    return None
