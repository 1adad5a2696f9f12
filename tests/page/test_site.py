"""The page without a server: it reads by itself, sends nothing anywhere, and works without a network afterwards."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytest.importorskip("inkdigits_web")

from inkdigits import DigitReader
from inkdigits.service.static_site import collect_files, write_site
from page.conftest import OpenSheet
from page.test_pictures import PHOTO, choose
from support.documents import write_text_pdf
from support.page_hand import write_letter
from support.page_site import FileHost, serving_files

MOST_BYTES = 8_000_000  # of the whole page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_site(folder)
    return folder


@pytest.fixture
def host(folder: Path) -> Iterator[FileHost]:
    with serving_files(folder) as host:
        yield host


def test_the_page_is_small_enough_for_a_phone() -> None:
    assert sum(map(len, collect_files().values())) <= MOST_BYTES


def test_a_drawing_is_read_and_no_address_but_the_pages_is_asked(host: FileHost, open_sheet: OpenSheet) -> None:
    sheet = open_sheet(host.url)
    asked: list[str] = []
    sheet.page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    sheet.write("52")
    sheet.expect_number("52")
    expect(sheet.page.locator("#model")).to_contain_text("accurate")
    expect(sheet.page.locator("footer")).to_contain_text("leaves this machine")
    assert [line for line in asked if not line.startswith(f"GET {host.url}")] == []


def test_a_photo_is_read_as_python_reads_it(host: FileHost, open_sheet: OpenSheet) -> None:
    sheet = open_sheet(host.url)
    choose(sheet, PHOTO)
    sheet.expect_number(DigitReader().read(PHOTO).text)
    with sheet.page.expect_download() as saved:
        sheet.page.click("#save-picture")
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_file_that_is_no_picture_gets_a_sentence(host: FileHost, open_sheet: OpenSheet) -> None:
    sheet = open_sheet(host.url)
    sheet.page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(sheet.page.get_by_role("alert")).to_contain_text("This file is not a picture")
    expect(sheet.page.get_by_role("alert")).to_contain_text("Choose a photo or a scan")
    sheet.page.click("#language")
    expect(sheet.page.get_by_role("alert")).to_contain_text("請選擇照片或掃描檔")


def test_a_document_gets_a_sentence_that_it_needs_the_server(host: FileHost, open_sheet: OpenSheet) -> None:
    sheet = open_sheet(host.url)
    buffer = write_text_pdf("20741")
    sheet.page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": buffer})
    alert = sheet.page.get_by_role("alert")
    expect(alert).to_contain_text("PDF and TIFF need the server")
    expect(alert).to_contain_text("inkdigits serve")
    sheet.page.click("#language")
    expect(alert).to_contain_text("需要伺服器")


def test_the_page_works_without_a_network_after_the_first_visit(folder: Path, open_sheet: OpenSheet) -> None:
    with serving_files(folder) as host:
        sheet = open_sheet(host.url)
        sheet.page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
        sheet.page.wait_for_function("() => Boolean(navigator.serviceWorker.controller)")
    sheet.page.reload()  # nobody answers any more but the browser itself
    assert sheet.page.evaluate("() => crossOriginIsolated")  # so that the networks may use threads
    sheet.write("4", (120, 150))
    sheet.expect_number("4")
    sheet.page.click("#clear")
    sheet.draw(write_letter("X", (200, 150), 150))
    nothing = re.compile("Nothing here looks like a digit|No digit found")
    expect(sheet.page.locator("#status")).to_contain_text(nothing)


def test_a_stricter_budget_is_asked_of_the_browser(host: FileHost, open_sheet: OpenSheet) -> None:
    sheet = open_sheet(host.url)
    expect(sheet.page.locator("#told-length")).to_be_hidden()
    sheet.page.click("#told summary")
    expect(sheet.page.locator("#told-length")).to_be_hidden()  # the browser knows no fields
    sheet.write("7")
    sheet.expect_number("7")
    sheet.page.select_option("#told-budget", "0.001")
    sheet.expect_number("?")  # 98 % are not enough for that
    sheet.page.select_option("#told-budget", "")
    sheet.expect_number("7")
