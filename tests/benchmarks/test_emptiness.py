"""Empty pictures of every kind are drawn, and digits found in them are counted by kind."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from emptiness import Result, main, worst_kinds
from sheets import SHEETS, draw_sheet
from textures import TEXTURES, draw_texture


def test_all_kinds_are_drawn_and_something_is_on_each() -> None:
    generator = np.random.default_rng(3)
    sheets = [draw_sheet(generator) for _ in range(80)]
    assert {name for name, _ in sheets} == set(SHEETS)
    for name, picture in sheets:
        assert picture.dtype == np.uint8
        assert picture.ndim == 3
        assert 160 <= picture.shape[1] <= 900
        assert np.ptp(picture) > 10, name
    textures = [draw_texture(generator) for _ in range(80)]
    assert {name for name, _ in textures} == set(TEXTURES)
    assert all(picture.ndim == 2 and 48 <= picture.shape[0] <= 240 for _, picture in textures)


def test_the_worst_kind_comes_first() -> None:
    kinds, wrong = Counter(wood=10, bricks=4, dust=20, fine=9), Counter(wood=5, bricks=3, dust=10)
    result = Result("textures", 43, 18, 18, 20, kinds, wrong, [])
    assert worst_kinds(result) == [("bricks", 3, 4), ("dust", 10, 20), ("wood", 5, 10)]


def test_the_command_counts_pictures_with_a_digit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["emptiness.py", "--data", str(tmp_path), "--out", str(tmp_path), "--limit", "12"]
    monkeypatch.setattr("sys.argv", words)
    main()
    told = capsys.readouterr()
    assert "left out, not here: blank_paper" in told.err
    assert (tmp_path / "emptiness.md").read_text() == told.out
    rows = json.loads((tmp_path / "emptiness.json").read_text())["rows"]
    assert [(row["name"], row["n"]) for row in rows] == [("textures", 12), ("empty sheets", 12)]
    for row in rows:
        assert sum(row["kinds"].values()) == 12
        assert sum(row["wrong"].values()) == row["with_digit"] <= row["not_blank"]
        assert row["digits"] >= row["with_digit"]
