"""The page shows how often digits as sure are right: by ticks, by color, and by a legend in words; never 100 %."""

import re
from collections.abc import Iterator

import pytest

from inkdigits.results.bands import BANDS, find_band
from inkdigits.service.routes.pages import STATIC
from page.conftest import OpenSheet, Theme
from support.page_site import FileHost, serving_files

SURE = [1.0, 0.999, 0.9989, 0.99, 0.97, 0.95, 0.9, 0.0]
FIND = """async (sure) => {
  const { findBand } = await import("./reader/decision/bands.js");
  return sure.map(findBand);
}"""
SHOW = """async (sure) => {
  const { State } = await import("./js/state.js");
  const [{ renderNumber }, { renderBands }, { renderMarks, placeMarks }, { renderDigit }] = await Promise.all(
    ["number", "bands", "marks", "digit"].map((name) => import(`./js/${name}.js`)));
  const digits = sure.map((confidence, at) => ({
    box: [40 * at, 90, 40 * at + 30, 140], line: 0, label: at, confidence, outcome: "digit", reason: null,
    digit_probability: 1, probabilities: Array(10).fill(0.1),
  }));
  const text = sure.map((_, at) => at).join("");
  const lines = [{ text, written: text, confidence: Math.min(...sure), alternatives: [] }];
  const state = new State();
  state.take({ digits, lines, width: 400, height: 300 });
  Object.assign(state, { selected: 0 });
  renderNumber(state, () => {});
  renderBands(state);
  renderMarks(state, () => {});
  placeMarks(state, 1);
  renderDigit(state, () => {});
}"""
TICKS = """() => [...document.querySelectorAll(".number-line .glyph")].map((glyph) => {
  const style = getComputedStyle(glyph, "::before");
  return [style.width, style.backgroundImage === "none", style.backgroundImage, style.borderTopColor].join();
})"""
WORDS = {
    "en-US": ["999 times in 1,000", "99 times in 100", "95 times in 100", "less often than 95 times in 100"],
    "zh-TW": ["每 1,000 個有 999 個正確", "每 100 個有 99 個正確", "每 100 個有 95 個正確", "不到 95 個"],
}


@pytest.fixture(scope="module")
def host() -> Iterator[FileHost]:
    with serving_files(STATIC) as host:
        yield host


def test_the_browser_and_python_have_the_same_bands(host: FileHost, open_sheet: OpenSheet) -> None:
    assert open_sheet(host.url).page.evaluate(FIND, SURE) == [find_band(confidence) for confidence in SURE]


@pytest.mark.parametrize(
    ("width", "locale", "theme"),
    [(1440, "en-US", "light"), (768, "zh-TW", "light"), (390, "en-US", "dark"), (390, "zh-TW", "dark")],
)
def test_each_band_has_its_ticks_and_words(
    width: int, locale: str, theme: Theme, host: FileHost, open_sheet: OpenSheet
) -> None:
    page = open_sheet(host.url, size=(width, 860), locale=locale, theme=theme).page
    page.evaluate(SHOW, [1.0, 0.993, 0.96, 0.8])
    legend = page.locator("#bands li").all_inner_texts()
    assert len(legend) == len(BANDS) + 1  # and the line as a whole
    assert all(word in text for word, text in zip(WORDS[locale], legend[:-1], strict=True))
    assert WORDS[locale][3] in legend[-1]
    assert len(set(page.evaluate(TICKS))) == len(BANDS)
    widths = [float(tick.split("px")[0]) for tick in page.evaluate(TICKS)[:3]]
    assert widths == sorted(widths, reverse=True)  # fewer ticks: it needs no color
    assert len(set(widths)) == len(widths)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert not re.search(r"\b100 ?%", page.inner_text("body"))


def test_doubt_and_a_single_digit_have_no_line(host: FileHost, open_sheet: OpenSheet) -> None:
    page = open_sheet(host.url).page
    page.evaluate(SHOW, [0.995])
    assert page.locator("#bands li").all_inner_texts() == ["right 99 times in 100"]
    assert page.inner_text("#digit-said") == "right 99 times in 100"
    page.evaluate(SHOW, [])
    assert page.locator("#bands").is_hidden()
