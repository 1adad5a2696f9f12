"""Tells a table of pixels, such as Kaggle's test.csv, from a list of pictures or a picture."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

__all__ = ["describe_pixel_table", "has_pixel_columns", "is_pixel_table"]

_PIXEL = re.compile(
    r"(pixel|p|px)?_?\d+(x\d+)?"
)  # pixel0, as Kaggle names columns; 1x1 and plain numbers, as others do
_FEWEST = 16  # columns: a digit has no fewer pixels


def has_pixel_columns(names: Sequence[str]) -> bool:
    """Return whether a table's columns are pixels, with a label before them or not.

    Args:
        names: Of the columns.

    >>> has_pixel_columns(["label", *(f"pixel{place}" for place in range(784))]), has_pixel_columns(["path"])
    (True, False)
    """
    cells = [name.strip().lower() for name in names]
    pixels = cells[1:] if cells[:1] == ["label"] else cells
    return len(pixels) >= _FEWEST and all(_PIXEL.fullmatch(cell) for cell in pixels)


def is_pixel_table(path: Path) -> bool:
    """Return whether a file is a CSV of pixels; False of what cannot be read."""
    if path.suffix.lower() != ".csv":
        return False
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return has_pixel_columns(next(csv.reader(file), []))
    except (OSError, UnicodeDecodeError, csv.Error):
        return False


def describe_pixel_table(path: str | Path) -> str:
    """Return the message for one who gives a table of pixels where pictures are expected."""
    cure = f"read it with: inkdigits predict {path} --out submission.csv"
    return f"{path}: expected pictures, found a table of pixels, a digit a line; {cure}"
