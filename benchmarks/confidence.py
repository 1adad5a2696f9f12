"""Measures whether confidence and error budgets hold on the development sets, counted by digit and by line.

    python benchmarks/confidence.py [--data FOLDER] [--out FOLDER] [--model BUNDLE] [--sets NAME,NAME] [--limit N]

Prints Markdown tables and, with --out, writes them as confidence.md, confidence.json and confidence.png, the share of
wrong answers over the share answered. The sets fitted nothing: neither networks nor curves nor budgets.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from findings import options, state_facts, write_findings
from handwriting import digits_of
from inkdigits import DigitReader
from inkdigits.models.detector import Detector
from inkdigits.models.metadata import PictureBudget
from inkdigits.results import Reading
from inkdigits.spec import Float64Array
from inkdigits.training.calibration.held_out_marks import align
from inkdigits.training.evaluation.metrics import confidence_error
from questions import QUESTIONS, Question
from sets import DATA, Item, find_sets, load_set, thin_out
from shares import Share, by_cluster

Bools = npt.NDArray[np.bool_]
_NOTE = """
Line: all digits of a picture, its lines joined. Answered: the confidence of its lines is at the limit or above, and
something was found. Silently wrong: wrong without a "?", of all pictures, also where nothing was found. ECE: expected
calibration error in 15 bins; it is never 0 for few pictures. Intervals: writers, forms, pages or photos drawn anew."""
_SHARES = ("answered, %", "right of these, %", "silently wrong, %", "95 % interval")
_HEADS = ("development set", "writers", "n", *_SHARES, "ECE of lines, %", "ECE of digits, %")
LIMITS = (0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.99)
_LIMIT_NOTE = """
Each cell: share answered, and silently wrong share of all pictures, had the confidence of a line to be at the limit or
above, in percent."""
_BUDGET_NOTE = """
Each cell: share answered, and of these the share that is wrong with its 95 % interval, all in percent. The budgets are
proved on numbers of writers whom no network learned from, as scanned: other sets may be harder."""


@dataclass(frozen=True, eq=False)
class Answered:
    """What was answered of the pictures of a question.

    Attributes:
        clusters: Who wrote each picture.
        line: Confidence of each picture's lines, 0 to 1; 0 where nothing was found.
        is_right: Whether its digits are those that are written, unsure ones included.
        is_silent: Whether it is wrong and has no "?".
        has_doubt: Whether it has a "?", or nothing was found.
        digit: Confidence of each digit of all pictures.
        is_right_digit: Whether it is written there.
        digit_clusters: Who wrote it.
    """

    clusters: list[str]
    line: Float64Array
    is_right: Bools
    is_silent: Bools
    has_doubt: Bools
    digit: Float64Array
    is_right_digit: Bools
    digit_clusters: list[str]


@dataclass(frozen=True, kw_only=True)
class Row(Share):
    """The silently wrong share of a set by default, and what confidence is worth there; shares are 0 to 1."""

    name: str
    writers: int
    answered: float
    right_of_answered: float
    line_error: float
    digit_error: float


@dataclass(frozen=True, kw_only=True)
class Kept(Share):
    """The wrong share of what a budget answers of a set; `answered` is the share answered."""

    name: str
    per: str
    max_error: float
    answered: float


def ask(question: Question, items: Sequence[Item], reader: DigitReader) -> Answered:
    """Return what is answered of the pictures of a question."""
    read = reader.read if question.read_by == "read" else reader.read_digit
    readings = [read(item.data) for item in items]
    found = [[digit for digit in reading.digits if digit.outcome != "not_a_digit"] for reading in readings]
    texts = [digits_of(item.text) for item in items]
    names = ["".join(str(digit.label) for digit in digits) for digits in found]
    true = [
        align([digit.label for digit in digits], [digit.confidence for digit in digits], text)
        for digits, text in zip(found, texts, strict=True)
    ]
    is_right = np.array([name == text for name, text in zip(names, texts, strict=True)])
    has_sign = np.array(["?" in reading.text for reading in readings])
    return Answered(
        [item.cluster for item in items],
        np.array([find_confidence(reading) for reading in readings]),
        is_right,
        ~has_sign & ~is_right,
        has_sign | np.array([not digits for digits in found]),
        np.array([digit.confidence for digits in found for digit in digits]),
        np.array(
            [d.label == t for digits, row in zip(found, true, strict=True) for d, t in zip(digits, row, strict=True)]
        ),
        [item.cluster for item, digits in zip(items, found, strict=True) for _ in digits],
    )


def find_confidence(reading: Reading) -> float:
    """Return how surely all lines of a reading are right; 0 where nothing was found."""
    sure = [line.confidence for line in reading.lines if line.text]
    return math.prod(sure) if sure else 0.0


def measure(name: str, answered: Answered) -> Row:
    """Return the row of a set."""
    given = ~answered.has_doubt
    return Row(
        **vars(by_cluster(answered.is_silent.tolist(), answered.clusters)),
        name=name,
        writers=len(set(answered.clusters)),
        answered=float(given.mean()),
        right_of_answered=float(answered.is_right[given].mean()) if given.any() else 1.0,
        line_error=confidence_error(answered.is_right, answered.line),
        digit_error=confidence_error(answered.is_right_digit, answered.digit),
    )


def hold(name: str, answered: Answered, budget: PictureBudget) -> Kept | None:
    """Return what a budget answers of a set; None where it answers nothing."""
    is_line = budget.per == "line"
    confidence = answered.line if is_line else answered.digit
    is_right = answered.is_right if is_line else answered.is_right_digit
    clusters = answered.clusters if is_line else answered.digit_clusters
    given = confidence >= budget.unsure_below
    if not given.any():
        return None
    own = [cluster for cluster, is_given in zip(clusters, given, strict=True) if is_given]
    wrong = by_cluster((~is_right[given]).tolist(), own)
    share = float(given.mean())
    return Kept(**vars(wrong), name=name, per=budget.per, max_error=budget.max_error, answered=share)


def to_markdown(rows: Sequence[Row]) -> str:
    """Return the first table."""
    lines = [
        f"| {' | '.join(_HEADS)} |",
        "|---|---:|---:|---:|---:|---:|---|---:|---:|",
    ]
    for row in rows:
        shares = f"{100 * row.answered:.1f} | {100 * row.right_of_answered:.1f} | {row.cells()}"
        errors = f"{100 * row.line_error:.1f} | {100 * row.digit_error:.1f}"
        lines.append(f"| {row.name} | {row.writers} | {row.n:,} | {shares} | {errors} |")
    return "\n".join(lines)


def to_budget_table(kept: Sequence[Kept]) -> str:
    """Return the second table: a line for each set, a column for each budget."""
    budgets = list(dict.fromkeys((one.per, one.max_error) for one in kept))
    names = list(dict.fromkeys(one.name for one in kept))
    cells = {(one.name, one.per, one.max_error): one for one in kept}
    lines = [
        f"| development set | {' | '.join(f'{100 * share:g} % of {per}s' for per, share in budgets)} |",
        "|---|" + "---|" * len(budgets),
    ]
    for name in names:
        told = []
        for per, share in budgets:
            one = cells.get((name, per, share))
            told.append("-" if one is None else f"{100 * one.answered:.1f}: {100 * one.share:.2f} ({one.interval()})")
        lines.append(f"| {name} | {' | '.join(told)} |")
    return "\n".join(lines)


def to_limit_table(answered: dict[str, Answered]) -> str:
    """Return the third table: a line for each set, a column for each limit of a line's confidence."""
    heads = ["development set", *map(str, LIMITS)]
    lines = [f"| {' | '.join(heads)} |", "|---|" + "---:|" * len(LIMITS)]
    for name, one in answered.items():
        cells = []
        for limit in LIMITS:
            given = one.line >= limit
            silent = (given | (one.line == 0)) & ~one.is_right
            cells.append(f"{100 * given.mean():.1f}, {100 * silent.mean():.2f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def plot(answered: dict[str, Answered], path: Path) -> None:
    """Draw the share of wrong answers over the share answered, a line for each set."""
    import matplotlib as mpl  # noqa: PLC0415 # only with --out

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415 # likewise

    figure, axes = plt.subplots(figsize=(7, 5))
    for name, one in answered.items():
        order = np.argsort(-one.line)
        wrong = np.cumsum(~one.is_right[order]) / np.arange(1, len(order) + 1)
        axes.plot(100 * np.arange(1, len(order) + 1) / len(order), 100 * wrong, label=name)
    axes.set(xlabel="answered, %", ylabel="wrong of these, %", xlim=(0, 100), ylim=(0, 25))
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
    figure.savefig(path, dpi=150)
    plt.close(figure)


def ask_sets(description: str) -> tuple[argparse.Namespace, DigitReader, dict[str, Answered]]:
    """Return what the command line says, the reader that it names, and what that answers of each set that is there.

    Args:
        description: Of the command, for its help.
    """
    asked = [question for question in QUESTIONS if not question.counts_calls]
    names = list(dict.fromkeys(question.name for question in asked))
    parser = options(description, reads_sets=True)
    parser.add_argument("--sets", default=",".join(names), help="which sets, by name")
    parser.add_argument("--limit", type=int, help="pictures of each row at most; evenly spaced")
    arguments = parser.parse_args()
    found = find_sets(arguments.data, arguments.sets.split(","))
    if not found:
        sys.exit(arguments.data != DATA)
    reader, answered = DigitReader(arguments.model), {}
    for question in asked:
        if question.name in found:
            items = [item for item in load_set(arguments.data, question.name) if item.part == question.part]
            answered[question.title] = ask(question, thin_out(items, arguments.limit), reader)
    return arguments, reader, answered


def main() -> None:
    """Measure every set that is there."""
    arguments, reader, answered = ask_sets(__doc__)
    budgets = Detector().info.budgets
    rows = [measure(name, one) for name, one in answered.items()]
    held = [hold(name, one, budget) for name, one in answered.items() for budget in budgets]
    kept = [one for one in held if one is not None]
    facts = state_facts(reader.info)
    tables = (
        to_markdown(rows),
        _NOTE,
        "",
        to_budget_table(kept),
        _BUDGET_NOTE,
        "",
        to_limit_table(answered),
        _LIMIT_NOTE,
    )
    table = "\n".join([*tables, "", facts, ""])
    print(table, end="")
    if arguments.out:
        values = {"rows": [asdict(row) for row in rows], "budgets": [asdict(one) for one in kept]}
        write_findings(arguments.out, "confidence", table, reader.info, values)
        plot(answered, arguments.out / "confidence.png")


if __name__ == "__main__":
    main()
