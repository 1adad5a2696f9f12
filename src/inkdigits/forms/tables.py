"""Writes the rows of a form as a table that opens well: a column for each field, texts only, and no formulas."""

import codecs
import csv
import importlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from inkdigits.errors import OutputError
from inkdigits.forms.template import Template
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.extras import require_extra

__all__ = ["TABLE_SUFFIXES", "Row", "details_path", "escape", "has_bom", "iter_forms", "table_path", "write_table"]

Row = dict[str, Any]  # of one page, as `batch` writes it
TABLE_SUFFIXES = (".xlsx", ".csv", ".jsonl", ".parquet")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a cell of a spreadsheet must not begin with
_DETAILS = ".details.jsonl"  # after a table's name
_MOST_TEXT = 1000  # characters of a cell
_ORDER = ("failed", "doubtful", "sure")
_LEADING = ("path", "page", "outcome", "doubtful")


def details_path(table: Path) -> Path:
    """Return where the rows of a table's pages lie, with every cell."""
    return table.with_name(table.name + _DETAILS)


def table_path(details: Path) -> Path:
    """Return the table whose details these are."""
    return details.with_name(details.name.removesuffix(_DETAILS))


def has_bom(table: Path) -> bool:
    """Return whether a table is CSV that begins with the mark of UTF-8; False for one that is not there."""
    if table.suffix.lower() != ".csv" or not table.is_file():
        return False
    with table.open("rb") as file:
        return file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8


def write_table(
    rows: Sequence[Row] | Iterator[Row], template: Template, out: Path, *, bom: bool = False
) -> dict[str, int]:
    """Write a table with a row for each filled form; return how many are sure, doubtful and failed.

    Args:
        rows: Of pages, in the order of the scans.
        template: The form.
        out: Where; its ending tells the form.
        bom: Whether CSV begins with the mark by which older spreadsheets know UTF-8.

    Raises:
        OutputError: It cannot be written.
        MissingExtraError: A library that the form needs is not installed.
    """
    write = _WRITERS.get(out.suffix.lower())
    if write is None:
        msg = f"{out}: expected an ending of {', '.join(TABLE_SUFFIXES)}, got {out.suffix!r}; change --out"
        raise OutputError(msg)
    counts = dict.fromkeys(_ORDER, 0)
    names = [spec.name for spec in template.fields]

    def count(forms: Iterator[Row]) -> Iterator[Row]:
        for form in forms:
            counts[form["outcome"]] += 1
            yield form

    forms = count(iter_forms(iter(rows), template))
    write_in_place(out, lambda path: write(path, forms, names, bom))
    return counts


def iter_forms(rows: Iterator[Row], template: Template) -> Iterator[Row]:
    """Yield a row for each filled form: pages that follow one another in a file are one form.

    A form that lacks a page is failed, and says which.
    """
    held: Row | None = None
    for row in rows:
        page = row.get("form_page")
        if held is not None and (page is None or held["path"] != row["path"] or page <= held["form_pages"][-1]):
            yield _finish(held, template)
            held = None
        if page is None:
            yield {**row, "form_pages": [], "missing": list(range(1, 1 + template.pages))}
        elif held is None:
            held = {**row, "form_pages": [page]}
        else:
            held["form_pages"] = [*held["form_pages"], page]
            held["fields"] = {**held["fields"], **row["fields"]}
            held["outcome"] = min(held["outcome"], row["outcome"], key=_ORDER.index)
    if held is not None:
        yield _finish(held, template)


def _finish(form: Row, template: Template) -> Row:
    missing = [page for page in range(1, 1 + template.pages) if page not in form["form_pages"]]
    if not missing:
        return {**form, "missing": []}
    pages = ", ".join(map(str, missing))
    error = f"FormPageError: expected pages 1 to {template.pages} of the form in their order, page {pages} is missing"
    return {**form, "missing": missing, "outcome": "failed", "error": error}


