"""Measures numbers of 2 to 10 digits that code composes of MNIST's test digits, read as pictures.

    python benchmarks/strings.py [--out FOLDER] [--model BUNDLE] [--limit N] [--styles NAME,NAME] [--told-length]

The numbers are on plain paper, in low resolution (digits of 10 to 30 pixels) and on patterned paper; their digits are
apart, or one third of the neighbors touch or overlap. Prints two Markdown tables and, with --out, writes them as
strings.md and strings.json together with a contact sheet of each kind and of its mistakes. The test split is measured
and chooses nothing.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from compositions import MAX_LENGTH, MIN_LENGTH, NEIGHBORS, STYLES, Composition, compose
from contact_sheets import wide_contact_sheet
from findings import options, state_facts, write_findings
from inkdigits import DigitReader
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from shares import Share, wilson
from transcripts import edit_distance

LENGTHS = range(MIN_LENGTH, MAX_LENGTH + 1)
SEED = 41
GOALS = {("plain", "apart"): "97 or more", ("plain", "touching"): "92 or more"}
KINDS = (*((style, neighbors) for style in STYLES for neighbors in ("apart", "touching")), ("plain", "overlapping"))


@dataclass(frozen=True, kw_only=True)
class Row(Share):
    """The share of exact numbers of one kind; others are 0 to 1, too, by length in order of `LENGTHS` (None: none)."""

    style: str
    neighbors: str
    wrong_unmarked: float  # not exact, and no "?" says so
    characters_wrong: float  # edit distance over characters
    by_length: list[float | None]
    ms_per_picture: float


def compose_all(digits: LabeledFrames, style: str, neighbors: str, limit: int) -> list[Composition]:
    """Return `limit` numbers of one kind, all lengths alike often; the first ones are the same whatever the limit."""
    generator = np.random.default_rng([SEED, STYLES.index(style), NEIGHBORS.index(neighbors)])
    lengths = [LENGTHS[index % len(LENGTHS)] for index in range(limit)]
    return [compose(digits, generator, length=length, style=style, neighbors=neighbors) for length in lengths]


def read_all(reader: DigitReader, items: Sequence[Composition], *, is_told_length: bool) -> list[str]:
    """Return what is read of each number; unless its length is told, with no hint."""
    lengths = [len(item.text) if is_told_length else None for item in items]
    pictures = [np.ascontiguousarray(item.picture[..., ::-1]) for item in items]
    return [reader.read(picture, length=length).text for picture, length in zip(pictures, lengths, strict=True)]


def measure(items: Sequence[Composition], texts: Sequence[str], seconds: float, *, kind: tuple[str, str]) -> Row:
    """Return the row of numbers and what was read of them."""
    are_exact = [item.text == text for item, text in zip(items, texts, strict=True)]
    unmarked = sum(item.text != text and "?" not in text for item, text in zip(items, texts, strict=True))
    distance = sum(edit_distance(item.text, text) for item, text in zip(items, texts, strict=True))
    by_length = [
        [is_exact for item, is_exact in zip(items, are_exact, strict=True) if len(item.text) == length]
        for length in LENGTHS
    ]
    return Row(
        **vars(wilson(sum(are_exact), len(items))),
        style=kind[0],
        neighbors=kind[1],
        wrong_unmarked=unmarked / len(items),
        characters_wrong=distance / sum(len(item.text) for item in items),
        by_length=[sum(found) / len(found) if found else None for found in by_length],
        ms_per_picture=1000 * seconds / len(items),
    )


def to_markdown(rows: Sequence[Row], facts: str) -> str:
    """Return the results as two tables with the facts under them."""
    lines = [
        "| paper | neighbors | n | exact, % | 95 % interval | wrong without a ?, % | characters wrong, % | wanted, % |",
        "|---|---|---:|---:|---|---:|---:|---|",
    ]
    for row in rows:
        shares = [f"{100 * share:.2f}" for share in (row.wrong_unmarked, row.characters_wrong)]
        goal = GOALS.get((row.style, row.neighbors), "-")
        cells = (row.style, row.neighbors, f"{row.n:,}", row.cells(), *shares, goal)
        lines.append(f"| {' | '.join(cells)} |")
    heads = " | ".join(f"{length} digits" for length in LENGTHS)
    lines += ["", "Exact, %, by length:", "", f"| paper | neighbors | {heads} |", f"|---|---|{'---:|' * len(LENGTHS)}"]
    for row in rows:
        shares = ["-" if share is None else f"{100 * share:.1f}" for share in row.by_length]
        lines.append(f"| {row.style} | {row.neighbors} | {' | '.join(shares)} |")
    lines += [
        "",
        "Touching, overlapping: a third of the neighbors of a number, at least one pair, share up to a 27th or an",
        f"eighth of a digit's height. Low resolution: digits of 10 to 30 pixels; the others 28 to 80. {facts}",
    ]
    return "\n".join(lines) + "\n"


def caption(item: Composition, text: str) -> tuple[UInt8Array, str]:
    """Return the picture and what stands under it on a contact sheet."""
    return item.picture, f"{item.text} as {text} ({item.digit_height:.0f} px {item.paper})"


def write_sheets(folder: Path, row: Row, pairs: Sequence[tuple[Composition, str]]) -> None:
    """Write what the numbers of a kind look like, and the mistakes."""
    name = f"{row.style.split()[0]}-{row.neighbors}"
    folder.mkdir(parents=True, exist_ok=True)
    wrong = [(item, text) for item, text in pairs if item.text != text]
    cv2.imwrite(str(folder / f"strings-{name}.png"), wide_contact_sheet([caption(*pair) for pair in pairs[:18]]))
    mistakes = folder / f"strings-{name}-mistakes.png"
    mistakes.unlink(missing_ok=True)  # an older run's
    if wrong:
        cv2.imwrite(str(mistakes), wide_contact_sheet([caption(*pair) for pair in wrong]))


def main() -> None:
    """Measure each kind and print the tables."""
    parser = options(__doc__)
    parser.add_argument("--limit", type=int, default=360, help="numbers of each kind")
    parser.add_argument("--styles", default=",".join(STYLES))
    parser.add_argument("--told-length", action="store_true", help="tell `read` how many digits there are")
    arguments = parser.parse_args()
    unknown = set(arguments.styles.split(",")) - set(STYLES)
    if unknown or arguments.limit < 1:
        sys.exit(f"expected --styles from {', '.join(STYLES)} and a --limit of 1 or more, got {arguments.styles}")
    digits, reader = load_mnist().test, DigitReader(arguments.model)
    rows = []
    for kind in KINDS:
        if kind[0] not in arguments.styles.split(","):
            continue
        items = compose_all(digits, *kind, arguments.limit)
        start = time.perf_counter()
        texts = read_all(reader, items, is_told_length=arguments.told_length)
        rows.append(measure(items, texts, time.perf_counter() - start, kind=kind))
        if arguments.out:
            write_sheets(arguments.out, rows[-1], list(zip(items, texts, strict=True)))
    told = "The number of digits was told. " if arguments.told_length else ""
    table = to_markdown(rows, told + state_facts(reader.info))
    print(table, end="")
    if arguments.out:
        values = {
            "seed": SEED,
            "told_length": arguments.told_length,
            "lengths": list(LENGTHS),
            "rows": [asdict(row) for row in rows],
        }
        write_findings(arguments.out, "strings", table, reader.info, values)


if __name__ == "__main__":
    main()
