"""The number keeps each line in one line and inside its place; labels hide no digit; a form is no wall of crosses."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from inkdigits.service.routes.pages import STATIC
from page.conftest import OpenSheet
from support.page_sheet import Sheet
from support.page_site import FileHost, serving_files

WIDTHS = (320, 390, 768, 1024, 1920)  # CSS pixels of the window
LENGTHS = range(1, 15)  # digits of a line

SHOW_NUMBER = """async (lines) => {
  const { State } = await import("./js/state.js");
  const { renderNumber } = await import("./js/number.js");
  const digits = lines.flatMap((text, line) => [...text].map((label, place) => ({
    box: [40 * place, 60 * line, 40 * place + 30, 60 * line + 50], line, label: Number(label), confidence: 0.9,
    outcome: "digit", reason: null, digit_probability: 1, probabilities: Array(10).fill(0.1),
  })));
  const state = new State();
  const texts = lines.map((text) => ({ text, written: text, alternatives: [] }));
  state.take({ digits, lines: texts, width: 800, height: 400 });
  renderNumber(state, () => {});
}"""
MEASURE = """() => {
  const number = document.getElementById("number");
  const lines = [...number.querySelectorAll(".number-line")].map((line) => {
    const tops = new Set([...line.children].map((glyph) => Math.round(glyph.getBoundingClientRect().top)));
    return { rows: tops.size, top: line.getBoundingClientRect().top, height: line.getBoundingClientRect().height };
  });
  const page = document.documentElement.scrollWidth - innerWidth;
  const size = parseFloat(getComputedStyle(number).fontSize);
  return { lines, over: number.scrollWidth - number.clientWidth, page, size };
}"""
SHOW_MARKS = """async (boxes) => {
  const { State } = await import("./js/state.js");
  const { placeMarks, renderMarks } = await import("./js/marks.js");
  const { renderNumber } = await import("./js/number.js");
  const digits = boxes.map(([box, outcome]) => ({
    box, line: 0, label: 4, confidence: 0.9, outcome, reason: outcome === "not_a_digit" ? "unlike a digit" : null,
    digit_probability: 1, probabilities: Array(10).fill(0.1),
  }));
  const text = digits.filter((digit) => digit.outcome === "digit").map(() => "4").join("");
  const state = new State();
  state.take({ digits, lines: [{ text, written: text, alternatives: [] }], width: 700, height: 500 });
  Object.assign(state, { selected: null });
  renderNumber(state, () => {});
  renderMarks(state, () => {});
  placeMarks(state, 1);
}"""
HIDDEN = """() => {
  const rect = (element) => element.getBoundingClientRect();
  const marks = [...document.querySelectorAll(".mark")];
  const hides = (tag, mark) => tag.left < mark.right && tag.right > mark.left && tag.top < mark.bottom
    && tag.bottom > mark.top;
  return marks.flatMap((mark, at) => {
    const tag = rect(mark.querySelector(".tag"));
    if (!tag.width) return [];
    return marks.filter((other, place) => place !== at && hides(tag, rect(other))).map(() => at);
  });
}"""


@pytest.fixture(scope="module")
def host() -> Iterator[FileHost]:
    with serving_files(STATIC) as host:
        yield host


def measure(page: Page, lines: Sequence[str]) -> Any:  # noqa: ANN401 - plain values
    page.evaluate(SHOW_NUMBER, list(lines))
    return page.evaluate(MEASURE)


def test_a_number_of_any_length_is_one_line_inside_its_place(host: FileHost, open_sheet: OpenSheet) -> None:
    page = open_sheet(host.url).page
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for length in LENGTHS:
            found = measure(page, ["8" * length])
            assert [line["rows"] for line in found["lines"]] == [1], (width, length)
            assert found["over"] <= 0, (width, length, found)
            assert found["page"] <= 0, (width, length)
            assert found["size"] >= 20, (width, length)


def test_two_lines_look_like_two(host: FileHost, open_sheet: OpenSheet) -> None:
    page = open_sheet(host.url).page
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found = measure(page, ["123456", "98"])
        (upper, lower) = found["lines"]
        assert (upper["rows"], lower["rows"]) == (1, 1), width
        assert lower["top"] >= upper["top"] + 0.9 * upper["height"], width


def show_marks(sheet: Sheet, boxes: Sequence[tuple[Sequence[int], str]]) -> None:
    sheet.page.evaluate(SHOW_MARKS, [[list(box), outcome] for box, outcome in boxes])


def test_a_label_hides_no_other_digit(host: FileHost, open_sheet: OpenSheet) -> None:
    sheet = open_sheet(host.url)
    rows = [
        [60 + 34 * column, 60 + 34 * row, 90 + 34 * column, 90 + 34 * row] for row in range(5) for column in range(8)
    ]
    show_marks(sheet, [(box, "digit") for box in rows])
    assert sheet.page.evaluate(HIDDEN) == []
    shown = sheet.page.locator(".tag:visible").count()
    assert 8 <= shown < len(rows)  # those of the first and last row have room; the others wait until they are asked for
    sheet.page.locator(".mark").nth(20).evaluate("(mark) => mark.classList.add('selected')")
    expect(sheet.page.locator(".mark").nth(20).locator(".tag")).to_be_visible()


def test_a_form_is_no_wall_of_crosses(host: FileHost, open_sheet: OpenSheet) -> None:
    sheet = open_sheet(host.url)
    letters = [
        [40 + 60 * (at % 10), 100 + 70 * (at // 10), 80 + 60 * (at % 10), 140 + 70 * (at // 10)] for at in range(40)
    ]
    show_marks(sheet, [*((box, "not_a_digit") for box in letters), ((300, 30, 330, 70), "digit")])
    assert sheet.page.locator(".mark.no-digit .tag:visible").count() == 0
    expect(sheet.page.locator(".number-rest .glyph")).to_have_count(6)
    expect(sheet.page.locator(".rest-reason")).to_contain_text("and 34 more")


def test_nothing_is_sure(host: FileHost, open_sheet: OpenSheet) -> None:
    page = open_sheet(host.url).page
    shares = [0, 0.0004, 0.5, 0.989, 0.9949, 0.99999, 1]
    texts = page.evaluate("async (shares) => shares.map((await import('./js/words.js')).percent)", shares)
    assert texts == ["0%", "< 0.1%", "50%", "98%", "99.4%", "99.9%", "99.9%"]
