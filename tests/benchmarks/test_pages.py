"""Cells are cut where they are, and each digit of a page is counted once."""

import csv
import io
import json
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from inkdigits.results import Box, Digit, DigitOutcome
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from pages import judge, main, summarize
from puzzles import SIDE, Page, cut_cells, find_cell, load_pages

CELL = 60  # pixels


def make_page(cells: str) -> Page:
    """Return a page whose grid begins at x 20, y 40, its cells 60 pixels wide."""
    to_grid = np.array([[1 / CELL, 0, -20 / CELL], [0, 1 / CELL, -40 / CELL], [0, 0, 1.0]])
    picture = np.full((640, 600, 3), 255, np.uint8)
    return Page("0.jpg", picture, cells, "".join("h" if cell.isdigit() else "." for cell in cells), to_grid)


def mark(column: int, row: int, label: int, outcome: DigitOutcome = "digit", height: int = 30) -> Digit:
    x, y = 20 + CELL * column + 15, 40 + CELL * row + 15
    return Digit(Box(x, y, x + 20, y + height), 0, label, (0.1,) * 10, 0.9, outcome)


def test_every_digit_of_a_page_is_counted_once() -> None:
    cells = "12345.*".ljust(SIDE * SIDE, ".")
    digits = [
        mark(0, 0, 1),
        mark(0, 0, 7, height=12),  # a second one in its cell
        mark(1, 0, 7),
        mark(2, 0, 3, "unsure"),
        mark(3, 0, 4, "not_a_digit"),
        mark(5, 0, 9),  # an empty cell
        mark(5, 1, 9, "unsure"),  # no answer
        mark(6, 0, 2),  # notes
        mark(2, 9, 2),  # under the grid
    ]
    count, drawn = judge(make_page(cells), digits, 5.0)
    assert dict(count.tally) == {
        "digits": 5,
        "right": 1,
        "other": 1,
        "unsure": 1,
        "missed": 2,
        "answered": 4,
        "false": 2,
        "outside": 1,
        "handwritten": 5,
        "handwritten right": 1,
        "handwritten other": 1,
        "handwritten unsure": 1,
        "handwritten missed": 2,
    }
    assert summarize([count, count])["false"] == (4, 8)
    assert summarize([count, count])["right"] == (2, 10)
    assert len(drawn) == 5 + 3


def test_the_tallest_mark_of_a_cell_counts_whatever_the_order() -> None:
    page = make_page("1".ljust(SIDE * SIDE, "."))
    marks = [mark(0, 0, 7, height=12), mark(0, 0, 1)]
    for digits in (marks, marks[::-1]):
        count, _ = judge(page, digits, 0.0)
        assert (count.tally["right"], count.tally["false"]) == (1, 1)


def test_a_box_belongs_to_the_cell_of_its_middle() -> None:
    page = make_page("." * SIDE * SIDE)
    assert find_cell(page, Box(20, 40, 79, 99)) == 0
    assert find_cell(page, Box(75, 40, 95, 90)) == 1
    assert find_cell(page, Box(530, 550, 558, 578)) == SIDE * SIDE - 1
    assert find_cell(page, Box(0, 0, 30, 30)) is None
    assert find_cell(page, Box(570, 50, 580, 60)) is None


def write_puzzle(folder: Path) -> dict[int, UInt8Array]:
    """Write a set of one page in perspective, with MNIST digits in the middle of some cells; return their frames."""
    mnist = load_mnist().validation
    side = 100
    flat = np.full((SIDE * side, SIDE * side), 235, np.uint8)
    frames = {index: mnist.x[index] for index in (0, 4, 21, 44, 80)}
    cells, kinds = ["."] * SIDE * SIDE, ["."] * SIDE * SIDE
    for index, frame in frames.items():
        row, column = divmod(index, SIDE)
        ink = cv2.resize(frame, (64, 64), interpolation=cv2.INTER_CUBIC)
        flat[row * side + 18 : row * side + 82, column * side + 18 : column * side + 82] -= (ink * 0.8).astype(np.uint8)
        cells[index], kinds[index] = str(mnist.y[index]), "hp"[index % 2]
    corners = np.array([(80, 120), (880, 90), (930, 900), (40, 930)], dtype=np.float32)
    square = np.array([(0, 0), (SIDE * side, 0), (SIDE * side, SIDE * side), (0, SIDE * side)], dtype=np.float32)
    photo = cv2.warpPerspective(
        flat, cv2.getPerspectiveTransform(square, corners), (1000, 1000), borderMode=cv2.BORDER_REPLICATE
    )
    labels = {
        "file": "0.jpg",
        "cells_row_by_row": "".join(cells),
        "kind_row_by_row": "".join(kinds),
        "corners_tl_tr_br_bl": " ".join(f"{x:.0f},{y:.0f}" for x, y in corners),
    }
    table = io.StringIO()
    writer = csv.DictWriter(table, list(labels))
    writer.writeheader()
    writer.writerow(labels)
    with zipfile.ZipFile(folder / "pages_phone.zip", "w") as archive:
        archive.writestr("labels.csv", table.getvalue())
        archive.writestr("0.jpg", cv2.imencode(".png", photo)[1].tobytes())
    return frames


def test_cells_are_cut_in_order_and_straightened(tmp_path: Path) -> None:
    frames = write_puzzle(tmp_path)
    (page,) = load_pages(tmp_path)
    cells = cut_cells(page)
    assert len(cells) == SIDE * SIDE
    dark = [index for index, cell in enumerate(cells) if cell.min() < 150]
    assert dark == sorted(frames)
    side = cells[0].shape[0]
    assert 85 < side < 100  # the photo's own scale
    for index, frame in frames.items():
        wanted = cv2.resize(frame, None, fx=64 / 28 * side / 100, fy=64 / 28 * side / 100).astype(np.float64)
        top = (side - wanted.shape[0]) // 2
        ink = 235.0 - cells[index][top : top + wanted.shape[0], top : top + wanted.shape[1], 0]
        assert np.corrcoef(ink.ravel(), wanted.ravel())[0, 1] > 0.9


def test_the_command_measures_cells_and_photos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_puzzle(tmp_path)
    out, drawn = tmp_path / "out", tmp_path / "drawn"
    words = ["pages.py", "--data", str(tmp_path), "--out", str(out), "--pictures", str(drawn)]
    monkeypatch.setattr("sys.argv", words)
    main()
    facts = json.loads((out / "pages.json").read_text())
    assert {(row["kind"], row["read_by"]): (row["n"], row["share"]) for row in facts["cells"]} == {
        ("handwritten", "read"): (4, 1.0),
        ("printed", "read"): (1, 1.0),
        ("empty", "read"): (76, 0.0),
        ("handwritten", "read_digit"): (4, 1.0),
        ("printed", "read_digit"): (1, 1.0),
        ("empty", "read_digit"): (76, 0.0),
    }
    (photo,) = facts["photos"]
    assert photo["tally"] == {"answered": 5, "digits": 5, "right": 5, "handwritten": 4, "handwritten right": 4}
    page = (out / "pages.md").read_text()
    assert capsys.readouterr().out == page
    assert "| found and right | 5 | 5 | 100.00 |" in page
    assert (drawn / "0.jpg").is_file()
