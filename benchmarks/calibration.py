"""Checks whether confidence is honest and error budgets hold, on MNIST test and on the development sets.

    python benchmarks/calibration.py [--data FOLDER] [--out FOLDER] [--models BUNDLE,BUNDLE] [--sets NAME,NAME]
        [--limit N]

Prints Markdown tables; with --out, writes them as calibration.md and calibration.json together with calibration.png
(the reliability diagram and the risk-coverage curve of each bundle). The sets hold single digits and are read by
`read_digit`, MNIST by `read_frames`: rejected digits count as not answered, and pictures read as blank do not count.
The photos of pencil_phone show 131 digits several times, so its intervals are too narrow. Nothing was fitted on any of
these sets.
"""

import json
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

import inkdigits
from findings import options
from inkdigits.models.bundle import shipped_bundles
from inkdigits.models.metadata import BundleInfo
from inkdigits.reading.reader import DigitReader
from inkdigits.spec import Float32Array, Float64Array, UInt8Array
from inkdigits.training.calibration.error_budget import lower_bound, upper_bound
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.metrics import confidence_error, expected_calibration_error
from inkdigits.training.evaluation.plots import ReliabilityCurve, plot_reliability
from sets import SINGLE, find_sets, load_set, thin_out

MNIST_TEST = "MNIST test"
TWO_SIDED = 0.975  # each end, for an interval of 95 %
_CELLS = "Answered, %; wrong answers; their share of the answered, % (95 % interval):"


@dataclass(frozen=True)
class Calibration:
    """How far one bundle's confidence is from the truth on one set, shares 0 to 1."""

    model: str
    name: str
    n: int
    accuracy: float
    raw_error: float
    calibrated_error: float


@dataclass(frozen=True, eq=False)
class Asked:
    """What the reader says of one set with one bundle.

    Attributes:
        info: Of the bundle.
        labels: uint8, shape (n,), the true ones.
        probabilities: float32, shape (n, 10).
        confidence: float64, shape (n,), 0 to 1.
        is_right: bool, shape (n,).
        is_digit: bool, shape (n,): whether the mark is a digit beyond doubt, whatever its label.
    """

    info: BundleInfo
    labels: UInt8Array
    probabilities: Float32Array
    confidence: Float64Array
    is_right: npt.NDArray[np.bool_]
    is_digit: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Kept:
    """What one budget of one bundle did on one set; shares are 0 to 1."""

    model: str
    max_error: float
    name: str
    n: int
    answered: int
    wrong: int
    low: float
    high: float


def ask(reader: DigitReader, name: str, folder: Path, limit: int | None) -> Asked:
    """Return what is said of each digit of a set, or of some of them; pictures read as blank are left out."""
    if name == MNIST_TEST:
        test = load_mnist().test
        kept = thin_out(range(len(test)), limit)
        readings, truth = reader.read_frames(test.x[kept, ..., np.newaxis]), test.y[kept].tolist()
    else:
        items = thin_out(load_set(folder, name), limit)
        readings, truth = [reader.read_digit(item.data) for item in items], [int(item.text) for item in items]
    found = [(reading.digits[0], label) for reading, label in zip(readings, truth, strict=True) if reading.digits]
    return Asked(
        reader.info,
        np.array([label for _, label in found], dtype=np.uint8),
        np.array([digit.probabilities for digit, _ in found], dtype=np.float32),
        np.array([digit.confidence for digit, _ in found], dtype=np.float64),
        np.array([digit.label == label for digit, label in found], dtype=np.bool_),
        np.array([digit.reason in {None, "low confidence"} for digit, _ in found], dtype=np.bool_),
    )


def measure_confidence(answers: Asked, name: str) -> Calibration:
    """Return the expected calibration error of the probabilities and of the reader's confidence."""
    raw = expected_calibration_error(answers.labels, answers.probabilities)
    honest = confidence_error(answers.is_right, answers.confidence)
    return Calibration(answers.info.name, name, len(answers.labels), float(answers.is_right.mean()), raw, honest)


