"""`inkdigits calibrate`: fits a bundle's confidence and error budgets anew."""

from pathlib import Path

import click

from inkdigits.cli.interrupt import ends_on_interrupt
from inkdigits.models.metadata import ErrorBudget
from inkdigits.system.extras import require_extra

__all__ = ["command"]


@click.command()
@click.argument("bundle")
@click.option(
    "--twin",
    "twins",
    type=click.Path(path_type=Path),
    metavar="RUN",
    multiple=True,
    help="Also count what this run says of the digits that it held out (`train --split 1/6`); once for each run.",
)
@click.pass_context
def command(context: click.Context, *, bundle: str, twins: tuple[Path, ...]) -> None:
    """Fit what confidence means for BUNDLE, a shipped bundle's name or a folder, and write it there.

    The network stays as it is; model.json, README.md and SHA256SUMS are written anew. The digits are MNIST's validation
    digits, clean and drawn onto pictures, so the network must not have been trained on them. The same bundle and twins
    give the same result; it takes a minute.

    A twin is a run of BUNDLE's recipe that held other digits out. With twins, small shares of wrong digits can be
    promised while more is answered; a bundle that has them is not calibrated without.
    """
    require_extra("train")
    from inkdigits.training.export.recalibration import calibrate_bundle  # noqa: PLC0415 - heavy

    with ends_on_interrupt(context, "interrupted; the same command begins anew"):
        fitted = calibrate_bundle(bundle, twins=twins)
    click.echo(fitted.path)
    for row in fitted.info.budgets:
        click.echo(_describe(row), err=True)


def _describe(row: ErrorBudget) -> str:
    where = "" if row.holds_on_pictures else f"; on rough pictures at most {100 * row.picture_error:.2f} %"
    answered = f"{100 * row.coverage:.1f} % of clean frames and {100 * row.picture_coverage:.1f} % of rough pictures"
    return f"at most {100 * row.max_error:g} % wrong{where}: answers {answered}"
