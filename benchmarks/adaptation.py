"""Measures what `inkdigits adapt` gains by number of corrected digits, on the writers of the development sets.

    python benchmarks/adaptation.py [--data FOLDER] [--out FOLDER] [--model BUNDLE]

Of each writer some digits are drawn, the bundle is adapted to them as the command does it, and the rest is named: by
the bundle as it was and as it is then, alone and together with detector and line recognizer as `read` does it. Where
the command refuses, the bundle stays. The digits of one number, and the photos of one digit, go to the same side.
Prints a Markdown table and, with --out, writes it with a plot. It takes two minutes of one core.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from findings import options, state_facts
from hands import Hand, load_hands
from inkdigits.errors import AdaptationError
from inkdigits.models.bundle import read_bundle
from inkdigits.reading.recognition.recognizer import Recognizer
from inkdigits.spec import LEAST_PROBABILITY, BoolArray, Float64Array, Int64Array
from inkdigits.training.adapting.head import Features
from inkdigits.training.adapting.last_layer import LastLayer, Weights, open_last_layer
from inkdigits.training.adapting.writer import OTHERS, adapt_layer, see
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from shares import ROUNDS, SEED

__all__ = ["COUNTS", "Row", "measure", "plot", "to_markdown"]

COUNTS = (30, 100, 300)
DRAWS = 3
LEAST_LEFT = 15  # digits of a writer that are named
COLUMNS = (
    "writer",
    "digits",
    "named",
    "classifier before, %",
    "after, %",
    "gain, points",
    "all networks before, %",
    "after, %",
    "gain, points",
    "adapted",
    "lost of MNIST, %",
)


class Interval(NamedTuple):
    """A gain in points, with the ends of its 95 % interval."""

    gain: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return it as a cell."""
        return f"{self.gain:+.2f} ({self.low:+.1f} to {self.high:+.1f})"


@dataclass(frozen=True, slots=True)
class Row:
    """What was found of the writers of one row and a number of digits; shares in percent, means over the draws.

    Attributes:
        name: Of the row.
        writers: Who had enough digits.
        count: Digits that the bundle was adapted to.
        named: Digits that were named in a draw, on average.
        alone: Right answers of the classifier before.
        alone_gain: What it gains.
        together: Right answers of all networks before.
        together_gain: What they gain.
        adapted: In how many of the trials `adapt` found a gain.
        trials: Draws of all writers.
        lost: Of MNIST's validation digits.
    """

    name: str
    writers: int
    count: int
    named: float
    alone: float
    alone_gain: Interval
    together: float
    together_gain: Interval
    adapted: int
    trials: int
    lost: float


@dataclass(slots=True)
class _Counts:
    """Of a writer: how often each digit was named, how often it was right, and what came of each draw.

    Attributes:
        named: Float64, shape (n,).
        right: Float64, shape (n, 4): classifier before and after, all networks before and after.
        adapted: In how many draws `adapt` found a gain.
        lost: Of each draw the share of MNIST's validation digits that is lost, percent.
    """

    named: Float64Array
    right: Float64Array
    adapted: int
    lost: list[float]


def measure(hands: Sequence[Hand], count: int, layer: LastLayer, others: Features, judges: Features) -> Row | None:
    """Adapt to so many digits of each writer in several draws; None where too few are left to be named.

    Args:
        hands: The writers of one row.
        count: Digits that are adapted to, or one group of them more.
        layer: Of the bundle.
        others: As `adapt_layer` takes them.
        judges: As `adapt_layer` takes them.
    """
    fitting = [hand for hand in hands if len(hand) >= count + LEAST_LEFT]
    if not fitting:
        return None
    found = [_measure_hand(hand, count, layer, others, judges) for hand in fitting]
    return _make_row(fitting, count, found)


