"""Measures how the development sets are read: numbers, single digits, and other marks; with RapidOCR on request.

    python benchmarks/handwriting.py [--data FOLDER] [--out FOLDER] [--model BUNDLE] [--sets NAME,NAME] [--limit N]
                                     [--rivals PYTHON]

Prints a Markdown table and, with --out, writes it as handwriting.md and handwriting.json, with mistakes.csv and a
contact sheet of the mistakes of each row. The sets are described in docs/data.md and are not part of this project;
missing ones are left out and named. They train nothing, but choices were made with them: a gain is real only if it
also shows on other people's handwriting.

With --rivals, RapidOCR's recognizer reads the same pictures in the same run; rivals.py says how to install it.
"""

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from contact_sheets import write_sheet
from findings import options, state_facts, write_findings
from inkdigits import DigitReader
from inkdigits.results import Reading
from pages import measure_photos
from puzzles import load_pages
from questions import PHOTOS, QUESTIONS, Question
from rivals import Contestant, start, write_pictures
from sets import DATA, Item, find_sets, load_set, thin_out
from shares import Share, by_cluster, one_vote_each, over_labels

NO_LABEL = 255  # read as blank: counts as wrong for every label
_NOTE = """
Development sets: other people's handwriting, which trains nothing but helps to choose. A number is right when its
digits are those that are written; a "?" of the answer is left out, and its lines are joined. Without a ?: right, and
the answer has none. Silently wrong: wrong without a "?", also where nothing was found. Called a digit: an outcome is
"digit". Intervals: people, forms, pages or photos drawn anew, at least as wide as Wilson's. pencil_phone has up to four
photos of each digit, 524 in all, which share one vote."""


@dataclass(frozen=True, kw_only=True)
class Row(Share):
    """What a question found: the share that is right, or called a digit; the other shares are 0 to 1, too.

    Attributes:
        name: The set and its part.
        counted: What the share counts.
        read_by: The reader's function.
        writers: How many people wrote it, in words.
        wanted: The goal, in words.
        without_doubt: Right, and no "?" in the answer; None where no text is compared.
        silently_wrong: Wrong, and no "?" in the answer; None as above.
        processor_ms: Of a picture, on average.
        rival: The share of RapidOCR's recognizer; None where it was not asked.
    """

    name: str
    counted: str
    read_by: str
    writers: str
    wanted: str
    without_doubt: float | None = None
    silently_wrong: float | None = None
    processor_ms: float | None = None
    rival: Share | None = None


@dataclass(frozen=True)
class Mistake:
    """A picture that was read wrong, or called a digit and is none."""

    item: Item
    read: str

    @property
    def written(self) -> str:
        """What is written there, in the set's own words."""
        return self.item.row.get("written", self.item.truth)


def measure(
    question: Question, items: Sequence[Item], reader: DigitReader, rival: Contestant | None
) -> tuple[list[Row], list[Mistake]]:
    """Return the rows of a question, and what was wrong."""
    read = reader.read if question.read_by == "read" else reader.read_digit
    begun = time.process_time()
    readings = [read(item.data) for item in items]
    ms = 1000 * (time.process_time() - begun) / len(items)
    hits = find_hits(question, items, readings)
    row = make_row(question, _count(question, items, hits), ms)
    if not question.counts_calls:
        are_sure = ["?" not in reading.text for reading in readings]
        sure = _count(question, items, [hit and sure for hit, sure in zip(hits, are_sure, strict=True)])
        silent = _count(question, items, [sure and not hit for hit, sure in zip(hits, are_sure, strict=True)])
        row = replace(row, without_doubt=sure.share, silently_wrong=silent.share)
    if rival:
        row = replace(row, rival=_count(question, items, ask(rival, question, items)))
    rows = [row, *([measure_labels(question, items, readings)] if question.has_labels else [])]
    wrong = [hit == question.counts_calls for hit in hits]
    return rows, [
        Mistake(item, reading.text) for item, reading, is_wrong in zip(items, readings, wrong, strict=True) if is_wrong
    ]


def find_hits(question: Question, items: Sequence[Item], readings: Sequence[Reading]) -> list[bool]:
    """Return whether each picture counts: has any digit, or the digits that are written."""
    if question.counts_calls:
        return [has_digit(reading) for reading in readings]
    return [digits_of(reading.text) == digits_of(item.text) for item, reading in zip(items, readings, strict=True)]


def measure_labels(question: Question, items: Sequence[Item], readings: Sequence[Reading]) -> Row:
    """Return the row of the labels that `read_digit` gives, whatever their outcome, as a mean over the ten digits."""
    y_true = np.array([int(item.text) for item in items], dtype=np.uint8)
    y_pred = np.array([r.digits[0].label if r.digits else NO_LABEL for r in readings], dtype=np.uint8)
    clusters = [item.cluster if question.shares_votes else item.name for item in items]
    row = make_row(question, over_labels(y_true, y_pred, clusters))
    return replace(row, counted="labels right, mean over the digits", wanted="-")


def make_row(question: Question, found: Share, ms: float | None = None) -> Row:
    """Return the row of a question with what was found."""
    return Row(
        **vars(found),
        name=question.title,
        counted=question.counted,
        read_by=question.read_by,
        writers=question.writers,
        wanted=question.wanted,
        processor_ms=ms,
    )


