"""Writes readings, and why a picture was not read, as JSON and as rows of CSV."""

import json

from inkdigits.errors import InkdigitsError
from inkdigits.results import Box, Reading

__all__ = ["CSV_COLUMNS", "failure_to_csv_row", "failure_to_json", "to_csv_rows", "to_json"]

_CORNERS = ("x_min", "y_min", "x_max", "y_max")
CSV_COLUMNS = ("picture", "page", "line", *_CORNERS, "label", "confidence", "outcome", "reason", "error")
_EMPTY = ("",) * 7  # from line to confidence
_DECIMALS = 6  # of confidences in CSV; more would be noise


def to_json(reading: Reading, picture: str, page: int | None = None) -> str:
    """Return the reading as one line of JSON.

    Args:
        reading: What was read.
        picture: Name of the picture, put first.
        page: Number of the page, from 1, of a file with several; None leaves it out.
    """
    return json.dumps({"picture": picture, **_page(page), **reading.to_dict()})


def to_csv_rows(reading: Reading, picture: str, page: int | None = None) -> list[tuple[str | int | float, ...]]:
    """Return a row for each mark, in the order of `CSV_COLUMNS`; a blank picture has one row with empty cells."""
    number = "" if page is None else page
    if not reading.digits:
        return [(picture, number, *_EMPTY, reading.outcome, "", "")]
    return [
        (
            picture,
            number,
            d.line,
            *_corners(d.box),
            d.label,
            round(d.confidence, _DECIMALS),
            d.outcome,
            d.reason or "",
            "",
        )
        for d in reading.digits
    ]


def failure_to_json(error: InkdigitsError, picture: str, page: int | None = None) -> str:
    """Return one line of JSON for a picture that was not read: its name, the error's class and its message."""
    return json.dumps({"picture": picture, **_page(page), "error": type(error).__name__, "message": _printable(error)})


def failure_to_csv_row(error: InkdigitsError, picture: str, page: int | None = None) -> tuple[str | int, ...]:
    """Return the row of a picture that was not read: class and message in the last column, all but the name empty."""
    return (picture, "" if page is None else page, *_EMPTY, "", "", f"{type(error).__name__}: {_printable(error)}")


def _page(page: int | None) -> dict[str, int]:
    return {} if page is None else {"page": page}


def _printable(error: InkdigitsError) -> str:
    """Return the message; bytes in a file's name that are not text are replaced, since streams refuse them."""
    return str(error).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.x_min, box.y_min, box.x_max, box.y_max
