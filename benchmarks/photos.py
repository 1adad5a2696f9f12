"""Measures how many numbers `read` gets exactly right on pages that code photographs or scans in many ways.

    python benchmarks/photos.py [--out FOLDER] [--model BUNDLE] [--limit N]

Each page has 700 x 900 pixels and up to four numbers of five of MNIST's test digits, apart from each other and 35 to 60
pixels high; one more kind of page has numbers of five sizes. Prints a Markdown table and, with --out, writes it as
photos.md and photos.json with a contact sheet of one photo of each kind.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import cv2
import numpy as np

from compositions import draw_number
from contact_sheets import contact_sheet
from exposures import EXPOSURES
from findings import options, state_facts, write_findings
from inkdigits import DigitReader
from inkdigits.spec import Float64Array
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from rejection import encode
from shares import wilson

SEED = 17
SIZES = "large and small"
_SHAPE = 700, 900
_DIGITS = 5
_HEIGHTS = 35.0, 60.0  # pixels
_MIXED = 120.0, 30.0, 60.0, 25.0, 80.0
_MARGIN = 30


@dataclass(frozen=True)
class Row:
    """What was read of one kind of photo.

    Attributes:
        kind: What the photos are of.
        n: Numbers.
        exact: Of these, read as a line of its own without a fault.
        unsure: Other lines of the readings, with a "?".
        wrong: Other lines without one.
    """

    kind: str
    n: int
    exact: int
    unsure: int
    wrong: int


def draw_page(
    digits: LabeledFrames, generator: np.random.Generator, *, is_mixed: bool
) -> tuple[Float64Array, list[str]]:
    """Return the ink of a page, 0 to 1, and its numbers from top to bottom."""
    ink, texts, top = np.zeros(_SHAPE), [], _MARGIN
    heights = _MIXED if is_mixed else [float(generator.uniform(*_HEIGHTS)) for _ in range(4)]
    for height in heights:
        count = 4 if is_mixed and height > _HEIGHTS[1] else _DIGITS
        text, number = draw_number(digits, generator, overlaps=np.zeros(count - 1, np.int64), height=height)
        tall, wide = number.shape
        if top + tall > _SHAPE[0] or wide > _SHAPE[1] - 2 * _MARGIN:
            continue
        left = int(generator.integers(_MARGIN, _SHAPE[1] - _MARGIN - wide + 1))
        area = ink[top : top + tall, left : left + wide]
        np.maximum(area, number, out=area)
        texts.append(text)
        top += tall + int(generator.integers(0, _MARGIN))
    return ink, texts


def measure(reader: DigitReader, kind: str, limit: int) -> tuple[Row, tuple[bytes, str]]:
    """Return what was read of `limit` photos of a kind, and the first of them, encoded, with its caption."""
    digits, generator = load_mnist().test, np.random.default_rng(SEED)
    n = exact = unsure = wrong = 0
    sample = b""
    for _ in range(limit):
        ink, texts = draw_page(digits, generator, is_mixed=kind == SIZES)
        photo = EXPOSURES.get(kind, EXPOSURES["plain"])(ink, generator)
        sample = sample or encode(photo)
        lines = [line.text for line in reader.read(photo).lines if line.text]
        others = list(lines)
        for text in texts:
            n += 1
            if text in others:
                exact += 1
                others.remove(text)
        unsure += sum("?" in text for text in others)
        wrong += sum("?" not in text for text in others)
    return Row(kind, n, exact, unsure, wrong), (sample, kind)


def to_markdown(rows: Sequence[Row], facts: str) -> str:
    """Return the rows as a table with the facts under it."""
    lines = ["| photos of pages | numbers | exact, % | 95 % interval | other lines with ? | others without |"]
    lines.append("|---|---:|---:|---|---:|---:|")
    total = Row("all", *(sum(getattr(row, name) for row in rows) for name in ("n", "exact", "unsure", "wrong")))
    for row in (*rows, total):
        share = wilson(row.exact, row.n).cells(decimals=1)
        lines.append(f"| {row.kind} | {row.n:,} | {share} | {row.unsure} | {row.wrong} |")
    return "\n".join([*lines, "", f"Read by `read`. {facts}"]) + "\n"


def main() -> None:
    """Measure each kind and print the table."""
    parser = options(__doc__)
    parser.add_argument("--limit", type=int, default=24, help="pages of each kind")
    arguments = parser.parse_args()
    reader = DigitReader(arguments.model)
    found = [measure(reader, kind, arguments.limit) for kind in (*EXPOSURES, SIZES)]
    rows = [row for row, _ in found]
    table = to_markdown(rows, state_facts(reader.info))
    print(table, end="")
    if arguments.out:
        write_findings(
            arguments.out, "photos", table, reader.info, {"seed": SEED, "rows": [asdict(row) for row in rows]}
        )
        cv2.imwrite(
            str(arguments.out / "photos.png"), contact_sheet([sample for _, sample in found], cell=240, columns=6)
        )


if __name__ == "__main__":
    main()
