"""`inkdigits card`: measures a bundle and writes its card and the picture of its mistakes anew."""

from pathlib import Path

import click

from inkdigits.cli.interrupt import ends_on_interrupt
from inkdigits.cli.keras_loading import load_keras

__all__ = ["command"]


@click.command()
@click.argument("bundle")
@click.option(
    "--changelog",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Put an entry for this version into that file.",
)
@click.option("--replaces", metavar="BUNDLE", help="The older bundle that the entry compares it with.")
@click.option("--quick", is_flag=True, help="A tenth of the digits, for a look: not a card to ship.")
@click.pass_context
def command(context: click.Context, *, bundle: str, changelog: Path | None, replaces: str | None, quick: bool) -> None:
    """Measure BUNDLE, a name or a folder, and write its README.md, mistakes.png and SHA256SUMS anew.

    Nothing is trained, network and settings stay as they are. Twice the same but for the times.
    """
    if replaces is not None and changelog is None:
        msg = "--replaces needs --changelog, the file in which the two are compared"
        raise click.UsageError(msg)
    load_keras()
    from rich.console import Console  # noqa: PLC0415 - heavy, as those below

    from inkdigits.cli.progress import MeasuringProgress  # noqa: PLC0415
    from inkdigits.models.bundle import read_bundle  # noqa: PLC0415
    from inkdigits.training.benchmarking.measuring import FULL, QUICK  # noqa: PLC0415
    from inkdigits.training.export.cards.changelog import Version, describe_version, write_entry  # noqa: PLC0415
    from inkdigits.training.export.cards.measured import measure_bundle, read_carded, renew_card  # noqa: PLC0415

    effort, console = QUICK if quick else FULL, Console(stderr=True)
    kept = "nothing was written"
    with ends_on_interrupt(context, lambda: f"interrupted; {kept}"):
        bundles = [(bundle, read_carded(bundle)), *([] if replaces is None else [(replaces, read_bundle(replaces))])]
        versions = []
        for name, found in bundles:  # all measured before anything is written
            with MeasuringProgress(name, console) as progress:
                versions.append(Version(found.info, measure_bundle(found, effort, progress)))
        kept = "the card may be written without its entry; the same command writes both"
        new, older = versions[0], versions[1] if replaces is not None else None
        renew_card(bundles[0][1], new.measured)
        if changelog is not None:
            write_entry(changelog, new.title, describe_version(new, older))
    click.echo(bundles[0][1].path)
