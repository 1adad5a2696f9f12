"""Rivals' answers are parsed and judged like those of inkdigits; a missing rival is left out and named."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from contestants import is_digit, place_digits, read_boxes
from inkdigits.results import Box
from puzzles import SIDE, Page
from rivals import Contestant, Task, kind_of, make_digit, score, write_pictures
from strings import KINDS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def contestant() -> Contestant:
    process = subprocess.Popen([sys.executable, "-c", "pass"], text=True)
    process.wait()
    return Contestant("tesseract", "tesseract 5", process)


def test_boxes_of_tesseract_are_turned_over_and_go_to_their_pages() -> None:
    told = "1 5 10 9 30 0\n~ 0 0 3 3 0\n2 12 10 20 30 0\n7 0 1 8 21 2\n"
    assert read_boxes(told, [100, 50, 40]) == [
        {"text": "12", "marks": [["1", 5, 70, 9, 90], ["2", 12, 70, 20, 90]]},
        {"text": "", "marks": []},
        {"text": "7", "marks": [["7", 0, 19, 8, 39]]},
    ]


def test_the_digits_of_a_line_lie_along_its_box() -> None:
    slanted = [(0.0, 10.0), (40.0, 0.0), (40.0, 20.0), (0.0, 30.0)]
    first, last = place_digits(slanted, "1x½2")
    assert first == ["1", 0, 8, 10, 30]
    assert last == ["2", 30, 0, 40, 22]
    assert place_digits(slanted, "") == []
    assert not is_digit("٣")
    assert not is_digit("")


def test_a_mark_becomes_a_digit_within_the_picture() -> None:
    digit = make_digit(["4", -3, 5, 10, 5])
    assert (digit.label, digit.box, digit.outcome) == (4, Box(0, 5, 10, 6), "digit")


def test_texts_are_scored_by_characters(contestant: Contestant) -> None:
    task = Task("numbers", "line", [("a", 9), ("b", 9)], ["12", "345"], [])
    told = {"seconds": 1.0, "processor_seconds": 0.5, "answers": [{"text": "12"}, {"text": "3?56"}]}
    found = score(task, contestant, told)
    assert (found.n, found.share) == (2, 0.5)
    assert found.characters_wrong == pytest.approx(2 / 5)
    assert (found.ms_per_picture, found.processor_ms_per_picture) == (500, 250)
    assert found.low < 0.5 < found.high


def test_pages_are_judged_as_those_of_inkdigits_are(contestant: Contestant) -> None:
    cells = "12".ljust(SIDE * SIDE, ".")
    to_grid = np.diag([1 / 60, 1 / 60, 1.0])
    page = Page("0.jpg", np.zeros((540, 540, 3), np.uint8), cells, cells.replace("1", "p").replace("2", "h"), to_grid)
    task = Task("photos", "page", [("a", 540)], [], [page])
    marks = [["1", 10, 10, 40, 50], ["3", 70, 10, 100, 50], ["7", 130, 10, 160, 50]]
    told = {"seconds": 1.0, "processor_seconds": 1.0, "answers": [{"text": "137", "marks": marks}]}
    found = score(task, contestant, told)
    assert (found.n, found.share) == (2, 0.5)
    assert found.false_digits == pytest.approx(1 / 3)


def test_texts_tell_single_digits_from_lines() -> None:
    assert [kind_of(text) for text in ("7", "71", "7\n1")] == ["single", "line", "line"]


def run_rivals(out: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "benchmarks/rivals.py", "--limit", "1", "--pages", "0"]
    command += ["--data", str(out), "--out", str(out)]
    return subprocess.run([*command, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def test_a_rival_that_is_missing_is_left_out_and_said(tmp_path: Path) -> None:
    done = run_rivals(tmp_path, "--tesseract", "no-such-command")
    assert done.returncode == 0, done.stderr
    assert "tesseract: left out, not here: apt-get install tesseract-ocr" in done.stderr
    assert "rapidocr: left out, not here: pip install rapidocr onnxruntime" in done.stderr
    facts = json.loads((tmp_path / "rivals.json").read_text())
    assert list(facts["runs"]) == ["inkdigits"]
    assert len(facts["scores"]) == len(KINDS)
    assert {found["contestant"] for found in facts["scores"]} == {"inkdigits"}
    assert 50 < facts["peak_mb"]["inkdigits"] < 1000
    assert (tmp_path / "rivals.md").read_text() == done.stdout


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract-ocr is not installed")
def test_tesseract_answers_the_same_pictures(tmp_path: Path) -> None:
    done = run_rivals(tmp_path)
    assert done.returncode == 0, done.stderr
    facts = json.loads((tmp_path / "rivals.json").read_text())
    assert facts["runs"]["tesseract"].startswith("tesseract ")
    assert [found["contestant"] for found in facts["scores"]] == ["inkdigits", "tesseract"] * len(KINDS)
    assert all(found["processor_ms_per_picture"] > 0 for found in facts["scores"])
    assert facts["peak_mb"]["tesseract"] > 10


def test_pictures_are_given_as_files_with_their_height(tmp_path: Path) -> None:
    data = cv2.imencode(".png", np.zeros((30, 70), np.uint8))[1].tobytes()
    ((path, height),) = write_pictures(tmp_path, "a set", [data])
    assert height == 30
    assert Path(path).read_bytes() == data
