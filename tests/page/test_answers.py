"""The answer is looked at and corrected; what was corrected is data to train and evaluate with."""

import csv
import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Route, expect

from inkdigits import DigitReader
from inkdigits.training.data.sources import load_dataset
from page.test_pictures import PHOTO, give
from support.page_hand import scribble, write_letter
from support.page_sheet import Sheet


def chosen(sheet: Sheet) -> int:
    pressed = [glyph.get_attribute("aria-pressed") for glyph in sheet.glyphs.all()]
    return pressed.index("true")


def test_the_digit_written_last_is_chosen_and_its_bars_are_shown(sheet: Sheet) -> None:
    sheet.write("52")
    sheet.expect_number("52")
    assert chosen(sheet) == 1
    bars = sheet.page.locator(".bar")
    expect(bars).to_have_count(10)
    heights = [box["height"] for bar in bars.locator(".fill").all() if (box := bar.bounding_box()) is not None]
    assert int(np.argmax(heights)) == 2
    names = [bar.get_attribute("aria-label") for bar in bars.all()]
    assert all(name and name.startswith(f"{label}: ") for label, name in enumerate(names))


def test_a_letter_alone_is_shown_as_no_digit_with_the_reason(sheet: Sheet) -> None:
    sheet.draw(write_letter("X", (150, 120), 150))
    expect(sheet.page.locator(".mark.no-digit")).to_have_count(1)
    sheet.expect_status("Nothing here looks like a digit")
    assert sheet.number == ""
    expect(sheet.page.locator("#digit-title")).to_have_text("Not a digit")
    name = "Not a digit, does not look like a digit, 1 of 1"
    expect(sheet.page.get_by_role("button", name=name, exact=True)).to_have_count(2)  # on the sheet and beside
    expect(sheet.page.locator("#digit-said")).to_contain_text("Reason: does not look like a digit.")
    expect(sheet.page.locator(".rest-reason")).to_have_text("does not look like a digit")
    tip = "Not a digit: does not look like a digit"
    expect(sheet.page.locator(".mark")).to_have_attribute("title", tip)
    expect(sheet.glyphs).to_have_attribute("title", tip)
    sheet.page.click("#language")
    expect(sheet.page.locator(".mark")).to_have_attribute("title", re.compile("^不是數字.不像數字$"))
    expect(sheet.page.locator(".rest-reason")).to_have_text("不像數字")
    expect(sheet.page.locator("#digit-said")).to_contain_text(re.compile("^原因.不像數字。"))


def test_a_scribble_is_no_number(sheet: Sheet) -> None:
    sheet.draw(scribble((200, 200)))
    sheet.expect_status("No digit found")
    assert sheet.number == ""
    sheet.write("4", (420, 180))  # nor does it hide a digit beside it
    sheet.expect_number("4")


def test_marks_that_are_not_digits_are_listed_by_reason(sheet: Sheet) -> None:
    sheet.write("4", (60, 180))
    sheet.draw([[(400, 250), (470, 250)]])  # a dash
    rows = sheet.page.locator(".number-rest")
    unlike = rows.filter(has_text="does not look like a digit").locator(".glyph")
    for letter in "KEX":  # a mark that is surely a letter is not listed at all
        sheet.draw(write_letter(letter, (220, 150), 150))
        sheet.settle()
        if unlike.count() > 0:
            break
        for _ in write_letter(letter, (0, 0), 150):
            sheet.page.click("#undo")
    expect(rows).to_have_count(2)
    assert unlike.count() > 0
    expect(rows.filter(has_text="a sign, such as a point, a minus or a slash").locator(".glyph")).to_have_count(1)
    expect(sheet.page.locator(".number-line .glyph")).to_have_text("4")


def test_a_doubtful_mark_says_why(sheet: Sheet) -> None:
    _write_doubt(sheet)
    reason = "the label is not certain enough"
    expect(sheet.glyphs.last).to_have_attribute("title", f"Unsure: {reason}")
    expect(sheet.page.locator(".mark").last).to_have_attribute("title", f"Unsure: {reason}")
    expect(sheet.page.locator("#digit-said")).to_have_text(f"Answered with “?”: {reason}.")
    sheet.page.keyboard.press("1")  # what the user says needs no reason
    sheet.expect_number("41")
    expect(sheet.glyphs.last).to_have_attribute("title", "")


def test_doubt_is_shown_and_resolved_by_a_key(sheet: Sheet) -> None:
    _write_doubt(sheet)
    sheet.expect_status("one unsure")
    expect(sheet.page.locator(".mark.unsure .tag")).to_have_text(re.compile(r"^\d\?$"))
    expect(sheet.page.locator("#digit-title")).to_contain_text("Perhaps")
    sheet.page.keyboard.press("9")
    sheet.expect_number("49")
    sheet.expect_status("one corrected")


def _write_doubt(sheet: Sheet) -> None:
    """Write a 4 and a letter beside it that is neither clearly a digit nor clearly none."""
    sheet.write("4", (60, 150))
    for letter, height in (("H", 120), ("H", 90), ("M", 90), ("K", 150)):
        sheet.draw(write_letter(letter, (250, 150), height))
        sheet.settle()
        if sheet.number == "4?":
            break
        for _ in write_letter(letter, (0, 0), height):
            sheet.page.click("#undo")
    sheet.expect_number("4?")


