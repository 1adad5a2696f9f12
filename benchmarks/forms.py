"""Measures whole forms: drawn pages, scanned and photographed, through `Form.read`.

    python benchmarks/forms.py [--pages N] [--first N] [--cases FOLDER] [--data FOLDER] [--out FOLDER] [--model BUNDLE]

A field is right when its text is that which was written, sure or to be confirmed; silently wrong when it is sure and
says something else. An empty field is right when it is sure and has no text; a field with a crossed cell when it is
doubtful. --cases takes a folder of scans with truth.json, as the case of the refund forms.
"""

import csv
import io
import json
import time
import zipfile
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from findings import options, state_facts, write_findings
from form_pages import FormPage, draw_page
from inkdigits.errors import FormPageError
from inkdigits.forms.filling import read_fields
from inkdigits.forms.form import Form
from inkdigits.forms.registration.register import make_models, refine
from inkdigits.forms.results import FormReading
from inkdigits.forms.template import parse_template
from inkdigits.reading.pictures.decoding import decode
from inkdigits.reading.reader import DigitReader
from inkdigits.training.data.mnist import load_mnist
from shares import wilson

_TALLY, _MARKS = "tally boxes (development set)", "mark-sheet cells (development set)"
_CELL_MM = 20.0  # width of a mark sheet's cell: the sheets are of A4
_RIM = 0.06  # of a side: where the rules of the table lie


@dataclass
class Count:
    """How some fields were read.

    Attributes:
        n: Fields.
        right: Their text is right, sure or not.
        sure: Right and sure.
        silent: Sure and wrong.
        lost: On a page that was not found.
        mistakes: The first ones, in words.
    """

    n: int = 0
    right: int = 0
    sure: int = 0
    silent: int = 0
    lost: int = 0
    mistakes: list[str] = field(default_factory=list)


def count_page(count: Count, truth: Mapping[str, str | None], reading: FormReading | None, name: str) -> None:
    """Add the fields of a page; `reading` is None for one that was not found."""
    for own, text in truth.items():
        count.n += 1
        if reading is None:
            count.lost += 1
            continue
        found = reading[own]
        is_sure = found.outcome == "sure"
        is_right = not is_sure if text is None else (found.text if is_sure else found.guess) == text
        count.right += is_right
        count.sure += is_right and is_sure
        count.silent += is_sure and not is_right
        if not is_right:
            told = f"{name} {own}: {text!r} read as {found.text!r} ({found.guess!r}), {found.outcome}, {found.reason}"
            count.mistakes.append(f"{told}, match {reading.match:.2f}")


def read_page(page: FormPage, reader: DigitReader) -> tuple[FormReading | None, float]:
    """Return the reading of a drawn page, None if it was not found, and its processor time in ms without loading."""
    template = parse_template(page.template)
    form = Form(template, [page.blank] if template.registration.by == "print" else [], reader)
    began = time.process_time()
    try:
        reading: FormReading | None = form.read_gray(page.scan)
    except FormPageError:
        reading = None
    return reading, 1000 * (time.process_time() - began)


def iter_cases(folder: Path) -> Iterator[tuple[str, str, Path, dict[str, str | None]]]:
    """Yield boxes, template, scan and truth of the pages of a folder with truth.json."""
    for page in json.loads((folder / "truth.json").read_text(encoding="utf-8"))["pages"]:
        lines = ['name = "case"', "[page]", "size = [210, 297]"]
        for name, own in page["fields"].items():
            lines += ["[[field]]", f'name = "{name}"', f"box = {own['box']}", f"cells = {own['cells']}"]
            if "pattern" in own:
                lines += [f'pattern = "{own["pattern"]}"', 'kind = "date"', 'order = "dmy"']
            if f"{name} on a line" in page["boxes"]:
                lines.append('lines = "none"')
        truth: dict[str, str | None] = {name: own["text"] for name, own in page["fields"].items()}
        for file in page["files"]:
            yield page["boxes"], "\n".join(lines), folder / file, truth


def measure_drawn(arguments: Namespace, reader: DigitReader) -> tuple[dict[str, Count], dict[str, list[float]]]:
    """Return counts and times of drawn pages, by what they have in common."""
    digits = load_mnist().test
    counts: dict[str, Count] = defaultdict(Count)
    times: dict[str, list[float]] = defaultdict(list)
    for index in range(arguments.first, arguments.first + arguments.pages):
        page = draw_page(index, digits)
        reading, ms = read_page(page, reader)
        facts = page.facts
        for name in ("drawn pages", facts["camera"], f"{facts['dpi']} dpi", facts["boxes"], f"by {facts['by']}"):
            count_page(counts[name], page.truth, reading, f"page {index} ({', '.join(facts.values())})")
        times[f"{facts['camera']}, {facts['dpi']} dpi"].append(ms)
    return dict(counts), dict(times)


def measure_cases(folder: Path, reader: DigitReader) -> Count:
    """Return the counts of a folder's pages."""
    count = Count()
    for _, template, path, truth in iter_cases(folder):
        try:
            reading: FormReading | None = Form.parse(template, reader=reader).read_gray(decode(path))
        except FormPageError:
            reading = None
        count_page(count, truth, reading, path.name)
    return count


