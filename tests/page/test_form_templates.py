"""A template that exists is opened with its blank form, changed, tried and saved; a form may have several pages."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from inkdigits.forms.sheets import draw_sheet
from inkdigits.forms.template import load_template, parse_template
from inkdigits.reading.output.drawing import encode_picture
from page.conftest import OpenSheet
from page.test_access import PHONE, violations
from page.test_forms import PATIENCE_MS, TEXTS, choose, download, fields
from support.documents import write_pdf
from support.forms import TALLY, fill, print_form
from support.page_server import Server
from support.page_sheet import Sheet

# what the page shows nothing of has to outlast it, too
FULL = TALLY.replace('name = "Tally"', 'name = "Tally"\nsure_from = 0.8').replace(
    "required = true", 'required = true\nkind = "integer"\nlabel = "Valid votes"'
)
FULL += 'handwritten = true\ncrosses = "empty"\n'  # of the last field
SECOND = """
[[field]]
name = "station"
box = [25, 40, 32, 10]
cells = 4
page = 2
"""


@pytest.fixture
def forms(open_sheet: OpenSheet, server: Server) -> Sheet:
    return open_sheet(f"{server.url}forms.html")


def give(sheet: Sheet, *paths: Path) -> None:
    with sheet.page.expect_file_chooser() as chooser:
        sheet.page.click("#choose-form")
    chooser.value.set_files(paths)


def write(folder: Path, text: str, *, name: str = "tally") -> tuple[Path, Path]:
    """Write a template and its blank form, a PDF."""
    toml, blank = folder / f"{name}.toml", folder / f"{name}.pdf"
    toml.write_text(text, encoding="utf-8")
    blank.write_bytes(draw_sheet(parse_template(text)))
    return toml, blank


def items(sheet: Sheet) -> Locator:
    return sheet.page.locator("#form-fields button")


def test_a_template_is_opened_with_its_blank_form_tried_and_saved_as_it_was(forms: Sheet, tmp_path: Path) -> None:
    toml, blank = write(tmp_path, FULL)
    give(forms, blank, toml)
    expect(fields(forms)).to_have_count(5, timeout=PATIENCE_MS)
    assert forms.page.locator("#form-fields span").all_text_contents() == ["valid", "invalid", "total", "day", "note"]
    expect(forms.page.locator("#form-by")).to_contain_text("four corner marks")
    expect(forms.page.locator("#form-rules")).to_have_value("valid + invalid == total")
    (tmp_path / "scan.png").write_bytes(encode_picture(fill(TEXTS), ".png"))
    choose(forms, "#try-scan", tmp_path / "scan.png")
    expect(forms.page.locator("#trial-fields b")).to_have_text(
        ["248", "19", "267", "28/11", "nothing"], timeout=PATIENCE_MS
    )
    forms.page.click("#show-blank")
    saved, told = load_template(download(forms, tmp_path / "saved")), parse_template(FULL)
    assert [rule.text for rule in saved.rules] == [rule.text for rule in told.rules]
    assert replace(saved, rules=()) == replace(told, rules=())


def test_a_field_of_an_opened_template_is_changed(forms: Sheet, tmp_path: Path) -> None:
    toml, blank = write(tmp_path, FULL)
    give(forms, toml)
    expect(forms.page.locator("#form-waiting")).to_contain_text("“Tally” is open", timeout=PATIENCE_MS)
    give(forms, blank)
    expect(fields(forms)).to_have_count(5, timeout=PATIENCE_MS)
    items(forms).nth(1).click()
    forms.page.fill("#field-name", "void")
    forms.page.click("#download-template")
    expect(forms.page.get_by_role("alert")).to_contain_text("invalid", timeout=PATIENCE_MS)  # the rule names it still
    forms.page.fill("#form-rules", "valid + void == total\n\nvalid >= void")
    saved = load_template(download(forms, tmp_path / "saved"))
    assert [spec.name for spec in saved.fields] == ["valid", "void", "total", "day", "note"]
    assert [rule.text for rule in saved.rules] == ["valid + void == total", "valid >= void"]
    expect(forms.page.get_by_role("alert")).to_be_hidden()


def test_a_template_that_is_registered_by_its_blanks_print_is_tried(forms: Sheet, tmp_path: Path) -> None:
    text = TALLY.replace('by = "marks"', 'by = "print"\nblank = "tally.pdf"')
    toml, blank = tmp_path / "tally.toml", tmp_path / "tally.pdf"
    toml.write_text(text, encoding="utf-8")
    blank.write_bytes(write_pdf([print_form()], 200))
    give(forms, toml, blank)
    expect(forms.page.locator("#form-by")).to_contain_text("tally.pdf", timeout=PATIENCE_MS)
    (tmp_path / "scan.png").write_bytes(encode_picture(fill(TEXTS), ".png"))
    choose(forms, "#try-scan", tmp_path / "scan.png")
    expect(forms.page.locator("#trial-fields b").first).to_have_text("248", timeout=PATIENCE_MS)
    forms.page.click("#show-blank")
    assert load_template(download(forms, tmp_path)).registration.blanks == (blank,)


def test_a_form_of_two_pages_is_drafted_and_each_page_has_its_fields(forms: Sheet, tmp_path: Path) -> None:
    _, blank = write(tmp_path, TALLY + SECOND, name="two pages")
    forms.page.select_option("#form-paper", "148 210")
    give(forms, blank)
    expect(forms.page.locator("#page-at")).to_have_text("Page 1 of 2", timeout=PATIENCE_MS)
    expect(fields(forms)).to_have_count(6)
    expect(items(forms)).to_have_count(7)
    first = forms.page.locator("#form-picture").get_attribute("src")
    forms.page.click("#page-after")
    expect(fields(forms)).to_have_count(1)
    assert forms.page.locator("#form-picture").get_attribute("src") != first
    forms.page.click("#add-field")
    items(forms).first.click()  # of page 1, which is shown then
    expect(forms.page.locator("#page-at")).to_have_text("Page 1 of 2")
    saved = load_template(download(forms, tmp_path / "saved"))
    assert [spec.page for spec in saved.fields] == [1, 1, 1, 1, 1, 1, 2, 2]
    assert saved.registration.by == "marks"


def test_what_cannot_be_opened_is_told(forms: Sheet, tmp_path: Path) -> None:
    toml, blank = write(tmp_path, TALLY)
    bad, two = tmp_path / "bad.toml", tmp_path / "two.toml"
    bad.write_text("name = ", encoding="utf-8")
    two.write_text(TALLY + SECOND, encoding="utf-8")
    give(forms, bad, blank)
    alert = forms.page.get_by_role("alert")
    expect(alert).to_contain_text("expected TOML, got a mistake in it", timeout=PATIENCE_MS)
    give(forms, two, blank)
    expect(alert).to_contain_text("The template has 2 pages, and this blank form has 1", timeout=PATIENCE_MS)
    give(forms, toml)
    expect(forms.page.locator("#form-waiting")).to_be_visible(timeout=PATIENCE_MS)
    forms.page.get_by_role("button", name="Cancel").click()
    expect(forms.page.locator("#form-waiting")).to_be_hidden()
    many = tmp_path / "many.pdf"
    many.write_bytes(write_pdf([print_form()[::2, ::2]] * 17, 100))
    give(forms, many)
    expect(alert).to_contain_text("16 pages at most here, and this document has 17", timeout=PATIENCE_MS)
    give(forms, toml, blank)
    expect(fields(forms)).to_have_count(5, timeout=PATIENCE_MS)


@pytest.mark.parametrize("size", [PHONE, (1440, 900)])
def test_an_opened_template_is_for_everyone(
    open_sheet: OpenSheet, server: Server, tmp_path: Path, size: tuple[int, int]
) -> None:
    sheet = open_sheet(f"{server.url}forms.html", size=size, locale="zh-TW")
    toml, blank = write(tmp_path, TALLY + SECOND)
    give(sheet, toml)
    expect(sheet.page.locator("#form-waiting")).to_contain_text("已開啟", timeout=PATIENCE_MS)
    assert violations(sheet.page) == []
    give(sheet, blank)
    expect(sheet.page.locator("#page-at")).to_contain_text("共 2 頁", timeout=PATIENCE_MS)
    items(sheet).nth(1).click()
    assert violations(sheet.page) == []
    assert sheet.page.evaluate("document.documentElement.scrollWidth") <= size[0]
