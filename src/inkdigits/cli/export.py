"""`inkdigits export`: writes a run or your own network as a folder for the reader, or as another runtime's file."""

import shlex
from pathlib import Path
from typing import Any, Literal

import click

from inkdigits.cli.data_options import tells_warnings
from inkdigits.cli.keras_loading import load_keras
from inkdigits.cli.model_options import allow_code_option, form_options
from inkdigits.training.config.base import NetworkConfig
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.runs.run import CONFIG_FILE, read_run

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
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Own network: digits that did not train it, for its confidence.  [default: half of MNIST's test digits]",
)
@form_options
@allow_code_option
def command(  # noqa: PLR0913 - each option is an argument
    *,
    run: Path,
    out: Path,
    name: str | None,
    bundle_version: str,
    kind: Literal["onnx", "litert", "openvino"],
    data: Path | None,
    allow_code: bool,
    **stated: Any,  # noqa: ANN401 - the fields of `Stated`
) -> None:
    """Turn the finished training run RUN, or your own network's file, into a bundle OUT/NAME.

    An own network is a .keras or .onnx file for digits of 28 x 28, of any of the layouts that `bench` knows. What it
    takes is found out and told, and it is checked on 1,000 digits before anything is written.

    The result is compared with the Keras network on 1,000 digits of MNIST; when they differ by over 0.0001, nothing is
    written. Of the detector and the line recognizer, the folder that the reader loads beside a bundle is written.
    """
    load_keras()
    click.echo("inkdigits: converting and comparing, which takes up to a minute", err=True)
    if _is_own_network(run):
        _refuse_other_kind(kind)
        _export_own(run, (out, name or run.stem, bundle_version), data, {**stated, "allow_code": allow_code})
        return
    _refuse_options_of_own(data, allow_code=allow_code, stated=stated)
    from inkdigits.training.export.bundle_writing import BundleName  # noqa: PLC0415 - heavy, as those below
    from inkdigits.training.export.classifier import parity_frames  # noqa: PLC0415
    from inkdigits.training.export.other_formats import export_other  # noqa: PLC0415
    from inkdigits.training.registry import TRAINABLE  # noqa: PLC0415

    config = read_run(run).config
    called = BundleName(name or _name_for(config), bundle_version)
    if kind == "onnx":
        click.echo(TRAINABLE[config.network].export(run, out, called))
    else:
        click.echo(export_other(run, out / called.name, kind, parity_frames()))


def _is_own_network(path: Path) -> bool:
    """Return whether a path is a network's file, or another project's folder, and not a run."""
    if (path / CONFIG_FILE).is_file():
        return False
    return path.is_file() or path.suffix != "" or (path / "saved_model.pb").is_file()


def _export_own(path: Path, called: tuple[Path, str, str], data: Path | None, options: dict[str, Any]) -> None:
    """Export a `.keras` or `.onnx` file; `called` has the folder of bundles, the name and the version."""
    from inkdigits.training.data.sources import load_dataset  # noqa: PLC0415 - heavy, as those below
    from inkdigits.training.evaluation.foreign_models import Stated  # noqa: PLC0415
    from inkdigits.training.export.own_network import export_model  # noqa: PLC0415

    out, name, version = called
    allow_code = options.pop("allow_code")
    with tells_warnings():
        held_out = None if data is None else load_dataset(data, split="test")
    written = export_model(
        path,
        name,
        out=out,
        version=version,
        stated=Stated(**options),
        held_out=held_out,
        allow_code=allow_code,
        tell=lambda line: click.echo(line, err=True),
    )
    click.echo(written)
    click.echo(f"inkdigits: read with it: inkdigits read number.png --model {shlex.quote(str(written))}", err=True)


def _refuse_other_kind(kind: str) -> None:
    if kind != "onnx":
        msg = f"--format {kind} is for runs of `inkdigits train`; leave it out"
        raise click.UsageError(msg)


def _refuse_options_of_own(data: Path | None, *, allow_code: bool, stated: dict[str, Any]) -> None:
    given = [value for value in stated.values() if value is not None]
    if data is not None or allow_code or given:
        names = "--data, --layout, --scale, --invert, --logits and --allow-code"
        msg = f"{names} are for your own .keras or .onnx file; leave them out for a run"
        raise click.UsageError(msg)


def _name_for(config: NetworkConfig) -> str:
    """Return the network's name, with that of its digits when they are not MNIST: "fast" alone is a shipped bundle."""
    data = config.data if isinstance(config, TrainConfig) else None
    return config.network if data is None else f"{config.network}-{Path(data).resolve().stem}"