def measure_tally(data: Path, reader: DigitReader) -> Count | None:
    """Return the counts of the development set of tally boxes, each field by a template; None without the set.

    Each picture is cut around one field, so it is taken for the page, and only moved to where the lines are.
    """
    archive = data / "tally_boxes.zip"
    if not archive.is_file():
        return None
    count = Count()
    with zipfile.ZipFile(archive) as files:
        for row in csv.DictReader(io.StringIO(files.read("labels.csv").decode())):
            gray = decode(files.read(row["file"]))
            left, top, width, height, starts = _find_tally(row["source"], row["field"])
            page = 8.0 / width  # mm of the picture's width: a cell is as wide as on other forms
            scale = page / gray.shape[1]
            tall = gray.shape[0] * scale
            cells = [[(left + start) * page, top * tall, width * page, height * tall] for start in starts]
            box = [cells[0][0], cells[0][1], cells[-1][0] + cells[-1][2] - cells[0][0], cells[0][3]]
            lines = [f"[page]\nsize = [{1.1 * page:.3f}, {tall:.3f}]", '[[field]]\nname = "field"\ncrosses = "empty"']
            text = "\n".join([*lines, f"box = {_shorten(box)}", f"cells = {[_shorten(cell) for cell in cells]}"])
            template = parse_template(text)
            (model,) = make_models(template)
            found = refine(gray, model, np.diag([1 / scale, 1 / scale, 1.0]))
            (field_read,) = read_fields(gray, found, reader, template.sure_from)
            info = reader.info
            reading = FormReading("tally", 1, (field_read,), 0.0, 25.4 / scale, found.match, info.name)
            count_page(count, {"field": row["text"]}, reading, row["file"])
    return count


def measure_marks(data: Path, reader: DigitReader) -> Count | None:
    """Return the counts of the development set's mark-sheet cells, each a field of two digits; None without the set."""
    archive = data / "mark_sheets.zip"
    if not archive.is_file():
        return None
    count = Count()
    with zipfile.ZipFile(archive) as files:
        for row in csv.DictReader(io.StringIO(files.read("labels.csv").decode())):
            if row["kind"] != "number":
                continue
            gray = decode(files.read(row["file"]))
            size = [_CELL_MM, _CELL_MM * gray.shape[0] / gray.shape[1]]
            lines = [f"[page]\nsize = {_shorten(size)}", '[[field]]\nname = "field"\nlength = 2']
            box = [_RIM * size[0], _RIM * size[1], (1 - 2 * _RIM) * size[0], (1 - 2 * _RIM) * size[1]]
            template = parse_template("\n".join([*lines, f"box = {_shorten(box)}"]))
            (model,) = make_models(template)
            found = refine(gray, model, np.diag([gray.shape[1] / size[0], gray.shape[0] / size[1], 1.0]))
            own = read_fields(gray, found, reader, template.sure_from)
            reading = FormReading("marks", 1, own, 0.0, 25.4 * gray.shape[1] / size[0], found.match, reader.info.name)
            count_page(count, {"field": row["text"]}, reading, row["file"])
    return count


def _find_tally(source: str, name: str) -> tuple[float, float, float, float, list[float]]:
    """Return the cells of a tally field: left, top, width, height, and their starts, as shares of the picture."""
    if source == "bo" and name in {"opened", "closed"}:
        return 0.07, 0.17, 0.23, 0.62, [0.0, 0.23, 0.51, 0.74]
    if source == "bo":
        left, top, width = (0.13, 0.12, 0.26) if name in {"in_urn", "unused"} else (0.075, 0.22, 0.305)
        return left, top, width, 0.66, [0.0, width, 2 * width]
    left, top, width, height = (0.01, 0.12, 0.32, 0.72) if name.startswith("votes") else (0.08, 0.14, 0.29, 0.66)
    return left, top, width, height, [0.0, width, 2 * width]


def _shorten(values: list[float]) -> list[float]:
    return [round(value, 3) for value in values]


def to_markdown(counts: Mapping[str, Count], times: Mapping[str, list[float]], facts: str) -> str:
    """Return the tables."""
    lines = ["| fields | n | text right, % | right and sure, % | silently wrong, % | page not found |"]
    lines.append("|---|---:|---:|---:|---:|---:|")
    for name, count in counts.items():
        right, sure, silent = (wilson(k, count.n) for k in (count.right, count.sure, count.silent))
        shares = f"{100 * right.share:.1f} | {100 * sure.share:.1f} | {100 * silent.share:.2f}"
        lines.append(f"| {name} | {count.n:,} | {shares} | {count.lost} |")
    lines += ["", "| page | processor time, ms, median | longest |", "|---|---:|---:|"]
    lines += [f"| {name} | {np.median(own):.0f} | {max(own):.0f} |" for name, own in sorted(times.items())]
    return "\n".join([*lines, "", facts, ""])


def main() -> None:
    """Measure, print, and write."""
    parser = options(__doc__ or "", reads_sets=True)
    parser.add_argument("--pages", type=int, default=200, help="drawn pages")
    parser.add_argument("--first", type=int, default=0, help="number of the first of them")
    parser.add_argument("--cases", type=Path, help="folder of scans with truth.json")
    parser.add_argument("--mistakes", type=int, default=0, help="mistakes that are printed, of each kind of page")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    reader = DigitReader(arguments.model)
    counts, times = measure_drawn(arguments, reader)
    if arguments.cases is not None:
        counts["refund forms"] = measure_cases(arguments.cases, reader)
    tally = measure_tally(arguments.data, reader)
    if tally is not None:
        counts[_TALLY] = tally
    marks = measure_marks(arguments.data, reader)
    if marks is not None:
        counts[_MARKS] = marks
    table = to_markdown(counts, times, state_facts(reader.info))
    print(table)
    for name in ("drawn pages", "refund forms", _TALLY, _MARKS):
        for mistake in counts[name].mistakes[: arguments.mistakes] if name in counts else ():
            print(mistake)
    if arguments.out is not None:
        values = {
            name: {key: value for key, value in vars(count).items() if key != "mistakes"}
            for name, count in counts.items()
        }
        write_findings(arguments.out, "forms", table, reader.info, {"fields": values, "times": times})


if __name__ == "__main__":
    main()
