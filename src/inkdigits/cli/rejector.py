"""`inkdigits train-rejector`: settings go in; the path of the rejector's folder comes out."""

import time
from pathlib import Path

import click

from inkdigits.cli.interrupt import ends_on_interrupt
from inkdigits.cli.keras_loading import load_keras

__all__ = ["command"]


@click.command()
@click.option("--epochs", type=click.IntRange(1), default=20, show_default=True)
@click.option(
    "--frames", type=click.IntRange(10, 60_000), default=60_000, show_default=True, help="Drawn ones that are no digit."
)
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), default="models/rejector", show_default=True, help="Folder to write."
)
@click.pass_context
def command(context: click.Context, *, epochs: int, frames: int, seed: int, out: Path) -> None:
    """Train the network that tells digits from letters, scribbles and clothes, and write its folder.

    It draws what it learns from, beside MNIST's digits, for some minutes before the first epoch.
    """
    load_keras()
    from inkdigits.training.export.rejector import export_rejector  # noqa: PLC0415 - heavy
    from inkdigits.training.fitting.rejector import RejectorConfig, train_rejector  # noqa: PLC0415 - heavy

    config = RejectorConfig(epochs=epochs, frames=frames, seed=seed)
    start = time.perf_counter()

    def report(epoch: int, loss: float) -> None:
        click.echo(f"epoch {epoch}/{epochs}  loss {loss:.4f}  {time.perf_counter() - start:.0f} s", err=True)

    with ends_on_interrupt(context, "interrupted; no epoch is kept, the same command begins anew"):
        folder = export_rejector(train_rejector(config, on_epoch=report), config, out)
    click.echo(folder)
