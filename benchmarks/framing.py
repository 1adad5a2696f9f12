"""Measures what framing costs: MNIST's test frames, saved as PNG and read as pictures, against the classifier alone.

    python benchmarks/framing.py [--out FOLDER] [--model BUNDLE] [--count N]

Reads each frame in three forms: as it is, inverted to dark on light, and with four more pixels of paper on each side.
Prints a Markdown table and, with --out, writes it as framing.md. A label counts as right whatever its outcome; the
share with the outcome "digit" stands beside it. The test split is measured and chooses nothing.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from findings import options, state_facts
from inkdigits import DigitReader
from inkdigits.models.classifier import Classifier
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from shares import wilson

FORMS = ("as MNIST has them", "dark on light", "with more paper around")
COLUMNS = (
    "MNIST test frames",
    "label right, whatever the outcome",
    "%",
    "95 % interval",
    "against the classifier",
    "answered, %",
)
MARGIN = 4  # pixels


def in_form(frame: UInt8Array, form: str) -> UInt8Array:
    """Return a frame in one of the forms, uint8, shape (H, W)."""
    if form == "dark on light":
        return (255 - frame).astype(np.uint8)
    return np.pad(frame, MARGIN) if form == "with more paper around" else frame


def count(reader: DigitReader, pictures: Sequence[UInt8Array], labels: UInt8Array) -> tuple[int, int]:
    """Return how many labels `read_digit` gets right from PNG files' bytes, and how many outcomes are "digit"."""
    correct = answered = 0
    for picture, label in zip(pictures, labels, strict=True):
        for digit in reader.read_digit(cv2.imencode(".png", picture)[1].tobytes()).digits:
            correct += digit.label == label
            answered += digit.outcome == "digit"
    return correct, answered


def main() -> None:
    """Measure each form and print the table."""
    parser = options(__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    arguments = parser.parse_args()
    test = load_mnist().test
    frames, labels = test.x[: arguments.count], test.y[: arguments.count]
    reader = DigitReader(arguments.model)
    alone = int((Classifier(arguments.model).predict_proba(frames[..., np.newaxis]).argmax(axis=1) == labels).sum())
    pictures = {form: [in_form(frame, form) for frame in frames] for form in FORMS}
    rows: list[tuple[str, int, int | None]] = [("classifier alone", alone, None)]
    rows += [(form, *count(reader, pictures[form], labels)) for form in FORMS]
    table = to_markdown(rows, len(frames), state_facts(reader.info))
    print(table, end="")
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "framing.md").write_text(table, encoding="utf-8")


def to_markdown(rows: list[tuple[str, int, int | None]], n: int, facts: str) -> str:
    """Return the table of forms with their labels right and their answers, of n frames; the first is the classifier."""
    lines = [
        f"| {' | '.join(COLUMNS)} |",
        "|---|---:|---:|---|---:|---:|",
    ]
    alone = rows[0][1]
    for name, correct, answered in rows:
        share = wilson(correct, n).cells(interval_decimals=2)
        change = f"{100 * (correct - alone) / n:+.2f}"
        told = "-" if answered is None else f"{100 * answered / n:.2f}"
        lines.append(f"| {name} | {correct:,} | {share} | {change} | {told} |")
    lines += ["", f'`read_digit`, {n:,} frames; answered: the outcome is "digit". {facts}']
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
