"""What is written on the page is read as it is written."""

import base64
import json
import time

import cv2
import numpy as np
from playwright.sync_api import Route, expect

from page.conftest import OpenSheet
from support.page_hand import write_digit
from support.page_sheet import Sheet, box_of


def test_digits_drawn_by_strokes_are_read(sheet: Sheet) -> None:
    read = {}
    for label in range(10):
        sheet.draw(write_digit(label, (300, 200), 260))
        sheet.settle()
        expect(sheet.glyphs).to_have_count(1)
        read[label] = sheet.number
        sheet.page.click("#clear")
        expect(sheet.glyphs).to_have_count(0)
    right = [label for label in read if read[label] == str(label)]
    assert len(right) >= 9, read


def test_a_number_anywhere_is_read_as_it_grows(sheet: Sheet) -> None:
    sheet.write("4", (420, 330), 140)
    sheet.expect_number("4")
    sheet.write("07", (560, 330), 140)
    sheet.expect_number("407")
    sheet.expect_status("3 digits")
    assert sheet.page.locator(".mark").count() == 3


def test_undo_redo_and_clear_are_exact(sheet: Sheet) -> None:
    page = sheet.page
    empty = sheet.pixels()
    sheet.write("2")
    two = sheet.pixels()
    sheet.write("5", (320, 150))
    sheet.expect_number("25")
    both = sheet.pixels()
    page.click("#undo")  # the 5 has two strokes
    page.click("#undo")
    sheet.expect_number("2")
    assert sheet.pixels() == two
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+y")
    sheet.expect_number("25")
    assert sheet.pixels() == both
    page.click("#clear")
    expect(sheet.glyphs).to_have_count(0)
    assert sheet.pixels() == empty
    page.keyboard.press("Control+z")
    sheet.expect_number("25")
    assert sheet.pixels() == both


def test_the_eraser_takes_ink_away(sheet: Sheet) -> None:
    sheet.write("70")
    sheet.expect_number("70")
    sheet.page.click("#eraser")
    sheet.draw([[(240, y), (320, y), (400, y)] for y in range(140, 320, 20)])
    sheet.expect_number("7")
    for _ in range(9):
        sheet.page.click("#undo")
    sheet.expect_number("70")


def test_the_width_of_the_pen_is_the_width_of_the_ink(sheet: Sheet) -> None:
    ink = {}
    for name in ("Thin", "Medium", "Thick"):
        sheet.page.get_by_role("button", name=name).click()
        sheet.draw([[(200, 200), (200, 400)]])
        ink[name] = count_ink(sheet, 300)
        sheet.page.click("#clear")
    assert [round(width) for width in ink.values()] == [5, 10, 18]


def count_ink(sheet: Sheet, y: int) -> float:
    """Return how many pixels of the row `y` are covered with ink; halves count as halves."""
    data = np.frombuffer(base64.b64decode(sheet.pixels().partition(",")[2]), np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return float(picture[y, :, 3].sum() / 255)


def test_a_pen_that_is_pressed_writes_wider(sheet: Sheet) -> None:
    box = box_of(sheet.page.locator("#pad"))
    session = sheet.page.context.new_cdp_session(sheet.page)
    widths = []
    for force in (0.2, 0.9):
        common = {"button": "left", "buttons": 1, "pointerType": "pen", "force": force, "x": box["x"] + 300}
        for kind, y in (("mousePressed", 200), ("mouseMoved", 300), ("mouseMoved", 400), ("mouseReleased", 400)):
            session.send("Input.dispatchMouseEvent", {"type": kind, "y": box["y"] + y, "clickCount": 1, **common})
        widths.append(count_ink(sheet, 300))
        sheet.page.click("#clear")
    assert widths[1] > 1.5 * widths[0] > 0


def test_a_finger_draws_and_does_not_scroll(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(size=(390, 700))
    box = box_of(sheet.page.locator("#pad"))
    session = sheet.page.context.new_cdp_session(sheet.page)
    for stroke in write_digit(3, (box["x"] + 120, box["y"] + 90), 180):
        for index, (x, y) in enumerate(stroke):
            kind = "touchMove" if index else "touchStart"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    sheet.expect_number("3")
    assert sheet.page.evaluate("() => scrollY") == 0
    assert sheet.page.evaluate("() => document.getElementById('pad').width") == round(3 * box["width"])


def test_the_drawing_survives_another_size_of_the_window(sheet: Sheet) -> None:
    sheet.write("481", (300, 200), 180)
    sheet.expect_number("481")
    sheet.page.set_viewport_size({"width": 420, "height": 800})
    sheet.settle()
    right = max(mark["x"] + mark["width"] for mark in boxes(sheet))
    assert right <= 420
    sheet.page.set_viewport_size({"width": 1280, "height": 860})
    sheet.settle()
    sheet.expect_number("481")
    first = boxes(sheet)[0]
    pad = box_of(sheet.page.locator("#pad"))
    assert abs(first["x"] - pad["x"] - 300) < 30


def boxes(sheet: Sheet) -> list[dict[str, float]]:
    return [box_of(mark) for mark in sheet.page.locator(".mark").all()]


def test_the_newest_question_wins(sheet: Sheet) -> None:
    asked = []

    def answer_late(route: Route) -> None:
        asked.append(time.monotonic())
        reading = {
            "outcome": "digits",
            "text": "9",
            "width": 9,
            "height": 9,
            "lines": [],
            "digits": [],
            "model": "late",
        }
        if len(asked) == 1:
            sheet.page.wait_for_timeout(1500)
            route.fulfill(body=json.dumps({"readings": [reading]}), content_type="application/json")
        else:
            route.continue_()

    sheet.page.route("**/v1/read*", answer_late)
    sheet.write("6")
    sheet.page.wait_for_timeout(400)
    sheet.write("8", (320, 150))
    sheet.expect_number("68")
    sheet.page.wait_for_timeout(1800)
    assert sheet.number == "68"
    assert "late" not in sheet.page.locator("#model").inner_text()


def test_a_number_takes_few_questions(sheet: Sheet) -> None:
    asked: list[str] = []
    sheet.page.on("request", lambda request: asked.append(request.url) if "read" in request.url else None)
    sheet.write("5", (200, 200), 200)
    sheet.expect_number("5")
    sheet.settle()
    assert 1 <= len(asked) <= 3, asked  # not one for each of its sixty points