def measure_pages(reader: DigitReader, folder: Path, limit: int | None) -> Row:
    """Return the row of whole photos read with no hint; `pages.py` tells more of them."""
    begun = time.process_time()
    counts = measure_photos(thin_out(load_pages(folder), limit), reader, None)
    ms = 1000 * (time.process_time() - begun) / len(counts)
    cells = [(at < count.tally["right"], count.name) for count in counts for at in range(count.tally["digits"])]
    found = by_cluster([is_right for is_right, _ in cells], [photo for _, photo in cells])
    wrong = sum(count.tally["other"] + count.tally["missed"] for count in counts)
    return replace(make_row(PHOTOS, found, ms), without_doubt=found.share, silently_wrong=wrong / found.n)


def ask(rival: Contestant, question: Question, items: Sequence[Item]) -> list[bool]:
    """Return for each picture whether the rival's digits are right, or, where none is written, whether it has any."""
    with tempfile.TemporaryDirectory() as folder:
        files = write_pictures(Path(folder), "item", [item.data for item in items])
        answers = rival.ask({"files": files, "kind": "line"})["answers"]
    if question.counts_calls:
        return [bool(answer["text"]) for answer in answers]
    return [answer["text"] == digits_of(item.text) for answer, item in zip(answers, items, strict=True)]


def digits_of(text: str) -> str:
    r"""Return the digits of a text in their order, without "?" and with lines joined.

    >>> digits_of("?\n19?64")
    '1964'
    """
    return "".join(filter(str.isdigit, text))


def has_digit(reading: Reading) -> bool:
    """Return whether a digit was read; "?" is none."""
    return any(digit.outcome == "digit" for digit in reading.digits)


def _count(question: Question, items: Sequence[Item], hits: Sequence[bool]) -> Share:
    count = one_vote_each if question.shares_votes else by_cluster
    return count(hits, [item.cluster for item in items])


def to_markdown(rows: Sequence[Row], facts: str) -> str:
    """Return the results as a table with the facts under it."""
    has_rival = any(row.rival for row in rows)
    heads = ["development set", "counted", "writers", "n", "%", "95 % interval", "without a ?, %", "silently wrong, %"]
    heads += ["RapidOCR, %"] * has_rival + ["wanted, %", "processor ms"]
    words = {"development set", "counted", "95 % interval", "RapidOCR, %", "wanted, %"}
    lines = [f"| {' | '.join(heads)} |", f"|{'|'.join('---' if head in words else '---:' for head in heads)}|"]
    for row in rows:
        cells = [row.name, f"{row.counted}, `{row.read_by}`", row.writers, f"{row.n:,}", row.cells()]
        cells += ["-" if share is None else f"{100 * share:.2f}" for share in (row.without_doubt, row.silently_wrong)]
        if has_rival:
            cells.append(f"{100 * row.rival.share:.1f} ({row.rival.interval()})" if row.rival else "-")
        cells += [row.wanted, "-" if row.processor_ms is None else f"{row.processor_ms:.1f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, _NOTE, "", facts]) + "\n"


def write_mistakes(folder: Path, mistakes: Mapping[Question, Sequence[Mistake]]) -> None:
    """Write a list of all mistakes, and a contact sheet for each question."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "mistakes.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("set", "counted", "read_by", "file", "written", "read"))
        for question, found in mistakes.items():
            words = (question.title, question.counted, question.read_by)
            table.writerows((*words, wrong.item.name, wrong.written, wrong.read) for wrong in found)
    for question, found in mistakes.items():
        samples = [(wrong.item.data, f"{wrong.written} as {wrong.read or 'blank'}") for wrong in found]
        captioned = [(data, caption.replace("\n", "|")) for data, caption in samples]
        write_sheet(folder / f"mistakes-{question.slug}.png", captioned)


def main() -> None:
    """Measure every set that is there."""
    names = list(dict.fromkeys([question.name for question in (*QUESTIONS, PHOTOS)]))
    parser = options(__doc__, reads_sets=True)
    parser.add_argument("--sets", default=",".join(names), help="which sets, by name")
    parser.add_argument("--limit", type=int, help="pictures of each row, and whole photos, at most; evenly spaced")
    parser.add_argument("--rivals", metavar="PYTHON", help="a Python that has rapidocr")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.sets.split(",")) - set(names))
    if unknown:
        sys.exit(f"expected --sets from {', '.join(names)}, got {', '.join(unknown)}")
    found = find_sets(arguments.data, arguments.sets.split(","))
    if not found:  # a folder that was named and holds none is a mistake; the usual one may be absent
        sys.exit(arguments.data != DATA)
    reader = DigitReader(arguments.model)
    rival = start("rapidocr-line", arguments.rivals, "-") if arguments.rivals else None
    rows, mistakes = measure_all(arguments, found, reader, rival)
    told = [f"RapidOCR: {rival.runs}, its recognizer alone."] if rival else []
    table = to_markdown(rows, " ".join([*told, state_facts(reader.info)]))
    print(table, end="")
    if arguments.out:
        write_mistakes(arguments.out, mistakes)
        write_findings(arguments.out, "handwriting", table, reader.info, {"rows": [asdict(row) for row in rows]})


def measure_all(
    arguments: argparse.Namespace, names: Sequence[str], reader: DigitReader, rival: Contestant | None
) -> tuple[list[Row], dict[Question, list[Mistake]]]:
    """Return the rows of all questions to the named sets, and the mistakes of each."""
    rows: list[Row] = []
    mistakes: dict[Question, list[Mistake]] = {}
    for question in (question for question in QUESTIONS if question.name in names):
        items = [item for item in load_set(arguments.data, question.name) if item.part == question.part]
        found, mistakes[question] = measure(question, thin_out(items, arguments.limit), reader, rival)
        rows += found
    if PHOTOS.name in names:
        rows.append(measure_pages(reader, arguments.data, arguments.limit))
    return rows, mistakes


if __name__ == "__main__":
    main()
