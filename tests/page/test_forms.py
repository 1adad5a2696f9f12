"""A form's template is made on the page: fields are found, drawn, named, tried on a scan, and saved."""

import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from inkdigits.forms.form import Form
from inkdigits.forms.template import load_template
from inkdigits.reading.output.drawing import encode_picture
from page.conftest import OpenSheet, Theme
from page.test_access import PHONE, violations
from page.test_pictures import PHOTO
from support.documents import write_pdf
from support.forms import fill, print_form
from support.page_server import Server
from support.page_sheet import Sheet, box_of

TEXTS = {"valid": "248", "invalid": " 19", "total": "267", "day": "2811"}
PATIENCE_MS = 120_000  # a machine that does other work, too
NAMES = ["valid", "invalid", "total", "day", "month", "note"]  # in the order in which they are found


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    path = tmp_path / "tally sheet.pdf"
    path.write_bytes(write_pdf([print_form("boxes")], 200))
    return path


def open_form(open_sheet: OpenSheet, server: Server, blank: Path, **options: object) -> Sheet:
    sheet = open_sheet(server.url, **options)  # type: ignore[arg-type]
    sheet.page.locator(".places a").nth(1).click()
    sheet.page.select_option("#form-paper", "105 148")
    with sheet.page.expect_file_chooser() as chooser:
        sheet.page.click("#choose-form")
    chooser.value.set_files(blank)
    expect(sheet.page.locator("#board")).to_be_visible(timeout=PATIENCE_MS)
    return sheet


def choose(sheet: Sheet, button: str, path: Path) -> None:
    with sheet.page.expect_file_chooser() as chooser:
        sheet.page.click(button)
    chooser.value.set_files(path)


def fields(sheet: Sheet) -> Locator:
    return sheet.page.locator(".field-box")


def name_all(sheet: Sheet) -> None:
    for at, name in enumerate(NAMES):
        sheet.page.locator("#form-fields button").nth(at).click()
        sheet.page.fill("#field-name", name)


def download(sheet: Sheet, folder: Path) -> Path:
    with sheet.page.expect_download() as saved:
        sheet.page.click("#download-template")
    path = folder / saved.value.suggested_filename
    saved.value.save_as(path)
    return path


def test_fields_are_found_named_tried_and_saved(
    open_sheet: OpenSheet, server: Server, blank: Path, tmp_path: Path
) -> None:
    sheet = open_form(open_sheet, server, blank)
    page = sheet.page
    page.fill("#form-width", "150")
    page.fill("#form-height", "110")
    page.press("#form-height", "Tab")
    expect(fields(sheet)).to_have_count(6)
    name_all(sheet)
    page.locator("#form-fields button").first.click()
    page.check("#field-required")
    (tmp_path / "scan.png").write_bytes(encode_picture(fill(TEXTS, "boxes"), ".png"))
    choose(sheet, "#try-scan", tmp_path / "scan.png")
    expect(page.locator("#trial-fields li")).to_have_count(6, timeout=PATIENCE_MS)
    assert page.locator("#trial-fields b").all_text_contents() == ["248", "19", "267", "28", "11", "nothing"]
    assert page.locator(".read-text").first.text_content() == "248"
    picture, box = box_of(page.locator("#form-picture")), box_of(page.locator(".read-box").first)
    assert (box["x"] - picture["x"]) / picture["width"] == pytest.approx(25 / 150, abs=0.01)
    page.click("#show-blank")
    expect(fields(sheet)).to_have_count(6)
    path = download(sheet, tmp_path)
    assert path.name == "tally-sheet.toml"
    template = load_template(path)
    assert template.size == (150.0, 110.0)
    assert [spec.name for spec in template.fields] == NAMES
    assert template.fields[0].required
    assert [len(spec.cells) for spec in template.fields] == [3, 3, 3, 2, 2, 0]
    reading = Form(template).read(fill(TEXTS, "boxes"))
    assert [field.text for field in reading.fields] == ["248", "19", "267", "28", "11", ""]


def test_a_field_is_drawn_moved_resized_and_removed(
    open_sheet: OpenSheet, server: Server, blank: Path, tmp_path: Path
) -> None:
    sheet = open_form(open_sheet, server, blank)
    page = sheet.page
    board = box_of(page.locator("#board"))

    def at(x: float, y: float) -> tuple[float, float]:
        return board["x"] + x / 148 * board["width"], board["y"] + y / 105 * board["height"]

    def drag(start: tuple[float, float], end: tuple[float, float]) -> None:
        page.mouse.move(*at(*start))
        page.mouse.down()
        page.mouse.move(*at((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), steps=4)
        page.mouse.move(*at(*end), steps=4)
        page.mouse.up()

    drag((60, 84), (100, 94))
    expect(fields(sheet)).to_have_count(7)
    page.fill("#field-name", 'the "new" one')
    page.fill("#field-cells", "4")
    page.fill("#field-pattern", "dd/dd")
    page.select_option("#field-kind", "amount")
    page.fill("#field-check", "luhn")
    drag((80, 89), (90, 91))  # all of it moves
    drag((109.5, 95.7), (119.5, 98.7))  # its corner
    fields(sheet).nth(6).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    spec = tomllib.loads(download(sheet, tmp_path).read_text(encoding="utf-8"))["field"][6]
    assert spec["box"] == pytest.approx([71, 85.5, 49.5, 13], abs=1.0)
    del spec["box"]
    kind = {"pattern": "dd/dd", "kind": "amount", "check": "luhn"}
    assert spec == {"name": 'the "new" one', "cells": 4, **kind}
    page.fill("#field-name", "field1")  # there is another one
    expect(page.locator("#bad-names")).to_be_visible()
    expect(page.locator("#download-template")).to_be_disabled()
    fields(sheet).nth(6).focus()
    page.keyboard.press("Delete")
    expect(fields(sheet)).to_have_count(6)
    page.click("#add-field")
    expect(fields(sheet).nth(6)).to_be_focused()


def test_another_page_and_a_file_that_is_no_picture_are_told(
    open_sheet: OpenSheet, server: Server, blank: Path
) -> None:
    sheet = open_form(open_sheet, server, blank)
    choose(sheet, "#try-scan", PHOTO)
    expect(sheet.page.get_by_role("alert")).to_contain_text("expected a scan of the form", timeout=PATIENCE_MS)
    choose(sheet, "#other-form", Path(__file__))
    expect(sheet.page.get_by_role("alert")).to_contain_text("expected a picture")
    expect(fields(sheet)).to_have_count(6)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_for_forms(
    open_sheet: OpenSheet, server: Server, blank: Path, theme: Theme
) -> None:
    sheet = open_sheet(f"{server.url}forms.html", theme=theme)
    assert violations(sheet.page) == []
    sheet = open_form(open_sheet, server, blank, theme=theme)
    fields(sheet).first.focus()
    assert violations(sheet.page) == []


def test_a_phone_in_chinese_has_room_for_all(open_sheet: OpenSheet, server: Server, blank: Path) -> None:
    sheet = open_form(open_sheet, server, blank, size=PHONE, locale="zh-TW")
    expect(sheet.page.locator("#form-count")).to_have_text("6 個欄位")
    assert sheet.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert violations(sheet.page) == []
    sheet.page.click("#language")
    expect(sheet.page.locator("#form-count")).to_have_text("6 fields")
