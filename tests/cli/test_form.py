"""`inkdigits form` turns scans into tables, prints sheets, and drafts templates."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inkdigits.cli import cli
from inkdigits.errors import InkdigitsError
from inkdigits.reading.output.drawing import encode_picture
from support.documents import write_pdf
from support.forms import TALLY, fill, print_form

RIGHT = {"valid": "248", "invalid": " 19", "total": "267", "day": "2811"}
BROKEN = {**RIGHT, "total": "268"}


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, ["form", *map(str, words)])


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "tally.toml"
    path.write_text(TALLY, encoding="utf-8")
    return path


def test_scans_become_a_table_with_a_row_for_each_page(template: Path, tmp_path: Path) -> None:
    (tmp_path / "scans.pdf").write_bytes(write_pdf([fill(RIGHT), fill(BROKEN), print_form("boxes")], 200))
    ended = run("read", template, tmp_path / "scans.pdf", "--out", tmp_path / "t.csv", "--review", tmp_path / "r.html")
    assert ended.exit_code == 22, ended.output
    assert "forms: 1 sure, 1 doubtful, 1 failed" in ended.stdout
    assert "scans.pdf#page=3: FormPageError: expected a scan of the form" in ended.stderr
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["page"], row["outcome"], row["total"]) for row in rows] == [
        ("1", "sure", "267"),
        ("2", "doubtful", "268"),
        ("3", "failed", ""),
    ]
    assert "breaks the rule valid + invalid == total" in rows[1]["doubtful"]
    details = [json.loads(line) for line in (tmp_path / "t.csv.details.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [detail["page"] for detail in details] == [1, 2, 3]
    review = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert review.count('"png":') == 3
    again = run("read", template, tmp_path / "scans.pdf", "--out", tmp_path / "t.csv", "--resume")
    assert "forms: 1 sure, 1 doubtful, 1 failed" in again.stdout


def test_a_table_is_not_overwritten(template: Path, tmp_path: Path) -> None:
    (tmp_path / "t.csv").touch()
    (tmp_path / "one.png").write_bytes(encode_picture(print_form(), ".png"))
    ended = run("read", template, tmp_path / "one.png", "--out", tmp_path / "t.csv")
    assert isinstance(ended.exception, InkdigitsError)
    assert "expected a place without a file" in str(ended.exception)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["read", "tally.toml", "absent.png", "--out", "t.csv"], "absent.png: no such file or folder"),
        (["read", "tally.toml", "tally.toml", "--out", "t.ods"], "expected an ending of .xlsx, .csv, .jsonl, .parquet"),
        (["check", "absent.toml"], "expected a template in TOML, cannot read it"),
        (["sheet", "tally.toml", "--out", "t.png"], "expected an ending of .pdf"),
        (["new", "tally.toml", "--out", "t.pdf"], "expected an ending of .toml"),
    ],
)
def test_what_cannot_be_is_told(words: list[str], told: str, template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(template.parent)
    ended = run(*words)
    assert isinstance(ended.exception, InkdigitsError)
    assert told in str(ended.exception)


def test_check_tells_what_is_in_a_template_and_what_will_go_wrong(template: Path) -> None:
    assert '  day: 4 cells, digits as "dd/dd"\n' in run("check", template).stdout
    text = TALLY.replace("box = [80, 30, 24, 10]\ncells = 3", "box = [40, 30, 24, 10]\ncells = 12")
    template.write_text(text, encoding="utf-8")
    risks = run("check", template).stderr
    assert 'the fields "valid" and "invalid" overlap' in risks
    assert 'field "invalid": a cell of 2 x 10 mm is small' in risks


def test_a_sheet_is_printed_drafted_and_checked(template: Path, tmp_path: Path) -> None:
    assert run("sheet", template, "--out", tmp_path / "tally.pdf").exit_code == 0
    ended = run("new", tmp_path / "tally.pdf", "--out", tmp_path / "mine.toml", "--size", 150, 110)
    assert "5 fields" in ended.stdout or "6 fields" in ended.stdout, ended.output
    assert (tmp_path / "mine-fields.png").is_file()
    assert "registered by marks" in run("check", tmp_path / "mine.toml").stdout


def test_the_sheet_for_digits_is_printed(tmp_path: Path) -> None:
    assert run("digits", "--out", tmp_path / "sheet.pdf").stdout == f"sheet: {tmp_path / 'sheet.pdf'}\n"
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF-")


def test_a_page_that_takes_too_long_has_failed(template: Path, tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(encode_picture(fill(RIGHT), ".png"))
    limits = ("--engine", "processes", "--workers", 1, "--time-limit", 0.002)
    ended = run("read", template, tmp_path / "scan.png", "--out", tmp_path / "t.csv", *limits)
    assert ended.exit_code == 22, ended.output
    assert "reading it takes longer than 0.002 s" in ended.output
    assert "forms: 0 sure, 0 doubtful, 1 failed" in ended.output
