"""Counts digits that `read` finds in pictures without writing: real empty cells, textures, and drawn empty sheets.

    python benchmarks/emptiness.py [--data FOLDER] [--out FOLDER] [--model BUNDLE] [--limit N]

Prints two Markdown tables, one by set and one by the kinds of picture that were mistaken for digits most often. With
--out, writes them as emptiness.md and emptiness.json together with a contact sheet of each set's mistakes.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contact_sheets import write_sheet
from findings import options, state_facts, write_findings
from inkdigits import DigitReader
from inkdigits.spec import UInt8Array
from rejection import encode, has_digit
from sets import BLANK, find_sets, load_set
from shares import wilson
from sheets import draw_sheet
from textures import draw_texture

SEED = 11
DRAWN: Mapping[str, Callable[[np.random.Generator], tuple[str, UInt8Array]]] = {
    "textures": draw_texture,
    "empty sheets": draw_sheet,
}
WORST = 8  # kinds listed


@dataclass(frozen=True)
class Result:
    """What was found on the pictures of a set.

    Attributes:
        name: The set.
        n: Pictures.
        with_digit: Of these, with an answered digit.
        not_blank: With a digit or an unsure one.
        digits: Answered digits in all.
        kinds: Pictures of each kind.
        wrong: Pictures of each kind with an answered digit.
        samples: The latter, encoded, with captions.
    """

    name: str
    n: int
    with_digit: int
    not_blank: int
    digits: int
    kinds: Counter[str]
    wrong: Counter[str]
    samples: list[tuple[bytes, str]]


def items(arguments: argparse.Namespace) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Yield each set's name and its pictures, encoded, each with its kind: a photo's kind is the photo."""
    if find_sets(arguments.data, (BLANK,)):
        photos = [(f"photo {item.cluster}", item.data) for item in load_set(arguments.data, BLANK)]
        yield BLANK, photos[: arguments.limit]
    for name, draw in DRAWN.items():
        generator = np.random.default_rng(SEED)
        drawn = [draw(generator) for _ in range(arguments.limit)]
        yield name, [(kind, encode(picture)) for kind, picture in drawn]


def measure(reader: DigitReader, name: str, found: Sequence[tuple[str, bytes]]) -> Result:
    """Read the pictures of a set, none of which has a digit."""
    readings = [reader.read(data) for _, data in found]
    wrong = [(kind, data, reading) for (kind, data), reading in zip(found, readings, strict=True) if has_digit(reading)]
    samples = [(data, f"{kind} as {reading.text.replace(chr(10), '|')[:9]}") for kind, data, reading in wrong]
    return Result(
        name,
        len(found),
        len(wrong),
        sum(reading.outcome != "blank" for reading in readings),
        sum(digit.outcome == "digit" for reading in readings for digit in reading.digits),
        Counter(kind for kind, _ in found),
        Counter(kind for kind, _, _ in wrong),
        samples,
    )


def worst_kinds(result: Result) -> list[tuple[str, int, int]]:
    """Return the kinds with wrong pictures: name, wrong, of how many; the largest share first, at most `WORST`."""
    shares = [(kind, wrong, result.kinds[kind]) for kind, wrong in result.wrong.items()]
    return sorted(shares, key=lambda item: (-item[1] / item[2], -item[1], item[0]))[:WORST]


def to_markdown(results: Sequence[Result], facts: str) -> str:
    """Return the results as two tables with the facts under them."""
    lines = [
        "| without writing | n | with any digit | % | 95 % interval | with a digit or ?, % | digits | wanted, % |",
        "|---|---:|---:|---:|---|---:|---:|---|",
    ]
    for result in results:
        shares = wilson(result.with_digit, result.n).cells()
        counts = f"{100 * result.not_blank / result.n:.2f} | {result.digits:,} | 1 or less"
        lines.append(f"| {result.name} | {result.n:,} | {result.with_digit:,} | {shares} | {counts} |")
    lines += ["", "| worst kinds | with any digit | of |", "|---|---:|---:|"]
    for result in results:
        lines += [f"| {result.name}: {kind} | {wrong} | {n} |" for kind, wrong, n in worst_kinds(result)]
    lines += ["", f"Read by `read`. {facts}"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure each set and print the tables."""
    parser = options(__doc__, reads_sets=True)
    parser.add_argument("--limit", type=int, default=500, help="pictures of each set")
    arguments = parser.parse_args()
    reader = DigitReader(arguments.model)
    results = [measure(reader, name, found) for name, found in items(arguments) if found]
    table = to_markdown(results, state_facts(reader.info))
    print(table, end="")
    if arguments.out:
        write_results(arguments.out, results, table, reader)


def write_results(folder: Path, results: Sequence[Result], table: str, reader: DigitReader) -> None:
    """Write the table, the values and the contact sheets."""
    rows = [{key: value for key, value in vars(result).items() if key != "samples"} for result in results]
    write_findings(folder, "emptiness", table, reader.info, {"seed": SEED, "rows": rows})
    for result in results:
        write_sheet(folder / f"emptiness-{result.name.split()[-1]}.png", result.samples)


if __name__ == "__main__":
    main()
