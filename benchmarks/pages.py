"""Measures whole phone photos of number puzzles: cells cut at the given corners, and the photo read without hints.

    python benchmarks/pages.py [--data FOLDER] [--out FOLDER] [--model BUNDLE] [--limit N] [--pictures FOLDER]

Prints two Markdown tables and, with --out, writes them as pages.md and pages.json together with a contact sheet of the
cells read wrong. With --pictures, writes a copy of each photo with boxes: green for right, orange for another digit or
unsure, red for a digit where none is, blue for a missed one. The set is described in docs/data.md and is not part of
this project.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from contact_sheets import write_sheet
from findings import options, state_facts, write_findings
from inkdigits import DigitReader
from inkdigits.results import Box, Digit, Reading
from inkdigits.spec import UInt8Array
from puzzles import EMPTY, NOTES, SIDE, Page, cut_cells, find_cell, load_pages, to_photo
from sets import DATA, PAGES, find_sets
from shares import Share, wilson

KINDS = {"h": "handwritten", "p": "printed", EMPTY: "empty"}
CELL_GOALS = {"h": "97 or more", EMPTY: "1 or less"}
SUMMARY = {  # what is counted, and of what
    "right": "digits",
    "handwritten right": "handwritten",
    "other": "digits",
    "unsure": "digits",
    "missed": "digits",
    "false": "answered",
}
PAGE_GOALS = {"right": "90 or more", "false": "5 or less"}
NAMES = {
    "right": "found and right",
    "handwritten right": "found and right, of the handwritten",
    "other": "read as another digit",
    "unsure": "found, unsure",
    "missed": "not found",
    "false": "false digits, of all answers",
}
COLORS = {"right": (60, 160, 0), "other": (0, 140, 255), "unsure": (0, 140, 255), "missed": (220, 80, 0)}  # BGR
RED = (0, 0, 220)
Samples = list[tuple[bytes, str]]  # encoded pictures with their captions


@dataclass(frozen=True, kw_only=True)
class CellRow(Share):
    """How cells of one kind were read, cut by the given corners."""

    kind: str
    read_by: str
    counted: str
    goal: str


@dataclass(frozen=True)
class PageCount:
    """What `read` made of a photo.

    Attributes:
        name: Its file.
        tally: Cells by key of `COLORS`, and "digits" for all of them; "handwritten" and "handwritten right" cells;
            "answered", the answers inside the grid; "false", those of them where no digit is, or a second one in a
            cell; "outside", the answers outside the grid, where a calendar's digits are, too.
        ms: Milliseconds.
    """

    name: str
    tally: Counter[str]
    ms: float


@dataclass(frozen=True)
class Drawn:
    """A box to draw on a photo, with its color and text."""

    box: Box
    color: tuple[int, int, int]
    text: str


def measure_cells(pages: Sequence[Page], read: Callable[[UInt8Array], Reading]) -> tuple[list[CellRow], Samples]:
    """Count the cells of each kind that hold what was read; of empty ones, those with any digit."""
    counts: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    mistakes: Samples = []
    for page in pages:
        for cell, kind, picture in zip(page.cells, page.kinds, cut_cells(page), strict=True):
            if kind not in KINDS:
                continue
            reading = read(np.ascontiguousarray(picture[..., ::-1]))
            is_answered = any(digit.outcome == "digit" for digit in reading.digits)
            is_hit = is_answered if cell == EMPTY else reading.text == cell
            counts[kind] += 1
            hits[kind] += is_hit
            if is_hit == (cell == EMPTY):
                caption = f"{kind} {cell} as {reading.text or 'blank'}".replace("\n", "|")
                mistakes.append((cv2.imencode(".png", picture)[1].tobytes(), caption))
    rows = [
        CellRow(
            **vars(wilson(hits[kind], counts[kind])),
            kind=name,
            read_by=read.__name__,
            counted="with any digit" if kind == EMPTY else "text exact",
            goal=CELL_GOALS.get(kind, "-"),
        )
        for kind, name in KINDS.items()
    ]
    return rows, mistakes


def judge(page: Page, digits: Sequence[Digit], ms: float) -> tuple[PageCount, list[Drawn]]:
    """Match the marks of a reading with the cells of its page; return the counts, and what to draw on the photo.

    A mark belongs to the cell in which the middle of its box lies. Of several in one cell, the tallest that was taken
    for a digit counts; every other answer there is false. Notes count nowhere.
    """
    found: dict[int, Digit] = {}
    count: Counter[str] = Counter()
    drawn: list[Drawn] = []
    for digit in sorted(digits, key=lambda digit: -digit.box.height):
        index = find_cell(page, digit.box)
        if digit.outcome == "not_a_digit" or (index is not None and page.cells[index] == NOTES):
            continue
        is_answer = digit.outcome == "digit"
        count["answered"] += is_answer and index is not None
        if index is not None and page.cells[index] != EMPTY and index not in found:
            found[index] = digit
        elif is_answer:
            count["outside" if index is None else "false"] += 1
            drawn.append(Drawn(digit.box, RED, str(digit.label)))
    for index, (cell, kind) in enumerate(zip(page.cells, page.kinds, strict=True)):
        if cell in {EMPTY, NOTES}:
            continue
        outcome = tell_outcome(found.get(index), cell)
        box = found[index].box if index in found else _cell_box(page, index)
        drawn.append(Drawn(box, COLORS[outcome], str(found[index].label) if outcome in {"right", "other"} else "?"))
        count.update(("digits", outcome))
        if kind == "h":
            count.update(("handwritten", f"handwritten {outcome}"))
    return PageCount(page.name, count, ms), drawn


def tell_outcome(digit: Digit | None, cell: str) -> str:
    """Return how the digit of a cell was read: a key of `COLORS`."""
    if digit is None:
        return "missed"
    if digit.outcome == "unsure":
        return "unsure"
    return "right" if str(digit.label) == cell else "other"


def _cell_box(page: Page, index: int) -> Box:
    row, column = divmod(index, SIDE)
    corners = [(column + x, row + y) for x in (0.2, 0.8) for y in (0.2, 0.8)]
    places = np.clip(to_photo(page, corners), 0, None).astype(int)
    return Box(*places.min(axis=0).tolist(), *(places.max(axis=0) + 1).tolist())


def draw(page: Page, drawn: Sequence[Drawn]) -> UInt8Array:
    """Return the photo with boxes and texts, uint8, shape (H, W, 3), BGR, a new array."""
    picture = page.picture.copy()
    for item in drawn:
        cv2.rectangle(picture, (item.box.x_min, item.box.y_min), (item.box.x_max, item.box.y_max), item.color, 2)
        place = (item.box.x_max + 2, item.box.y_max)
        cv2.putText(picture, item.text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.8, item.color, 2)
    return picture


def measure_photos(pages: Sequence[Page], reader: DigitReader, folder: Path | None) -> list[PageCount]:
    """Count what `read` finds on whole photos; with a folder, write each with its boxes into it."""
    counts = []
    for page in pages:
        picture = np.ascontiguousarray(page.picture[..., ::-1])
        start = time.perf_counter()
        digits = reader.read(picture).digits
        count, drawn = judge(page, digits, 1000 * (time.perf_counter() - start))
        counts.append(count)
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(folder / page.name), draw(page, drawn))
    return counts


def summarize(counts: Sequence[PageCount]) -> dict[str, tuple[int, int]]:
    """Return for each of `SUMMARY` how many there are, and of how many."""
    total = sum((count.tally for count in counts), Counter[str]())
    return {name: (total[name], total[whole]) for name, whole in SUMMARY.items()}


def to_markdown(rows: Sequence[CellRow], counts: Sequence[PageCount], facts: str) -> str:
    """Return the results as two tables with the facts under them."""
    lines = ["| cells | read by | counted | n | % | 95 % interval | wanted, % |", "|---|---|---|---:|---:|---|---|"]
    for row in rows:
        cells = (row.kind, row.read_by, row.counted, f"{row.n:,}", row.cells(), row.goal)
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "Whole photos:", "", "| digits of cells | n | of | % | 95 % interval | wanted, % |"]
    lines.append("|---|---:|---:|---:|---|---|")
    for name, (k, n) in summarize(counts).items():
        lines.append(f"| {NAMES[name]} | {k:,} | {n:,} | {wilson(k, n).cells()} | {PAGE_GOALS.get(name, '-')} |")
    outside = sum(count.tally["outside"] for count in counts) / max(1, len(counts))
    median = float(np.median([count.ms for count in counts]))
    lines += [
        "",
        f"{len(counts)} photos, printed and handwritten digits together. False: an answer in the grid where no digit",
        f"is, or a second one in a cell; {outside:.1f} answers a photo lie outside the grid, where a calendar has",
        f"digits, too, and are not judged. `read`: {median:.0f} ms a photo (median). {facts}",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure cells and photos and print the tables."""
    parser = options(__doc__, reads_sets=True)
    parser.add_argument("--limit", type=int, help="photos")
    parser.add_argument("--pictures", type=Path, help="folder for the photos with boxes")
    arguments = parser.parse_args()
    if not find_sets(arguments.data, (PAGES,)):
        sys.exit(arguments.data != DATA)  # as for handwriting.py
    reader = DigitReader(arguments.model)
    pages = load_pages(arguments.data)[: arguments.limit]
    counts = measure_photos(pages, reader, arguments.pictures)
    rows = []
    for read in (reader.read, reader.read_digit):
        found, mistakes = measure_cells(pages, read)
        rows += found
        if arguments.out:
            write_sheet(arguments.out / f"pages-{read.__name__}-mistakes.png", mistakes)
    table = to_markdown(rows, counts, state_facts(reader.info))
    print(table, end="")
    if arguments.out:
        values = {"cells": [asdict(row) for row in rows], "photos": [vars(count) for count in counts]}
        write_findings(arguments.out, "pages", table, reader.info, values)


if __name__ == "__main__":
    main()
