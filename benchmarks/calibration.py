"""Checks whether confidence is honest and error budgets hold, on MNIST test and on the development sets.

    python benchmarks/calibration.py [--data FOLDER] [--out FOLDER] [--models BUNDLE,BUNDLE] [--sets NAME,NAME]

Prints Markdown tables; with --out, writes them as calibration.md and calibration.json together with calibration.png
(the reliability diagram and the risk-coverage curve of each bundle). The sets hold single digits and are read by
`read_digit`: rejected digits count as not answered, and pictures read as blank do not count. The photos of pencil_phone
show 131 digits several times, so its intervals are too narrow. Nothing was fitted on any of these sets.
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
from inkdigits.models.classifier import Classifier
from inkdigits.models.confidence import confidences
from inkdigits.models.metadata import BundleInfo
from inkdigits.models.rejector import Rejector
from inkdigits.reading.framing import frame_digit
from inkdigits.reading.reader import DigitReader
from inkdigits.spec import Float32Array, Float64Array
from inkdigits.training.calibration.error_budget import lower_bound, upper_bound
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.evaluation.metrics import confidence_error, expected_calibration_error
from inkdigits.training.evaluation.plots import ReliabilityCurve, plot_reliability
from sets import SINGLE, find_sets, load_set

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
    """What one bundle says of one set: float32 (n, 10), float64 (n,) and whether each answer was right, bool (n,)."""

    info: BundleInfo
    probabilities: Float32Array
    confidence: Float64Array
    is_right: npt.NDArray[np.bool_]


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


@dataclass(frozen=True, eq=False)
class Digits:
    """Frames and labels of one set, and which of them `read_digit` takes for digits: bool (n,), whatever the bundle."""

    frames: LabeledFrames
    is_digit: npt.NDArray[np.bool_]


def load_sets(folder: Path, names: list[str]) -> dict[str, Digits]:
    """Return the digits of each set by its name."""
    found = find_sets(folder, [name for name in names if name != MNIST_TEST])
    return {
        name: load_mnist_test() if name == MNIST_TEST else load_pictures(folder, name)
        for name in names
        if name in (*found, MNIST_TEST)
    }


def load_mnist_test() -> Digits:
    """Return MNIST's test digits, which are frames already."""
    test, rejector = load_mnist().test, Rejector()
    return Digits(test, rejector.digit_probabilities(test.x[..., np.newaxis]) >= rejector.info.doubt_below)


def load_pictures(folder: Path, name: str) -> Digits:
    """Return the digits of a set of pictures that are not read as blank."""
    reader = DigitReader()
    frames, labels, is_digit = [], [], []
    for item in load_set(folder, name):
        found = reader.read_digit(item.data).digits
        if found:
            frames.append(frame_digit(item.data))
            labels.append(int(item.text))
            is_digit.append(found[0].outcome != "not_a_digit")
    return Digits(LabeledFrames(np.array(frames), np.array(labels, np.uint8)), np.array(is_digit, np.bool_))


def measure_confidence(answers: Asked, name: str, digits: Digits) -> Calibration:
    """Return the expected calibration error of the network alone and of the reader's confidence."""
    raw = expected_calibration_error(digits.frames.y, answers.probabilities)
    honest = confidence_error(answers.is_right, answers.confidence)
    return Calibration(answers.info.name, name, len(digits.frames), float(answers.is_right.mean()), raw, honest)


def measure_budgets(answers: Asked, name: str, is_digit: npt.NDArray[np.bool_]) -> list[Kept]:
    """Return what each budget of the bundle answers, and how much of it is wrong."""
    rows = []
    for budget in answers.info.budgets:
        accepted = is_digit & (answers.confidence >= budget.unsure_below)  # the reader's outcome is "digit"
        answered, wrong = int(accepted.sum()), int((accepted & ~answers.is_right).sum())
        low, high = lower_bound(wrong, answered, TWO_SIDED), upper_bound(wrong, answered, TWO_SIDED)
        rows.append(Kept(answers.info.name, budget.max_error, name, len(is_digit), answered, wrong, low, high))
    return rows


def confidence_table(rows: list[Calibration]) -> str:
    """Return the calibration errors as a table."""
    lines = ["| bundle | set | n | accuracy, % | ECE of the network alone, % | ECE of confidence, % |"]
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


def ask(classifier: Classifier, digits: LabeledFrames) -> Asked:
    """Return what a bundle says of each digit."""
    info = classifier.info
    probabilities = classifier.predict_proba(digits.x[..., np.newaxis])
    confidence = confidences(probabilities, info.confidence_slope, info.confidence_offset)
    return Asked(info, probabilities, confidence, np.equal(probabilities.argmax(axis=1), digits.y))


def main() -> None:
    """Measure every bundle on every set."""
    parser = options(__doc__, reads_sets=True, takes_model=False)
    parser.add_argument("--models", default=",".join(shipped_bundles()))
    parser.add_argument("--sets", default=",".join((MNIST_TEST, *SINGLE)))
    arguments = parser.parse_args()
    sets = load_sets(arguments.data, arguments.sets.split(","))
    calibrations, kept, curves = [], [], []
    for model in arguments.models.split(","):
        classifier = Classifier(model)
        for name, digits in sets.items():
            answers = ask(classifier, digits.frames)
            calibrations.append(measure_confidence(answers, name, digits))
            kept += measure_budgets(answers, name, digits.is_digit)
            curves.append(ReliabilityCurve(classifier.info.name, name, answers.confidence, answers.is_right))
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
