"""`inkdigits evaluate`: measures a model's accuracy on labeled digits and prints it as text or JSON."""

import json
from pathlib import Path
from typing import Any

import click

from inkdigits.cli.data_options import array_options, tells_warnings
from inkdigits.cli.keras_loading import load_keras
from inkdigits.cli.model_options import allow_code_option

__all__ = ["command"]


@click.command()
@click.argument("model")
@click.option("--data", type=click.Path(path_type=Path), help="Evaluate on these digits instead of MNIST test.")
@array_options
@allow_code_option
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write metrics.json and pictures into this folder, not a run's own."
)
def command(
    *,
    model: str,
    data: Path | None,
    allow_code: bool,
    as_json: bool,
    out: Path | None,
    **form: Any,  # noqa: ANN401
) -> None:
    """Measure MODEL: a run, a .keras or .onnx file of any origin, a bundle's folder or a shipped bundle's name.

    What a file does not say of its input, scale and polarity, is tried on 500 validation digits of MNIST. Standard
    error says what was found.
    """
    if data is None and any(form.values()):
        msg = "--invert, --scale and --transpose are for your own digits; add --data, or leave them out"
        raise click.UsageError(msg)
    load_keras()
    from inkdigits.training.data.array_form import ArrayForm  # noqa: PLC0415 - heavy, as those below
    from inkdigits.training.data.mnist import load_mnist  # noqa: PLC0415
    from inkdigits.training.data.sources import load_dataset  # noqa: PLC0415
    from inkdigits.training.evaluation.evaluating import evaluate  # noqa: PLC0415
    from inkdigits.training.evaluation.foreign_models import Stated, open_model  # noqa: PLC0415
    from inkdigits.training.evaluation.report import check_folder, describe, write_evaluation  # noqa: PLC0415

    if out is not None:
        check_folder(out)  # before the work, not after it
    with tells_warnings():
        frames = load_mnist().test if data is None else load_dataset(data, split="test", form=ArrayForm(**form))
    opened = open_model(model, Stated(), allow_code=allow_code)
    if opened.tried:
        click.echo(opened.describe(), err=True)
    probabilities = opened.predict_proba(frames.x)
    evaluation = evaluate(frames, probabilities, is_mnist_test=data is None)
    title = f"{Path(model).name} on {'MNIST test' if data is None else data.name}"
    if out is not None:
        for path in write_evaluation(evaluation, (frames, probabilities), out, title=title):
            click.echo(f"written: {path}", err=True)
    values: dict[str, Any] = {"model": model, "data": None if data is None else str(data), **evaluation.to_json()}
    click.echo(json.dumps(values, indent=2) if as_json else describe(evaluation, title))
