"""The page of unsure digits, in a real browser: answered by keyboard, saved, and applied to the rows."""

import base64
import csv
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from inkdigits.batch.config import BatchConfig
from inkdigits.batch.corrections import apply_corrections
from inkdigits.batch.engines.processes import read_serially
from inkdigits.batch.inputs.loading import Item, Title, raiser
from inkdigits.batch.job import run_batch
from inkdigits.batch.outputs.crops import cut_crops
from inkdigits.batch.outputs.review import write_review
from inkdigits.errors import OutputError, PictureError
from inkdigits.reading.reader import DigitReader
from inkdigits.results import Reading
from inkdigits.spec import UInt8Array
from support.bad_pictures import encode
from support.batch_pictures import random_frames, read_rows, write_folder, write_idx
from support.drawing import write


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a batch of frames of which some are unsure, with its page."""
    folder = tmp_path_factory.mktemp("batch")
    frames = random_frames(700, seed=3)
    frames[:, ::3] //= 3  # torn strokes
    path = write_idx(folder / "frames", frames)
    run_batch(BatchConfig(str(path), folder / "rows.jsonl", review=folder / "review.html"), engine=read_serially)
    return folder


@pytest.fixture(scope="module")
def page(batch: Path) -> Iterator[Any]:
    """Open the page; an error of its script fails the test."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    faults: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        page = browser.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda request: faults.extend([request.url] * (not request.url.startswith(("file:", "data:", "blob:")))),
        )
        page.goto((batch / "review.html").as_uri())
        yield page
        browser.close()
    assert faults == []


def unsure_digits(batch: Path) -> list[tuple[str, int]]:
    rows: list[Any] = read_rows(batch / "rows.jsonl")
    return [
        (row["path"], place)
        for row in rows
        for place, digit in enumerate(row["digits"])
        if digit["outcome"] == "unsure"
    ]


def save(page: Any, folder: Path) -> Path:  # noqa: ANN401 - Playwright may be absent
    with page.expect_download() as download:
        page.keyboard.press("s")
    assert download.value.suggested_filename == "corrections.csv"
    download.value.save_as(folder / "corrections.csv")
    return folder / "corrections.csv"


def test_every_unsure_digit_is_on_the_page(batch: Path, page: Any) -> None:  # noqa: ANN401
    unsure = unsure_digits(batch)
    assert len(unsure) > 10
    assert page.evaluate("crops.map((crop) => [crop.path, crop.digit])") == [list(place) for place in unsure]
    page.wait_for_function("[...document.images].every((picture) => picture.complete && picture.naturalHeight === 96)")
    assert page.locator(".card").count() == min(len(unsure), 200)


def test_each_guess_has_its_band_in_words_and_ticks(page: Any) -> None:  # noqa: ANN401
    bands = page.evaluate("crops.map((crop) => crop.band)")
    shown = page.locator(".card .band").all_inner_texts()
    words = {"fewer": "right less often than 95 times in 100", "95 of 100": "right 95 times in 100"}
    words |= {"99 of 100": "right 99 times in 100", "999 of 1000": "right 999 times in 1,000"}
    assert shown == [words[band] for band in bands[:200]]
    assert sorted(page.locator("#legend .band").all_inner_texts()) == sorted(words[band] for band in set(bands))
    tick = "(element) => getComputedStyle(element, '::before').borderTopStyle"
    assert page.locator("#legend .band-0").evaluate(tick) == "solid"  # an empty frame: it needs no color
    assert "100 %" not in page.inner_text("body")


