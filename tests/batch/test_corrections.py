"""What a person says of unsure digits goes into the rows, whatever their form."""

import csv
import json
from pathlib import Path

import pytest

from inkdigits.batch.config import BatchConfig
from inkdigits.batch.corrections import Applied, apply_corrections, correct_row, read_corrections
from inkdigits.batch.engines.processes import read_serially
from inkdigits.batch.job import run_batch
from inkdigits.batch.outputs.rows import Row, csv_header, format_row
from inkdigits.errors import DataError, OutputError
from support.batch_pictures import few_pictures, read_rows, write_folder

PAGE = "a/page.jpg"  # "205\n87"


def digit(label: int, outcome: str = "digit", line: int = 0) -> Row:
    return {
        "box": [0, 0, 1, 1],
        "line": line,
        "label": label,
        "confidence": 0.5,
        "outcome": outcome,
        "reason": None if outcome == "digit" else "low confidence",
        "digit_probability": 0.9,
    }


def make_row(text: str, *digits: Row) -> Row:
    told = {"path": "p", "text": text, "written": f"${text}", "outcome": "digits", "confidence": 0.1}
    return {**told, "digits": list(digits), "error": None}


class TestCorrectRow:
    def test_a_label_stands_in_the_text_and_is_sure(self) -> None:
        marks = digit(2), digit(7, "unsure"), digit(1, "not_a_digit"), digit(4, "unsure", 1)
        row = correct_row(make_row("2?\n?", *marks), {1: "9"})
        assert (row["text"], row["written"]) == ("29\n?", "$29\n?")
        assert row["confidence"] == 0.25
        assert row["digits"][1] == {**digit(9), "confidence": 1.0, "digit_probability": 1.0, "band": "999 of 1000"}  # type: ignore[index]
        assert correct_row(row, {3: "4"})["text"] == "29\n4"

    def test_what_is_no_digit_leaves_the_text(self) -> None:
        row = correct_row(
            make_row("1?-?2\n?", *(digit(n, "unsure") for n in range(5))), {1: "not_a_digit", 4: "not_a_digit"}
        )
        assert row["text"] == "1-?2"
        alone = correct_row(make_row("?", digit(1, "unsure")), {0: "not_a_digit"})
        assert (alone["text"], alone["written"], alone["outcome"], alone["confidence"]) == ("", "", "blank", None)

    def test_a_text_with_signs_of_its_own_that_look_like_digits_is_refused(self) -> None:
        with pytest.raises(DataError, match="expected a text of 2 digits"):
            correct_row(make_row("1??", digit(1), digit(2, "unsure")), {1: "2"})


