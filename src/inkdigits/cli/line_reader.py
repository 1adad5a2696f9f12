"""`inkdigits train-line-reader`: settings go in; the path of the line reader's folder comes out."""

import time
from pathlib import Path

import click

from inkdigits.cli.interrupt import ends_on_interrupt
from inkdigits.cli.keras_loading import load_keras

__all__ = ["command"]


@click.command()
@click.option("--epochs", type=click.IntRange(1), default=20, show_default=True)
@click.option("--lines", type=click.IntRange(1), default=16_000, show_default=True, help="Composed for each epoch.")
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), default="models/line_reader", show_default=True, help="Folder to write."
)
@click.pass_context
def command(context: click.Context, *, epochs: int, lines: int, seed: int, out: Path) -> None:
    """Train the network that reads a whole line of digits at once, touching ones too, and write its folder.

    After each epoch a checkpoint is written beside the folder; after an interruption the same command goes on from it.
    """
    load_keras()
    from inkdigits.training.export.line_recognizer import export_line_reader  # noqa: PLC0415 - heavy
    from inkdigits.training.fitting.line_recognizer import LineReaderConfig, train_line_reader  # noqa: PLC0415 - heavy

    config = LineReaderConfig(epochs=epochs, lines=lines, seed=seed)
    checkpoint = out.with_name(f"{out.name}-checkpoint.npz")
    out.parent.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()

    def report(epoch: int, loss: float) -> None:
        click.echo(f"epoch {epoch}/{epochs}  loss {loss:.3f}  {time.perf_counter() - start:.0f} s", err=True)

    with ends_on_interrupt(
        context, f"interrupted; the same command goes on from {checkpoint}, if an epoch is complete"
    ):
        folder = export_line_reader(train_line_reader(config, checkpoint=checkpoint, on_epoch=report), config, out)
    checkpoint.unlink(missing_ok=True)
    click.echo(folder)
