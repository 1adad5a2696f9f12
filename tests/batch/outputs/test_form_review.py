"""The page of doubtful fields, in a real browser: by keyboard, by touch, with whole scans, saved and applied."""

import base64
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from inkdigits.batch.outputs.review import write_review
from inkdigits.cli import cli
from inkdigits.reading.output.drawing import encode_picture
from support.forms import TALLY, fill

TEXTS = {"valid": "248", "invalid": " 19", "total": "268", "day": "2811"}  # a broken rule: three doubtful fields


def form(*words: object) -> Result:
    return CliRunner().invoke(cli, ["form", *map(str, words)])


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return a folder with a table of two scans, one of them upside down, and its page."""
    (tmp_path / "tally.toml").write_text(TALLY, encoding="utf-8")
    for name, turns in (("a.png", 0), ("b #2.png", 2)):
        (tmp_path / name).write_bytes(encode_picture(np.rot90(fill(TEXTS), turns).copy(), ".png"))
    scans = [tmp_path / "a.png", tmp_path / "b #2.png"]
    ended = form(
        "read", tmp_path / "tally.toml", *scans, "--out", tmp_path / "t.csv", "--review", tmp_path / "re #1.html"
    )
    assert ended.exit_code == 0, ended.output
    return tmp_path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Any]:  # noqa: ANN401 - Playwright may be absent
    """Return what opens a file; an error of its script fails the test."""
    faults: list[str] = []
    contexts: list[Any] = []

    def open_page(path: Path, **options: Any) -> Any:  # noqa: ANN401
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(120_000)  # the machine may be busy
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def save(page: Any, folder: Path) -> Path:  # noqa: ANN401
    with page.expect_download() as download:
        page.click("#save")
    path = folder / "corrections.csv"
    download.value.save_as(path)
    return path


def test_fields_are_corrected_by_keyboard_and_applied(run: Path, open_page: Any) -> None:  # noqa: ANN401
    page = open_page(run / "re #1.html", locale="en-US")
    assert page.inner_text("#status") == "6 of 6 left"
    assert page.inner_text("h1") == "Doubtful fields of t.csv"
    assert "breaks the rule valid + invalid == total" in page.inner_text(".why >> nth=0")
    page.keyboard.press("Enter")  # valid is right
    page.keyboard.press("Tab")  # invalid is skipped
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    assert page.inner_text("#status") == "4 of 6 left"
    page.reload()
    assert page.inner_text("#status") == "4 of 6 left"
    assert page.input_value("input >> nth=2") == "267"
    page.focus("input >> nth=3")
    page.keyboard.type("12345")
    page.focus("input >> nth=4")
    page.keyboard.type("1")
    page.keyboard.press("Escape")
    assert page.input_value("input >> nth=4") == "19"
    ended = form("apply", run / "tally.toml", run / "t.csv", save(page, run))
    assert ended.exit_code == 16, ended.output
    assert 'b #2.png, valid: expected at most 3 digits, one a cell, got "12345"; it was left out' in ended.stderr
    assert "2 fields corrected or confirmed on 2 pages" in ended.stdout
    assert "forms: 1 sure, 1 doubtful, 0 failed" in ended.stdout
    rows = [json.loads(line) for line in (run / "t.csv.details.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["outcome"], row["fields"]["total"]["text"]) for row in rows] == [("sure", "267"), ("doubtful", "268")]
    assert rows[0]["fields"]["total"]["by"] == "person"
    assert ",sure,,248,19,267,28/11," in (run / "t.csv").read_text(encoding="utf-8")


def test_the_whole_scan_is_one_key_away_and_upright(run: Path, open_page: Any) -> None:  # noqa: ANN401
    page = open_page(run / "re #1.html")
    page.focus("input >> nth=5")
    page.keyboard.press("v")
    page.wait_for_function("document.getElementById('scan').naturalWidth > 0")
    assert page.is_visible("#whole")
    scan = cv2.imread(str(run / "re #1-scans" / "2.jpg"), cv2.IMREAD_GRAYSCALE)
    assert scan is not None
    assert abs(scan.shape[1] - 150 / 25.4 * 100) < 3
    assert scan[: scan.shape[0] // 5, : scan.shape[1] // 5].mean() < 250  # the first mark, which is top left upright
    box, whole = page.locator("#here").bounding_box(), page.locator("#scan").bounding_box()
    assert (box["x"] - whole["x"]) / whole["width"] == pytest.approx(25 / 150, abs=0.01)
    assert (box["y"] - whole["y"]) / whole["height"] == pytest.approx(50 / 110, abs=0.01)
    page.keyboard.press("v")
    assert not page.is_visible("#whole")
    assert page.input_value("input >> nth=5") == "268"
    upright = [cv2.imread(str(run / "re #1-scans" / f"{n}.jpg"), cv2.IMREAD_GRAYSCALE) for n in (1, 2)]
    pictures = [np.asarray(picture, dtype=np.float64) for picture in upright]
    assert np.abs(pictures[0] - pictures[1]).mean() < 3


def test_a_finger_confirms_and_takes_a_proposal(run: Path, open_page: Any, tmp_path: Path) -> None:  # noqa: ANN401
    lines = (run / "re #1.html").read_text(encoding="utf-8")
    alone = tmp_path / "alone" / "phone.html"  # without the folder of scans
    alone.parent.mkdir()
    alone.write_text(lines.replace('"proposal":null', '"proposal":"267"'), encoding="utf-8")
    phone = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    page = open_page(alone, locale="zh-TW", **phone)
    assert page.inner_text("#status") == "尚餘 6 / 6"
    assert page.inner_text(".why >> nth=0") == "不合乎規則 valid + invalid == total"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in page.locator("button:visible").all():
        box = button.bounding_box()
        assert box["height"] >= 44, button.inner_text()
        assert box["width"] >= 44, button.inner_text()
    assert page.inner_text("#legend").count("正確") == len({*page.evaluate("fields.map((field) => field.band)")})
    assert page.locator(".card .band").count() == 6
    page.tap('.card button:text-is("正確") >> nth=0')
    page.tap("text=採用 267 >> nth=1")
    assert page.inner_text("#status") == "尚餘 4 / 6"
    assert page.input_value("input >> nth=1") == "267"
    assert page.get_attribute("input >> nth=1", "inputmode") == "numeric"
    page.tap('.card button:has-text("整頁掃描") >> nth=0')
    page.wait_for_selector("text=掃描圖片已不在這個網頁旁邊")
    page.tap("#close")
    page.tap("#language")
    assert page.inner_text("#status") == "4 of 6 left"


def task_seconds(metrics: Any) -> float:  # noqa: ANN401 - Playwright may be absent
    """Return the processor time of a page's tasks until now."""
    found = metrics.send("Performance.getMetrics")["metrics"]
    return float(next(entry["value"] for entry in found if entry["name"] == "TaskDuration"))