def _measure_hand(hand: Hand, count: int, layer: LastLayer, others: Features, judges: Features) -> _Counts:
    digits = see(layer, LabeledFrames(hand.frames, hand.labels))
    counts = _Counts(np.zeros(len(hand)), np.zeros((len(hand), 4)), 0, [])
    for draw in range(DRAWS):
        own = _draw(hand, count, draw)
        weights, loss, is_better = _adapt(layer.weights, digits.choose(np.flatnonzero(own)), others, judges)
        counts.adapted += is_better
        counts.lost.append(loss)
        counts.named += ~own
        counts.right += _name(hand, digits, layer.weights, weights) * ~own[:, np.newaxis]
    return counts


def _draw(hand: Hand, count: int, draw: int) -> BoolArray:
    """Return which digits are adapted to: groups in a random order until there are enough."""
    order = np.random.default_rng([draw, count]).permutation(np.unique(hand.group))
    sizes = np.cumsum([np.sum(hand.group == group) for group in order])
    return np.isin(hand.group, order[: int(np.searchsorted(sizes, count)) + 1])


def _adapt(start: Weights, own: Features, others: Features, judges: Features) -> tuple[Weights, float, bool]:
    """Return the numbers of the last layer, the share of MNIST that they lose, and whether they are other ones."""
    try:
        weights, told = adapt_layer(start, own, others, judges)
    except AdaptationError:
        return start, 0.0, False
    return weights, 100 * (told.others_before - told.others_after) / told.others, True


def _name(hand: Hand, digits: Features, before: Weights, after: Weights) -> BoolArray:
    """Return whether each digit is right: shape (n, 4), the columns of `_Counts.right`."""
    answers = []
    for join in (False, True):
        for weights in (before, after):
            logits = weights.logits(digits.x)
            odds = np.exp(logits - logits.max(axis=1, keepdims=True))
            logs = np.log(np.maximum(odds / odds.sum(axis=1, keepdims=True), LEAST_PROBABILITY))
            said = hand.weight[:, np.newaxis] * logs + hand.others if join else logs
            answers.append(said.argmax(axis=1) == digits.y)
    return np.stack(answers, axis=1)


def _make_row(hands: Sequence[Hand], count: int, found: Sequence[_Counts]) -> Row:
    named = np.concatenate([counts.named for counts in found])
    right = np.concatenate([counts.right for counts in found])
    # what intervals draw anew: the writers of a row with several, else the writer's numbers or digits
    several = [np.full(len(hand), place) for place, hand in enumerate(hands)]
    group = hands[0].group if len(hands) == 1 else np.concatenate(several)
    alone, _, together, _ = (100 * right.sum(axis=0) / named.sum()).tolist()
    gains = [_bootstrap(right[:, 2 * way + 1] - right[:, 2 * way], named, group) for way in range(2)]
    trials = DRAWS * len(hands)
    adapted, lost = sum(counts.adapted for counts in found), [share for counts in found for share in counts.lost]
    return Row(
        hands[0].name,
        len(hands),
        count,
        float(named.sum() / trials * len(hands)),
        alone,
        gains[0],
        together,
        gains[1],
        adapted,
        trials,
        float(np.mean(lost)),
    )


def _bootstrap(gained: Float64Array, named: Float64Array, group: Int64Array) -> Interval:
    """Return the gain in points; the groups are drawn anew for its interval."""
    sums = np.stack([np.bincount(group, weights=gained), np.bincount(group, weights=named)])
    generator = np.random.default_rng(SEED)
    times = generator.multinomial(sums.shape[1], np.full(sums.shape[1], 1 / sums.shape[1]), size=ROUNDS)
    drawn = 100 * (times @ sums[0]) / np.maximum(times @ sums[1], 1)
    low, high = np.quantile(drawn, (0.025, 0.975)).tolist()
    return Interval(float(100 * gained.sum() / named.sum()), low, high)


