"""Measures how many digits `read_digit` and `read_frames` accept, and how many other marks they call a digit.

    python benchmarks/rejection.py [--data FOLDER] [--fonts FOLDER] [--out FOLDER] [--model BUNDLE] [--textures N]
        [--limit N]

Prints a Markdown table and, with --out, writes it as rejection.md and rejection.json together with contact sheets of
the rejected digits and of the marks that were called a digit. Missing sets and fonts are left out and named.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import cv2
import numpy as np

from contact_sheets import write_sheet
from findings import options, write_findings
from inkdigits import DigitReader
from inkdigits.models.detector import Detector
from inkdigits.results import Reading
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from letters import draw_letters, find_fonts
from sets import BLANK, CLOTHES, SINGLE, Item, find_sets, load_set, thin_out
from shares import Share, wilson
from textures import draw_texture

Sample = tuple[bytes, str]  # an encoded picture, and its caption


@dataclass(frozen=True, kw_only=True)
class Row(Share):
    """One set's result."""

    name: str
    counted: str
    goal: str
    samples: list[Sample] = field(repr=False, default_factory=list)  # what went wrong, for the contact sheet


def encode(picture: UInt8Array) -> bytes:
    """Return a picture as PNG."""
    return cv2.imencode(".png", picture)[1].tobytes()


def is_accepted(reading: Reading) -> bool:
    """Return whether the mark of `read_digit` was taken for a digit, sure or not."""
    return any(digit.outcome != "not_a_digit" for digit in reading.digits)


def has_digit(reading: Reading) -> bool:
    """Return whether a digit was read; "?" is none."""
    return any(digit.outcome == "digit" for digit in reading.digits)


def measure_mnist(reader: DigitReader, limit: int | None) -> Row:
    """Measure how many test frames `read_frames` takes for digits beyond doubt, whatever it makes of their labels."""
    test = load_mnist().test
    places = thin_out(range(len(test)), limit)
    readings = dict(zip(places, reader.read_frames(test.x[places, ..., np.newaxis]), strict=True))
    doubted = [place for place, reading in readings.items() if reading.digits[0].reason == "unlike a digit"]
    share = {place: readings[place].digits[0].digit_probability for place in doubted}
    rising = sorted(doubted, key=share.__getitem__)
    samples = [(encode(test.x[place]), f"{test.y[place]} {share[place]:.2f}") for place in rising]
    names = ("MNIST test", "digits beyond doubt by read_frames", "about 99")
    return make_row(names, len(places) - len(doubted), len(places), samples)


def measure_digits(reader: DigitReader, name: str, items: Sequence[Item]) -> Row:
    """Measure how many real digits `read_digit` accepts; repeated photos of one digit count each."""
    readings = [reader.read_digit(item.data) for item in items]
    samples = [
        (item.data, f"{item.text} {reading.digits[0].digit_probability if reading.digits else 0:.2f}")
        for item, reading in zip(items, readings, strict=True)
        if not is_accepted(reading)
    ]
    names = (name, "digits accepted by read_digit", "98 or more")
    return make_row(names, len(items) - len(samples), len(items), samples)


def measure_others(name: str, goal: str, items: Iterable[Sample], read: Callable[[bytes], Reading]) -> Row:
    """Measure how many pictures without a digit are called one."""
    samples = []
    n = 0
    for data, caption in items:
        n += 1
        reading = read(data)
        if has_digit(reading):
            samples.append((data, f"{caption} as {reading.text.replace(chr(10), '|')[:9]}"))
    return make_row((name, f"called a digit by {read.__name__}", goal), len(samples), n, samples)


def make_row(names: tuple[str, str, str], k: int, n: int, samples: list[Sample]) -> Row:
    """Return the row of k out of n; the names are of the set, of what was counted, and the goal."""
    name, counted, goal = names
    return Row(**vars(wilson(k, n)), name=name, counted=counted, goal=goal, samples=samples)


def measure_letters(reader: DigitReader, fonts: list[Path]) -> Row:
    """Measure how many letters of fonts are called a digit."""
    generator = np.random.default_rng(3)
    items = [(encode(picture), letter) for font in fonts for letter, picture in draw_letters(font, generator)]
    return measure_others(f"letters of {len(fonts)} fonts", "10 or less", items, reader.read_digit)


def measure_all(arguments: argparse.Namespace, reader: DigitReader) -> list[Row]:
    """Measure all that is there."""
    rows = [measure_mnist(reader, arguments.limit)]
    found = find_sets(arguments.data, (*SINGLE, CLOTHES, BLANK))
    items = {name: thin_out(load_set(arguments.data, name), arguments.limit) for name in found}
    rows += [measure_digits(reader, name, items[name]) for name in SINGLE if name in found]
    others = ((CLOTHES, "1 or less", reader.read_digit), (BLANK, "0.5 or less", reader.read))
    for name, goal, read in others:
        if name in found:
            rows.append(measure_others(name, goal, [(item.data, item.truth) for item in items[name]], read))
    generator = np.random.default_rng(11)
    drawn = [(encode(picture), name) for name, picture in (draw_texture(generator) for _ in range(arguments.textures))]
    rows.append(measure_others("textures", "1 or less", drawn, reader.read))
    fonts = find_fonts(arguments.fonts)
    if fonts:
        rows.append(measure_letters(reader, fonts))
    else:
        print(f"{arguments.fonts}: left out, not here: the fonts of benchmarks/letters.py", file=sys.stderr)
    return rows


def to_markdown(rows: list[Row]) -> str:
    """Return the results as a table."""
    lines = ["| set | counted | n | % | 95 % interval | wanted, % |", "|---|---|---:|---:|---|---|"]
    for row in rows:
        cells = (row.name, row.counted, f"{row.n:,}", row.cells(), row.goal)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and write."""
    parser = options(__doc__, reads_sets=True)
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts"))
    parser.add_argument("--textures", type=int, default=500)
    parser.add_argument("--limit", type=int, help="pictures of each set at most, evenly spaced")
    arguments = parser.parse_args()
    reader = DigitReader(arguments.model)
    rows = measure_all(arguments, reader)
    table = to_markdown(rows)
    print(table, end="")
    if arguments.out:
        write_results(arguments, reader, rows, table)


def write_results(arguments: argparse.Namespace, reader: DigitReader, rows: list[Row], table: str) -> None:
    """Write the table, the facts and the contact sheets."""
    info = Detector().info
    facts = {
        "detector": info.version,
        "reject_below": info.reject_below,
        "doubt_below": info.doubt_below,
        "fonts": [path.name for path in find_fonts(arguments.fonts)],
        "rows": [{key: value for key, value in asdict(row).items() if key != "samples"} for row in rows],
    }
    write_findings(arguments.out, "rejection", table, reader.info, facts)
    for row in rows:
        write_sheet(arguments.out / f"rejection-{row.name.split()[0].lower()}.png", row.samples)


if __name__ == "__main__":
    main()
