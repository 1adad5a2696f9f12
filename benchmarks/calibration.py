"""Whether confidence is honest and error budgets are kept: on MNIST test, and on real handwriting that fitted nothing.

    python benchmarks/calibration.py [--data FOLDER] [--out FOLDER] [--models BUNDLE,BUNDLE] [--sets NAME,NAME]

Prints Markdown tables; with --out, writes them as calibration.md and calibration.json together with calibration.png
(the reliability diagram and the risk-coverage curve of each bundle). The sets are those of `handwriting.py`, read as
`read_digit` reads; a picture that is read as blank has no answer and does not count. The photos of pencil_phone show
131 digits several times over, so its intervals are too narrow.
"""

import argparse
import json
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

import inkdigits
from inkdigits.bundle import BundleInfo, shipped_bundles
from inkdigits.classifier import Classifier
from inkdigits.decision import confidences
from inkdigits.errors import EmptyDigitError
from inkdigits.metrics import confidence_error, expected_calibration_error
from inkdigits.reader import frame_digit
from inkdigits.spec import Float64Array, UInt8Array
from inkdigits.training.dataset import LabeledFrames, load_mnist
from inkdigits.training.error_budget import lower_bound, upper_bound
from inkdigits.training.plots import ReliabilityCurve, plot_reliability
from sets import DATA, find_sets, pictures

MNIST_TEST = "MNIST test"
SETS = ("pen_on_forms", "tablet_strokes", "pencil_phone")
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


def load_sets(folder: Path, names: list[str]) -> dict[str, LabeledFrames]:
    """Return the frames of each set by its name."""
    sets = {}
    found = find_sets(folder, [name for name in names if name != MNIST_TEST])
    for name in names:
        if name not in (*found, MNIST_TEST):
            continue
        frames, labels = [], []
        for row, data in [] if name == MNIST_TEST else pictures(folder, name):
            try:
                frames.append(frame_digit(data))
            except EmptyDigitError:
                continue
            labels.append(int(row["label"]))
        is_mnist = name == MNIST_TEST
        sets[name] = load_mnist().test if is_mnist else LabeledFrames(np.array(frames), np.array(labels, np.uint8))
    return sets


def measure_confidence(info: BundleInfo, classifier: Classifier, name: str, digits: LabeledFrames) -> Calibration:
    """Return the expected calibration error of the network alone and of the reader's confidence."""
    probabilities = classifier.predict_proba(digits.x[..., np.newaxis])
    is_right = np.equal(probabilities.argmax(axis=1), digits.y)
    raw = expected_calibration_error(digits.y, probabilities)
    honest = confidence_error(confidences(probabilities, info.confidence_slope, info.confidence_offset), is_right)
    return Calibration(info.name, name, len(digits), float(is_right.mean()), raw, honest)


def measure_budgets(
    info: BundleInfo, name: str, confidence: Float64Array, is_right: npt.NDArray[np.bool_]
) -> list[Kept]:
    """Return what each budget of the bundle answers, and how much of it is wrong."""
    rows = []
    for budget in info.budgets:
        accepted = confidence >= budget.unsure_below
        answered, wrong = int(accepted.sum()), int((accepted & ~is_right).sum())
        low, high = lower_bound(wrong, answered, TWO_SIDED), upper_bound(wrong, answered, TWO_SIDED)
        rows.append(Kept(info.name, budget.max_error, name, len(is_right), answered, wrong, low, high))
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


def ask(
    info: BundleInfo, classifier: Classifier, x: UInt8Array, y: UInt8Array
) -> tuple[Float64Array, npt.NDArray[np.bool_]]:
    """Return the confidence of each answer and whether it was right."""
    probabilities = classifier.predict_proba(x[..., np.newaxis])
    confidence = confidences(probabilities, info.confidence_slope, info.confidence_offset)
    return confidence, np.equal(probabilities.argmax(axis=1), y)


def main() -> None:
    """Measure every bundle on every set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--models", default=",".join(shipped_bundles()))
    parser.add_argument("--sets", default=",".join((MNIST_TEST, *SETS)))
    options = parser.parse_args()
    sets = load_sets(options.data, options.sets.split(","))
    calibrations, kept, curves = [], [], []
    for model in options.models.split(","):
        classifier = Classifier(model)
        for name, digits in sets.items():
            calibrations.append(measure_confidence(classifier.info, classifier, name, digits))
            confidence, is_right = ask(classifier.info, classifier, digits.x, digits.y)
            kept += measure_budgets(classifier.info, name, confidence, is_right)
            curves.append(ReliabilityCurve(classifier.info.name, name, confidence, is_right))
    facts = (
        f"Python {platform.python_version()}, inkdigits {inkdigits.__version__}, {datetime.now(UTC).date().isoformat()}"
    )
    table = f"{confidence_table(calibrations)}\n{_CELLS}\n\n{budget_table(kept)}\n{facts}.\n"
    print(table, end="")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "calibration.md").write_text(table)
        rows = {"confidence": [asdict(row) for row in calibrations], "budgets": [asdict(row) for row in kept]}
        (options.out / "calibration.json").write_text(json.dumps({"facts": facts, **rows}, indent=2) + "\n")
        plot_reliability(curves, options.out / "calibration.png")


if __name__ == "__main__":
    main()
