"""Reads the CSV of corrections that a review page saves."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from inkdigits.errors import DataError
from inkdigits.system.text import unescape_cell

__all__ = ["MOST_FIGURES", "SHOWN", "is_number", "iter_given"]

MOST_FIGURES = 9  # of a digit's place or a page's number; no document has a billion
SHOWN = 20  # characters of what an error repeats


def iter_given(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line's number and cells.

    Args:
        path: The CSV.
        columns: Which it has to have.

    Raises:
        DataError: It cannot be read, or has other columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if list(rows.fieldnames or ()) != list(columns):
                msg = f"{path}: expected the columns {', '.join(columns)}, found {rows.fieldnames}; save it on the page"
                raise DataError(msg)
            for row in rows:
                if None in row or None in row.values():
                    found = f"{path}, line {rows.line_num}: expected {len(columns)} cells, got another number"
                    msg = f"{found}; save it on the page"
                    raise DataError(msg)
                yield rows.line_num, {name: unescape_cell(text) for name, text in row.items()}
    except (OSError, UnicodeError, csv.Error) as error:
        msg = f"{path}: expected corrections, cannot read them ({error}); save them on the page"
        raise DataError(msg) from error


def is_number(text: str) -> bool:
    """Return whether a text is a whole number, 0 or more, of a length that can be."""
    return text.isascii() and text.isdigit() and len(text) <= MOST_FIGURES
