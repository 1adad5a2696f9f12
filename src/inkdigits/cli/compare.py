"""`inkdigits compare`: trains networks over several seeds and prints a table; its files go into a folder."""

import shlex
from collections.abc import Sequence
from pathlib import Path

import click

from inkdigits.cli.interrupt import ends_on_interrupt
from inkdigits.cli.keras_loading import load_keras
from inkdigits.cli.tables import align
from inkdigits.training.config.classifier import COMPARED

__all__ = ["command"]


@click.command()
@click.argument("networks", metavar="[NAMES]...", type=click.Choice(list(COMPARED)), nargs=-1)
@click.option("--seeds", type=click.IntRange(1), default=5, show_default=True, help="How many, from 7 up.")
@click.option("--epochs", type=click.IntRange(1), help="Of each network, instead of the tutorial's 10.")
@click.option("--runs", type=click.Path(path_type=Path), default="runs", show_default=True, help="Folder of runs.")
@click.option(
    "--out", type=click.Path(path_type=Path), default="comparison", show_default=True, help="Folder for the report."
)
@click.pass_context
def command(  # noqa: PLR0913 - each option is an argument
    context: click.Context, *, networks: tuple[str, ...], seeds: int, epochs: int | None, runs: Path, out: Path
) -> None:
    """Train and compare NAMES (all five when none is given) over several seeds.

    Finished runs of the same settings in the folder of runs are used as they are, interrupted ones are resumed.
    """
    load_keras()
    from rich.console import Console  # noqa: PLC0415 - heavy, as those below

    from inkdigits.cli.progress import TrainingProgress  # noqa: PLC0415
    from inkdigits.training.experiments.comparison import compare, plan_runs  # noqa: PLC0415
    from inkdigits.training.experiments.comparison_report import HEADINGS, table_rows, write_report  # noqa: PLC0415

    configs = plan_runs(networks or list(COMPARED), seeds=seeds, epochs=epochs)
    console = Console(stderr=True)
    with ends_on_interrupt(context, "interrupted; the same command goes on from the last complete epoch"):
        compared = compare(configs, runs=runs, progress=lambda config: TrainingProgress(config, console))
    write_report(compared, out, command=_command_line(networks, seeds, epochs))
    click.echo("\n".join(align([HEADINGS, *table_rows(compared)])))
    click.echo(f"written: {out}/comparison.md, .csv, .png", err=True)


def _command_line(networks: Sequence[str], seeds: int, epochs: int | None) -> str:
    words = ["inkdigits", "compare", *networks, "--seeds", str(seeds)]
    return shlex.join(words if epochs is None else [*words, "--epochs", str(epochs)])
