"""Writes what was read of one picture as a row, a line of JSON or of CSV."""

import csv
import io
import json
import math
from typing import Literal, TypeAlias

from inkdigits.errors import InkdigitsError
from inkdigits.results import Band, Digit, Reading
from inkdigits.results.bands import find_band
from inkdigits.system.text import escape_cell

__all__ = [
    "COLUMNS",
    "COUNTED",
    "Counted",
    "Form",
    "Row",
    "count_as",
    "csv_header",
    "format_row",
    "printable",
    "to_row",
]

Form: TypeAlias = Literal["jsonl", "csv", "parquet"]
Row: TypeAlias = dict[str, object]
Counted: TypeAlias = Literal["digits", "unsure", "blank", "error"]

COLUMNS = ("path", "page", "text", "written", "outcome", "confidence", "digits", "error", "band")
COUNTED: tuple[Counted, ...] = ("digits", "unsure", "blank", "error")
_DECIMALS = 6  # of confidences
_to_json = json.JSONEncoder(separators=(",", ":")).encode  # made once: json.dumps makes one a call


def to_row(name: str, answer: Reading | InkdigitsError, page: int | None = None) -> Row:
    """Return one picture's row.

    Args:
        name: Of the picture.
        answer: What was read of it, or why nothing was.
        page: Number of the page, from 1, of a file with several; else None.

    Returns:
        `path`; `page`; `text` with a line of output for each line of the picture; `written`, the same with signs, and
        a space between words; `outcome`, "digits", "blank" or "error"; `confidence` that all lines are right, None
        without digits; `digits`, a dictionary each; `error`, class and message, or None; `band` of its weakest line,
        None without digits.
    """
    if isinstance(answer, InkdigitsError):
        error = f"{type(answer).__name__}: {answer}".replace(": the bytes:", f": {name}:", 1)
        values: tuple[object, ...] = ("", "", "error", None, [], printable(error), None)
    else:
        digits = [_digit(digit) for digit in answer.digits]
        written = answer.join(signs=True, words=True)
        values = (answer.text, written, answer.outcome, _confidence(answer), digits, None, _band(answer))
    return dict(zip(COLUMNS, (printable(name), page, *values), strict=True))


def count_as(answer: Reading | InkdigitsError) -> Counted:
    """Return what a picture counts as: one with an unsure digit is "unsure", whatever its others are."""
    if isinstance(answer, InkdigitsError):
        return "error"
    if any(digit.outcome == "unsure" for digit in answer.digits):
        return "unsure"
    return answer.outcome


def format_row(row: Row, form: Form) -> bytes:
    """Return a row as one line, its end included; what becomes Parquet is a line of JSON until then.

    In CSV lines of the picture are joined by a space, and the digits are JSON in their cell. A cell that a spreadsheet
    would take for a formula begins with an apostrophe.
    """
    if form != "csv":
        return _to_json(row).encode() + b"\n"
    line = io.StringIO()
    digits = _to_json(row["digits"])
    texts = {name: str(row[name]).replace("\n", " ") for name in ("text", "written")}
    values = {**row, **texts, "digits": digits}
    # the writer quotes cells that hold its line end or a part of it, and names may hold either part
    cells = ["" if values.get(name) is None else escape_cell(str(values[name])) for name in COLUMNS]
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n").encode() + b"\n"


def csv_header() -> bytes:
    """Return the first line of a CSV output."""
    return (",".join(COLUMNS) + "\n").encode()


def printable(name: str) -> str:
    """Return a name whose bytes that are no text are replaced, as no output takes them."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _confidence(reading: Reading) -> float | None:
    found = [line.confidence for line in reading.lines if line.text]
    return round(math.prod(found), _DECIMALS) if found else None


def _band(reading: Reading) -> Band | None:
    found = [line.confidence for line in reading.lines if line.text]
    return find_band(min(found)) if found else None


def _digit(digit: Digit) -> Row:
    box = digit.box
    return {
        "box": [box.x_min, box.y_min, box.x_max, box.y_max],
        "line": digit.line,
        "label": digit.label,
        "confidence": round(digit.confidence, _DECIMALS),
        "outcome": digit.outcome,
        "reason": digit.reason,
        "digit_probability": round(digit.digit_probability, _DECIMALS),
        "printed": round(digit.printed, _DECIMALS),
        "band": digit.band,
    }
