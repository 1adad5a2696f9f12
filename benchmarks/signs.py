"""Measures numbers as people write them, with their signs: amounts, dates, times, phone numbers, sums.

    python benchmarks/signs.py [--out FOLDER] [--model BUNDLE] [--limit N] [--kinds A,B] [--first N] [--sheet FILE]

The numbers are written by pen in the forms of `sign_forms.py`, digits 20 to 90 pixels high, on clean canvases and on
photos of plain and ruled paper. Nothing tells the reader what to expect. Prints a Markdown table of digits right,
numbers right with their signs, and wrong without a "?", and with --out writes it as signs.md and signs.json. --sheet
writes a contact sheet of what is not right. The limits of `reading.detection.signs` were chosen on the indices from
1000 on, which --first 1000 measures; the table uses those from 0 on.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from contact_sheets import write_sheet
from findings import options, state_facts, write_findings
from inkdigits import DigitReader
from inkdigits.results import Reading
from rejection import encode
from shares import wilson
from sign_forms import KINDS, SEED, STRUCK, Number, write_number

GOALS = "95 or more right, 1 or less silently wrong"  # percent of each kind


@dataclass(frozen=True)
class Case:
    """A number that was read.

    Attributes:
        number: What was written.
        text: The digits that were read.
        written: The same with signs.
    """

    number: Number
    text: str
    written: str

    @property
    def expected(self) -> str:
        """What counts as right: nothing of a number that was crossed out."""
        return "" if self.number.text.startswith(STRUCK) else self.number.text

    @property
    def is_text_right(self) -> bool:
        """Whether the digits are those that were written, and in one line."""
        return self.text == "".join(character for character in self.expected if character.isdigit())

    @property
    def is_right(self) -> bool:
        """Whether the number is right with its signs."""
        return self.is_text_right and normalize(self.written) == normalize(self.expected)

    @property
    def is_silent(self) -> bool:
        """Whether the number is wrong and no "?" says so."""
        return not self.is_right and "?" not in self.text


@dataclass(frozen=True)
class Row:
    """How many numbers of a kind were read how."""

    kind: str
    n: int
    texts_right: int
    right: int
    silent: int


def normalize(written: str) -> str:
    """Return a number as it is compared: without spaces, letters and stars, for which there are no signs.

    A row of dashes that fills a field counts as one: how many there are means nothing.

    >>> normalize("NT$1,200"), normalize("**87**"), normalize("12---")
    ('$1,200', '87', '12-')
    """
    return re.sub("--+", "-", re.sub(r"[A-Za-z* ]", "", written))


def read_number(reader: DigitReader, number: Number) -> Case:
    """Read a number with no hint."""
    reading: Reading = reader.read(number.picture[..., ::-1])
    return Case(number, reading.text, reading.join(signs=True))


def count(kind: str, cases: Sequence[Case]) -> Row:
    """Return the row of a kind."""
    return Row(
        kind,
        len(cases),
        sum(case.is_text_right for case in cases),
        sum(case.is_right for case in cases),
        sum(case.is_silent for case in cases),
    )


def to_markdown(rows: Sequence[Row], facts: str) -> str:
    """Return the rows as a table with the facts under it."""
    lines = [
        "| kind | n | digits right, % | with signs right, % | 95 % interval | silently wrong, % | 95 % interval |",
        "|---|---:|---:|---:|---|---:|---|",
    ]
    for row in rows:
        right, silent = wilson(row.right, row.n), wilson(row.silent, row.n)
        texts = f"{100 * row.texts_right / max(1, row.n):.1f}"
        lines.append(f"| {row.kind} | {row.n:,} | {texts} | {right.cells(1)} | {silent.cells(1)} |")
    lines += [
        "",
        'Silently wrong: digits or signs are wrong, and no "?" says so. Letters (Rs, NT) and stars have no sign: there',
        f"the other marks must be right, and nothing else be read. Wanted of each kind, %: {GOALS}. {facts}",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure each kind and print the table."""
    parser = options(__doc__)
    parser.add_argument("--limit", type=int, default=60, help="numbers of each kind")
    parser.add_argument("--first", type=int, default=0, help="index of the first number")
    parser.add_argument("--kinds", default=",".join(KINDS), help="kinds to measure")
    parser.add_argument("--sheet", type=Path, help="contact sheet of what is not right")
    arguments = parser.parse_args()
    kinds = arguments.kinds.split(",")
    if set(kinds) - set(KINDS) or arguments.limit < 1:
        sys.exit(f"expected --kinds from {', '.join(KINDS)} and a --limit of 1 or more, got {arguments.kinds}")
    reader = DigitReader(arguments.model)
    rows, wrong = [], []
    for kind in kinds:
        numbers = (write_number(kind, arguments.first + index) for index in range(arguments.limit))
        cases = [read_number(reader, number) for number in numbers]
        rows.append(count(kind, cases))
        wrong += [case for case in cases if not case.is_right]
    table = to_markdown(rows, state_facts(reader.info))
    print(table, end="")
    if arguments.sheet:
        write_sheet(
            arguments.sheet,
            [(encode(case.number.picture), f"{case.number.text}: {case.written}".replace("\n", "|")) for case in wrong],
        )
    if arguments.out:
        values = {"seed": SEED, "first": arguments.first, "rows": [asdict(row) for row in rows]}
        write_findings(arguments.out, "signs", table, reader.info, values)


if __name__ == "__main__":
    main()
