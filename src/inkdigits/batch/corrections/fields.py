"""Writes what a person said of doubtful fields into the rows of a form's run, and its table anew."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inkdigits.batch.corrections.given import SHOWN, is_number, iter_given
from inkdigits.batch.corrections.rewriting import rewrite_rows
from inkdigits.batch.outputs.rows import Row
from inkdigits.errors import DataError
from inkdigits.forms.amending import amend_page
from inkdigits.forms.tables import details_path, has_bom, write_table
from inkdigits.forms.template import Template
from inkdigits.reading.pictures.pages import page_name

__all__ = ["AppliedFields", "apply_field_corrections"]

_COLUMNS = ("path", "page", "field", "text")

_Given = dict[tuple[str, int | None], dict[str, str]]  # path and page -> field -> text


@dataclass(slots=True)
class AppliedFields:
    """What was done.

    Attributes:
        fields: Fields that were corrected or confirmed.
        pages: Pages that they stand on.
        refused: Of each text that does not fit its field: scan, field, and why.
        counts: Forms by their outcome: failed, doubtful, sure.
    """

    fields: int = 0
    pages: int = 0
    refused: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def apply_field_corrections(
    template: Template, table: Path, corrections: Path, target: Path | None = None
) -> AppliedFields:
    """Write corrections into the details beside a table, and the table anew from them.

    Each text is checked like what the reader reads. One that does not fit its field is refused, and its field stays as
    it is; the others are written.

    Args:
        template: The form.
        table: What `inkdigits form read` wrote, with its details beside it.
        corrections: CSV with the columns path, page, field and text, as the review page saves it.
        target: Where the corrected table goes, with its details; None replaces both.

    Raises:
        DataError: A file cannot be read or is of another form, or a correction names a page that is not there.
        OutputError: A file cannot be written.
        MissingExtraError: A library that the table's form needs is not installed.
    """
    corrector = _Corrector(_read(corrections), template)
    details, target = details_path(table), target or table
    has_mark = has_bom(table)
    if not details.is_file():
        msg = f"{details}: no such file, which `inkdigits form read` writes beside its table; give the table's place"
        raise DataError(msg)
    rewrite_rows(details, details_path(target), corrector)
    with details_path(target).open("rb") as lines:
        corrector.done.counts = write_table((json.loads(line) for line in lines), template, target, bom=has_mark)
    return corrector.done


def _read(path: Path) -> _Given:
    """Return what a file of corrections says; of two that name the same field, the last counts."""
    found: _Given = {}
    for line, row in iter_given(path, _COLUMNS):
        if row["page"] and not is_number(row["page"]):
            msg = f"{path}, line {line}: expected a page's number or nothing, got {row['page'][:SHOWN]!r}; save it anew"
            raise DataError(msg)
        page = int(row["page"]) if row["page"] else None
        found.setdefault((row["path"], page), {})[row["field"]] = row["text"]
    return found


class _Corrector:
    """Corrects pages, and remembers what was done and refused."""

    def __init__(self, given: _Given, template: Template) -> None:
        self._given = given
        self._left = set(given)
        self._template = template
        self.done = AppliedFields()

    def __call__(self, row: Row) -> Row:
        page: Any = row["page"]
        key = (str(row["path"]), page)
        texts = self._given.get(key)
        if texts is None:
            return row
        if key not in self._left:
            msg = f"{page_name(*key)}: expected one row for each page, found another; a correction cannot tell which"
            raise DataError(msg)
        self._left.discard(key)
        amended, refused = amend_page(row, texts, self._template)
        self.done.refused += [f"{page_name(*key)}, {name}: {why}" for name, why in refused.items()]
        self.done.fields += len(texts) - len(refused)
        self.done.pages += 1
        return amended

    def check(self, out: Path) -> None:
        if self._left:
            example = page_name(*min(self._left, key=str))
            lost = f"{len(self._left)} are missing, as {example}"
            msg = f"{out}: expected rows for all corrections, {lost}; nothing was done"
            raise DataError(msg)