def measure_budgets(answers: Asked, name: str) -> list[Kept]:
    """Return what each budget of the bundle answers, and how much of it is wrong."""
    rows = []
    for budget in answers.info.budgets:
        accepted = answers.is_digit & (answers.confidence >= budget.unsure_below)  # the reader's outcome is "digit"
        answered, wrong = int(accepted.sum()), int((accepted & ~answers.is_right).sum())
        low, high = lower_bound(wrong, answered, TWO_SIDED), upper_bound(wrong, answered, TWO_SIDED)
        rows.append(Kept(answers.info.name, budget.max_error, name, len(accepted), answered, wrong, low, high))
    return rows


def confidence_table(rows: list[Calibration]) -> str:
    """Return the calibration errors as a table."""
    lines = ["| bundle | set | n | accuracy, % | ECE of the probabilities, % | ECE of confidence, % |"]
    lines.append("|---|---|---:|---:|---:|---:|")
    for row in rows:
        shares = " | ".join(f"{100 * share:.2f}" for share in (row.accuracy, row.raw_error, row.calibrated_error))
        lines.append(f"| {row.model} | {row.name} | {row.n:,} | {shares} |")
    return "\n".join(lines) + "\n"


def budget_table(rows: list[Kept]) -> str:
    """Return the budgets as a table: one line a bundle and budget, one column a set."""
    names = list(dict.fromkeys(row.name for row in rows))
    lines = [f"| bundle | most wrong, % | {' | '.join(names)} |", "|---|---:|" + "---|" * len(names)]
    for model, budget in dict.fromkeys((row.model, row.max_error) for row in rows):
        own = {row.name: row for row in rows if (row.model, row.max_error) == (model, budget)}
        lines.append(f"| {model} | {100 * budget:g} | {' | '.join(describe(own[name]) for name in names)} |")
    return "\n".join(lines) + "\n"


def describe(row: Kept) -> str:
    """Return one cell: answered, and how many of these were wrong."""
    share = 100 * row.wrong / max(1, row.answered)
    interval = f"{100 * row.low:.2f} to {100 * row.high:.2f}"
    return f"{100 * row.answered / row.n:.1f}, {row.wrong} wrong: {share:.2f} ({interval})"


def main() -> None:
    """Measure every bundle on every set."""
    parser = options(__doc__, reads_sets=True, takes_model=False)
    parser.add_argument("--models", default=",".join(shipped_bundles()))
    parser.add_argument("--sets", default=",".join((MNIST_TEST, *SINGLE)))
    parser.add_argument("--limit", type=int, help="digits of each set at most, evenly spaced")
    arguments = parser.parse_args()
    wanted = arguments.sets.split(",")
    there = [*find_sets(arguments.data, [name for name in wanted if name != MNIST_TEST]), MNIST_TEST]
    calibrations, kept, curves = [], [], []
    for model in arguments.models.split(","):
        reader = DigitReader(model)
        for name in [name for name in wanted if name in there]:
            answers = ask(reader, name, arguments.data, arguments.limit)
            calibrations.append(measure_confidence(answers, name))
            kept += measure_budgets(answers, name)
            curves.append(ReliabilityCurve(reader.info.name, name, answers.confidence, answers.is_right))
    facts = (
        f"Python {platform.python_version()}, inkdigits {inkdigits.__version__}, {datetime.now(UTC).date().isoformat()}"
    )
    table = f"{confidence_table(calibrations)}\n{_CELLS}\n\n{budget_table(kept)}\n{facts}.\n"
    print(table, end="")
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "calibration.md").write_text(table)
        rows = {"confidence": [asdict(row) for row in calibrations], "budgets": [asdict(row) for row in kept]}
        (arguments.out / "calibration.json").write_text(json.dumps({"facts": facts, **rows}, indent=2) + "\n")
        plot_reliability(curves, arguments.out / "calibration.png")


if __name__ == "__main__":
    main()
