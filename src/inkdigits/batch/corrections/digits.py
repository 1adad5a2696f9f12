"""Writes what a person said of unsure digits into the rows of an earlier batch."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.batch.corrections.given import SHOWN, is_number, iter_given
from inkdigits.batch.corrections.rewriting import rewrite_rows
from inkdigits.batch.outputs.rows import Row
from inkdigits.errors import DataError
from inkdigits.reading.pictures.pages import page_name
from inkdigits.results.bands import Band, find_band

__all__ = ["Applied", "apply_corrections", "correct_row", "read_corrections"]

_NO_DIGIT = "not_a_digit"
_LABELS = frozenset("0123456789")
_COLUMNS = ("path", "digit", "label")

Corrections = dict[
    str, dict[int, str]
]  # path, with its page if it has several -> place of the digit in its row -> label, or "not_a_digit"


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done.

    Attributes:
        digits: Digits that were corrected or confirmed.
        rows: Rows that they stand in.
    """

    digits: int
    rows: int


def apply_corrections(out: Path, corrections: Path, target: Path | None = None) -> Applied:
    """Write corrections into the rows of a batch; the file is replaced when the new one is complete.

    Args:
        out: Rows of `run_batch`: .jsonl, .csv or .parquet.
        corrections: CSV with the columns path, digit and label, as the review page saves it.
        target: Where the corrected rows go, of the same form; None replaces `out`.

    Raises:
        DataError: A file cannot be read or is of another form, or a correction names a digit that is not there.
        OutputError: The rows cannot be written.
    """
    corrector = _Corrector(read_corrections(corrections))
    rewrite_rows(out, target or out, corrector)
    return Applied(corrector.digits, corrector.rows)


def read_corrections(path: Path) -> Corrections:
    """Return what a file of corrections says; of two that name the same digit, the last counts.

    Raises:
        DataError: It cannot be read, has other columns, or a label that is none.
    """
    found: Corrections = {}
    for line, row in iter_given(path, _COLUMNS):
        if row["label"] not in _LABELS | {_NO_DIGIT} or not is_number(row["digit"]):
            told = f"digit {row['digit'][:SHOWN]!r} and label {row['label'][:SHOWN]!r}"
            msg = f"{path}, line {line}: expected a digit's place and 0 to 9 or {_NO_DIGIT}, got {told}"
            raise DataError(msg)
        found.setdefault(row["path"], {})[int(row["digit"])] = row["label"]
    return found


def correct_row(row: Row, labels: dict[int, str]) -> Row:
    """Return a row in which a person's labels stand for the network's, as sure as can be.

    Args:
        row: From `rows.to_row`.
        labels: Place of a digit in `row["digits"]` to its label, or "not_a_digit"; of one that is in the text.

    Raises:
        DataError: The text has other characters than its digits, such as those of a pattern with its own question mark.
    """
    digits: list[Any] = list(row["digits"])  # type: ignore[call-overload]  # a list in every form
    kept = [place for place, digit in enumerate(digits) if digit["outcome"] != _NO_DIGIT]
    text = str(row["text"])
    if sum(character in _LABELS or character == "?" for character in text) != len(kept):
        msg = f"{row['path']}: expected a text of {len(kept)} digits, got {text!r}; correct this row by hand"
        raise DataError(msg)
    for place, label in labels.items():
        changed = {"outcome": _NO_DIGIT} if label == _NO_DIGIT else {"outcome": "digit", "label": int(label)}
        digits[place] = {
            **digits[place],
            **changed,
            "confidence": 1.0,
            "band": find_band(1.0),
            "reason": None,  # a person said so
            "digit_probability": float(label != _NO_DIGIT),
        }
    left = [digit["confidence"] for digit in digits if digit["outcome"] != _NO_DIGIT]
    return {
        **row,
        "text": _correct_text(text, kept, labels) if left else "",
        "written": _correct_text(str(row.get("written") or ""), kept, labels) if left else "",
        "outcome": "digits" if left else "blank",
        "confidence": round(math.prod(left), 6) if left else None,
        "digits": digits,
        "band": _find_weakest(digits),
    }


def _find_weakest(digits: list[Any]) -> Band | None:
    """Return the band of the weakest line; None without digits."""
    lines: dict[int, list[float]] = {}
    for digit in digits:
        if digit["outcome"] != _NO_DIGIT:
            lines.setdefault(digit.get("line", 0), []).append(digit["confidence"])
    return find_band(min(map(math.prod, lines.values()))) if lines else None


def _correct_text(text: str, kept: list[int], labels: dict[int, str]) -> str:
    """Return a text with a person's labels in it.

    Args:
        text: What was read; its digits and question marks are those of `kept`, in order. Signs and spaces stay.
        kept: Places of these digits in their row.
        labels: As of `correct_row`.
    """
    places = iter(kept)
    characters = []
    for character in text:
        label = labels.get(next(places), character) if character in _LABELS or character == "?" else character
        characters.append("" if label == _NO_DIGIT else label)
    return "\n".join(filter(None, "".join(characters).split("\n")))


class _Corrector:
    """Corrects rows, and remembers which corrections were of use."""

    def __init__(self, given: Corrections) -> None:
        self._given = given
        self._left = set(given)
        self.digits = self.rows = 0

    def __call__(self, row: Row) -> Row:
        """Return the row, corrected where a correction names it."""
        path, page = str(row["path"]), row.get("page") or None  # rows of version 0.1.0 have none
        path = page_name(path, None if page is None else int(str(page)))
        labels = self._given.get(path)
        if labels is None:
            return row
        count = len(row["digits"])  # type: ignore[arg-type]  # a list in every form
        if max(labels) >= count:
            msg = f"{path}: expected digits 0 to {count - 1}, a correction names {max(labels)}; use those of this batch"
            raise DataError(msg)
        none = [place for place in labels if row["digits"][place]["outcome"] == _NO_DIGIT]  # type: ignore[index]
        if none:
            msg = f"{path}: expected digits of the text, a correction names {none[0]}, which is none; correct its text"
            raise DataError(msg)
        if path not in self._left:
            msg = f"{path}: expected one row for each picture, found another; a correction cannot tell which it means"
            raise DataError(msg)
        self._left.discard(path)
        self.digits += len(labels)
        self.rows += 1
        return correct_row(row, labels)

    def check(self, out: Path) -> None:
        """Refuse corrections that were of no use."""
        if self._left:
            example = min(self._left)
            lost = f"{len(self._left)} are missing, as {example}"
            msg = f"{out}: expected rows for all corrections, {lost}; nothing was done"
            raise DataError(msg)
