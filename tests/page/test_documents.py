"""A PDF or TIFF of several pages is read page by page, and each page has its row, its picture and its corrections."""

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, Route, expect

from inkdigits.spec import UInt8Array
from page.conftest import OpenSheet
from page.test_access import PHONE, violations
from page.test_pictures import PHOTO, SAMPLES, give
from support.documents import write_pdf, write_tiff
from support.page_sheet import Sheet, box_of

LINES = SAMPLES / "page-314159-2653-58979.png"
PATIENCE_MS = 120_000  # a machine that does other work, too
READ = re.compile(r"/v1/read\b")


def load(path: Path) -> UInt8Array:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return np.asarray(picture, dtype=np.uint8)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Return a PDF of four pages: a photo, lines, one too large for the service, and one without digits."""
    sheets = [load(PHOTO), load(LINES), np.full((300, 300), 255, np.uint8), load(SAMPLES / "blank.jpg")]
    path = tmp_path / "four pages.pdf"
    path.write_bytes(write_pdf(sheets).replace(b"/MediaBox [0 0 144.00 144.00]", b"/MediaBox [0 0 9999.00 9999.]"))
    return path


def rows(sheet: Sheet) -> Locator:
    return sheet.page.locator("#page-rows tr")


def expect_rows(sheet: Sheet, *texts: str) -> None:
    expect(rows(sheet)).to_have_text([f"{at}{text}" for at, text in enumerate(texts, 1)])


def test_each_page_has_its_row_and_its_picture(sheet: Sheet, document: Path) -> None:
    give(sheet, "drop", document, "application/pdf")
    expect(sheet.page.locator("#pages-progress")).to_have_text("All 4 pages read")
    expect_rows(sheet, "207410", "314159 · 2653 · 589790", "This picture is too large", "No digit found0")
    sheet.expect_number("20741")
    rows(sheet).nth(1).click()
    sheet.expect_number("314159265358979")
    expect(sheet.page.locator(".number-line")).to_have_count(3)
    expect(rows(sheet).nth(1).locator("button")).to_have_attribute("aria-current", "page")
    picture, mark = box_of(sheet.page.locator("#shown")), box_of(sheet.page.locator(".mark").first)
    assert picture["x"] < mark["x"] < picture["x"] + picture["width"] / 2
    width, height = sheet.page.locator("#shown").evaluate("(image) => [image.naturalWidth, image.naturalHeight]")
    assert (height, width) == load(LINES).shape


def test_an_error_of_a_page_stays_with_its_row(sheet: Sheet, document: Path) -> None:
    give(sheet, "drop", document, "application/pdf")
    expect(sheet.page.locator("#pages-progress")).to_have_text("All 4 pages read")
    expect(sheet.page.get_by_role("alert")).to_be_hidden()
    rows(sheet).nth(2).click()
    expect(sheet.page.get_by_role("alert")).to_contain_text("page 3")
    expect(sheet.page.locator("#viewer")).to_be_visible()
    rows(sheet).nth(0).click()
    sheet.expect_number("20741")
    expect(sheet.page.locator(".mark")).to_have_count(5)
    assert box_of(sheet.page.locator("#shown"))["width"] > 100
    expect(sheet.page.get_by_role("alert")).to_be_hidden()


def test_a_document_whose_first_page_fails_is_read_all_the_same(sheet: Sheet, tmp_path: Path) -> None:
    pages = write_pdf([np.full((300, 300), 255, np.uint8), load(PHOTO)])
    (tmp_path / "two.pdf").write_bytes(
        pages.replace(b"/MediaBox [0 0 144.00 144.00]", b"/MediaBox [0 0 9999.00 9999.]")
    )
    give(sheet, "drop", tmp_path / "two.pdf", "application/pdf")
    expect_rows(sheet, "This picture is too large", "207410")


def test_a_correction_belongs_to_its_page(sheet: Sheet, tmp_path: Path) -> None:
    (tmp_path / "same.tiff").write_bytes(write_tiff([load(PHOTO), load(PHOTO)]))
    give(sheet, "drop", tmp_path / "same.tiff", "image/tiff")
    expect_rows(sheet, "207410", "207410")
    rows(sheet).nth(1).click()
    sheet.expect_number("20741")
    sheet.page.locator(".mark").nth(1).click()
    sheet.page.keyboard.press("6")
    sheet.expect_number("26741")
    expect_rows(sheet, "207410", "267410")
    rows(sheet).nth(0).click()
    sheet.expect_number("20741")
    with sheet.page.expect_download() as saved:
        sheet.page.click("#save-picture")
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")
    sheet.page.locator(".remove").click()
    expect_rows(sheet, "207410", "207410")


def test_reading_can_be_stopped_and_goes_on(sheet: Sheet, tmp_path: Path) -> None:
    (tmp_path / "many.tiff").write_bytes(write_tiff([load(SAMPLES / "cell-5.png")] * 20))  # a request may have 16
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "page=3" in route.request.url and not held:
            held.append(route)  # until it is stopped
        else:
            route.continue_()

    sheet.page.route(READ, hold)
    give(sheet, "drop", tmp_path / "many.tiff", "image/tiff")
    expect(sheet.page.locator("#pages-progress")).to_have_text("2 of 20 pages read")
    sheet.page.get_by_role("button", name="Stop").click()
    expect(rows(sheet).nth(2)).to_have_text("3…")
    sheet.page.get_by_role("button", name="Go on").click()
    expect(sheet.page.locator("#pages-progress")).to_have_text("All 20 pages read", timeout=PATIENCE_MS)
    expect(sheet.page.get_by_role("button", name="Stop")).to_be_hidden()
    assert len(held) == 1


def test_what_is_told_holds_for_all_pages(sheet: Sheet, tmp_path: Path) -> None:
    (tmp_path / "same.tiff").write_bytes(write_tiff([load(PHOTO), load(PHOTO)]))
    give(sheet, "drop", tmp_path / "same.tiff", "image/tiff")
    expect_rows(sheet, "207410", "207410")
    sheet.page.click("#told summary")
    sheet.page.fill("#told-pattern", "ddd-dd")
    expect(rows(sheet)).to_have_text(["1207-410", "2207-410"])


def test_a_page_waits_for_a_busy_server(sheet: Sheet, tmp_path: Path) -> None:
    (tmp_path / "same.tiff").write_bytes(write_tiff([load(PHOTO), load(PHOTO)]))
    told: list[str] = []

    def be_busy(route: Route) -> None:
        if "page=1" in route.request.url or told:
            route.continue_()
            return
        told.append(route.request.url)
        problem = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": "all hands are busy"}
        headers = {"Retry-After": "1", "Content-Type": "application/problem+json"}
        route.fulfill(status=503, headers=headers, body=json.dumps(problem))

    sheet.page.route(READ, be_busy)
    give(sheet, "drop", tmp_path / "same.tiff", "image/tiff")
    expect(sheet.page.locator("#pages-progress")).to_contain_text("Trying again by itself")
    expect_rows(sheet, "207410", "207410")


def test_a_picture_after_a_document_has_no_rows(sheet: Sheet, document: Path) -> None:
    give(sheet, "drop", document, "application/pdf")
    expect(sheet.page.locator("#pages")).to_be_visible()
    give(sheet, "drop", PHOTO, "image/jpeg")
    sheet.expect_number("20741")
    expect(sheet.page.locator("#pages")).to_be_hidden()


@pytest.mark.parametrize("size", [PHONE, (1440, 900)])
def test_the_rows_are_for_everyone(open_sheet: OpenSheet, document: Path, size: tuple[int, int]) -> None:
    sheet = open_sheet(size=size, locale="zh-TW", theme="dark")
    give(sheet, "drop", document, "application/pdf")
    expect(sheet.page.locator("#pages-progress")).to_have_text("4 頁都已辨識")
    rows(sheet).nth(1).locator("button").press("Enter")
    sheet.expect_number("314159265358979")
    assert violations(sheet.page) == []
    width = sheet.page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
