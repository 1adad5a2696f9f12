"""Readings as tables have the columns and the values of a batch, and lose no picture."""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from inkdigits import DigitReader, PictureError, Reading
from inkdigits.batch.config import BatchConfig
from inkdigits.batch.job import run_batch
from inkdigits.batch.outputs.rows import to_row
from inkdigits.batch.outputs.tables import Per, to_arrow, to_pandas
from inkdigits.errors import MissingExtraError, PictureFormatError
from inkdigits.system import extras
from support.drawing import blank, write
from support.readings import MIXED

pa = pytest.importorskip("pyarrow")
DAMAGED = PictureFormatError("the bytes: expected a picture, found none")
PERS: tuple[Per, ...] = ("picture", "line", "digit")


def test_a_row_for_each_picture_is_a_row_of_a_batch(reader: DigitReader, tmp_path: Path) -> None:
    parquet = importlib.import_module("pyarrow.parquet")
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, picture in {"a.png": write(["4096", "7"]).picture, "b.png": blank(40, 60)}.items():
        cv2.imwrite(str(folder / name), picture)
    (folder / "c.png").write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    run_batch(BatchConfig(str(folder), tmp_path / "rows.parquet"))
    written = parquet.read_table(tmp_path / "rows.parquet")
    names = written["path"].to_pylist()
    table = to_arrow(reader.read_many([folder / Path(name).name for name in names]), per="picture", paths=names)
    assert table.schema == written.schema
    for ours, theirs in zip(table.to_pylist(), written.to_pylist(), strict=True):
        assert {**ours, "digits": None, "error": None} == {**theirs, "digits": None, "error": None}
        assert (ours["error"] is None) == (theirs["error"] is None)
        for one, other in zip(ours["digits"], theirs["digits"], strict=True):
            assert one.pop("box") == other.pop("box")
            assert one == pytest.approx(other, abs=2e-6)


def test_a_row_for_each_line(reader: DigitReader) -> None:
    found = reader.read(write(["4096", "7"]).picture)
    rows = to_arrow(found).to_pylist()
    assert [(row["line"], row["text"], row["outcome"]) for row in rows] == [(0, "4096", "digits"), (1, "7", "digits")]
    for row, line in zip(rows, found.lines, strict=True):
        assert row["box"] == [line.box.x_min, line.box.y_min, line.box.x_max, line.box.y_max]
        assert row["confidence"] == round(line.confidence, 6)
        assert (row["path"], row["page"], row["error"]) == (None, None, None)
    assert "\n".join(row["written"] for row in rows) == found.join(signs=True, words=True)


def test_a_row_for_each_digit_has_the_values_of_a_batch() -> None:
    rows = to_arrow(MIXED, per="digit", paths=["a.png"]).to_pylist()
    expected: Any = to_row("a.png", MIXED)["digits"]
    assert rows == [{"path": "a.png", "page": None, **digit, "error": None} for digit in expected]
    assert {row["outcome"] for row in rows} == {"digit", "unsure", "not_a_digit"}


@pytest.mark.parametrize("per", PERS)
def test_a_blank_picture_and_one_with_an_error_have_a_row(reader: DigitReader, per: Per) -> None:
    answers: list[Reading | PictureError] = [reader.read(blank(40, 60)), DAMAGED, MIXED]
    table = to_arrow(answers, per=per, paths=["blank.png", "damaged.png", "mixed.png"])
    first, second, *rest = table.to_pylist()
    assert (first["path"], first["outcome"], first["error"]) == ("blank.png", "blank", None)
    assert (second["path"], second["outcome"]) == ("damaged.png", "error")
    assert second["error"] == "PictureFormatError: damaged.png: expected a picture, found none"
    assert {row["path"] for row in rest} == {"mixed.png"}
    assert len(rest) == {"picture": 1, "line": 2, "digit": 4}[per]


@pytest.mark.parametrize("per", PERS)
def test_nothing_is_a_table_with_all_columns(per: Per) -> None:
    table = to_arrow([], per=per)
    assert len(table) == 0
    assert table.schema == to_arrow(MIXED, per=per).schema


@pytest.mark.parametrize("per", PERS)
def test_pandas_has_the_same_rows_and_whole_numbers(per: Per) -> None:
    pandas = pytest.importorskip("pandas")
    answers: list[Reading | PictureError] = [MIXED, DAMAGED]
    frame = to_pandas(answers, per=per, paths=["a.png", "b.png"])
    table = to_arrow(answers, per=per, paths=["a.png", "b.png"])
    assert list(frame.columns) == table.column_names
    assert len(frame) == len(table)
    for name in {"line", "label", "page"} & set(frame.columns):
        assert frame[name].dtype == "Int32"
        assert [None if value is pandas.NA else value for value in frame[name]] == table[name].to_pylist()
    assert frame["confidence"].dtype == "float64"
    assert list(frame["outcome"]) == table["outcome"].to_pylist()


def test_wrong_arguments_are_told() -> None:
    with pytest.raises(ValueError, match=r"expected a path for each of the 2 readings, got 1; leave"):
        to_arrow([MIXED, MIXED], paths=["a.png"])
    with pytest.raises(ValueError, match=r'expected "picture", "line" or "digit" .*, got \'word\''):
        to_arrow(MIXED, per="word")  # type: ignore[arg-type]


@pytest.mark.parametrize(("library", "call"), [("pyarrow", to_arrow), ("pandas", to_pandas)])
def test_a_missing_library_is_named_with_its_extra(
    library: str, call: Callable[[Reading], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)  # importing it fails then
    monkeypatch.setitem(extras.EXTRAS, "tables", ("no_such_library",))
    with pytest.raises(MissingExtraError, match=r"pip install 'inkdigits\[tables\]'"):
        call(MIXED)


def test_neither_library_is_loaded_before_a_table_is_asked_for() -> None:
    code = "import sys, inkdigits.batch.outputs.tables\nprint({'pyarrow', 'pandas', 'ray'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_values_are_those_of_json() -> None:
    (row,) = to_arrow(MIXED, per="picture").to_pylist()
    expected = {**to_row("", MIXED), "path": None}
    assert row == json.loads(json.dumps(expected))


def test_an_error_alone_is_a_table(reader: DigitReader) -> None:
    (answer,) = reader.read_many([b"no picture"])
    assert isinstance(answer, PictureError)
    assert to_arrow(answer).to_pylist()[0]["outcome"] == "error"
