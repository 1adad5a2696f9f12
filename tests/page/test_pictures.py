"""Pictures that are chosen, dropped or pasted are read; for an unreadable one, the page says why."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Route, expect

from inkdigits import DigitReader
from page.conftest import OpenSheet
from support.page_server import Server, running_server
from support.page_sheet import Sheet, box_of

SAMPLES = Path(__file__).parents[2] / "samples"
PHOTO = SAMPLES / "photo-20741.jpg"

# what a browser hands over when a file is dropped or pasted
GIVE = """([kind, type, name, base64]) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type }));
    const options = { bubbles: true, cancelable: true };
    document.body.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", { ...options, clipboardData: data })
        : new DragEvent(kind, { ...options, dataTransfer: data }));
}"""


def give(sheet: Sheet, kind: str, path: Path, media_type: str) -> None:
    data = base64.b64encode(path.read_bytes()).decode()
    sheet.page.evaluate(GIVE, [kind, media_type, path.name, data])


def choose(sheet: Sheet, path: Path) -> None:
    sheet.page.click("#mode-picture")
    with sheet.page.expect_file_chooser() as chooser:
        sheet.page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)


def test_a_chosen_photo_is_read_and_each_digit_lies_in_its_box(sheet: Sheet, reader: DigitReader) -> None:
    seven = reader.read(PHOTO).digits[2]
    assert (seven.box.x_min, seven.box.width) == pytest.approx((311, 78), abs=11)  # its ink, pixels of the photo
    choose(sheet, PHOTO)
    sheet.expect_number("20741")
    picture, digit = box_of(sheet.page.locator("#shown")), box_of(sheet.page.locator(".mark").nth(2))
    scale = picture["width"] / 720
    assert abs(digit["x"] - picture["x"] - seven.box.x_min * scale) < 2
    assert abs(digit["width"] - seven.box.width * scale) < 3
    sheet.page.locator(".mark").nth(2).click()
    expect(sheet.glyphs.nth(2)).to_have_attribute("aria-pressed", "true")
    expect(sheet.page.locator("#digit-title")).to_have_text(re.compile(r"^7, (9\d|99\.\d|100)% sure$"))


def test_a_dropped_picture_is_read(sheet: Sheet) -> None:
    give(sheet, "dragover", PHOTO, "image/jpeg")
    expect(sheet.page.locator("#drop-here")).to_be_visible()
    give(sheet, "drop", PHOTO, "image/jpeg")
    sheet.expect_number("20741")
    expect(sheet.page.locator("#drop-here")).to_be_hidden()


def test_a_pasted_picture_is_read(sheet: Sheet) -> None:
    give(sheet, "paste", SAMPLES / "drawing-8.png", "image/png")
    sheet.expect_number("8")


def test_a_page_of_lines_is_read_in_lines(sheet: Sheet) -> None:
    give(sheet, "drop", SAMPLES / "page-314159-2653-58979.png", "image/png")
    expect(sheet.page.locator(".number-line")).to_have_count(3)
    assert sheet.number == "314159\n2653\n58979"


def test_paper_without_ink_is_blank(sheet: Sheet) -> None:
    give(sheet, "drop", SAMPLES / "blank.jpg", "image/jpeg")
    sheet.expect_status("No digit found")
    assert sheet.number == ""


def test_a_format_that_the_browser_cannot_show_is_read(sheet: Sheet, tmp_path: Path) -> None:
    picture = cv2.imread(str(PHOTO))
    assert picture is not None
    assert cv2.imwrite(str(tmp_path / "photo.tiff"), picture)
    give(sheet, "drop", tmp_path / "photo.tiff", "image/tiff")
    sheet.expect_number("20741")
    expect(sheet.page.locator("#shown")).to_have_js_property("complete", value=True)
    assert box_of(sheet.page.locator("#shown"))["width"] > 100
    expect(sheet.page.locator(".mark")).to_have_count(5)  # on the copy that the service sent
    sheet.page.locator(".mark").nth(1).click()
    sheet.page.keyboard.press("6")
    sheet.expect_number("26741")


def test_a_picture_is_zoomed_and_moved(sheet: Sheet) -> None:
    give(sheet, "drop", PHOTO, "image/jpeg")
    sheet.expect_number("20741")
    shown, mark = sheet.page.locator("#shown"), sheet.page.locator(".mark").first
    fit, digit = box_of(shown), box_of(mark)
    sheet.page.mouse.move(digit["x"], digit["y"])
    sheet.page.mouse.wheel(0, -400)
    expect(sheet.page.locator("#zoom")).not_to_have_text(f"{fit['width'] / 7.2:.0f}%")
    larger = box_of(mark)
    assert larger["width"] > 2 * digit["width"]
    assert abs(larger["x"] - digit["x"]) < 6  # the point under the mouse stays
    sheet.page.mouse.down()
    sheet.page.mouse.move(digit["x"] + 60, digit["y"] + 30)
    sheet.page.mouse.up()
    assert abs(box_of(mark)["x"] - larger["x"] - 60) < 3
    sheet.page.locator("#viewer").focus()
    sheet.page.keyboard.press("-")
    assert box_of(mark)["width"] < larger["width"]
    sheet.page.keyboard.press("Home")
    assert box_of(shown) == pytest.approx(fit, abs=1)


def test_the_annotated_picture_is_saved(sheet: Sheet) -> None:
    give(sheet, "drop", PHOTO, "image/jpeg")
    sheet.expect_number("20741")
    with sheet.page.expect_download() as download:
        sheet.page.click("#save-picture")
    data = np.frombuffer(Path(download.value.path()).read_bytes(), np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[0] > 360


def test_the_drawing_is_still_there_after_a_picture(sheet: Sheet) -> None:
    sheet.write("19")
    sheet.expect_number("19")
    give(sheet, "paste", PHOTO, "image/jpeg")
    sheet.expect_number("20741")
    sheet.page.click("#mode-draw")
    sheet.expect_number("19")
    sheet.page.click("#mode-picture")
    sheet.expect_number("20741")


def test_a_text_file_is_refused_in_place(sheet: Sheet, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture", encoding="utf-8")
    give(sheet, "drop", tmp_path / "notes.txt", "text/plain")
    problem = sheet.page.get_by_role("alert")
    expect(problem).to_contain_text("This file is not a picture")
    give(sheet, "drop", PHOTO, "image/jpeg")
    sheet.expect_number("20741")
    expect(problem).to_be_hidden()


def test_a_huge_file_is_refused_in_place(sheet: Sheet, tmp_path: Path) -> None:
    huge = tmp_path / "huge.png"
    huge.write_bytes(PHOTO.read_bytes() + bytes(40_000_000))
    with sheet.page.expect_file_chooser() as chooser:
        sheet.page.click("#mode-picture")
        sheet.page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(huge)
    expect(sheet.page.get_by_role("alert")).to_contain_text("This picture is too large")


def test_a_picture_of_many_pixels_is_refused_in_place(sheet: Sheet, tmp_path: Path) -> None:
    assert cv2.imwrite(str(tmp_path / "wide.png"), np.full((6_000, 6_000), 255, np.uint8))
    give(sheet, "drop", tmp_path / "wide.png", "image/png")
    alert = sheet.page.get_by_role("alert")
    expect(alert).to_contain_text("This picture is too large")
    expect(alert).to_contain_text("25,000,000 pixels")


def test_a_busy_server_is_asked_again(sheet: Sheet) -> None:
    answers: list[int] = []

    def be_busy(route: Route) -> None:
        answers.append(503)
        if len(answers) > 1:
            route.continue_()
            return
        problem = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": "all hands are busy"}
        headers = {"Retry-After": "1", "Content-Type": "application/problem+json"}
        route.fulfill(status=503, headers=headers, body=json.dumps(problem))

    sheet.page.route("**/v1/read*", be_busy)
    sheet.write("3")
    expect(sheet.page.get_by_role("alert")).to_contain_text("The server is busy")
    sheet.expect_number("3")
    expect(sheet.page.locator("#problem")).to_be_hidden()


@pytest.fixture
def mortal_server() -> Iterator[Server]:
    with running_server() as server:
        yield server


def test_the_drawing_outlives_the_server(mortal_server: Server, open_sheet: OpenSheet) -> None:
    sheet = open_sheet(mortal_server.url)
    sheet.write("2")
    sheet.expect_number("2")
    mortal_server.stop()
    sheet.write("6", (330, 150))
    expect(sheet.page.get_by_role("alert")).to_contain_text("The server does not answer")
    mortal_server.start()
    sheet.page.get_by_role("button", name="Try again").click()
    sheet.expect_number("26")
    expect(sheet.page.locator("#problem")).to_be_hidden()