def escape(text: str) -> str:
    """Return a text for a cell: not too long, and with an apostrophe where a spreadsheet would take it for a formula.

    A number keeps its sign: "-12" is no formula.

    >>> escape("=SUM(A1)"), escape("-12")
    ("'=SUM(A1)", '-12')
    """
    text = text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 3] + "..."
    is_number = text[1:].replace(".", "", 1).replace(",", "").isdigit()
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text


def _to_cells(form: Row, names: Sequence[str]) -> list[str]:
    fields: Mapping[str, Any] = form["fields"]
    doubts = [f"{name}: {own['reason']}" for name, own in fields.items() if own["outcome"] != "sure"]
    told = form["error"] or "; ".join(doubts)
    page = "" if form["page"] is None else str(form["page"])
    texts = [str(fields[name]["text"]) if name in fields else "" for name in names]
    return [escape(text) for text in (form["path"], page, form["outcome"], told, *texts)]


def _write_csv(path: Path, forms: Iterator[Row], names: Sequence[str], bom: bool) -> None:  # noqa: FBT001 - as all writers
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\r\n" if bom else "\n")
        rows.writerow([*_LEADING, *map(escape, names)])
        rows.writerows(_to_cells(form, names) for form in forms)
        _sync(file.fileno())


def _write_jsonl(path: Path, forms: Iterator[Row], names: Sequence[str], bom: bool) -> None:  # noqa: ARG001, FBT001
    with path.open("w", encoding="utf-8") as file:
        for form in forms:
            file.write(json.dumps(form) + "\n")
        _sync(file.fileno())


def _write_xlsx(path: Path, forms: Iterator[Row], names: Sequence[str], bom: bool) -> None:  # noqa: ARG001, FBT001
    require_extra("documents")
    openpyxl: Any = importlib.import_module("openpyxl")
    cells: Any = importlib.import_module("openpyxl.cell")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("fields")
    sheet.freeze_panes = "A2"
    details = book.create_sheet("details")
    details.append(
        ["path", "page", "field", "text", "outcome", "confidence", "reason", "guess", "proposal", "by", "band"]
    )

    def to_text(text: str) -> Any:  # noqa: ANN401 - openpyxl publishes no types
        cell = cells.WriteOnlyCell(sheet, value=_printable(text))
        cell.number_format = "@"  # text: a leading zero stays, and nothing becomes a date
        cell.data_type = "s"
        return cell

    sheet.append([to_text(name) for name in (*_LEADING, *map(escape, names))])
    for form in forms:
        sheet.append([to_text(text) for text in _to_cells(form, names)])
        for name, own in form["fields"].items():
            row = [form["path"], form["page"] or "", name, own["text"], own["outcome"], own["confidence"]]
            row += [own["reason"] or "", own["guess"], own["proposal"] or "", own.get("by", "reader")]
            row += [own.get("band", "")]  # details of earlier versions have none
            details.append([to_text(escape(str(value))) for value in row])
    book.save(path)


def _write_parquet(path: Path, forms: Iterator[Row], names: Sequence[str], bom: bool) -> None:  # noqa: ARG001, FBT001
    require_extra("batch")
    pa: Any = importlib.import_module("pyarrow")
    parquet: Any = importlib.import_module("pyarrow.parquet")
    columns = [*_LEADING, *names]
    schema = pa.schema([(name, pa.string()) for name in columns])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for form in forms:
            row = dict(zip(columns, _to_cells(form, names), strict=True))
            writer.write_table(pa.Table.from_pylist([row], schema=schema))


def _printable(text: str) -> str:
    """Return a text without what a spreadsheet's file cannot hold: control characters."""
    return "".join(max(character, " ") for character in text)


def _sync(handle: int) -> None:
    os.fsync(handle)


_WRITERS = {".xlsx": _write_xlsx, ".csv": _write_csv, ".jsonl": _write_jsonl, ".parquet": _write_parquet}
