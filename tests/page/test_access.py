"""The page is usable by keyboard alone, by a screen reader, in both themes, both languages and on a phone."""

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from page.conftest import OpenSheet, Theme
from page.test_pictures import PHOTO, SAMPLES, give
from support.page_hand import scribble, write_doubt
from support.page_server import Server
from support.page_sheet import Sheet

AXE = Path(sys.prefix) / "node" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = (390, 844)


def violations(page: Page) -> list[str]:
    """Return what axe-core finds: the rule, how bad it is, and where."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; run: make browser")
    page.evaluate(AXE.read_text(encoding="utf-8"))  # a debugger's evaluation is not bound by the page's policy
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{entry['id']} ({entry['impact']}): {[node['target'] for node in entry['nodes']]}"
        for entry in found["violations"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(open_sheet: OpenSheet, theme: Theme) -> None:
    sheet = open_sheet(theme=theme)
    assert violations(sheet.page) == []
    sheet.write("38")
    sheet.draw(scribble((560, 200)))
    sheet.draw(write_doubt((430, 170), 130, 19))
    sheet.settle()
    sheet.glyphs.first.click()
    sheet.page.keyboard.press("5")
    sheet.page.get_by_role("button", name="Why?").click()
    sheet.settle()
    assert violations(sheet.page) == []
    give(sheet, "drop", PHOTO, "image/jpeg")
    sheet.expect_number("20741")
    assert violations(sheet.page) == []


def test_axe_finds_nothing_on_a_phone_in_chinese(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(size=PHONE, locale="zh-TW")
    assert violations(sheet.page) == []
    sheet.page.click("#mode-picture")
    assert violations(sheet.page) == []
    give(sheet, "drop", SAMPLES / "page-314159-2653-58979.png", "image/png")
    expect(sheet.page.locator(".number-line")).to_have_count(3)
    assert violations(sheet.page) == []
    give(sheet, "drop", Path(__file__), "text/x-python")
    expect(sheet.page.get_by_role("alert")).to_contain_text("這不是可以辨識的圖片")
    assert violations(sheet.page) == []


def test_a_digit_is_written_and_corrected_by_keyboard_alone(sheet: Sheet) -> None:
    keys = sheet.page.keyboard
    for _ in range(20):
        keys.press("Tab")
        if sheet.page.evaluate("() => document.activeElement.id") == "pad":
            break
    keys.press("Space")
    for key, count in (("ArrowRight", 8), ("ArrowDown", 7), ("ArrowLeft", 2), ("ArrowDown", 7)):  # an angular 7
        for _ in range(count):
            keys.press(key)
    keys.press("Space")
    sheet.expect_number("7")
    reach(sheet, ".glyph")
    keys.press("1")
    sheet.expect_number("1")
    keys.press("Backspace")
    sheet.expect_number("7")
    reach(sheet, "#why")
    keys.press("Enter")
    expect(sheet.page.locator("#why-panel")).to_be_visible()


def reach(sheet: Sheet, selector: str) -> None:
    """Press Tab until that element has the focus, which must be seen."""
    for _ in range(40):
        sheet.page.keyboard.press("Tab")
        if sheet.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            assert sheet.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    msg = f"{selector} cannot be reached with Tab"
    raise AssertionError(msg)


def test_the_arrow_keys_walk_through_the_number(sheet: Sheet) -> None:
    give(sheet, "paste", PHOTO, "image/jpeg")
    sheet.expect_number("20741")
    sheet.glyphs.first.focus()
    for key, at in (("ArrowRight", 1), ("ArrowRight", 2), ("End", 4), ("ArrowRight", 4), ("ArrowLeft", 3), ("Home", 0)):
        sheet.page.keyboard.press(key)
        expect(sheet.glyphs.nth(at)).to_be_focused()
    focusable = sheet.page.locator(".glyph[tabindex='0']")
    expect(focusable).to_have_count(1)


def test_a_screen_reader_hears_the_answer(sheet: Sheet) -> None:
    give(sheet, "paste", PHOTO, "image/jpeg")
    sheet.expect_number("20741")
    expect(sheet.page.locator("#spoken")).to_have_text("Reads as 2 0 7 4 1. 5 digits")
    expect(sheet.glyphs.nth(2)).to_have_attribute("aria-label", re.compile(r"^7, [\d.]+% sure, 3 of 5$"))


def test_the_language_is_the_browsers_and_can_be_changed(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(locale="zh-TW")
    expect(sheet.page.locator("#invitation .invite")).to_have_text("寫下數字")
    assert sheet.page.evaluate("() => document.documentElement.lang") == "zh-Hant"
    sheet.page.click("#language")
    expect(sheet.page.locator("#invitation .invite")).to_have_text("Write a number")
    sheet.page.reload()
    expect(sheet.page.locator("#invitation .invite")).to_have_text("Write a number")


def test_no_text_is_seen_before_it_is_translated(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(locale="zh-TW")
    seen: list[str] = []

    def hold(route: Route) -> None:
        seen.append(sheet.page.locator("body").inner_text())
        route.continue_()

    sheet.page.route("**/words.json", hold)
    sheet.page.goto(sheet.page.url)
    expect(sheet.page.locator("#invitation .invite")).to_have_text("寫下數字")
    assert [re.findall(r"[^\W\d_]{2,}", text) for text in seen] == [["inkdigits"]]  # letters in a row: the name alone


def test_the_theme_is_switched_and_kept(sheet: Sheet) -> None:
    def paper() -> str:
        return str(sheet.page.evaluate("() => getComputedStyle(document.body).backgroundColor"))

    light = paper()
    sheet.page.click("#theme")
    assert paper() == light
    sheet.page.click("#theme")
    dark = paper()
    assert dark != light
    sheet.page.reload()
    assert paper() == dark


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_nothing_reaches_out_of_the_window(open_sheet: OpenSheet, width: int) -> None:
    sheet = open_sheet(size=(width, 844))
    give(sheet, "drop", SAMPLES / "page-314159-2653-58979.png", "image/png")
    expect(sheet.page.locator(".number-line")).to_have_count(3)
    root = "document.documentElement"
    assert sheet.page.evaluate(f"() => {root}.scrollWidth - {root}.clientWidth") <= 0


def test_nothing_is_loaded_from_elsewhere(open_sheet: OpenSheet) -> None:
    sheet = open_sheet()
    asked: list[str] = []
    sheet.page.on("request", lambda request: asked.append(request.url))
    sheet.page.reload()
    sheet.write("1")
    sheet.settle()
    origin = sheet.page.url
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []
    loaded = {url.removeprefix(origin).partition("?")[0] for url in asked}
    assert loaded >= {"", "js/main.js", "words.json", "style.css", "v1/read"}


def test_the_page_works_below_another_path(open_sheet: OpenSheet, server: Server) -> None:
    sheet = open_sheet()

    def pass_on(route: Route) -> None:
        route.fulfill(response=route.fetch(url=route.request.url.replace("/behind/a/proxy/", "/")))

    sheet.page.route("**/behind/a/proxy/**", pass_on)
    asked: list[str] = []
    sheet.page.on("request", lambda request: asked.append(request.url))
    sheet.page.goto(f"{server.url}behind/a/proxy/")
    sheet.write("7")
    sheet.expect_number("7")
    assert [url for url in asked if not url.startswith((f"{server.url}behind/a/proxy/", "data:"))] == []
