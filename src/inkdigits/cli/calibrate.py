"""`inkdigits calibrate`: fits a bundle's confidence and error budgets anew."""

from pathlib import Path

import click

from inkdigits.cli.interrupt import ends_on_interrupt
from inkdigits.models.bundle import DETECTOR_FOLDER
from inkdigits.models.metadata import ErrorBudget, PictureBudget
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
@click.option(
    "--handwriting",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Of the detector: real handwriting as docs/data.md describes it; writers that trained nothing are read.",
)
@click.option("--version", help="Of the detector: the version of its folder from now on.")
@click.pass_context
def command(
    context: click.Context, *, bundle: str, twins: tuple[Path, ...], handwriting: Path | None, version: str | None
) -> None:
    """Fit what confidence means for BUNDLE, a shipped bundle's name or a folder, and write it there.

    The network stays as it is; model.json, README.md and SHA256SUMS are written anew. The digits are MNIST's validation
    digits, clean and drawn onto pictures, so the network must not have been trained on them. The same bundle and twins
    give the same result; it takes a minute.

    A twin is a run of BUNDLE's recipe that held other digits out. With twins, small shares of wrong digits can be
    promised while more is answered; a bundle that has them is not calibrated without.

    BUNDLE "detector" fits what the reader's answers in pictures are worth: after the line recognizer or the default
    bundle has changed. It takes --handwriting and --version, and four minutes of one core.

    \b
    Examples:
      inkdigits calibrate accurate
      inkdigits calibrate detector --handwriting handwriting/ --version 1.2.0
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    require_extra("train")
    if bundle == DETECTOR_FOLDER.name:
        _calibrate_detector(context, handwriting, version)
        return
    if handwriting is not None or version is not None:
        msg = f"--handwriting and --version are of BUNDLE {DETECTOR_FOLDER.name}; leave them out"
        raise click.UsageError(msg)
    from inkdigits.training.export.recalibration import calibrate_bundle  # noqa: PLC0415 - heavy

    with ends_on_interrupt(context, "interrupted; the same command begins anew"):
        fitted = calibrate_bundle(bundle, twins=twins)
    click.echo(fitted.path)
    for row in fitted.info.budgets:
        click.echo(_describe(row), err=True)


def _calibrate_detector(context: click.Context, handwriting: Path | None, version: str | None) -> None:
    if handwriting is None or version is None:
        msg = f"expected --handwriting and --version with BUNDLE {DETECTOR_FOLDER.name}; give both"
        raise click.UsageError(msg)
    from inkdigits.training.export.detector_confidence import calibrate_detector  # noqa: PLC0415 - heavy

    with ends_on_interrupt(context, "interrupted; the same command begins anew"):
        path, info = calibrate_detector(DETECTOR_FOLDER, handwriting, version)
    click.echo(path)
    for row in info.budgets:
        click.echo(_describe_pictures(row), err=True)


def _describe_pictures(row: PictureBudget) -> str:
    what = f"at most {100 * row.max_error:g} % of the {row.per}s wrong"
    rough = f"answers {100 * row.rough_coverage:.1f} % of spoiled copies, at most {100 * row.rough_error:.2f} % wrong"
    return f"{what}: answers {100 * row.coverage:.1f} % of numbers as scanned; {rough}"


def _describe(row: ErrorBudget) -> str:
    where = "" if row.holds_on_pictures else f"; on rough pictures at most {100 * row.picture_error:.2f} %"
    answered = f"{100 * row.coverage:.1f} % of clean frames and {100 * row.picture_coverage:.1f} % of rough pictures"
    return f"at most {100 * row.max_error:g} % wrong{where}: answers {answered}"