def to_markdown(rows: Sequence[Row], facts: str) -> str:
    """Return the table and how it was made."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---|" + "---:|" * (len(COLUMNS) - 1)]
    for row in rows:
        name = row.name if row.writers == 1 else f"{row.name}, {row.writers} writers"
        cells = [name, f"{row.count}", f"{row.named:.0f}"]
        cells += [f"{row.alone:.2f}", f"{row.alone + row.alone_gain.gain:.2f}", str(row.alone_gain)]
        cells += [f"{row.together:.2f}", f"{row.together + row.together_gain.gain:.2f}", str(row.together_gain)]
        cells += [f"{row.adapted} of {row.trials}", f"{row.lost:.2f}"]
        lines.append("| " + " | ".join(cells) + " |")
    note = f"""\
Development sets. The bundle is adapted to so many digits of a writer, drawn {DRAWS} times; named are the writer's
others: by the classifier alone, and as `read` joins it with detector and line recognizer. Adapted: in how many trials
`adapt` found a gain by cross-validation; else the bundle stays and the gain is 0. Intervals of 95 %: the writer's
numbers (of pencil_phone: digits) drawn anew, or the writers where a row has several; which digits are adapted to is not
in them. registers, random-set-2 is about three writers, a page of mark_sheets one or two, each adapted to as one.
Numbers were cut into digits by the reader, and left out where it found another count of digits than is written."""
    return "\n".join(lines) + f"\n\n{note}\n\n{facts}\n"


def plot(rows: Sequence[Row], path: Path) -> None:
    """Draw the gain by number of digits, a line for each writer: of the classifier, and of all networks."""
    figure = Figure(figsize=(11, 4.5), dpi=120, layout="constrained")
    titles = ("classifier alone", "all networks, as read joins them")
    names = list(dict.fromkeys(row.name for row in rows))
    for way, (axes, title) in enumerate(zip(figure.subplots(1, 2, sharey=True), titles, strict=True)):
        for place, name in enumerate(names):
            own = [row for row in rows if row.name == name]
            gains = [(row.alone_gain, row.together_gain)[way] for row in own]
            bars = [[one.gain - one.low for one in gains], [one.high - one.gain for one in gains]]
            shifted = [row.count * 1.02 ** (place - len(names) / 2) for row in own]  # bars side by side
            axes.errorbar(
                shifted, [one.gain for one in gains], yerr=np.maximum(bars, 0), fmt="o-", capsize=2, label=name
            )
        axes.axhline(0, color="#999999", linewidth=1)
        axes.set_xscale("log")
        axes.set_xticks(COUNTS, list(map(str, COUNTS)), minor=False)
        axes.set_xticks([], minor=True)
        axes.set(title=title, xlabel="digits adapted to")
    figure.axes[0].set_ylabel("gain on the writer's other digits, points")
    figure.legend(*figure.axes[0].get_legend_handles_labels(), frameon=False, loc="outside right upper")
    figure.savefig(path, format="png")


def main() -> None:
    """Measure all writers and print the table."""
    arguments = options(__doc__, reads_sets=True).parse_args()
    bundle = read_bundle(arguments.model)
    layer = open_last_layer(bundle.onnx, arguments.model)
    mnist = load_mnist()
    others, judges = see(layer, mnist.train.slice(0, OTHERS)), see(layer, mnist.validation)
    hands = load_hands(arguments.data, Recognizer(arguments.model))
    names = list(dict.fromkeys(hand.name for hand in hands))
    rows = []
    for name in names:
        print(name, file=sys.stderr)
        own = [hand for hand in hands if hand.name == name]
        found = [measure(own, count, layer, others, judges) for count in COUNTS]
        rows += [row for row in found if row is not None]
    table = to_markdown(rows, state_facts(bundle.info))
    print(table)
    if arguments.out is not None:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "adaptation.md").write_text(table, encoding="utf-8")
        plot(rows, arguments.out / "adaptation.png")


if __name__ == "__main__":
    main()
