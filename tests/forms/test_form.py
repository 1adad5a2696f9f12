"""A printed form is filled, scanned in all the ways people do, and read."""

import numpy as np
import pytest

from inkdigits.errors import FormPageError
from inkdigits.forms.form import Form
from inkdigits.reading.reader import DigitReader
from inkdigits.spec import UInt8Array
from support.drawing import blank, write
from support.forms import fill, photograph, print_form, tally

TEXTS = {"valid": "248", "invalid": " 19", "total": "267", "day": "2811"}
READ = {"valid": "248", "invalid": "19", "total": "267", "day": "28/11", "note": ""}


@pytest.fixture(scope="module")
def reader() -> DigitReader:
    return DigitReader()


@pytest.fixture(scope="module")
def form(reader: DigitReader) -> Form:
    return Form(tally(), reader=reader)


def texts(form: Form, scan: UInt8Array) -> dict[str, str]:
    return {field.name: field.text for field in form.read(scan).fields}


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_scan_is_read_in_any_turn(form: Form, turns: int) -> None:
    reading = form.read(np.rot90(fill(TEXTS), turns))
    assert {field.name: field.text for field in reading.fields} == READ
    assert reading.outcome == "sure"
    assert abs(abs(reading.turn) - [0, 90, 180, 90][turns]) < 1
    assert reading.dpi == pytest.approx(200, abs=3)


def test_a_photo_is_read(form: Form) -> None:
    assert texts(form, photograph(fill(TEXTS))) == READ


def test_the_sides_of_boxes_register_a_scan_too(reader: DigitReader) -> None:
    form = Form(tally("boxes"), reader=reader)
    assert texts(form, fill(TEXTS, "boxes")) == READ
    assert texts(form, np.rot90(fill(TEXTS, "boxes"), 2)) == READ


def test_empty_cells_are_empty_and_a_required_field_is_missed(form: Form) -> None:
    reading = form.read(print_form())
    assert {field.text for field in reading.fields} == {""}
    assert reading["valid"].reason == "nothing is written"
    assert {field.outcome for field in reading.fields if field.name != "valid"} == {"sure"}
    assert {cell.outcome for field in reading.fields for cell in field.cells} == {"empty"}


def test_a_cross_is_no_digit(form: Form) -> None:
    reading = form.read(fill({"valid": "2X8", "total": "XX7"}))
    assert reading["valid"].outcome == "doubtful"
    assert reading["valid"].cells[1].outcome in {"crossed", "unsure"}
    assert reading["total"].cells[2].label == 7


def test_a_gap_between_digits_is_told(form: Form) -> None:
    assert form.read(fill({"valid": "2 8"}))["valid"].reason == "an empty cell between digits"


def test_a_broken_rule_is_told(form: Form) -> None:
    reading = form.read(fill({**TEXTS, "total": "268"}))
    assert {reading[name].outcome for name in ("valid", "invalid", "total")} == {"doubtful"}
    assert reading["day"].outcome == "sure"


def test_too_few_digits_for_a_pattern_are_told(form: Form) -> None:
    field = form.read(fill({"day": "28 1"}))["day"]
    assert (field.outcome, field.text) == ("doubtful", "???")


@pytest.mark.parametrize("scan", [blank(900, 1200), write(["123", "456"], 60, 6).picture], ids=["blank", "other"])
def test_another_page_is_refused(form: Form, reader: DigitReader, scan: UInt8Array) -> None:
    with pytest.raises(FormPageError, match="expected a scan of the form"):
        form.read(scan)
    with pytest.raises(FormPageError, match="expected a scan of the form"):
        Form(tally("boxes"), reader=reader).read(scan)
