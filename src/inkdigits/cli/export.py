"""`inkdigits export`: writes a finished run as a folder that the reader loads, or as another runtime's file."""

from pathlib import Path
from typing import Literal

import click

from inkdigits.cli.keras_loading import load_keras
from inkdigits.training.config.base import NetworkConfig
from inkdigits.training.config.classifier import TrainConfig
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
    written. Of the detector, the folder that the reader loads beside a bundle is written; of the line recognizer, one
    of the same form, which the reader does not use yet.
    """
    load_keras()
    from inkdigits.training.export.bundle_writing import BundleName  # noqa: PLC0415 - heavy, as those below
    from inkdigits.training.export.classifier import parity_frames  # noqa: PLC0415
    from inkdigits.training.export.other_formats import export_other  # noqa: PLC0415
    from inkdigits.training.registry import TRAINABLE  # noqa: PLC0415

    click.echo("inkdigits: converting and comparing, which takes up to a minute", err=True)
    config = read_run(run).config
    called = BundleName(name or _name_for(config), bundle_version)
    if kind == "onnx":
        click.echo(TRAINABLE[config.network].export(run, out, called))
    else:
        click.echo(export_other(run, out / called.name, kind, parity_frames()))


def _name_for(config: NetworkConfig) -> str:
    """Return the network's name, with that of its digits when they are not MNIST: "fast" alone is a shipped bundle."""
    data = config.data if isinstance(config, TrainConfig) else None
    return config.network if data is None else f"{config.network}-{Path(data).resolve().stem}"
