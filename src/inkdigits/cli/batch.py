"""`inkdigits batch`: reads folders, archives and lists of pictures into a file with one row per picture."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from inkdigits.batch.config import BatchConfig, shards_folder
from inkdigits.batch.corrections import apply_corrections
from inkdigits.batch.job import BatchSummary
from inkdigits.batch.outputs.rows import COUNTED, Counted
from inkdigits.cli.field_options import takes_field
from inkdigits.cli.interrupt import INTERRUPTED
from inkdigits.cli.run_options import RunOptions, run_config, takes_run
from inkdigits.cli.run_progress import count_of
from inkdigits.reading.fields import FieldOptions
from inkdigits.reading.fields.regions import Region
from inkdigits.system.opencv import settle_opencv
from inkdigits.system.text import printable_line

__all__ = ["command"]

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
@click.option("--column", help="Of Parquet, the one that holds pictures.  [default: the first of bytes]")
@click.option("--ordered", is_flag=True, help="Rows in the input's order.")
@takes_run
def run(  # noqa: PLR0913 - click hands every option over by name
    source: str,
    *,
    out: Path,
    single: bool,
    told: FieldOptions,
    boxes: tuple[Region, ...],
    column: str | None,
    ordered: bool,
    how: RunOptions,
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
    config = BatchConfig(source, out, how.model, how.max_error, single, told, column, how.review, per=how.per)
    summary = run_config(config, how, ordered=ordered)
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
    digits, rows = count_of(done.digits, "digit"), count_of(done.rows, "row")
    click.echo(f"{digits} corrected or confirmed in {rows}: {target or out}")


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
