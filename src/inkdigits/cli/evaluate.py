"""`inkdigits evaluate`: measures a model's accuracy on labeled digits and prints it as text or JSON."""

import json
from pathlib import Path
from typing import Any

import click

from inkdigits.cli.keras_loading import load_keras

__all__ = ["command"]


@click.command()
@click.argument("model")
@click.option("--data", type=click.Path(path_type=Path), help="Evaluate on these digits instead of MNIST test.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write metrics.json and pictures into this folder, not a run's own."
)
def command(*, model: str, data: Path | None, as_json: bool, out: Path | None) -> None:
    """Measure MODEL: a run, a .keras file, an .onnx file, a bundle's folder or a shipped bundle's name."""
    load_keras()
    from inkdigits.training.data.mnist import load_mnist  # noqa: PLC0415 - heavy, as those below
    from inkdigits.training.data.sources import load_dataset  # noqa: PLC0415
    from inkdigits.training.evaluation.evaluating import evaluate  # noqa: PLC0415
    from inkdigits.training.evaluation.prediction import predict_with  # noqa: PLC0415
    from inkdigits.training.evaluation.report import check_folder, describe, write_evaluation  # noqa: PLC0415

    if out is not None:
        check_folder(out)  # before the work, not after it
    frames = load_mnist().test if data is None else load_dataset(data, split="test")
    probabilities = predict_with(model, frames.x)
    evaluation = evaluate(frames, probabilities, is_mnist_test=data is None)
    title = f"{Path(model).name} on {'MNIST test' if data is None else data.name}"
    if out is not None:
        write_evaluation(evaluation, (frames, probabilities), out, title=title)
        click.echo(f"written: {out}", err=True)
    values: dict[str, Any] = {"model": model, "data": None if data is None else str(data), **evaluation.to_json()}
    click.echo(json.dumps(values, indent=2) if as_json else describe(evaluation, title))
