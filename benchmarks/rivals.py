"""Compares Tesseract and RapidOCR with inkdigits on the same pictures in the same run, each in its own process.

    python benchmarks/rivals.py [--data FOLDER] [--out FOLDER] [--model BUNDLE] [--limit N] [--pages N]
                                [--tesseract COMMAND] [--rapidocr PYTHON]

    apt-get install tesseract-ocr
    python -m venv rivals && rivals/bin/pip install rapidocr onnxruntime     # then: --rapidocr rivals/bin/python

Measures exact texts, wrong characters, seconds and memory on composed numbers (`strings.py`), real handwriting and
whole photos. Prints Markdown tables and, with --out, writes them as rivals.md and rivals.json. Missing readers and sets
are left out and named. Each reader runs on one thread. To the rivals' advantage, everything that they read besides
digits is dropped, and their lines are joined.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import cv2

from contestants import CONTESTANTS, NOT_INSTALLED
from findings import options, state_facts, state_load, write_findings
from inkdigits.models.bundle import read_bundle
from inkdigits.reading.pictures.decoding import decode
from inkdigits.results import Box, Digit
from inkdigits.training.data.mnist import load_mnist
from pages import judge, summarize
from puzzles import Page, cut_cells, load_pages
from sets import NUMBERS, PAGES, SINGLE, find_sets, load_set, thin_out
from shares import Share, wilson
from strings import KINDS, compose_all
from transcripts import edit_distance

ADVICE = {
    "tesseract": "apt-get install tesseract-ocr, or name its command with --tesseract",
    "rapidocr": "pip install rapidocr onnxruntime into an environment of its own and name its Python with --rapidocr",
}


@dataclass(frozen=True)
class Task:
    """Pictures of one kind, and what they say.

    Attributes:
        name: What is read.
        kind: "single", "line" or "page".
        files: Path and height of each picture.
        texts: What each says; of a page nothing.
        pages: The pages, of pages.
    """

    name: str
    kind: str
    files: list[tuple[str, int]]
    texts: list[str]
    pages: list[Page]


@dataclass(frozen=True, kw_only=True)
class Score(Share):
    """The share that one contestant read exactly of one task; other shares are 0 to 1, too."""

    task: str
    contestant: str
    characters_wrong: float
    ms_per_picture: float
    processor_ms_per_picture: float  # on a busy machine the steadier figure
    false_digits: float | None = None  # of a page's answers inside the grid


@dataclass(frozen=True)
class Contestant:
    """A process that answers tasks.

    Attributes:
        name: A key of `CONTESTANTS`.
        runs: What it says that it runs.
        process: The process, its pipes open.
    """

    name: str
    runs: str
    process: "subprocess.Popen[str]"

    def ask(self, message: Mapping[str, object]) -> dict[str, Any]:
        """Return the answer to a task."""
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            msg = "expected a process with pipes for its input and output"
            raise ValueError(msg)
        stdin.write(json.dumps(message) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            sys.exit(f"{self.name}: expected an answer, but its process ended; its message is above")
        return cast("dict[str, Any]", json.loads(line))


def start(name: str, python: str, setting: str) -> Contestant | None:
    """Start a contestant; None, with a line on standard error, when it is not installed."""
    words = [python, str(Path(__file__).with_name("contestants.py")), name, setting]
    try:
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    except OSError:  # no such Python
        process = None
    told = process.stdout.readline() if process and process.stdout else ""
    if process and told:
        return Contestant(name, json.loads(told)["runs"], process)
    if process is None or process.wait() == NOT_INSTALLED:
        print(f"{name}: left out, not here: {ADVICE[name.split('-', maxsplit=1)[0]]}", file=sys.stderr)
        return None
    sys.exit(f"{name}: expected to start, but its process ended; its message is above")


def start_all(arguments: argparse.Namespace) -> list[Contestant]:
    """Start inkdigits and the rivals that are installed."""
    settings = {"inkdigits": arguments.model, "tesseract": arguments.tesseract}
    pythons = {name: arguments.rapidocr if name.startswith("rapidocr") else sys.executable for name in CONTESTANTS}
    started = [start(name, pythons[name], settings.get(name, "-")) for name in CONTESTANTS]
    return [contestant for contestant in started if contestant]


def make_tasks(arguments: argparse.Namespace, folder: Path) -> Iterator[Task]:
    """Yield the tasks, their pictures written into a folder."""
    digits = load_mnist().test
    for style, neighbors in KINDS:
        items = compose_all(digits, style, neighbors, arguments.limit)
        name = f"numbers, {style}, {neighbors}"
        coded = [cv2.imencode(".png", item.picture)[1].tobytes() for item in items]
        yield Task(name, "line", write_pictures(folder, name, coded), [item.text for item in items], [])
    for name in find_sets(arguments.data, (*NUMBERS, *SINGLE)):
        found = thin_out([item for item in load_set(arguments.data, name) if item.text], arguments.limit)
        for kind in ("single", "line"):
            chosen = [item for item in found if kind_of(item.text) == kind]
            if chosen:
                title = f"{name}, {'one digit' if kind == 'single' else 'lines'}"
                files = write_pictures(folder, title, [item.data for item in chosen])
                yield Task(title, kind, files, [item.text.replace("\n", "") for item in chosen], [])
    if arguments.pages and find_sets(arguments.data, (PAGES,)):
        pages = thin_out(load_pages(arguments.data), arguments.pages)
        files = write_pictures(folder, "pages", [cv2.imencode(".png", page.picture)[1].tobytes() for page in pages])
        yield Task("whole photos", "page", files, [], pages)
        cells = [
            (cell, cv2.imencode(".png", picture)[1].tobytes())
            for page in pages
            for cell, kind, picture in zip(page.cells, page.kinds, cut_cells(page), strict=True)
            if kind == "h"
        ]
        files = write_pictures(folder, "cells", [data for _, data in cells])
        yield Task("their handwritten cells", "single", files, [cell for cell, _ in cells], [])


def kind_of(text: str) -> str:
    """Return whether a text is a single digit, "single", or more, "line"."""
    return "single" if len(text) == 1 else "line"


def write_pictures(folder: Path, name: str, encoded: Sequence[bytes]) -> list[tuple[str, int]]:
    """Write encoded pictures; return path and height of each."""
    files = []
    for index, data in enumerate(encoded):
        path = folder / f"{name.replace(' ', '-')}-{index}.png"
        path.write_bytes(data)
        files.append((str(path), decode(data).shape[0]))
    return files


def score(task: Task, contestant: Contestant, told: Mapping[str, Any]) -> Score:
    """Return the score of a task's answers; of pages, a cell is exact when its digit was found and is right."""
    milliseconds = [1000 * told[clock] / len(task.files) for clock in ("seconds", "processor_seconds")]
    facts: dict[str, Any] = {"task": task.name, "contestant": contestant.name}
    facts |= dict(zip(("ms_per_picture", "processor_ms_per_picture"), milliseconds, strict=True))
    answers = told["answers"]
    if task.kind == "page":
        counts = [
            judge(page, [make_digit(mark) for mark in answer["marks"]], milliseconds[0])[0]
            for page, answer in zip(task.pages, answers, strict=True)
        ]
        summary = summarize(counts)
        (right, n), (false, answered) = summary["right"], summary["false"]
        found = wilson(right, n)
        return Score(**vars(found), **facts, characters_wrong=1 - found.share, false_digits=false / max(1, answered))
    texts = [answer["text"] for answer in answers]
    right = sum(text == wanted for text, wanted in zip(texts, task.texts, strict=True))
    distance = sum(edit_distance(wanted, text) for text, wanted in zip(texts, task.texts, strict=True))
    wrong = distance / sum(map(len, task.texts))
    return Score(**vars(wilson(right, len(texts))), **facts, characters_wrong=wrong)


