"""Accuracy on real handwriting that no network here learned from: sets of single digits, and short texts.

    python benchmarks/handwriting.py [--data FOLDER] [--out FOLDER] [--model BUNDLE] [--sets NAME,NAME]

Prints a Markdown table and, with --out, writes it as handwriting.md and handwriting.json together with a contact sheet
of the mistakes of each set. The sets are zips of pictures with a labels.csv, described in docs/data.md; they are not
part of this project, and one that is not there is left out, and said.

The label of a single digit counts as right whatever its outcome. Beside it stands what a caller gets: the share with
the outcome "digit", and how many of these are wrong.
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from findings import state_facts, write_findings
from inkdigits import DigitReader
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.results import Reading
from inkdigits.spec import Float64Array, UInt8Array
from inkdigits.training.evaluation.metrics import wilson_interval
from sets import BLANK, DATA, SINGLE, TEXTS, find_sets, pictures
from transcripts import wanted_text

NO_LABEL = 255  # read as blank: counts as wrong for every label


@dataclass(frozen=True)
class Failure:
    """A text that was not read exactly."""

    file: str
    text: str
    read: str


@dataclass(frozen=True)
class Row:
    """One set's result; shares are 0 to 1."""

    name: str
    n: int
    counted: str
    share: float
    low: float
    high: float
    ms_per_picture: float
    answered: float | None = None  # of single digits: outcome "digit"
    wrong_of_answered: float | None = None
    failures: list[Failure] | None = None  # of texts


def measure_single(reader: DigitReader, folder: Path, name: str) -> tuple[Row, list[tuple[bytes, str]]]:
    """Measure `read_digit`; repeated photos of one digit (`digit_id`) share one vote."""
    items = pictures(folder, name)
    start = time.perf_counter()
    readings = [reader.read_digit(data) for _, data in items]
    seconds = time.perf_counter() - start
    y_true = np.array([int(row["label"]) for row, _ in items], dtype=np.uint8)
    y_pred = np.array([r.digits[0].label if r.digits else NO_LABEL for r in readings], dtype=np.uint8)
    groups = [row.get("digit_id", str(index)) for index, (row, _) in enumerate(items)]
    scores = group_scores(y_true, y_pred, groups)
    share = float(np.mean([values.mean() for values in scores.values()]))
    counted = (share, *bootstrap_interval(scores), 1000 * seconds / len(items))
    wrong = np.flatnonzero(y_true != y_pred)
    mistakes = [(items[i][1], f"{y_true[i]} as {y_pred[i] if readings[i].digits else 'blank'}") for i in wrong]
    answered = count_answered(readings, y_true, groups)
    return Row(name, len(set(groups)), "label right, whatever the outcome", *counted, *answered), mistakes


def count_answered(readings: list[Reading], y_true: UInt8Array, groups: list[str]) -> tuple[float, float]:
    """Return the share with the outcome "digit", and the share of wrong labels among these, with a vote a group."""
    sizes = Counter(groups)
    votes = np.array([1 / sizes[group] for group in groups])
    is_answered = np.array([any(digit.outcome == "digit" for digit in reading.digits) for reading in readings])
    is_wrong = np.array(
        [any(digit.label != label for digit in reading.digits) for reading, label in zip(readings, y_true, strict=True)]
    )
    answered = float(votes[is_answered].sum())
    return answered / len(sizes), float(votes[is_answered & is_wrong].sum()) / max(answered, 1e-9)


def group_scores(y_true: UInt8Array, y_pred: UInt8Array, groups: list[str]) -> dict[int, Float64Array]:
    """Return for each label the share of right answers of each group; the pictures of a group share one vote."""
    votes: dict[tuple[int, str], list[bool]] = {}
    for label, answer, group in zip(y_true.tolist(), y_pred.tolist(), groups, strict=True):
        votes.setdefault((label, group), []).append(label == answer)
    labels = sorted({label for label, _ in votes})
    return {label: np.array([np.mean(v) for (own, _), v in votes.items() if own == label]) for label in labels}


def bootstrap_interval(scores: dict[int, Float64Array], rounds: int = 2000) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean over labels, drawing each label's groups anew."""
    generator = np.random.default_rng(7)
    means = [
        values[generator.integers(0, len(values), (rounds, len(values)))].mean(axis=1) for values in scores.values()
    ]
    low, high = np.percentile(np.mean(means, axis=0), [2.5, 97.5])
    return float(low), float(high)


