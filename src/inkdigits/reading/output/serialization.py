"""Writes readings, and why a picture was not read, as JSON and as rows of CSV."""

import json

from inkdigits.errors import InkdigitsError
from inkdigits.results import Box, Reading

__all__ = ["CSV_COLUMNS", "failure_to_csv_row", "failure_to_json", "to_csv_rows", "to_json"]

_CORNERS = ("x_min", "y_min", "x_max", "y_max")
CSV_COLUMNS = (
    "picture",
    "page",
    "line",
    *_CORNERS,
    "label",
    "sign",
    "confidence",
    "outcome",
    "reason",
    "error",
    "band",
)
_EMPTY = ("",) * 8  # from line to confidence
_DECIMALS = 6  # of confidences in CSV; more would be noise


def to_json(reading: Reading, picture: str, page: int | None = None, *, signs: bool = False, words: bool = True) -> str:
    """Return the reading as one line of JSON: `Reading.to_dict` with the picture's name and the text as asked for.

    Args:
        reading: What was read.
        picture: Name of the picture, put first.
        page: Number of the page, from 1, of a file with several; None leaves it out.
        signs: Keep the signs in `written`.
        words: Put a space between words in `written`.
    """
    return json.dumps(
        {"picture": picture, **_page(page), "written": reading.join(signs=signs, words=words), **reading.to_dict()}
    )


def to_csv_rows(reading: Reading, picture: str, page: int | None = None) -> list[tuple[str | int | float, ...]]:
    """Return a row for each mark, in the order of `CSV_COLUMNS`; a blank picture has one row with empty cells.

    A mark that is a sign has its character instead of a label, the sign's confidence, and no band.
    """
    number = "" if page is None else page
    if not reading.digits:
        return [(picture, number, *_EMPTY, reading.outcome, "", "", "")]
    signs = {(sign.box, sign.line): sign for sign in reading.signs}
    rows: list[tuple[str | int | float, ...]] = []
    for digit in reading.digits:
        sign = signs.get((digit.box, digit.line)) if digit.reason == "sign" else None
        name: str | int = digit.label
        character, confidence, band = "", digit.confidence, str(digit.band)
        if sign is not None:
            name, character, confidence, band = "", sign.character, sign.confidence, ""
        judged = (round(confidence, _DECIMALS), digit.outcome, digit.reason or "", "", band)
        rows.append((picture, number, digit.line, *_corners(digit.box), name, character, *judged))
    return rows


def failure_to_json(error: InkdigitsError, picture: str, page: int | None = None) -> str:
    """Return one line of JSON for a picture that was not read: its name, the error's class and its message."""
    return json.dumps({"picture": picture, **_page(page), "error": type(error).__name__, "message": _printable(error)})


def failure_to_csv_row(error: InkdigitsError, picture: str, page: int | None = None) -> tuple[str | int, ...]:
    """Return the row of a picture that was not read: class and message in `error`, all but the name empty."""
    return (picture, "" if page is None else page, *_EMPTY, "", "", f"{type(error).__name__}: {_printable(error)}", "")


def _page(page: int | None) -> dict[str, int]:
    return {} if page is None else {"page": page}


def _printable(error: InkdigitsError) -> str:
    """Return the message; bytes in a file's name that are not text are replaced, since streams refuse them."""
    return str(error).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.x_min, box.y_min, box.x_max, box.y_max
