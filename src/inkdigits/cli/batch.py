"""`inkdigits batch`: reads folders, archives and lists of pictures into a file with one row per picture."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from inkdigits.batch.config import BatchConfig, shards_folder
from inkdigits.batch.corrections import apply_corrections
from inkdigits.batch.engines.processes import Engine, read_in_processes, read_serially
from inkdigits.batch.engines.watch import TIME_LIMIT_S
from inkdigits.batch.job import BatchProgress, BatchSummary, run_batch
from inkdigits.batch.outputs.rows import COUNTED, Counted
from inkdigits.cli.budget_options import takes_budget
from inkdigits.cli.field_options import takes_field
from inkdigits.cli.interrupt import INTERRUPTED
from inkdigits.cli.workers import WORKERS
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.metadata import Per
from inkdigits.reading.fields import FieldOptions
from inkdigits.reading.fields.regions import Region
from inkdigits.system.cpu import count_cores
from inkdigits.system.extras import require_extra
from inkdigits.system.opencv import settle_opencv
from inkdigits.system.text import printable_line

__all__ = ["Stop", "choose_engine", "command", "held_interrupts", "show_progress"]

_TERMINAL_SECONDS, _LOG_SECONDS = 0.2, 10.0  # between reports of progress
_MINUTE, _HOUR = 60, 3600
_COUNTED: dict[Counted, str] = {
    "digits": "all digits sure",
    "unsure": 'with an unsure digit ("?")',
    "blank": "blank",
    "error": "not read, with an error in the row",
}


class _BatchGroup(click.Group):
    """A group whose command may be left out: what is no command's name is the input of `run`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `run` before an input, and before options, which are its own."""
        is_named = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if is_named or not args else ["run", *args])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take what is no command's name for the input of `run`."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["run", *args])


@click.group(cls=_BatchGroup)
def command() -> None:
    """Read very many pictures, and go on after any interruption.

    `inkdigits batch INPUT --out OUT` is short for `inkdigits batch run INPUT --out OUT`.
    """


@command.command()
@click.argument("source", metavar="INPUT")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Output: .jsonl, .csv or .parquet.")
@click.option("--digit", "single", is_flag=True, help="Each picture holds exactly one digit, of any size and place.")
@takes_field
@click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="Name or folder of the bundle that reads.")
@takes_budget('As for `inkdigits read`: the rest have a "?".')
@click.option("--column", help="Of Parquet, the one that holds pictures.  [default: the first of bytes]")
@click.option(
    "--engine",
    type=click.Choice(["serial", "processes", "ray"]),
    help="What reads.  [default: serial for few pictures, else processes]",
)
@click.option("--workers", type=WORKERS, help="Processes, or Ray's actors.  [default: one a core]")
@click.option("--address", help="Of a Ray cluster that runs; without it Ray is started here.")
@click.option("--ordered", is_flag=True, help="Rows in the input's order.")
@click.option("--resume", is_flag=True, help="Go on with an interrupted run, if there is one.")
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    default=TIME_LIMIT_S,
    show_default=True,
    help="Seconds for a picture; one that takes longer is a row with an error.",
)
@click.option("--max-errors", type=click.IntRange(0), help="End when more pictures cannot be read.")
@click.option(
    "--review", type=click.Path(path_type=Path), help="Write a page with every unsure digit, to be corrected."
)
def run(  # noqa: PLR0913 - click hands every option over by name
    source: str,
    *,
    out: Path,
    single: bool,
    told: FieldOptions,
    boxes: tuple[Region, ...],
    model: str,
    max_error: float | None,
    per: Per,
    column: str | None,
    engine: str | None,
    workers: int | None,
    address: str | None,
    ordered: bool,
    resume: bool,
    time_limit: float,
    max_errors: int | None,
    review: Path | None,
) -> None:
    """Read every picture of INPUT into OUT, one row per picture.

    INPUT is a folder, with its subfolders; a glob, in quotes; a zip or tar; a list of paths (.txt, .csv, .tsv), or "-"
    for one on standard input; Parquet with a column of encoded pictures; IDX frames; or the address of a folder or
    Parquet file that pyarrow knows, as s3://bucket/scans. A picture that cannot be read is a row with its error.

    Ctrl-C, or a polite kill, finishes what is being read, for ten seconds at most. Whatever ended a run, the same
    command with --resume goes on, and reads no picture twice. The exit code is 0 when every picture has its row.

    \b
    Examples:
      inkdigits batch scans/ --out digits.csv
      inkdigits batch archive.tar --out digits.parquet --review doubtful.html
      find /data -name '*.png' | inkdigits batch - --out digits.jsonl --resume
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    if len(boxes) > 1:
        msg = f"expected one --box for a batch, got {len(boxes)}; run one batch for each"
        raise click.UsageError(msg)
    settle_opencv()
    told = replace(told, box=boxes[0] if boxes else None)
    config = BatchConfig(source, out, model, max_error, single, told, column, review, per=per)
    with held_interrupts() as stopped:
        summary = run_batch(
            config,
            engine=choose_engine(engine, workers, address, stopped.is_set),
            resume=resume,
            ordered=ordered,
            max_errors=max_errors,
            time_limit=time_limit,
            is_stopped=stopped.is_set,
            while_reading=stopped.held,
            on_progress=show_progress(),
        )
    _tell_summary(summary, config)
    sys.exit(0 if summary.is_complete else INTERRUPTED)


@command.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("corrections", type=click.Path(path_type=Path))
@click.option("--to", "target", type=click.Path(path_type=Path), help="Write here, and leave OUT as it is.")
def apply(out: Path, corrections: Path, target: Path | None) -> None:
    """Write the corrections of a review page into the rows of OUT.

    CORRECTIONS is the CSV that the page saves. A corrected digit has the outcome "digit" and the confidence 1, and
    stands in its row's text.
    """
    done = apply_corrections(out, corrections, target)
    digits, rows = _count(done.digits, "digit"), _count(done.rows, "row")
    click.echo(f"{digits} corrected or confirmed in {rows}: {target or out}")


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


class Stop:
    """Turns the first Ctrl-C, or a polite kill, into a wish to stop while pictures are read; else it ends at once."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._is_held = False
        self.is_set = self._event.is_set

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the first signal wait for what is being read."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False

    def __call__(self, number: int, _: object) -> None:
        """Hear a signal; a second Ctrl-C ends at once."""
        if not self._is_held or (self._event.is_set() and number == signal.SIGINT):
            raise KeyboardInterrupt
        if not self._event.is_set():
            self._event.set()
            click.echo("\ninkdigits: finishing what is being read; Ctrl-C again ends at once", err=True)


