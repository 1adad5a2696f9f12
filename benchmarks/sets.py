"""Finds and loads the development sets: real handwriting that measures the reader and trains nothing.

docs/data.md says what each set is and where it comes from. The sets are not part of this project: a benchmark measures
those that it finds, and names the others.
"""

import csv
import io
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from transcripts import wanted_text

T = TypeVar("T")

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "dev"  # beside the clone; elsewhere with --data
SINGLE = ("pen_on_forms", "pencil_phone")
NUMBERS = ("running_numbers", "registers", "tally_boxes", "mark_sheets", "pencil_notes", "people")
LETTERS = "letters"
BLANK = "blank_paper"
CLOTHES = "fashion"
PAGES = "pages_phone"


@dataclass(frozen=True)
class Columns:
    """The columns of a set's labels.csv that benchmarks read, beside `file`.

    Attributes:
        truth: What is written, or what is shown where no digit is.
        cluster: Together they tell one person's pictures from another's; where people are not known, one form's, page's
            or photo's. Empty where one person wrote all or nothing is known.
        part: By their values a set is reported in parts. Empty where as a whole.
        others: What a benchmark needs besides.
    """

    truth: str
    cluster: tuple[str, ...] = ()
    part: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


SETS: Mapping[str, Columns] = {
    "running_numbers": Columns("text", cluster=("writer",)),
    "registers": Columns("text", cluster=("page_image",), part=("set",)),
    "tally_boxes": Columns("text", cluster=("source", "form"), part=("source",)),
    "mark_sheets": Columns("text", cluster=("page",), part=("kind",)),
    "pencil_notes": Columns("text", cluster=("photo",)),
    "people": Columns("text"),
    "pen_on_forms": Columns("label", cluster=("writer",)),
    "pencil_phone": Columns("label", cluster=("digit_id",)),
    LETTERS: Columns("written", cluster=("writer",), part=("kind", "looks_like_a_digit")),
    BLANK: Columns("label", cluster=("photo",)),
    CLOTHES: Columns("label"),
    PAGES: Columns("cells_row_by_row", others=("kind_row_by_row", "corners_tl_tr_br_bl")),
}


@dataclass(frozen=True)
class Item:
    r"""One picture of a set.

    Attributes:
        name: Its file.
        data: The picture, encoded.
        truth: Its label as it is in the set.
        text: What `read` should answer: the label's digits, lines joined by "\n"; "" where no digit is written.
        cluster: Who wrote it, or the form, page or photo it is from; "" where nothing is known.
        part: The part of the set; "" where there are none.
        row: All columns of the label.
    """

    name: str
    data: bytes
    truth: str
    text: str
    cluster: str
    part: str
    row: Mapping[str, str]


def find_sets(folder: Path, names: Iterable[str]) -> list[str]:
    """Return the names of those sets that are in a folder; of the others, standard error says that they are not."""
    wanted = list(dict.fromkeys(names))
    missing = [name for name in wanted if not _path(folder, name).is_file()]
    if missing:
        advice = "docs/data.md says where they come from; --data names another folder"
        print(f"{folder}: left out, not here: {', '.join(missing)}; {advice}", file=sys.stderr)
    return [name for name in wanted if name not in missing]


def load_set(folder: Path, name: str) -> list[Item]:
    """Return every item of a set, in the order of its labels; exit with a message when a column is missing."""
    columns = SETS[name]
    needed = {"file", columns.truth, *columns.cluster, *columns.part, *columns.others}
    with zipfile.ZipFile(_path(folder, name)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("labels.csv").decode())))
        missing = sorted(needed - set(rows[0] if rows else needed))
        if missing:
            got = ", ".join(rows[0])
            sys.exit(
                f"{name}: expected the columns {', '.join(sorted(needed))} in labels.csv, got {got}; see docs/data.md"
            )
        return [_make_item(columns, row, archive.read(row["file"])) for row in rows]


def _make_item(columns: Columns, row: Mapping[str, str], data: bytes) -> Item:
    truth = row[columns.truth]
    cluster, part = (" ".join(row[column] for column in names) for names in (columns.cluster, columns.part))
    return Item(row["file"], data, truth, wanted_text(truth), cluster, part, row)


def thin_out(items: Sequence[T], limit: int | None) -> list[T]:
    """Return at most `limit` items, evenly spaced; all of them without a limit."""
    return list(items) if limit is None else list(items[:: max(1, -(-len(items) // limit))])


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.zip"
