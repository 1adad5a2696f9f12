"""Measures fields of forms that code draws: dates, times, amounts and check-digit numbers, told what they are.

    python benchmarks/fields.py [--out FOLDER] [--model BUNDLE] [--limit N] [--kinds NAME,NAME]

`form_fields.py` draws them. An answer is right when the text is what was written, signs included; where a box of a
date is empty, when a digit is unsure. What is wrong without a "?" is silently wrong. Prints a Markdown table and, with
--out, writes it as fields.md and fields.json together with contact sheets of the kinds and of the mistakes.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from contact_sheets import wide_contact_sheet
from findings import options, state_facts, write_findings
from form_fields import KINDS, SEED, FieldPicture, draw_field
from inkdigits import DigitReader
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from shares import Share, wilson

WANTED = {
    "date, printed slashes": "98, silent 0.3",
    "date, boxes and printed slashes": "98, silent 0.3",
}


@dataclass(frozen=True, kw_only=True)
class Row(Share):
    """The share of right answers of one kind, 0 to 1; the other shares are of all its fields, too."""

    kind: str
    silent: float
    unsure: float
    ms_per_field: float


def is_right(item: FieldPicture, text: str) -> bool:
    """Return whether an answer is what was written; where nothing can be right, whether it says so."""
    return "?" in text if item.text == "?" else text == item.text


def measure(kind: str, items: Sequence[FieldPicture], texts: Sequence[str], seconds: float) -> Row:
    """Return the row of a kind."""
    are_right = [is_right(item, text) for item, text in zip(items, texts, strict=True)]
    unsure = sum("?" in text and not right for text, right in zip(texts, are_right, strict=True))
    right = sum(are_right)
    return Row(
        **vars(wilson(right, len(items))),
        kind=kind,
        silent=(len(items) - right - unsure) / len(items),
        unsure=unsure / len(items),
        ms_per_field=1000 * seconds / len(items),
    )


def to_markdown(rows: Sequence[Row], facts: str) -> str:
    """Return the results as a table with the facts under it."""
    lines = [
        "| field | n | right, % | 95 % interval | silently wrong, % | unsure, % | wanted, % |",
        "|---|---:|---:|---|---:|---:|---|",
    ]
    for row in rows:
        cells = (
            row.kind,
            f"{row.n:,}",
            row.cells(1),
            f"{100 * row.silent:.1f}",
            f"{100 * row.unsure:.1f}",
            WANTED.get(row.kind, "95, silent 1"),
        )
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "Half of the fields are written with MNIST's test digits, half with drawn ones; half are scanned, half",
        f"photographed; digits of 24 to 84 pixels. {facts}",
    ]
    return "\n".join(lines) + "\n"


def caption(item: FieldPicture, text: str) -> tuple[UInt8Array, str]:
    """Return the picture and what stands under it on a contact sheet."""
    return item.picture, f"{item.text} as {text}"


def write_sheets(folder: Path, pairs: Sequence[tuple[str, FieldPicture, str]]) -> None:
    """Write six fields of each kind, and the mistakes of all."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = list(dict.fromkeys(kind for kind, _, _ in pairs))
    some = [pair for kind in kinds for pair in [pair for pair in pairs if pair[0] == kind][:3]]
    cv2.imwrite(str(folder / "fields.png"), wide_contact_sheet([caption(*pair[1:]) for pair in some]))
    wrong = [pair[1:] for pair in pairs if not is_right(*pair[1:])]
    silent_first = sorted(wrong, key=lambda pair: "?" in pair[1])
    cv2.imwrite(str(folder / "fields-mistakes.png"), wide_contact_sheet([caption(*pair) for pair in silent_first]))


def main() -> None:
    """Measure each kind and print the table."""
    parser = options(__doc__)
    parser.add_argument("--limit", type=int, default=60, help="fields of each kind")
    parser.add_argument("--kinds", help="some of the table's first column, parted by semicolons")
    arguments = parser.parse_args()
    kinds = list(KINDS) if arguments.kinds is None else arguments.kinds.split(";")
    if set(kinds) - set(KINDS) or arguments.limit < 1:
        sys.exit(f"expected --kinds from {'; '.join(KINDS)} and a --limit of 1 or more, got {arguments.kinds}")
    digits, reader = load_mnist().test, DigitReader(arguments.model)
    rows, pairs = [], []
    for kind in kinds:
        items = [draw_field(kind, index, digits) for index in range(arguments.limit)]
        pictures = [np.ascontiguousarray(item.picture[..., ::-1]) for item in items]
        start = time.perf_counter()
        texts = [reader.read(picture, **item.options).text for picture, item in zip(pictures, items, strict=True)]
        rows.append(measure(kind, items, texts, time.perf_counter() - start))
        pairs += [(kind, item, text) for item, text in zip(items, texts, strict=True)]
    table = to_markdown(rows, state_facts(reader.info))
    print(table, end="")
    if arguments.out:
        write_sheets(arguments.out, pairs)
        values = {"seed": SEED, "rows": [asdict(row) for row in rows]}
        write_findings(arguments.out, "fields", table, reader.info, values)


if __name__ == "__main__":
    main()