def measure_texts(reader: DigitReader, folder: Path, name: str) -> tuple[Row, list[tuple[bytes, str]]]:
    """Measure how many texts `read` returns exactly; of a sum, its digits count."""
    items = pictures(folder, name)
    start = time.perf_counter()
    texts = [reader.read(data).text for _, data in items]
    seconds = time.perf_counter() - start
    failures = [
        (data, Failure(row["file"], row["text"], text))
        for (row, data), text in zip(items, texts, strict=True)
        if text != wanted_text(row)
    ]
    row = _row(name, "exact texts of read", len(items) - len(failures), len(items), seconds)
    mistakes = [(data, f"{failure.text} as {failure.read}".replace("\n", "|")) for data, failure in failures]
    return replace(row, failures=[failure for _, failure in failures]), mistakes


def measure_blank(reader: DigitReader, folder: Path) -> tuple[Row, list[tuple[bytes, str]]]:
    """Measure how many pictures of empty paper `read` leaves without a digit."""
    items = pictures(folder, BLANK)
    start = time.perf_counter()
    readings = [reader.read(data) for _, data in items]
    seconds = time.perf_counter() - start
    mistakes = [
        (data, "as " + reading.text.replace("\n", "|"))
        for (_, data), reading in zip(items, readings, strict=True)
        if reading.outcome != "blank"
    ]
    return _row(BLANK, "told blank by read", len(items) - len(mistakes), len(items), seconds), mistakes


def _row(name: str, counted: str, correct: int, n: int, seconds: float) -> Row:
    low, high = wilson_interval(correct, n)
    return Row(name, n, counted, correct / n, low, high, 1000 * seconds / n)


def to_markdown(rows: list[Row], facts: str) -> str:
    """Return the results as a table with the facts under it."""
    lines = [
        "| set | counted | n | % | 95 % interval | answered, % | wrong among answered, % | ms a picture |",
        "|---|---|---:|---:|---|---:|---:|---:|",
    ]
    for row in rows:
        interval = f"{100 * row.low:.1f} to {100 * row.high:.1f}"
        answered = ["-" if share is None else f"{100 * share:.2f}" for share in (row.answered, row.wrong_of_answered)]
        cells = (row.name, row.counted, f"{row.n:,}", f"{100 * row.share:.2f}", interval, *answered)
        lines.append(f"| {' | '.join(cells)} | {row.ms_per_picture:.1f} |")
    lines += [
        "",
        'Answered: the outcome is "digit", neither unsure nor not_a_digit nor blank. pencil_phone has up to four',
    ]
    lines += ["photos of each digit, 524 in all, whose labels share one vote.", "", facts]
    return "\n".join(lines) + "\n"


def contact_sheet(mistakes: list[tuple[bytes, str]], *, cell: int = 120, columns: int = 10) -> UInt8Array:
    """Return up to 80 pictures with a caption each, uint8, shape (H, W, 3), BGR."""
    shown = mistakes[: 8 * columns]
    sheet = np.full((-(-max(1, len(shown)) // columns) * cell, columns * cell, 3), 230, np.uint8)
    for index, (data, caption) in enumerate(shown):
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            continue
        scale = (cell - 22) / max(picture.shape[:2])
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        top, left = index // columns * cell, index % columns * cell
        sheet[top : top + small.shape[0], left : left + small.shape[1]] = small
        cv2.putText(sheet, caption, (left + 2, top + cell - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (40, 40, 40), 1)
    return sheet


def main() -> None:
    """Measure every set that is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--model", default=DEFAULT_BUNDLE)
    parser.add_argument("--sets", default=",".join((*SINGLE, *TEXTS, BLANK)))
    options = parser.parse_args()
    reader = DigitReader(options.model)
    rows = []
    for name in find_sets(options.data, options.sets.split(",")):
        if name == BLANK:
            row, mistakes = measure_blank(reader, options.data)
        else:
            row, mistakes = (measure_single if name in SINGLE else measure_texts)(reader, options.data, name)
        rows.append(row)
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            sheet = options.out / f"mistakes-{name}.png"
            sheet.unlink(missing_ok=True)  # an older run's
            if mistakes:
                cv2.imwrite(str(sheet), contact_sheet(mistakes))
    if not rows:
        sys.exit(
            options.data != DATA
        )  # a folder that was named and holds none is a mistake; the usual one may be absent
    table = to_markdown(rows, state_facts(reader.info))
    print(table, end="")
    if options.out:
        write_findings(options.out, "handwriting", table, reader.info, {"rows": [asdict(row) for row in rows]})


if __name__ == "__main__":
    main()
