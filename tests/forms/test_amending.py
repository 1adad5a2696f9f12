"""What a person typed goes into a page's row if it fits, and rules are asked again."""

from typing import Any

import pytest

from inkdigits.errors import FieldError
from inkdigits.forms.amending import amend_page
from inkdigits.forms.judging import apply_rules
from inkdigits.forms.results import CellReading, FieldOutcome, FieldReading
from inkdigits.forms.template import parse_template
from inkdigits.forms.texts import fit_text
from inkdigits.results import Box
from support.forms import tally

MORE = """
[page]
size = [200, 200]
[[field]]
name = "due"
box = [10, 10, 64, 10]
cells = 8
pattern = "dd/dd/20dd"
kind = "date"
order = "dmy"
[[field]]
name = "code"
box = [10, 30, 64, 10]
cells = 8
length = 5
[[field]]
name = "sum"
box = [10, 50, 64, 10]
kind = "amount"
[[field]]
name = "note"
box = [10, 70, 64, 10]
[[field]]
name = "card"
box = [10, 90, 64, 10]
check = "luhn"
[[field]]
name = "cells"
box = [10, 110, 24, 10]
cells = 3
"""
SPECS = {spec.name: spec for spec in parse_template(MORE).fields}


@pytest.mark.parametrize(
    ("name", "text", "fitted"),
    [
        ("due", "07/11/2026", "07/11/2026"),
        ("due", " 07112026 ", "07/11/2026"),
        ("due", "", ""),
        ("code", "01234", "01234"),
        ("sum", "1,234.50", "1,234.50"),
        ("sum", "12345", "12345"),
        ("note", "12/34-5", "12/34-5"),
        ("card", "79927398713", "79927398713"),
        ("cells", "007", "007"),
        ("cells", "7", "7"),
    ],
)
def test_a_text_that_fits_stands_as_the_table_has_it(name: str, text: str, fitted: str) -> None:
    assert fit_text(SPECS[name], text) == fitted


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("due", "07/13/2026", 'expected digits as "dd/dd/20dd" that are a date, got "07/13/2026"'),
        ("due", "07-11-2026", "expected digits as"),
        ("due", "07/11/1926", "expected digits as"),
        ("code", "1234", 'expected 5 digits, got "1234"'),
        ("sum", "1,23.456", "expected an amount"),
        ("note", "12 pm", 'expected digits, got "12 pm"'),
        ("note", "1?", "expected digits"),
        ("note", "-", "expected digits"),
        ("note", "9" * 2000, r'got "9{40}\.\.\."'),
        ("card", "79927398710", "expected digits that pass the check"),
        ("cells", "1234", 'expected at most 3 digits, one a cell, got "1234"'),
        ("cells", "1-2", "expected digits only, one a cell"),
        ("cells", "\u0663", "expected digits"),
    ],
)
def test_a_text_that_does_not_fit_is_refused(name: str, text: str, told: str) -> None:
    with pytest.raises(FieldError, match=told):
        fit_text(SPECS[name], text)


def seen(name: str, text: str, outcome: FieldOutcome = "sure", reason: str | None = None) -> FieldReading:
    cells = tuple(CellReading(Box(0, 0, 9, 9), "digit", int(digit), 0.99) for digit in text)
    return FieldReading(name, text, outcome, 0.95, reason, Box(0, 0, 9, 9), cells, text)


def row_of(*fields: FieldReading) -> dict[str, Any]:
    judged = apply_rules(fields, [spec for spec in tally().fields if spec.name in {f.name for f in fields}], (), 0.5)
    values = {field.name: field.to_dict() for field in judged}
    return {"path": "a.png", "page": None, "form_page": 1, "outcome": "doubtful", "fields": values, "error": None}


BROKEN = (
    seen("valid", "248", "doubtful", "breaks the rule valid + invalid == total"),
    seen("invalid", "19", "doubtful", "low confidence; breaks the rule valid + invalid == total"),
    seen("total", "261", "doubtful", "breaks the rule valid + invalid == total"),
)


def outcomes(row: dict[str, Any]) -> dict[str, tuple[str, str | None, str]]:
    return {name: (own["outcome"], own["reason"], own["by"]) for name, own in row["fields"].items()}


def test_a_corrected_field_is_a_persons_and_a_rule_that_holds_leaves_no_doubt() -> None:
    row, refused = amend_page(row_of(*BROKEN), {"total": "267"}, tally())
    assert refused == {}
    assert (row["fields"]["total"]["text"], row["fields"]["total"]["confidence"]) == ("267", 1.0)
    assert outcomes(row) == {
        "valid": ("sure", None, "reader"),
        "invalid": ("doubtful", "low confidence", "reader"),
        "total": ("sure", None, "person"),
    }
    assert row["outcome"] == "doubtful"
    again, _ = amend_page(row, {"invalid": "19"}, tally())
    assert again["outcome"] == "sure"


def test_a_rule_that_is_broken_on_paper_stays_told() -> None:
    confirmed = {"valid": "248", "invalid": "19", "total": "261"}
    row, _ = amend_page(row_of(*BROKEN), confirmed, tally())
    reason = "breaks the rule valid + invalid == total"
    assert set(outcomes(row).values()) == {("doubtful", reason, "person")}
    assert {own["proposal"] for own in row["fields"].values()} == {None}  # nobody corrects a person


def test_what_does_not_fit_changes_nothing() -> None:
    row = row_of(*BROKEN)
    after, refused = amend_page(row, {"total": "2677", "sum": "1"}, tally())
    assert refused["total"] == 'expected at most 3 digits, one a cell, got "2677"'
    assert refused["sum"] == "expected one of valid, invalid, total"
    assert after["fields"]["total"]["text"] == "261"
    assert after["fields"]["total"]["by"] == "reader"


def test_a_required_field_that_is_empty_on_paper_stays_doubtful() -> None:
    row, refused = amend_page(row_of(*BROKEN), {"valid": ""}, tally())
    assert refused == {}
    assert outcomes(row)["valid"] == ("doubtful", "nothing is written", "person")


def test_a_page_that_was_not_read_has_no_field_to_correct() -> None:
    row: dict[str, Any] = {
        "path": "a.png",
        "page": None,
        "form_page": None,
        "outcome": "failed",
        "fields": {},
        "error": "X: no",
    }
    after, refused = amend_page(row, {"total": "1"}, tally())
    assert (after["outcome"], list(refused)) == ("failed", ["total"])
