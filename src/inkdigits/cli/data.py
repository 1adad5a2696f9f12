"""`inkdigits data`: draws or counts the digits of MNIST, or somebody's own; draws what the detector learns from."""

import json
import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import click
import numpy as np

from inkdigits.cli.data_options import array_options, tells_warnings
from inkdigits.errors import DataError
from inkdigits.spec import CLASS_COUNT
from inkdigits.system.extras import require_extra
from inkdigits.training.data.mnist import LabeledFrames, load_mnist

__all__ = ["command"]

_MOST_COLUMNS = 10
_MOST_DIGITS = 1000  # a sheet of 100 rows, 15,000 dots high
_SCENE_COLUMNS = 4
_MOST_SCENES = 400  # a sheet of 100 rows, 20,000 dots high
_SPLITS = ("train", "validation", "test", "whole")


@click.group()
def command() -> None:
    """Show and check the MNIST data, or your own."""


@command.command()
@click.option("--first", type=click.IntRange(1, _MOST_DIGITS), default=4, show_default=True, help="How many digits.")
@click.option("--label", type=click.IntRange(0, CLASS_COUNT - 1), help="Only digits of this label.")
@click.option("--split", type=click.Choice(_SPLITS), show_default="whole; train of your own", help="Which digits.")
@click.option("--data", type=click.Path(path_type=Path), metavar="PATH", help="Your own digits instead of MNIST.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default="mnist-digits.png",
    show_default=True,
    help="The PNG.",
)
@array_options
def show(*, first: int, label: int | None, split: str | None, data: Path | None, out: Path, **form: Any) -> None:  # noqa: ANN401
    """Draw the first digits into a PNG and print its path.

    With no option: the tutorial's first figure, the first four training digits, 2 x 2, gray.
    """
    _check_png(out)
    require_extra("figures")
    from inkdigits.training.evaluation.contact_sheet import draw_digits  # noqa: PLC0415 - loads matplotlib

    split = split or ("whole" if data is None else "train")
    digits = _load(data, split, form)
    index = np.flatnonzero(digits.y == label) if label is not None else np.arange(len(digits))
    if len(index) == 0:
        msg = f"{data or 'MNIST'}: expected a digit with label {label}, found none; choose another label"
        raise DataError(msg)
    chosen = index[:first]
    titles = [f"label {digits.y[place]}, #{place}" for place in chosen]
    source = data.name if data else "MNIST" if split == "whole" else f"MNIST {split}"
    kind = "digits" if label is None else f"digits with label {label}"
    title = f"{source}: the first {len(chosen)} of {len(index):,} {kind}"
    columns = min(_MOST_COLUMNS, math.ceil(math.sqrt(len(chosen))))
    draw_digits(digits.x[chosen], titles, out, columns=columns, title=title)
    click.echo(out)


@command.command()
@click.option("--count", type=click.IntRange(1, _MOST_SCENES), default=24, show_default=True, help="How many scenes.")
@click.option("--layout", help="Only scenes of this kind, as number, boxes or text.")
@click.option(
    "--handwriting", type=click.Path(path_type=Path), metavar="FOLDER", help="Compose of real handwriting, too."
)
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True, help="Of the first scene.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default="scenes.png", show_default=True, help="The PNG."
)
def scenes(*, count: int, layout: str | None, handwriting: Path | None, seed: int, out: Path) -> None:
    """Draw scenes that the detector learns from into a PNG and print its path.

    Handwritten marks have a green box, printed ones a blue one; other ink is tinted red, and gray is what the detector
    is not asked for. The time that a scene takes is told on standard error.
    """
    _check_png(out)
    require_extra("train")
    from inkdigits.training.data.handwriting import Handwriting, load_handwriting  # noqa: PLC0415 - as those below
    from inkdigits.training.synthesis.scenes.composer import (  # noqa: PLC0415 - loads matplotlib
        LAYOUTS,
        Composer,
        gather_supplies,
    )
    from inkdigits.training.synthesis.scenes.sheet import draw_sheet  # noqa: PLC0415

    if layout is not None and layout not in LAYOUTS:
        msg = f"expected one of {', '.join(LAYOUTS)}, got {layout}; choose another layout"
        raise click.BadParameter(msg, param_hint="--layout")
    real = Handwriting() if handwriting is None else load_handwriting(handwriting)
    composer = Composer(gather_supplies(real, load_mnist().train))
    start = time.process_time()
    composed = [composer.compose(np.random.default_rng([seed, place]), layout) for place in range(count)]
    click.echo(f"{1000 * (time.process_time() - start) / count:.1f} ms of a core a scene", err=True)
    draw_sheet(composed, out, columns=min(_SCENE_COLUMNS, count))
    click.echo(out)


