"""What framing costs: MNIST's own test frames, saved as PNG and read as any picture, against the classifier alone.

    python benchmarks/framing.py [--out FOLDER] [--model BUNDLE] [--count N]

Reads each frame as it is, light on dark as shown on paper, and with four pixels of paper more on each side; prints a
Markdown table and, with --out, writes it as framing.md. The test split is measured on and chooses nothing.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from inkdigits import DigitReader
from inkdigits.bundle import DEFAULT_BUNDLE
from inkdigits.classifier import Classifier
from inkdigits.metrics import wilson_interval
from inkdigits.spec import UInt8Array
from inkdigits.training.dataset import load_mnist

FORMS = ("as MNIST has them", "dark on light", "with more paper around")
MARGIN = 4  # pixels


def in_form(frame: UInt8Array, form: str) -> UInt8Array:
    """Return a frame in one of the forms, uint8, shape (H, W)."""
    if form == "dark on light":
        return (255 - frame).astype(np.uint8)
    return np.pad(frame, MARGIN) if form == "with more paper around" else frame


def count_correct(reader: DigitReader, pictures: Sequence[UInt8Array], labels: UInt8Array) -> int:
    """Return how many pictures `read_digit` reads right from PNG files' bytes."""
    correct = 0
    for picture, label in zip(pictures, labels, strict=True):
        reading = reader.read_digit(cv2.imencode(".png", picture)[1].tobytes())
        correct += bool(reading.digits) and reading.digits[0].label == label
    return correct


def main() -> None:
    """Measure each form and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--model", default=DEFAULT_BUNDLE)
    parser.add_argument("--count", type=int, default=10_000)
    options = parser.parse_args()
    test = load_mnist().test
    frames, labels = test.x[: options.count], test.y[: options.count]
    reader = DigitReader(options.model)
    alone = int((Classifier(options.model).predict_proba(frames[..., np.newaxis]).argmax(axis=1) == labels).sum())
    pictures = {form: [in_form(frame, form) for frame in frames] for form in FORMS}
    rows = [("classifier alone", alone)]
    rows += [(form, count_correct(reader, pictures[form], labels)) for form in FORMS]
    lines = ["| MNIST test frames | right | % | 95 % interval | against the classifier |", "|---|---:|---:|---|---:|"]
    for name, correct in rows:
        low, high = wilson_interval(correct, len(frames))
        share, change = 100 * correct / len(frames), 100 * (correct - alone) / len(frames)
        lines.append(f"| {name} | {correct:,} | {share:.2f} | {100 * low:.2f} to {100 * high:.2f} | {change:+.2f} |")
    lines += ["", f"`read_digit` with {reader.info.name} {reader.info.version}, {len(frames):,} frames."]
    table = "\n".join(lines) + "\n"
    print(table, end="")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "framing.md").write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
