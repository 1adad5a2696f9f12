"""Measures single digits that code draws large and small, with thin and thick pens, on clean canvases.

    python benchmarks/drawings.py [--out FOLDER] [--model BUNDLE] [--limit N] [--sheet FILE]

The digits are 10 to 640 pixels high, up to the whole picture, the pens 0.5 to 20 % of that. Prints a Markdown table of
what `read` and `read_digit` answer and, with --out, writes it as drawings.md and drawings.json. --sheet writes a
contact sheet of what is not right.
"""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from contact_sheets import write_sheet
from findings import options, state_facts, write_findings
from inkdigits import DigitReader
from inkdigits.results import Reading
from rejection import encode
from shares import wilson
from stroke_forms import COLORS, SEED, Drawing, draw_digit

GOAL = "99 or more"  # percent right
ANSWERS = ("right", "unsure", "wrong", "blank")
WAYS = ("read", "read_digit")
HEIGHTS = (10, 28, 100, 250, 641)  # pixels, where the classes of heights begin and end
PENS = (0.5, 2, 5, 10, 20)  # percent of the height, where the classes of pens begin and end


@dataclass(frozen=True)
class Case:
    """A drawing, and for each of `WAYS` the answer, one of `ANSWERS`, and the text."""

    drawing: Drawing
    answers: dict[str, str]
    texts: dict[str, str]


@dataclass(frozen=True)
class Row:
    """How many drawings of a class each way answered how."""

    name: str
    n: int
    counts: dict[str, dict[str, int]]


def judge(reading: Reading, label: str) -> str:
    """Return what became of a drawn digit, one of `ANSWERS`.

    "right" is nothing but the digit, answered; "wrong" is any other answered digit; "unsure" has none of these;
    "blank" has no mark, or only such as were taken for no digit.
    """
    outcomes = {digit.outcome for digit in reading.digits}
    if "digit" in outcomes:
        return "right" if reading.text == label and outcomes == {"digit"} else "wrong"
    return "unsure" if "unsure" in outcomes else "blank"


def read_drawing(reader: DigitReader, drawing: Drawing) -> Case:
    """Read a drawing in both ways."""
    readings = {"read": reader.read(drawing.picture), "read_digit": reader.read_digit(drawing.picture)}
    answers = {way: judge(reading, drawing.label) for way, reading in readings.items()}
    return Case(drawing, answers, {way: reading.text for way, reading in readings.items()})


def count_all(cases: Sequence[Case]) -> list[Row]:
    """Return the row of all drawings and those of each class of heights, pens and colors."""
    rows = [_count("all", cases)]
    for low, high in itertools.pairwise(HEIGHTS):
        found = [case for case in cases if low <= case.drawing.height < high]
        rows.append(_count(f"{low} to {high - 1} pixels high", found))
    for thin, thick in itertools.pairwise(PENS):
        edge = thick if thick < PENS[-1] else 100  # the last class has its upper end, too
        found = [case for case in cases if thin <= 100 * case.drawing.pen / case.drawing.height + 1e-9 < edge]
        rows.append(_count(f"pen {thin} to {thick} % of that", found))
    rows += [_count(colors, [case for case in cases if case.drawing.colors == colors]) for colors in COLORS]
    for name, is_smooth in (("anti-aliased", True), ("not anti-aliased", False)):
        rows.append(_count(name, [case for case in cases if case.drawing.is_smooth == is_smooth]))
    return rows


def to_markdown(rows: Sequence[Row], facts: str) -> str:
    """Return the rows as a table with the facts under it."""
    heads = " | ".join(f"`{way}` right, % | 95 % interval | unsure | wrong | blank" for way in WAYS)
    lines = [f"| drawings | n | {heads} |", f"|---|---:|{'---:|---|---:|---:|---:|' * len(WAYS)}"]
    for row in rows:
        cells = [row.name, f"{row.n:,}"]
        for way in WAYS:
            right, *others = (row.counts[way][answer] for answer in ANSWERS)
            cells += [wilson(right, row.n).cells(), *map(str, others)]
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "Right: the text is the digit and the outcome is `digit`; wrong: any other answered digit; blank: no mark, or",
        f"none that is a digit. Wanted: {GOAL} % right in both ways. {facts}",
    ]
    return "\n".join(lines) + "\n"


def write_mistakes(path: Path, cases: Sequence[Case]) -> None:
    """Write a sheet of the drawings that were not read rightly in both ways, with the label and the two answers."""
    samples = [
        (encode(case.drawing.picture), f"{case.drawing.label}: " + ", ".join(_told(case, way) for way in WAYS))
        for case in cases
        if set(case.answers.values()) != {"right"}
    ]
    write_sheet(path, samples)


def main() -> None:
    """Read the drawings and print the table."""
    parser = options(__doc__)
    parser.add_argument("--limit", type=int, default=600, help="drawings")
    parser.add_argument("--sheet", type=Path, help="file for a contact sheet of what is not right, as PNG")
    arguments = parser.parse_args()
    reader = DigitReader(arguments.model)
    cases = [read_drawing(reader, draw_digit(index)) for index in range(arguments.limit)]
    rows = count_all(cases)
    table = to_markdown(rows, state_facts(reader.info))
    print(table, end="")
    if arguments.sheet:
        write_mistakes(arguments.sheet, cases)
    if arguments.out:
        values = {"seed": SEED, "rows": [asdict(row) for row in rows], "right_by_form": _by_form(cases)}
        write_findings(arguments.out, "drawings", table, reader.info, values)


def _count(name: str, cases: Sequence[Case]) -> Row:
    """Return the row of some drawings."""
    counts = {}
    for way in WAYS:
        found = Counter(case.answers[way] for case in cases)
        counts[way] = {answer: found[answer] for answer in ANSWERS}
    return Row(name, len(cases), counts)


def _by_form(cases: Sequence[Case]) -> dict[str, dict[str, int]]:
    """Return for each written form how many drawings there are and how many each way got right."""
    forms: dict[str, list[Case]] = {}
    for case in sorted(cases, key=lambda case: (case.drawing.label, case.drawing.form)):
        forms.setdefault(f"{case.drawing.label}, form {case.drawing.form}", []).append(case)
    return {
        name: {"n": len(own), **{way: sum(case.answers[way] == "right" for case in own) for way in WAYS}}
        for name, own in forms.items()
    }


def _told(case: Case, way: str) -> str:
    """Return what a way made of a drawing in a few characters."""
    return "blank" if case.answers[way] == "blank" else case.texts[way].replace("\n", "|")[:5]


if __name__ == "__main__":
    main()
