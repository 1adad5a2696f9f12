"""`inkdigits data`: draws or counts the digits of MNIST, or somebody's own."""

import json
import math
from collections.abc import Mapping
from pathlib import Path

import click
import numpy as np

from inkdigits.errors import DataError
from inkdigits.spec import CLASS_COUNT
from inkdigits.system.extras import require_extra
from inkdigits.training.data.mnist import LabeledFrames, load_mnist

__all__ = ["command"]

_MOST_COLUMNS = 10
_MOST_DIGITS = 1000  # a sheet of 100 rows, 15,000 dots high
_SPLITS = ("train", "validation", "test", "whole")


@click.group()
def command() -> None:
    """Show and check the MNIST data, or your own."""


@command.command()
@click.option("--first", type=click.IntRange(1, _MOST_DIGITS), default=4, show_default=True, help="How many digits.")
@click.option("--label", type=click.IntRange(0, CLASS_COUNT - 1), help="Only digits of this label.")
@click.option("--split", type=click.Choice(_SPLITS), default="train", show_default=True)
@click.option("--data", type=click.Path(path_type=Path), metavar="PATH", help="Your own digits instead of MNIST.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default="mnist-digits.png",
    show_default=True,
    help="The PNG.",
)
def show(*, first: int, label: int | None, split: str, data: Path | None, out: Path) -> None:
    """Draw the first digits into a PNG and print its path.

    With no option: the tutorial's first figure, the first four training digits, 2 x 2, gray.
    """
    if out.suffix.lower() != ".png":
        msg = f"expected a name that ends in .png, got {out}; change --out"
        raise click.BadParameter(msg, param_hint="--out")
    require_extra("train")
    from inkdigits.training.evaluation.contact_sheet import draw_digits  # noqa: PLC0415 - loads matplotlib

    digits = _load(data, split)
    index = np.flatnonzero(digits.y == label) if label is not None else np.arange(len(digits))
    if len(index) == 0:
        msg = f"{data or 'MNIST'}: expected a digit with label {label}, found none; choose another label"
        raise DataError(msg)
    chosen = index[:first]
    titles = [f"label {digits.y[place]}, #{place}" for place in chosen]
    source = data.name if data else f"MNIST {split}"
    kind = "digits" if label is None else f"digits with label {label}"
    title = f"{source}: the first {len(chosen)} of {len(index):,} {kind}"
    columns = min(_MOST_COLUMNS, math.ceil(math.sqrt(len(chosen))))
    draw_digits(digits.x[chosen], titles, out, columns=columns, title=title)
    click.echo(out)


@command.command()
@click.option("--data", type=click.Path(path_type=Path), metavar="PATH", help="Your own digits instead of MNIST.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(*, data: Path | None, as_json: bool) -> None:
    """Verify the data and print how often each digit occurs.

    MNIST is verified by the SHA-256 of its files; your own digits are read in full, every picture and every label.
    """
    sets = _load_sets(data)
    counts = {name: np.bincount(digits.y, minlength=CLASS_COUNT).tolist() for name, digits in sets.items()}
    source = str(data) if data else "MNIST"
    checked = "every picture and label was read" if data else "the four files have the expected SHA-256"
    if as_json:
        splits = {name: {"count": sum(column), "labels": column} for name, column in counts.items()}
        click.echo(json.dumps({"source": source, "splits": splits}))
        return
    click.echo(f"{source}: {checked}", err=True)
    click.echo(_format_table(counts))


def _load(data: Path | None, split: str) -> LabeledFrames:
    if data is None:
        digits: LabeledFrames = getattr(load_mnist(), split)
        return digits
    if split not in {"train", "test"}:
        msg = f"expected train or test with --data, got {split}; change --split"
        raise click.BadParameter(msg, param_hint="--split")
    from inkdigits.training.data.sources import load_dataset  # noqa: PLC0415 - loads the reader, not needed for MNIST

    return load_dataset(data, split="test" if split == "test" else "train")


def _load_sets(data: Path | None) -> Mapping[str, LabeledFrames]:
    if data is None:
        mnist = load_mnist()
        return {name: getattr(mnist, name) for name in _SPLITS}
    from inkdigits.training.data.sources import has_splits, load_dataset  # noqa: PLC0415 - loads the reader

    if has_splits(data):
        return {"train": load_dataset(data, split="train"), "test": load_dataset(data, split="test")}
    return {"digits": load_dataset(data)}


def _format_table(counts: Mapping[str, list[int]]) -> str:
    """Return a line per digit and a total, numbers right-aligned under their split."""
    width = max(10, *(len(name) for name in counts))
    rows = [("digit", list(counts))]
    rows += [(str(label), [f"{column[label]:,}" for column in counts.values()]) for label in range(CLASS_COUNT)]
    rows += [("total", [f"{sum(column):,}" for column in counts.values()])]
    return "\n".join(f"{head:>5}" + "".join(f"  {cell:>{width}}" for cell in cells) for head, cells in rows)
