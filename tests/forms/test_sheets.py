"""A sheet is printed, a set of digits is collected, and a template is drafted from what was printed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import DataError, FormError
from inkdigits.forms.digit_sheets import collect_digits, digit_sheet, write_digit_sheet, write_folder, write_npz
from inkdigits.forms.drafting import DraftField, draft_form, draw_draft, shrink, to_toml
from inkdigits.forms.form import Form
from inkdigits.forms.registration.drafted_marks import find_common, find_marks
from inkdigits.forms.sheets import draw_sheet, write_sheet
from inkdigits.forms.template import parse_template
from inkdigits.reading.pictures.decoding import decode
from inkdigits.reading.reader import DigitReader
from inkdigits.training.data.sources import load_dataset
from support.drawing import blank, draw
from support.forms import TALLY, fill, print_form, tally

SCALE = 200 / 25.4


@pytest.fixture(scope="module")
def form() -> Form:
    return Form(digit_sheet())


def test_a_sheet_scans_back_into_a_labeled_set(form: Form, tmp_path: Path) -> None:
    write_digit_sheet(tmp_path / "sheet.pdf")
    page = decode(tmp_path / "sheet.pdf").copy()
    for row, spec in enumerate(form.template.fields):
        left, top, _, height = spec.cells[row % 3]
        draw(
            page, str(row // 2), (round((left + 2.7) * SCALE), round((top + 2) * SCALE)), round(0.6 * height * SCALE), 5
        )
    digits = list(collect_digits(form, [("scan-1", np.rot90(page, 2))]))
    assert [digit.label for digit in digits] == [row // 2 for row in range(20)]
    assert digits[3].name == "scan-1-row04-column01"
    assert write_npz(digits, tmp_path / "mine.npz") == 20
    loaded = load_dataset(tmp_path / "mine.npz")
    assert loaded.x.shape == (20, 28, 28)
    assert sorted(loaded.y) == sorted(digit.label for digit in digits)
    assert write_folder(digits, tmp_path / "mine") == 20
    assert len(load_dataset(tmp_path / "mine").y) == 20


def test_an_empty_sheet_makes_no_set(form: Form, tmp_path: Path) -> None:
    write_digit_sheet(tmp_path / "sheet.pdf")
    with pytest.raises(DataError, match="found none; nothing was written"):
        write_npz(collect_digits(form, [("scan", tmp_path / "sheet.pdf")]), tmp_path / "mine.npz")
    assert not (tmp_path / "mine.npz").exists()


def test_a_label_that_cannot_be_printed_is_told(tmp_path: Path) -> None:
    template = parse_template(TALLY.replace("required = true", 'label = "日期"'))
    with pytest.raises(FormError, match="expected labels of Latin letters"):
        write_sheet(template, tmp_path / "form.pdf")


def test_a_template_is_drafted_from_a_blank_form() -> None:
    page = print_form("boxes")
    draft = draft_form(page, (150, 110))
    found = [field for field in draft.fields if len(field.cells) > 1]
    assert [len(field.cells) for field in found] == [3, 3, 3, 2, 2]  # a gap with a sign parts the last one
    for field, spec in zip(found[:4], tally().fields, strict=False):
        assert field.box == pytest.approx((*spec.cells[0][:2], field.box[2], 10), abs=0.6)
    again = parse_template(to_toml(draft, 'the "form"'))
    assert [len(spec.cells) for spec in again.fields] == [len(field.cells) for field in draft.fields]
    assert draw_draft(page, draft).shape == (*page.shape, 3)


@pytest.mark.parametrize("ring", [True, False])
@pytest.mark.parametrize("side", [3, 6, 11])
def test_four_corner_marks_register_a_draft(side: int, *, ring: bool) -> None:
    text = TALLY.replace("mark_size = 6", f"mark_size = {side}\nring = {str(ring).lower()}")
    draft = draft_form(decode(draw_sheet(parse_template(text))), (150, 110))
    found, told = parse_template(to_toml(draft, "marked")).registration, parse_template(text).registration
    assert (found.by, found.ring) == ("marks", ring)
    np.testing.assert_allclose(found.marks, told.marks, atol=0.3)
    assert found.mark_size == pytest.approx(side, abs=0.3)
    assert [len(field.cells) for field in draft.fields] == [3, 3, 3, 2, 2, 0]  # a ring's light middle is no field


def test_a_drafted_template_reads_a_turned_scan_by_its_marks(reader: DigitReader) -> None:
    form = Form.parse(to_toml(draft_form(print_form(), (150, 110)), "marked"), reader=reader)
    scan = np.rot90(fill({"valid": "248", "invalid": " 19", "total": "267"}), 2).copy()
    fields = form.read_gray(scan).fields
    assert [field.text.strip() for field in fields[:3]] == ["248", "19", "267"]


def test_squares_that_are_no_corner_marks_register_nothing() -> None:
    three = print_form().copy()
    three[-200:, -200:] = 255
    moved = print_form().copy()
    moved[-200:, -200:] = np.roll(moved[-200:, -200:], -30, axis=0)  # 3.8 mm
    for page in (three, moved):
        assert draft_form(page, (150, 110)).marks is None


def test_pages_are_registered_by_marks_only_where_all_have_them() -> None:
    marked = find_marks(print_form(), (150, 110))
    assert marked is not None
    shifted = replace(marked, marks=tuple((x + 2, y) for x, y in marked.marks))
    assert find_common([marked, marked]) == marked
    for other in (None, shifted, replace(marked, ring=False)):
        assert find_common([marked, other]) is None
        assert find_common([other, marked]) is None


def test_a_page_without_boxes_is_told() -> None:
    with pytest.raises(FormError, match="expected a blank form with boxes, combs or lines, found none"):
        draft_form(blank(1000, 700))


def test_boxes_tables_combs_and_lines_are_told_apart() -> None:
    told = [
        ("wide", "box = [30, 40, 60, 10]", 0, "boxes"),
        ("joined", "box = [30, 60, 40, 10]\ncells = 5", 5, "boxes"),
        ("comb", 'box = [30, 80, 40, 10]\ncells = 5\nlines = "comb"', 5, "comb"),
        ("rule", 'box = [30, 100, 70, 9]\nlines = "line"', 0, "line"),
        *((f"cell{n}", f"box = [{30 + 20 * (n % 2)}, {120 + 8 * (n // 2)}, 20, 8]", 0, "boxes") for n in range(4)),
    ]
    fields = "".join(f'[[field]]\nname = "{name}"\nlabel = ""\n{rest}\n' for name, rest, _, _ in told)
    template = parse_template(f"[page]\nsize = [210, 148]\n{fields}")
    draft = draft_form(decode(draw_sheet(template)), template.size, page=2)
    assert [(len(field.cells), field.lines) for field in draft.fields] == [(count, lines) for *_, count, lines in told]
    for field, spec in zip(draft.fields, template.fields, strict=True):
        assert field.box[0] == pytest.approx(spec.box[0], abs=0.6), spec.name
        assert field.box[1] + field.box[3] == pytest.approx(spec.box[1] + spec.box[3], abs=0.6), spec.name
        assert field.page == 2
    again = parse_template(to_toml(replace(draft, fields=(*template_page_one(), *draft.fields)), "two pages"))
    assert [spec.lines for spec in again.on_page(2)] == [lines for *_, lines in told]


def template_page_one() -> tuple[DraftField, ...]:
    return (DraftField((), place=(10.0, 10.0, 50.0, 10.0)),)


def test_a_page_is_shrunk_to_what_a_screen_can_show() -> None:
    assert shrink(blank(2000, 3000), 1600).shape == (1067, 1600)
    assert shrink(blank(20, 30), 1600).shape == (20, 30)