def test_a_late_answer_leaves_the_choice_to_the_digit_written_last(sheet: Sheet) -> None:
    held: list[Route] = []
    sheet.page.route("**/v1/read*", lambda route: held.append(route), times=1)  # noqa: PLW0108 - it looks at the signature
    sheet.write("4", (60, 180))
    while not held:
        sheet.page.wait_for_timeout(20)
    sheet.write("7", (320, 180))
    held[0].continue_()  # it comes while the page waits for the pen to rest
    sheet.expect_number("47")
    expect(sheet.page.locator("#digit-title")).to_contain_text("7,")
    sheet.glyphs.first.click()  # one's own choice stays
    sheet.page.click("#why")
    sheet.settle()
    expect(sheet.page.locator("#digit-title")).to_contain_text("4,")


def test_other_readings_are_told(sheet: Sheet) -> None:
    sheet.write("47")
    sheet.expect_number("47")
    others = sheet.page.locator("#others-list .other").all_inner_texts()
    assert len(others) >= 2
    assert all(len(other) == 2 and other != "47" for other in others)


def test_a_digit_is_corrected_and_the_correction_follows_the_ink(sheet: Sheet) -> None:
    keys = sheet.page.keyboard
    sheet.write("17")
    sheet.expect_number("17")
    sheet.glyphs.first.click()
    keys.press("7")
    sheet.expect_number("77")
    expect(sheet.page.locator("#spoken")).to_have_text("Corrected to 7. 1 collected.")
    sheet.write("3", (420, 150))
    sheet.expect_number("773")
    assert sheet.page.locator(".mark.corrected").count() == 1
    sheet.glyphs.first.click()
    keys.press("Backspace")
    sheet.expect_number("173")
    expect(sheet.page.locator("#collection")).to_be_hidden()


def test_a_correction_does_not_outlive_its_ink(sheet: Sheet) -> None:
    sheet.write("4")
    sheet.expect_number("4")
    sheet.page.keyboard.press("9")
    sheet.expect_number("9")
    sheet.page.click("#clear")
    sheet.write("4")
    sheet.expect_number("4")
    expect(sheet.page.locator("#samples li")).to_have_count(1)  # the sample stays


def test_the_zip_is_what_train_and_evaluate_take(sheet: Sheet, tmp_path: Path, reader: DigitReader) -> None:
    sheet.write("617")
    sheet.expect_number("617")
    sheet.glyphs.nth(2).click()
    sheet.page.locator(".bar").nth(7).click()
    sheet.glyphs.first.click()
    sheet.page.keyboard.press("0")
    give(sheet, "drop", PHOTO, "image/jpeg")
    sheet.expect_number("20741")
    sheet.glyphs.nth(3).click()
    sheet.page.keyboard.press("4")
    with sheet.page.expect_download() as download:
        sheet.page.click("#download")
    assert download.value.suggested_filename == "inkdigits-corrected.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    folder = tmp_path / "inkdigits-corrected"
    rows = list(csv.DictReader(io.StringIO((folder / "labels.csv").read_text(encoding="utf-8"))))
    assert [(row["label"], row["read"], row["outcome"]) for row in rows] == [
        ("7", "7", "digit"),
        ("0", "6", "digit"),
        ("4", "4", "digit"),
    ]
    digits = load_dataset(folder)
    assert digits.y.tolist() == [7, 0, 4]
    # the ink is the digit's own and whole: the reader sees in each file what was written
    assert [reader.read_digit(folder / row["file"]).digits[0].label for row in rows] == [7, 6, 4]


def test_a_sample_is_removed(sheet: Sheet) -> None:
    sheet.write("8")
    sheet.expect_number("8")
    sheet.page.keyboard.press("3")
    sheet.expect_number("3")
    sheet.page.get_by_role("button", name="Remove this 3").click()
    sheet.expect_number("8")
    expect(sheet.page.locator("#collection")).to_be_hidden()


@pytest.mark.skipif(not hasattr(DigitReader, "explain"), reason="the reader tells no stages")
def test_why_shows_the_stages_of_the_newest_answer(sheet: Sheet) -> None:
    sheet.write("5")
    sheet.expect_number("5")
    why = sheet.page.get_by_role("button", name="Why?")
    why.click()
    stages = sheet.page.locator("#stages img")
    expect(stages.first).to_be_visible()
    first = stages.first.get_attribute("src")
    assert sheet.page.evaluate(
        "() => [...document.querySelectorAll('#stages img')].every((img) => img.naturalWidth > 0)"
    )
    sheet.write("2", (330, 150))
    sheet.expect_number("52")
    expect(stages.first).not_to_have_attribute("src", str(first))
    captions = sheet.page.locator("#stages figcaption")
    expect(captions.filter(has_text="What the line recognizer read")).to_have_count(1)
    names = [text for text in captions.all_inner_texts() if not text[0].isupper()]  # as the service gives them
    assert names == []
    why.click()
    expect(sheet.page.locator("#why-panel")).to_be_hidden()
