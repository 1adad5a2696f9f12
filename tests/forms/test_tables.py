"""A table opens well: texts stay texts, and pages of one form are one row."""

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inkdigits.errors import OutputError
from inkdigits.forms.tables import escape, iter_forms, write_table
from inkdigits.forms.template import parse_template
from support.forms import tally


def field(text: str, outcome: str = "sure") -> dict[str, Any]:
    reason = None if outcome == "sure" else "low confidence"
    return {"text": text, "outcome": outcome, "confidence": 0.9, "reason": reason, "guess": text, "proposal": None}


def page(path: str, number: int | None = 1, **fields: dict[str, Any]) -> dict[str, Any]:
    worst = "doubtful" if any(own["outcome"] == "doubtful" for own in fields.values()) else "sure"
    return {
        "path": path,
        "page": None,
        "outcome": "failed" if number is None else worst,
        "form_page": number,
        "fields": fields,
        "error": "FormPageError: another page" if number is None else None,
    }


ROWS = [
    page("a.png", valid=field("007"), invalid=field("12", "doubtful")),
    page("=b.png", valid=field("")),
    page("c.png", None),
]


def test_xlsx_has_text_cells_and_details(tmp_path: Path) -> None:
    assert write_table(ROWS, tally(), tmp_path / "t.xlsx") == {"failed": 1, "doubtful": 1, "sure": 1}
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    first, *rest = book["fields"].iter_rows(values_only=True)
    assert first == ("path", "page", "outcome", "doubtful", "valid", "invalid", "total", "day", "note")
    assert rest[0][:6] == ("a.png", None, "doubtful", "invalid: low confidence", "007", "12")
    assert rest[1][0] == "'=b.png"
    assert rest[2][2:4] == ("failed", "FormPageError: another page")
    assert {cell.data_type for row in book["fields"].iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert book["fields"]["E2"].number_format == "@"
    assert [row[2] for row in book["details"].iter_rows(min_row=2, values_only=True)] == ["valid", "invalid", "valid"]


def test_csv_may_begin_with_the_mark_of_utf_8(tmp_path: Path) -> None:
    write_table(ROWS, tally(), tmp_path / "t.csv", bom=True)
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbfpath,page,outcome")
    write_table(ROWS, tally(), tmp_path / "u.csv")
    with (tmp_path / "u.csv").open(encoding="utf-8", newline="") as file:
        assert [row["valid"] for row in csv.DictReader(file)] == ["007", "", ""]


def test_jsonl_and_parquet_have_the_same_rows(tmp_path: Path) -> None:
    write_table(ROWS, tally(), tmp_path / "t.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["outcome"] for line in lines] == ["doubtful", "sure", "failed"]
    write_table(ROWS, tally(), tmp_path / "t.parquet")
    parquet = pytest.importorskip("pyarrow.parquet")
    assert parquet.read_table(tmp_path / "t.parquet").column("valid").to_pylist() == ["007", "", ""]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"expected an ending of \.xlsx, \.csv, \.jsonl, \.parquet, got '\.ods'"):
        write_table(ROWS, tally(), tmp_path / "t.ods")


@pytest.mark.parametrize(
    ("text", "cell"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("+x", "'+x"), ("-12.5", "-12.5"), ("-x", "'-x"), ("12", "12")]
)
def test_what_looks_like_a_formula_is_none(text: str, cell: str) -> None:
    assert escape(text) == cell


def test_a_long_text_is_cut() -> None:
    assert len(escape("9" * 5000)) == 1000


def test_pages_of_one_form_are_one_row_and_a_missing_one_is_told() -> None:
    two = parse_template(
        "[page]\nsize = [100, 100]\n"
        + "".join(f'[[field]]\nname = "f{n}"\nbox = [10, 10, 50, 10]\ncells = 5\npage = {n}\n' for n in (1, 2))
    )
    rows = [
        page("a.pdf", 1, f1=field("1")),
        page("a.pdf", 2, f2=field("2")),
        page("a.pdf", 1, f1=field("3")),
        page("b.pdf", 2, f2=field("4")),
    ]
    forms = list(iter_forms(iter(rows), two))
    assert [sorted(form["fields"]) for form in forms] == [["f1", "f2"], ["f1"], ["f2"]]
    assert [form["missing"] for form in forms] == [[], [2], [1]]
    assert [form["outcome"] for form in forms] == ["sure", "failed", "failed"]
    assert "page 2 is missing" in forms[1]["error"]