def make_digit(mark: Sequence[Any]) -> Digit:
    """Return a contestant's mark as the record that `pages.judge` takes."""
    label, x_min, y_min, x_max, y_max = mark
    box = Box(max(0, x_min), max(0, y_min), max(x_min, 0, x_max - 1) + 1, max(y_min, 0, y_max - 1) + 1)
    return Digit(box, 0, int(label), (0.1,) * 10, 1.0, "digit")


def to_markdown(scores: Sequence[Score], peaks: Mapping[str, float], runs: Mapping[str, str], facts: str) -> str:
    """Return the results as two tables with the facts under them."""
    lines = [
        "| pictures | read by | n | exact, % | 95 % interval | characters wrong, % | ms a picture | processor ms |",
        "|---|---|---:|---:|---|---:|---:|---:|",
    ]
    for found in scores:
        false = "" if found.false_digits is None else f", {100 * found.false_digits:.1f} of answers false"
        wrong = f"{100 * found.characters_wrong:.1f}{false}"
        times = f"{found.ms_per_picture:.1f} | {found.processor_ms_per_picture:.1f}"
        lines.append(
            f"| {found.task} | {found.contestant} | {found.n:,} | {found.cells(decimals=1)} | {wrong} | {times} |"
        )
    lines += ["", "| | what runs | most memory, MB |", "|---|---|---:|"]
    lines += [f"| {name} | {what} | {peaks[name]:.0f} |" for name, what in runs.items()]
    lines += [
        "",
        "Each on one thread. tesseract reads digits only: single digits as a character, numbers as a line, photos as",
        "scattered text. rapidocr finds lines itself, rapidocr-line takes the picture for one; of both the digits",
        "count. Of whole photos the cells count whose digit was found and is right. ms: by the clock, and of processor",
        f"time. {facts}",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Let each contestant answer each task."""
    parser = options(__doc__, reads_sets=True)
    parser.add_argument("--limit", type=int, default=45, help="pictures of each kind")
    parser.add_argument("--pages", type=int, default=6, help="whole photos")
    parser.add_argument("--tesseract", default="tesseract", help="its command")
    parser.add_argument("--rapidocr", default=sys.executable, help="a Python that has rapidocr")
    arguments = parser.parse_args()
    info, load = read_bundle(arguments.model).info, state_load()
    contestants = start_all(arguments)
    scores, peaks = [], dict.fromkeys((contestant.name for contestant in contestants), 0.0)
    with tempfile.TemporaryDirectory() as folder:
        for task in make_tasks(arguments, Path(folder)):
            for contestant in contestants:
                if task.kind == "page" and contestant.name == "rapidocr-line":
                    continue
                told = contestant.ask({"files": task.files, "kind": task.kind})
                scores.append(score(task, contestant, told))
                peaks[contestant.name] = max(peaks[contestant.name], told["peak_mb"])
    runs = {contestant.name: contestant.runs for contestant in contestants}
    table = to_markdown(scores, peaks, runs, f"{load} before. {state_facts(info)}")
    print(table, end="")
    if arguments.out:
        values = {"load": load, "runs": runs, "peak_mb": peaks, "scores": [asdict(found) for found in scores]}
        write_findings(arguments.out, "rivals", table, info, values)
    for contestant in contestants:
        contestant.process.communicate()


if __name__ == "__main__":
    main()
