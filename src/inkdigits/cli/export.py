"""`inkdigits export`: a finished run goes in; the path of its bundle, or of another runtime's file, comes out."""

from pathlib import Path
from typing import Literal

import click

from inkdigits.cli.keras_loading import load_keras
from inkdigits.training.config import TrainConfig
from inkdigits.training.runs.run import read_run

__all__ = ["command"]


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default="models", show_default=True, help="Folder to write in.")
@click.option("--name", help="Of the bundle; else the network's and, of own digits, theirs.")
@click.option("--bundle-version", default="1.0.0", show_default=True, help="Version of the weights.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["onnx", "litert", "openvino"]),
    default="onnx",
    show_default=True,
    help="onnx writes a bundle for `inkdigits read`, the others a file for their runtime.",
)
def command(
    *, run: Path, out: Path, name: str | None, bundle_version: str, kind: Literal["onnx", "litert", "openvino"]
) -> None:
    """Turn the finished training run RUN into a bundle OUT/NAME.

    The result is compared with the Keras network on 1,000 digits of MNIST; when they differ by over 0.0001, nothing is
    written.
    """
    load_keras()
    from inkdigits.training.export.classifier import BundleName, export_bundle, parity_frames  # noqa: PLC0415 - heavy
    from inkdigits.training.export.other_formats import export_other  # noqa: PLC0415 - heavy

    click.echo("inkdigits: converting and comparing, which takes up to a minute", err=True)
    called = BundleName(name or _name_for(read_run(run).config), bundle_version)
    if kind == "onnx":
        click.echo(export_bundle(run, out, called))
    else:
        click.echo(export_other(run, out / called.name, kind, parity_frames()))


def _name_for(config: TrainConfig) -> str:
    """Return the network's name, with that of its digits when they are not MNIST: "fast" alone is a shipped bundle."""
    return config.network if config.data is None else f"{config.network}-{Path(config.data).resolve().stem}"
