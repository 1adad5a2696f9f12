"""Measures what `inkdigits adapt` gains by number of corrected digits, on the writers of the development sets.

    python benchmarks/adaptation.py [--data FOLDER] [--out FOLDER] [--model BUNDLE]

Of each writer some digits are drawn, the bundle is adapted to them as the command does it, and the rest is read: by the
bundle as it was and as it is then, the classifier alone. Where the command refuses, the bundle stays.
Photos of one digit go to the same side. Prints a Markdown table and, with --out, writes it with a plot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from findings import options, state_facts
from inkdigits.errors import AdaptationError, EmptyDigitError
from inkdigits.models.bundle import read_bundle
from inkdigits.reading.framing import frame_digit
from inkdigits.spec import Int64Array
from inkdigits.training.adapting.head import Features
from inkdigits.training.adapting.last_layer import LastLayer, Weights, open_last_layer
from inkdigits.training.adapting.writer import OTHERS, adapt_layer, see
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from sets import SINGLE, Item, find_sets, load_set

COUNTS = (30, 100, 300)
DRAWS = 3
COLUMNS = ("writer", "digits", "read", "before, %", "after, %", "gain", "accepted", "lost of MNIST, %")


@dataclass(frozen=True)
class Hand:
    """A writer's digits as the last layer sees them, and which are pictures of one digit."""

    name: str
    digits: Features
    group: Int64Array


@dataclass(frozen=True)
class Row:
    """What was found of one writer and number of digits; shares in percent, means over the draws."""

    writer: str
    count: int
    read: int
    before: float
    after: float
    accepted: int
    lost: float


def load_hands(folder: Path, layer: LastLayer) -> list[Hand]:
    """Return the writers of the sets that are there; the one writer of pencil_phone has several photos of a digit."""
    hands = []
    for name in find_sets(folder, SINGLE):
        items = load_set(folder, name)
        has_writers = "writer" in items[0].row
        writers = [item.row["writer"] if has_writers else "" for item in items]
        for writer in sorted(set(writers)):
            own = [item for item, one in zip(items, writers, strict=True) if one == writer]
            hands.append(_frame(f"{name} {writer}".strip(), own, layer, by_digit=not has_writers))
    return hands


def _frame(name: str, items: Sequence[Item], layer: LastLayer, *, by_digit: bool) -> Hand:
    """Frame a writer's digits as the reader does; those in which it finds no ink are left out."""
    frames, labels, groups = [], [], []
    for item in items:
        try:
            frames.append(frame_digit(item.data))
        except EmptyDigitError:
            continue
        labels.append(int(item.truth))
        groups.append(item.cluster if by_digit else item.name)
    digits = LabeledFrames(np.stack(frames), np.array(labels, np.uint8))
    return Hand(name, see(layer, digits), np.unique(groups, return_inverse=True)[1])


def measure(hand: Hand, count: int, start: Weights, others: Features, judges: Features) -> Row | None:
    """Adapt to so many digits of a writer in several draws; None where too few are left to be read."""
    before, after, lost, read, accepted = [], [], [], 0, 0
    for draw in range(DRAWS):
        order = np.random.default_rng([draw, count]).permutation(np.unique(hand.group))
        sizes = np.cumsum([np.sum(hand.group == group) for group in order])
        own = np.isin(hand.group, order[: int(np.searchsorted(sizes, count)) + 1])
        rest = hand.digits.choose(np.flatnonzero(~own))
        if len(rest) < 100:
            return None
        weights, loss = start, 0.0
        try:
            weights, told = adapt_layer(start, hand.digits.choose(np.flatnonzero(own)), others, judges)
            loss = 100 * (told.others_before - told.others_after) / told.others
            accepted += 1
        except AdaptationError:
            pass
        before.append(_accuracy(start, rest))
        after.append(_accuracy(weights, rest))
        lost.append(loss)
        read = len(rest)
    means = [float(np.mean(values)) for values in (before, after, lost)]
    return Row(hand.name, count, read, means[0], means[1], accepted, means[2])


def _accuracy(weights: Weights, digits: Features) -> float:
    return 100 * float(np.mean(weights.logits(digits.x).argmax(axis=1) == digits.y))


def to_markdown(rows: list[Row], facts: str) -> str:
    """Return the table and how it was made."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---|" + "---:|" * (len(COLUMNS) - 1)]
    for row in rows:
        cells = [row.writer, f"{row.count}", f"{row.read}", f"{row.before:.2f}", f"{row.after:.2f}"]
        cells += [f"{row.after - row.before:+.2f}", f"{row.accepted} of {DRAWS}", f"{row.lost:.2f}"]
        lines.append("| " + " | ".join(cells) + " |")
    note = f"""Development sets: digits of each writer were drawn {DRAWS} times; `read` are the others, of which
`before` and `after` are the right answers of the classifier alone, means over the draws. `accepted`: how often
`adapt` found a gain by cross-validation; where it did not, the bundle stays. `lost`: of MNIST's validation digits."""
    return "\n".join(lines) + f"\n\n{note}\n\n{facts}\n"


def plot(rows: list[Row], path: Path) -> None:
    """Draw the gain by number of digits, a line for each writer."""
    figure = Figure(figsize=(7, 4), dpi=120, layout="constrained")
    axes = figure.subplots()
    for writer in dict.fromkeys(row.writer for row in rows):
        own = [row for row in rows if row.writer == writer]
        axes.plot([row.count for row in own], [row.after - row.before for row in own], "o-", label=writer)
    axes.axhline(0, color="#999999", linewidth=1)
    axes.set(xlabel="corrected digits", ylabel="gain on the writer's other digits, points")
    axes.legend(frameon=False)
    figure.savefig(path, format="png")


def main() -> None:
    """Measure all writers and print the table."""
    arguments = options(__doc__, reads_sets=True).parse_args()
    bundle = read_bundle(arguments.model)
    layer = open_last_layer(bundle.onnx, arguments.model)
    mnist = load_mnist()
    others, judges = see(layer, mnist.train.slice(0, OTHERS)), see(layer, mnist.validation)
    found = [
        measure(hand, count, layer.weights, others, judges)
        for hand in load_hands(arguments.data, layer)
        for count in COUNTS
    ]
    rows = [row for row in found if row is not None]
    table = to_markdown(rows, state_facts(bundle.info))
    print(table)
    if arguments.out is not None:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "adaptation.md").write_text(table, encoding="utf-8")
        plot(rows, arguments.out / "adaptation.png")


if __name__ == "__main__":
    main()
