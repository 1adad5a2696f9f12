"""`inkdigits adapt`: fits a bundle to one writer's digits."""

from pathlib import Path
from typing import Any

import click

from inkdigits.cli.data_options import array_options, tells_warnings
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.system.extras import require_extra

__all__ = ["command"]


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="PATH", required=True, help="The writer's digits, with labels."
)
@click.option(
    "--out", type=click.Path(path_type=Path), default="models/my-hand", show_default=True, help="The bundle's folder."
)
@click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="Name or folder of the bundle to adapt.")
@array_options
def command(*, data: Path, out: Path, model: str, **form: Any) -> None:  # noqa: ANN401 - the options of arrays
    """Adapt a bundle to one writer, from 30 to 300 corrected digits, in seconds.

    The last layer of the network is fitted to the digits and to 2,000 digits of MNIST. Standard error tells how many of
    the writer's digits are read right before and after, by cross-validation, and what MNIST loses. Nothing is written
    when no more of them are read right, or when over 0.2 % of MNIST's validation digits are lost.

    \b
    Example:
      inkdigits adapt --data my-digits --out models/my-hand
      inkdigits read number.png --model models/my-hand
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    require_extra("adapt")
    from inkdigits.training.adapting.writer import adapt  # noqa: PLC0415 - loads onnx and SciPy
    from inkdigits.training.data.array_form import ArrayForm  # noqa: PLC0415
    from inkdigits.training.data.sources import load_dataset  # noqa: PLC0415

    with tells_warnings():
        digits = load_dataset(data, form=ArrayForm(**form))
    adapt(digits, out, model=model, tell=lambda line: click.echo(f"inkdigits: {line}", err=True))
    click.echo(out)