def test_answers_by_keyboard_are_saved_and_applied(batch: Path, page: Any, tmp_path: Path) -> None:  # noqa: ANN401
    unsure = unsure_digits(batch)
    guess = page.evaluate("crops[1].label")
    for key in ("7", "Enter", "x", "ArrowRight", "3"):
        page.keyboard.press(key)
    assert page.locator("#status").inner_text().startswith(f"4 of {len(unsure)} answered; page 1 of ")
    page.keyboard.press("Backspace")
    page.keyboard.press("5")
    with save(page, tmp_path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    answers = {0: "7", 1: str(guess), 2: "not_a_digit", 4: "5"}
    assert rows == [
        ["path", "digit", "label"],
        *([unsure[at][0], str(unsure[at][1]), label] for at, label in answers.items()),
    ]
    apply_corrections(batch / "rows.jsonl", tmp_path / "corrections.csv", tmp_path / "corrected.jsonl")
    texts = {row["path"]: row["text"] for row in read_rows(tmp_path / "corrected.jsonl")}
    assert [texts[unsure[at][0]] for at in answers] == ["7", str(guess), "", "5"]
    assert texts[unsure[3][0]] == "?"


def test_answers_survive_a_reload(page: Any) -> None:  # noqa: ANN401
    page.keyboard.press("1")
    before = page.evaluate("[...answers]")
    page.reload()
    assert sorted(page.evaluate("[...answers]")) == sorted(before)
    assert len(before) == 5


def test_cards_are_chosen_by_mouse_and_arrows(page: Any) -> None:  # noqa: ANN401
    page.locator(".card").nth(7).click()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("now") == 6
    columns = page.evaluate("getComputedStyle(document.getElementById('cards')).gridTemplateColumns.split(' ').length")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("now") == 6 + columns
    page.keyboard.press("ArrowUp")
    page.click("#next")
    assert page.evaluate("now") > 6


class TestCrops:
    def doubting(self, picture: UInt8Array, reader: DigitReader) -> tuple[Item, Reading]:
        """Return a picture and a reading of it in which every digit is unsure."""
        reading = reader.read(picture)
        unsure = tuple(replace(digit, outcome="unsure") for digit in reading.digits)
        return Item(Title("p<1>.png"), partial(encode, picture, "PNG")), replace(reading, digits=unsure)

    def test_a_crop_shows_the_digit_in_its_surroundings(self, reader: DigitReader) -> None:
        picture = write(["2"], 200, 20).picture
        item, reading = self.doubting(picture, reader)
        (line,) = cut_crops(item, reading).splitlines()
        crop = cv2.imdecode(np.frombuffer(base64.b64decode(json.loads(line)["png"]), np.uint8), cv2.IMREAD_GRAYSCALE)
        assert crop is not None
        assert crop.shape[0] == 96
        assert crop.min() < 60  # the digit
        assert (crop[0] > 200).all()  # and paper over it

    def test_nothing_is_cut_of_what_is_sure_an_error_or_gone(self, reader: DigitReader) -> None:
        sure = reader.read(write(["1"]).picture)
        gone = PictureError("gone")
        _, unsure = self.doubting(write(["2"], 200, 20).picture, reader)
        assert cut_crops(Item(Title("p"), raiser(gone)), sure) == b""
        assert cut_crops(Item(Title("p"), raiser(gone)), unsure) == b""
        assert cut_crops(Item(Title("p"), raiser(gone)), gone) == b""

    def test_nothing_is_cut_of_a_picture_that_has_become_smaller(self, reader: DigitReader) -> None:
        picture = write(["2"], 200, 20).picture
        _, reading = self.doubting(np.pad(picture, ((300, 0), (300, 0)), constant_values=255), reader)
        assert cut_crops(Item(Title("p"), partial(encode, picture[:40, :40], "PNG")), reading) == b""


def test_names_cannot_break_the_page(tmp_path: Path) -> None:
    line = json.dumps({"path": "</script><b>&\u2028", "digit": 0}).encode() + b"\n"
    write_review(tmp_path / "page.html", iter([line]), tmp_path / "<rows>.jsonl")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert text.count("</script>") == 2  # what all pages share, and the own one
    assert "&lt;rows&gt;.jsonl" in text
    assert "<rows>" not in text


def test_a_page_that_cannot_be_written(tmp_path: Path) -> None:
    write_folder(tmp_path, {"file": b""})
    with pytest.raises(OutputError, match="cannot write the page"):
        write_review(tmp_path / "file" / "page.html", iter(()), tmp_path / "rows.jsonl")