@contextmanager
def held_interrupts() -> Iterator[Stop]:
    """Yield the wish to stop; Ctrl-C outside of `Stop.held` ends the command with the exit code of an interruption."""
    stop = Stop()
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    except KeyboardInterrupt:
        click.echo("inkdigits: stopped; --resume goes on with what was read, if anything was", err=True)
        sys.exit(INTERRUPTED)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def show_progress() -> Callable[[BatchProgress], None]:
    """Return what tells on stderr how far a run is."""
    return _Progress()


class _Progress:
    """Tells how far a run is on stderr: one line that changes on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._told = time.monotonic()

    def __call__(self, progress: BatchProgress) -> None:
        """Tell it, unless that was done a moment ago."""
        now = time.monotonic()
        is_last = progress.done == progress.total
        if not is_last and now - self._told < (_TERMINAL_SECONDS if self._is_terminal else _LOG_SECONDS):
            return
        self._told = now
        errors = f", {_count(progress.errors, 'error')}" if progress.errors else ""
        line = (
            f"{progress.done:,} of {progress.total:,}, {progress.rate:,.0f} a second, "
            f"{_duration(progress.seconds_left)} left{errors}"
        )
        if self._is_terminal:
            click.echo(f"\r\033[K{line}", nl=is_last, err=True)
        else:
            click.echo(line, err=True)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _duration(seconds: float) -> str:
    """Return a length of time in its two largest units.

    >>> _duration(59), _duration(3700)
    ('59 s', '1 h 1 min')
    """
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min {seconds % _MINUTE:.0f} s"
    return f"{seconds // _HOUR:.0f} h {seconds % _HOUR // _MINUTE:.0f} min"


def _tell_summary(summary: BatchSummary, config: BatchConfig) -> None:
    if summary.was_complete:
        click.echo(f"{config.out}: finished by an earlier run, nothing is left to read")
        return
    click.echo(f"model: {printable_line(summary.model)}")
    counts = summary.counts
    read = sum(counts.values())
    click.echo(f"pictures: {read:,} of {summary.total:,}")
    for name in COUNTED:
        click.echo(f"  {counts[name]:>12,}  {_COUNTED[name]}")
    if summary.skipped:
        files = "1 file that does" if summary.skipped == 1 else f"{summary.skipped:,} files that do"
        click.echo(f"skipped: {files} not end like a picture")
    if summary.paged:
        files = "1 file has" if summary.paged == 1 else f"{summary.paged:,} files have"
        click.echo(f"pages: {files} more than one, and only the first was read; unpack the archive to read all")
    if summary.doubtful:
        rest = counts["unsure"] - len(summary.doubtful)
        names = "".join(f"\n  {printable_line(name)}" for name in summary.doubtful)
        click.echo(f"doubtful:{names}" + (f"\n  and {rest:,} more" if rest > 0 else ""))
    if not summary.is_complete:
        click.echo(f"stopped; what was read is in {shards_folder(config.out)}, --resume goes on")
        return
    click.echo(f"rows: {config.out}")
    if config.review is not None:
        click.echo(f"to be corrected: {config.review}")