@pytest.fixture(params=[".jsonl", ".csv", ".parquet"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == ".parquet":
        pytest.importorskip("pyarrow")
    folder = write_folder(tmp_path / "scans", few_pictures())
    path = tmp_path / f"rows{request.param}"
    run_batch(BatchConfig(str(folder), path), engine=read_serially)
    return path


def rows_of(path: Path) -> dict[str, Row]:
    """Return file name -> row of any form."""
    if path.suffix == ".jsonl":
        rows = read_rows(path)
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            rows = [{**row, "digits": json.loads(row["digits"])} for row in csv.DictReader(file)]
    else:
        rows = pytest.importorskip("pyarrow.parquet").read_table(path).to_pylist()
    return {Path(str(row["path"])).name: row for row in rows}


def write_corrections(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "corrections.csv"
    path.write_text("\n".join(["path,digit,label", *lines, ""]), encoding="utf-8")
    return path


def test_corrections_change_their_rows_and_no_others(out: Path, tmp_path: Path) -> None:
    before = rows_of(out)
    page = str(before["page.jpg"]["path"])
    corrections = write_corrections(tmp_path, f"{page},1,7", f"{page},4,not_a_digit", f"{before['1.png']['path']},0,5")
    assert apply_corrections(out, corrections) == Applied(digits=3, rows=2)
    after = rows_of(out)
    assert str(after["page.jpg"]["text"]).split() == ["275", "8"]
    assert after["1.png"]["text"] == before["1.png"]["text"]
    assert {name: row for name, row in after.items() if name not in {"page.jpg", "1.png"}} == {
        name: row for name, row in before.items() if name not in {"page.jpg", "1.png"}
    }
    assert list(tmp_path.glob("*.tmp")) == []


def test_the_rows_can_be_left_as_they_are(out: Path, tmp_path: Path) -> None:
    before = out.read_bytes()
    corrections = write_corrections(tmp_path, f"{rows_of(out)['page.jpg']['path']},0,1")
    other = tmp_path / f"other{out.suffix}"
    apply_corrections(out, corrections, other)
    assert out.read_bytes() == before
    assert str(rows_of(other)["page.jpg"]["text"]).split() == ["105", "87"]


def test_corrections_of_another_batch_change_nothing(out: Path, tmp_path: Path) -> None:
    before = out.read_bytes()
    path = rows_of(out)["page.jpg"]["path"]
    with pytest.raises(DataError, match=r"1 are missing, as other\.png; nothing was done"):
        apply_corrections(out, write_corrections(tmp_path, f"{path},0,1", "other.png,0,1"))
    with pytest.raises(DataError, match="expected digits 0 to 4, a correction names 5"):
        apply_corrections(out, write_corrections(tmp_path, f"{path},5,1"))
    assert out.read_bytes() == before
    assert list(tmp_path.glob("*.tmp")) == []


@pytest.mark.parametrize("text", ["path,digit\n", "path,digit,label\np,0,12\n", "path,digit,label\np,-1,1\n", "\xff\n"])
def test_a_file_that_holds_no_corrections(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError):
        read_corrections(tmp_path / "c.csv")


def test_the_last_answer_counts(tmp_path: Path) -> None:
    assert read_corrections(write_corrections(tmp_path, "p,0,1", "p,0,2", '"a,b",1,not_a_digit')) == {
        "p": {0: "2"},
        "a,b": {1: "not_a_digit"},
    }


def test_what_are_no_rows(tmp_path: Path) -> None:
    corrections = write_corrections(tmp_path, "p,0,1")
    with pytest.raises(DataError, match="no such file"):
        apply_corrections(tmp_path / "none.jsonl", corrections)
    (tmp_path / "rows.jsonl").write_text("[]\n", encoding="utf-8")
    with pytest.raises(DataError, match="expected rows of a batch"):
        apply_corrections(tmp_path / "rows.jsonl", corrections)
    with pytest.raises(DataError, match="of the same form"):
        apply_corrections(tmp_path / "rows.jsonl", corrections, tmp_path / "rows.csv")
    with pytest.raises(DataError, match="cannot read them"):
        apply_corrections(tmp_path / "rows.jsonl", tmp_path / "none.csv")


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps(make_row("1", digit(1))) + "\n", encoding="utf-8")
    (tmp_path / "taken.jsonl").mkdir()
    with pytest.raises(OutputError):
        apply_corrections(tmp_path / "rows.jsonl", write_corrections(tmp_path, "p,0,1"), tmp_path / "taken.jsonl")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([make_row("1", digit(1)), make_row("2", digit(2))], "expected one row for each picture"),
        ([make_row("", digit(1, "not_a_digit"))], "expected digits of the text"),
    ],
)
def test_corrections_that_cannot_be_meant_change_nothing(tmp_path: Path, rows: list[Row], message: str) -> None:
    path = tmp_path / "rows.jsonl"
    before = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_text(before, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        apply_corrections(path, write_corrections(tmp_path, "p,0,7"))
    assert path.read_text(encoding="utf-8") == before


def test_a_row_that_is_too_long_for_csv_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(csv_header() + format_row(make_row("1" * 1500, *[digit(1)] * 1500), "csv"))
    with pytest.raises(DataError, match=r"write the batch as \.jsonl"):
        apply_corrections(path, write_corrections(tmp_path, "p,0,7"))
