"""`inkdigits predict`: names every digit of a file or folder and writes a table, as Kaggle takes it."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from inkdigits.cli.data_options import array_options, tells_warnings
from inkdigits.errors import BundleError, OutputError
from inkdigits.models.bundle import DEFAULT_BUNDLE, find_bundle
from inkdigits.spec import CLASS_COUNT, Float32Array, Int64Array, UInt8Array
from inkdigits.system.atomic_files import write_in_place

__all__ = ["command"]

_COLUMNS = ("ImageId", "Label")


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="A bundle, a run, a .keras or .onnx file.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default="submission.csv",
    show_default=True,
    help="The table, CSV.",
)
@array_options
@click.option("--allow-code", is_flag=True, help="Let a Lambda layer of a .keras file run its code.")
def command(*, data: Path, model: str, out: Path, allow_code: bool, **form: Any) -> None:  # noqa: ANN401
    """Name each digit of DATA and write ImageId and Label, a line each, in the order of DATA.

    DATA is a CSV of pixels such as Kaggle's test.csv, a .npz, .npy or IDX file, or a folder of pictures of one digit
    each. ImageId counts from 1; of pictures it is the file's name. Every digit gets a label, however unsure it is:
    `read` and `batch` are for pictures, and say when they are not sure.

    \b
    Examples:
      inkdigits predict test.csv --out submission.csv
      inkdigits predict test.csv --model own.keras
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    from inkdigits.training.data.array_form import ArrayForm  # noqa: PLC0415 - loads the reader, as the next one
    from inkdigits.training.data.unlabeled import load_frames  # noqa: PLC0415

    with tells_warnings():
        frames = load_frames(data, form=ArrayForm(**form))
    labels = _predict(model, frames.x, allow_code=allow_code).argmax(axis=1)
    _write(out, frames.names, labels)
    click.echo(out)
    counts = ", ".join(f"{label}: {count:,}" for label, count in enumerate(np.bincount(labels, minlength=CLASS_COUNT)))
    click.echo(f"inkdigits: {len(labels):,} digits; {counts}", err=True)


def _predict(model: str, x: UInt8Array, *, allow_code: bool) -> Float32Array:
    """Return the probabilities of a bundle with what every install has, of any other model with Keras."""
    from inkdigits.models.classifier import Classifier  # noqa: PLC0415 - loads ONNX Runtime

    try:
        find_bundle(model)
    except BundleError:
        if not Path(model).exists():
            raise
    else:
        return Classifier(model).predict_proba(x[..., np.newaxis])
    from inkdigits.cli.keras_loading import load_keras  # noqa: PLC0415 - for other models only

    load_keras()
    from inkdigits.training.evaluation.foreign_models import Stated, open_model  # noqa: PLC0415

    opened = open_model(model, Stated(), allow_code=allow_code)
    if opened.tried:
        click.echo(opened.describe(), err=True)
    return opened.predict_proba(x)


def _write(out: Path, names: Sequence[str], labels: Int64Array) -> None:
    if out.suffix.lower() != ".csv":
        msg = f"{out}: expected a name that ends in .csv; change --out"
        raise OutputError(msg)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    rows.writerows(zip(names, map(int, labels), strict=True))
    write_in_place(out, lambda fresh: fresh.write_text(text.getvalue(), encoding="utf-8"))
