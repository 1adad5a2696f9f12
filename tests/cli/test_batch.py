"""`inkdigits batch`: a summary on stdout, progress on stderr, rows in a file."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from inkdigits.cli import cli
from inkdigits.cli.run_options import choose_engine
from inkdigits.cli.run_progress import _duration
from support.batch_pictures import few_pictures, random_frames, read_rows, write_folder, write_idx
from support.documents import write_pdf, write_tiff
from support.drawing import write


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["batch", *map(str, arguments)], input=stdin)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "scans", {**few_pictures(), "notes.txt": b"1"})


def test_a_folder(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    ended = run(folder, "--out", out)
    assert ended.exit_code == 0, ended.output
    model, *lines = ended.stdout.splitlines()
    assert model.startswith("model: bundle accurate ")
    assert lines == [
        "pictures: 6 of 6",
        "             3  all digits sure",
        '             0  with an unsure digit ("?")',
        "             1  blank",
        "             2  not read, with an error in the row",
        "skipped: 1 file that does not end like a picture",
        f"rows: {out}",
    ]
    assert ended.stderr.startswith("6 of 6, ")
    assert ended.stderr.endswith(" left, 2 errors\n")
    assert len(read_rows(out)) == 6


@pytest.mark.parametrize("engine", ["serial", "processes"])
def test_each_page_is_a_row(tmp_path: Path, engine: str) -> None:
    pages = [write([text], 40, 5).picture for text in ("58", "27")]
    files = {"a.tif": write_tiff(pages), "b.tif": write_tiff(pages[:1]), "c.pdf": write_pdf(pages)}
    folder = write_folder(tmp_path / "scans", files)
    ended = run(folder, "--out", tmp_path / "rows.jsonl", "--engine", engine, "--ordered")
    assert "pictures: 5 of 5" in ended.stdout.splitlines()
    rows = read_rows(tmp_path / "rows.jsonl")
    assert [(Path(str(row["path"])).name, row["page"], row["text"]) for row in rows] == [
        ("a.tif", 1, "58"),
        ("a.tif", 2, "27"),
        ("b.tif", None, "58"),
        ("c.pdf", 1, "58"),
        ("c.pdf", 2, "27"),
    ]


def test_pages_in_an_archive_that_are_not_read_are_counted(tmp_path: Path) -> None:
    fax = write_tiff([write([text], 40, 5).picture for text in ("58", "27")])
    with zipfile.ZipFile(tmp_path / "scans.zip", "w") as archive:
        archive.writestr("a.tif", fax)
    ended = run(tmp_path / "scans.zip", "--out", tmp_path / "rows.jsonl")
    told = "pages: 1 file has more than one, and only the first was read; unpack the archive to read all"
    assert told in ended.stdout.splitlines()
    assert [row["text"] for row in read_rows(tmp_path / "rows.jsonl")] == ["58"]


def test_run_may_be_said(folder: Path, tmp_path: Path) -> None:
    assert run("run", folder, "--out", tmp_path / "rows.csv", "--engine", "serial").exit_code == 0
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8").startswith("path,page,text,written,outcome,")


def test_a_list_on_standard_input_and_resume_of_what_is_done(folder: Path, tmp_path: Path) -> None:
    command = ("-", "--out", tmp_path / "rows.jsonl", "--resume", "--digit")
    assert run(*command, stdin=f"{folder / 'b.png'}\n".encode()).exit_code == 0
    assert (
        run(*command, stdin=b"").stdout
        == f"{tmp_path / 'rows.jsonl'}: finished by an earlier run, nothing is left to read\n"
    )


def test_an_error_of_ours_is_one_line_with_its_exit_code(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "inkdigits", "batch", str(folder), "--out", str(tmp_path / "rows.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (13, "")
    assert done.stderr.startswith("inkdigits: ")
    assert len(done.stderr.splitlines()) == 1


def test_doubtful_pictures_are_named_and_the_page_is(tmp_path: Path) -> None:
    page = tmp_path / "review.html"
    frames = random_frames(400, seed=3)
    frames[:, ::3] //= 3  # torn strokes
    path = write_idx(tmp_path / "frames", frames)
    ended = run(path, "--out", tmp_path / "rows.jsonl", "--review", page, "--max-error", "0.001")
    unsure = [row["path"] for row in read_rows(tmp_path / "rows.jsonl") if "?" in str(row["text"])]
    assert len(unsure) > 20
    names = "".join(f"  {name}\n" for name in unsure[:20])
    assert f"\ndoubtful:\n{names}  and {len(unsure) - 20:,} more\n" in ended.stdout
    assert ended.stdout.endswith(f"to be corrected: {page}\n")
    assert page.read_text(encoding="utf-8").count('"png":') == len(unsure)


def test_apply(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    run(folder, "--out", out)
    (tmp_path / "c.csv").write_text(f"path,digit,label\n{folder / 'a' / '1.png'},0,9\n", encoding="utf-8")
    ended = run("apply", out, tmp_path / "c.csv", "--to", tmp_path / "new.jsonl")
    assert ended.stdout == f"1 digit corrected or confirmed in 1 row: {tmp_path / 'new.jsonl'}\n"
    assert read_rows(tmp_path / "new.jsonl")[0]["text"] == "98"
    assert read_rows(out)[0]["text"] == "58"


@pytest.mark.parametrize(
    "options",
    [["--address", "host:1"], ["--engine", "serial", "--workers", "2"], ["--engine", "cloud"], ["--workers", "0"]],
)
def test_options_that_exclude_each_other(folder: Path, tmp_path: Path, options: list[str]) -> None:
    ended = run(folder, "--out", tmp_path / "rows.jsonl", *options)
    assert ended.exit_code == 2
    assert not list(tmp_path.glob("rows*"))


def test_the_engine_that_was_asked_for() -> None:
    assert choose_engine(None, None, None, lambda: False) is None
    assert "processes" in repr(choose_engine(None, 3, None, lambda: False))
    assert "serially" in repr(choose_engine("serial", None, None, lambda: False))
    with pytest.raises(click.UsageError):
        choose_engine("serial", None, "host:1", lambda: False)


def test_reading_a_folder_loads_no_ray(folder: Path, tmp_path: Path) -> None:
    code = (
        "import contextlib, sys, inkdigits.cli\n"
        "with contextlib.suppress(SystemExit):\n    inkdigits.cli.main(sys.argv[1:])\n"
        "print(*sys.modules)"
    )
    command = [sys.executable, "-c", code, "batch", str(folder), "--out", str(tmp_path / "rows.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    loaded = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert not loaded & {"ray", "pyarrow", "pandas", "keras", "tensorflow"}


def test_lengths_of_time() -> None:
    assert [_duration(seconds) for seconds in (0, 59.4, 61, 7384)] == ["0 s", "59 s", "1 min 1 s", "2 h 3 min"]