def test_five_thousand_fields_stay_quick(tmp_path: Path, open_page: Any) -> None:  # noqa: ANN401
    dot = encode_picture(np.full((40, 120), 255, np.uint8), ".png")
    png = base64.b64encode(dot).decode()
    crops = (
        json.dumps(
            {
                "path": f"{n}.png",
                "page": None,
                "field": "=x",
                "guess": "7",
                "proposal": None,
                "reason": "low confidence",
            }
            | {"is_numeric": True, "at": [0, 0, 1, 1], "png": png}
        ).encode()
        for n in range(5000)
    )
    write_review(tmp_path / "r.html", crops, tmp_path / "t.csv", "fields")
    page = open_page(tmp_path / "r.html", locale="en-US")
    metrics = page.context.new_cdp_session(page)
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})  # processor time: the machine may be busy
    before = task_seconds(metrics)
    page.evaluate(
        """() => {
          for (let n = 0; n < 250; n += 1) {
            const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true });
            document.activeElement.dispatchEvent(enter);
          }
        }"""
    )
    assert page.inner_text("#status") == "4750 of 5000 left"
    assert task_seconds(metrics) - before < 250 * 0.02  # two pages of cards that are drawn anew included
    assert page.locator(".card").count() == 100
    page.reload()
    assert page.inner_text("#status") == "4750 of 5000 left"
    saved = save(page, tmp_path).read_text(encoding="utf-8").splitlines()
    assert len(saved) == 251
    assert re.fullmatch(r"0\.png,,'=x,7", saved[1])
