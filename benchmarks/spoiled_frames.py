"""Measures what `read_digit` makes of MNIST's test frames, spoiled in eleven ways and clean, beside the classifier.

    python benchmarks/spoiled_frames.py [--out FOLDER] [--model BUNDLE] [--limit N] [--clean N] [--sheet FILE]

Frames go in as arrays, light ink on dark paper as the data set has them. Prints a Markdown table and, with --out,
writes it as spoiled_frames.md and spoiled_frames.json. --sheet writes a contact sheet of frames whose label is wrong,
some of each way. The test split is measured and chooses nothing.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from contact_sheets import ROWS, write_sheet
from findings import options, state_facts, write_findings
from frame_spoiling import SEED, WAYS, spoil
from inkdigits import DigitReader
from inkdigits.errors import PictureError
from inkdigits.results import Reading
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from rejection import encode
from shares import wilson

GOAL = "97 or more"  # percent of labels right, over all ways
MOST_LOST = 0.05  # points, wanted: what read_digit may lose on clean frames against the classifier alone
_BATCH = 1000  # frames that read_many gets at once
_SHOWN = 7  # mistakes of each way on the sheet: eleven ways fill its rows


@dataclass(frozen=True)
class Row:
    """How many of n frames were read how.

    Attributes:
        name: How they were spoiled.
        n: Frames.
        alone: Labels that the classifier gets right on the frames as they are.
        labels: Labels that `read_digit` gets right, whatever the outcome.
        answered: Digits that it answers, rightly.
        wrong: Digits that it answers, wrongly.
        samples: Frames whose label it gets wrong, encoded, with captions; the first few.
    """

    name: str
    n: int
    alone: int
    labels: int
    answered: int
    wrong: int
    samples: list[tuple[bytes, str]] = field(repr=False, default_factory=list)


def spread(frames: LabeledFrames, limit: int) -> LabeledFrames:
    """Return `limit` frames at even distances, at most all."""
    places = np.linspace(0, len(frames), min(limit, len(frames)), endpoint=False).astype(int)
    return LabeledFrames(frames.x[places], frames.y[places])


def measure(reader: DigitReader, name: str, frames: UInt8Array, labels: UInt8Array) -> Row:
    """Return the row of frames, uint8, shape (n, 28, 28), with their labels, uint8, shape (n,)."""
    alone = int((reader.classifier.predict_proba(frames[..., np.newaxis]).argmax(axis=1) == labels).sum())
    right = answered = wrong = 0
    samples: list[tuple[bytes, str]] = []
    for frame, label, reading in zip(frames, labels.tolist(), _read_all(reader, frames), strict=True):
        found = [digit.label for digit in reading.digits]
        given = [digit.label for digit in reading.digits if digit.outcome == "digit"]
        right += found == [label]
        answered += given == [label]
        wrong += bool(given) and given != [label]
        if found != [label] and len(samples) < _SHOWN:
            samples.append((encode(frame), f"{label} as {found[0] if found else 'blank'}, {name}"))
    return Row(name, len(labels), alone, right, answered, wrong, samples)


def to_markdown(rows: Sequence[Row], clean: Row, facts: str) -> str:
    """Return the ways as a table with all of them together, and under it the line of the clean frames and the facts."""
    lines = [
        "| spoiled by | n | classifier alone, % | label right, % | 95 % interval | answered right, % | wrong, % |",
        "|---|---:|---:|---:|---|---:|---:|",
    ]
    for row in (*rows, _sum(rows)):
        alone, answered, wrong = (f"{100 * k / row.n:.1f}" for k in (row.alone, row.answered, row.wrong))
        cells = (row.name, f"{row.n:,}", alone, wilson(row.labels, row.n).cells(1), answered, wrong)
        lines.append(f"| {' | '.join(cells)} |")
    lost = 100 * (clean.alone - clean.labels) / clean.n
    alone, labels, answered, wrong = (
        f"{100 * k / clean.n:.2f}" for k in (clean.alone, clean.labels, clean.answered, clean.wrong)
    )
    lines += [
        "",
        f"clean frames: read_digit loses {lost:.2f} points against the classifier alone",
        f"({clean.n:,} frames: labels right {labels} % and {alone} %; answered right {answered} %, wrong {wrong} %;",
        f"wanted: at most {MOST_LOST} points).",
        "",
        "`read_digit` gets each frame as an array of 28 x 28. Label right: whatever the outcome; answered: its outcome",
        f"is `digit`. Wanted: {GOAL} % of the labels of all ways. {facts}",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Spoil and read the frames and print the table."""
    parser = options(__doc__)
    parser.add_argument("--limit", type=int, default=1000, help="frames of each way")
    parser.add_argument("--clean", type=int, default=10_000, help="clean frames")
    parser.add_argument("--sheet", type=Path, help="file for a contact sheet of wrong labels, as PNG")
    arguments = parser.parse_args()
    if min(arguments.limit, arguments.clean) < 1:
        sys.exit(f"expected --limit and --clean of 1 or more, got {arguments.limit} and {arguments.clean}")
    test, reader = load_mnist().test, DigitReader(arguments.model)
    some, clean = spread(test, arguments.limit), spread(test, arguments.clean)
    rows = [
        measure(reader, way, np.stack([spoil(way, index, frame) for index, frame in enumerate(some.x)]), some.y)
        for way in WAYS
    ]
    untouched = measure(reader, "nothing", clean.x, clean.y)
    table = to_markdown(rows, untouched, state_facts(reader.info))
    print(table, end="")
    if arguments.sheet:
        write_sheet(arguments.sheet, [sample for row in rows for sample in row.samples][: 10 * ROWS])
    if arguments.out:
        values = {"seed": SEED, "rows": [_counts(row) for row in rows], "clean": _counts(untouched)}
        write_findings(arguments.out, "spoiled_frames", table, reader.info, values)


def _read_all(reader: DigitReader, frames: UInt8Array) -> list[Reading]:
    """Return what `read_digit` reads in each frame."""
    readings: list[Reading] = []
    for start in range(0, len(frames), _BATCH):
        for reading in reader.read_many(list(frames[start : start + _BATCH]), single=True):
            if isinstance(reading, PictureError):
                raise reading
            readings.append(reading)
    return readings


def _sum(rows: Sequence[Row]) -> Row:
    """Return the row of all ways together."""
    keys = ("n", "alone", "labels", "answered", "wrong")
    return Row("all ways", **{key: sum(getattr(row, key) for row in rows) for key in keys})


def _counts(row: Row) -> dict[str, object]:
    """Return a row without its pictures."""
    return {key: value for key, value in asdict(row).items() if key != "samples"}


if __name__ == "__main__":
    main()