@command.command()
@click.option("--data", type=click.Path(path_type=Path), metavar="PATH", help="Your own digits instead of MNIST.")
@array_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(*, data: Path | None, as_json: bool, **form: Any) -> None:  # noqa: ANN401 - the options of arrays
    """Verify the data and print how often each digit occurs.

    MNIST is verified by the SHA-256 of its files; your own digits are read in full, every picture and every label.
    Standard error says when they seem to be dark on light, transposed, or of small values, and which option helps.
    """
    sets = _load_sets(data, form)
    counts = {name: np.bincount(digits.y, minlength=CLASS_COUNT).tolist() for name, digits in sets.items()}
    source = str(data) if data else "MNIST"
    checked = "every picture and label was read" if data else "the four files have the expected SHA-256"
    if as_json:
        splits = {name: {"count": sum(column), "labels": column} for name, column in counts.items()}
        click.echo(json.dumps({"source": source, "splits": splits}))
        return
    click.echo(f"{source}: {checked}", err=True)
    click.echo(_format_table(counts))


def _check_png(out: Path) -> None:
    if out.suffix.lower() != ".png":
        msg = f"expected a name that ends in .png, got {out}; change --out"
        raise click.BadParameter(msg, param_hint="--out")


def _load(data: Path | None, split: str, form: dict[str, Any]) -> LabeledFrames:
    _check_form(data, form)
    if data is None:
        digits: LabeledFrames = getattr(load_mnist(), split)
        return digits
    if split not in {"train", "test"}:
        msg = f"expected train or test with --data, got {split}; change --split"
        raise click.BadParameter(msg, param_hint="--split")
    from inkdigits.training.data.array_form import ArrayForm  # noqa: PLC0415 - as the next one
    from inkdigits.training.data.sources import load_dataset  # noqa: PLC0415 - loads the reader, not needed for MNIST

    with tells_warnings():
        return load_dataset(data, split="test" if split == "test" else "train", form=ArrayForm(**form))


def _check_form(data: Path | None, form: dict[str, Any]) -> None:
    """Refuse what is said of arrays where there are none."""
    if data is None and any(form.values()):
        msg = "--invert, --scale and --transpose are for your own digits; add --data, or leave them out"
        raise click.UsageError(msg)


def _load_sets(data: Path | None, form: dict[str, Any]) -> Mapping[str, LabeledFrames]:
    _check_form(data, form)
    if data is None:
        mnist = load_mnist()
        return {name: getattr(mnist, name) for name in _SPLITS}
    from inkdigits.training.data.array_form import ArrayForm  # noqa: PLC0415 - as the next one
    from inkdigits.training.data.sources import has_splits, load_dataset  # noqa: PLC0415 - loads the reader

    said = ArrayForm(**form)
    with tells_warnings():
        if has_splits(data):
            halves: tuple[Literal["train", "test"], ...] = ("train", "test")
            return {half: load_dataset(data, split=half, form=said) for half in halves}
        return {"digits": load_dataset(data, form=said)}


def _format_table(counts: Mapping[str, list[int]]) -> str:
    """Return a line per digit and a total, numbers right-aligned under their split."""
    width = max(10, *(len(name) for name in counts))
    rows = [("digit", list(counts))]
    rows += [(str(label), [f"{column[label]:,}" for column in counts.values()]) for label in range(CLASS_COUNT)]
    rows += [("total", [f"{sum(column):,}" for column in counts.values()])]
    return "\n".join(f"{head:>5}" + "".join(f"  {cell:>{width}}" for cell in cells) for head, cells in rows)
