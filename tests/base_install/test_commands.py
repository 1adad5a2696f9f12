"""Without any extra, reading works, and each command that needs an extra says which one and how to install it.

`make test-base` runs this in an environment of its own; no other run collects it.
"""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inkdigits.cli import cli
from inkdigits.errors import MissingExtraError
from inkdigits.system.extras import EXTRAS

SAMPLES = Path(__file__).parents[2] / "samples"
CELL = str(SAMPLES / "cell-5.png")

# words of a call -> the extra that it needs; OUT stands for a path where nothing is yet
NEEDS: dict[tuple[str, ...], str] = {
    ("serve", "--port", "0"): "serve",
    ("batch", CELL, "--out", "OUT.parquet"): "batch",
    ("batch", CELL, "--out", "OUT.csv", "--engine", "ray"): "batch",
    ("data", "show", "--out", "OUT.png"): "figures",
    ("adapt", "--data", str(SAMPLES), "--out", "OUT"): "adapt",
    ("page", "--out", "OUT"): "page",
    ("train", "softmax", "--out", "OUT"): "train",
    ("train", "softmax", "--seeds", "2", "--engine", "ray", "--out", "OUT"): "train",
    ("train", "line-recognizer", "--out", "OUT"): "train",
    ("train", "detector", "--out", "OUT"): "train",
    ("data", "scenes", "--out", "OUT.png"): "train",
    ("compare", "softmax", "--runs", "OUT"): "train",
    ("evaluate", str(SAMPLES)): "train",
    ("bench", "fast"): "train",
    ("export", str(SAMPLES), "--out", "OUT"): "train",
    ("card", str(SAMPLES)): "train",
    ("calibrate", str(SAMPLES)): "train",
}
# commands that do all or most of their work without an extra: `data` checks own digits, and draws with one; `form`
# reads pictures, and PDF with one
WORKS = {"demo", "read", "explain", "batch", "predict", "data", "form"}

INSTALLED = [name for libraries in EXTRAS.values() for name in libraries if importlib.util.find_spec(name)]


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "inkdigits", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_no_library_of_an_extra_is_installed() -> None:
    assert INSTALLED == []


def test_each_command_is_tried_here() -> None:
    assert {words[0] for words in NEEDS} | WORKS == set(cli.list_commands(None))  # type: ignore[arg-type]


@pytest.mark.parametrize("words", NEEDS, ids=" ".join)
def test_a_command_says_which_extra_it_needs_and_how_to_install_it(words: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*(word.replace("OUT", str(tmp_path / "out")) for word in words))
    assert done.returncode == MissingExtraError.exit_code, (done.stdout, done.stderr)
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("inkdigits: this needs ")
    extra = NEEDS[words]
    local = {"train": "./mnist ", "page": "./web "}.get(extra, "")
    cure = f"run: pip install 'inkdigits[{extra}]', or in a clone: pip install {local}'.[{extra}]'"
    assert line.endswith(f"not installed here; {cure}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", cli.list_commands(None))  # type: ignore[arg-type]
def test_help_needs_no_extra(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage: inkdigits ")


def test_mnist_is_missing_and_own_digits_are_checked(tmp_path: Path) -> None:
    done = run("data", "check")
    assert (done.returncode, done.stdout) == (MissingExtraError.exit_code, "")
    assert "inkdigits-mnist holds, not installed here; run: pip install 'inkdigits[train]'" in done.stderr
    (tmp_path / "5").mkdir()
    shutil.copy(CELL, tmp_path / "5")
    done = run("data", "check", "--data", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-2:] == ["total", "1"]


def test_the_demo_runs(tmp_path: Path) -> None:
    done = run("demo", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "photo-20741.jpg: 20741" in done.stdout.splitlines()
    assert (tmp_path / "annotated" / "photo-20741.png").is_file()


def test_pictures_are_read() -> None:
    done = run("read", str(SAMPLES))
    assert done.returncode == 0, done.stderr
    assert [line.split(": ")[1] for line in done.stdout.splitlines() if "photo" in line] == ["20741"]
    assert json.loads(run("read", CELL, "--json").stdout)["text"] == "5"


def test_a_reading_is_explained(tmp_path: Path) -> None:
    done = run("explain", CELL, "--out", str(tmp_path / "stages"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "5"
    assert list((tmp_path / "stages").iterdir()) != []


@pytest.mark.parametrize("engine", ["serial", "processes"])
def test_a_batch_becomes_rows_of_json(engine: str, tmp_path: Path) -> None:
    done = run("batch", str(SAMPLES), "--out", str(tmp_path / "rows.jsonl"), "--engine", engine)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert "20741" in {row["text"] for row in rows}


def test_a_table_of_pixels_is_named(tmp_path: Path) -> None:
    names = ",".join(f"pixel{place}" for place in range(784))
    bar = ["255" if row in range(4, 24) and column in (13, 14) else "0" for row in range(28) for column in range(28)]
    (tmp_path / "test.csv").write_text(f"{names}\n{','.join(bar)}\n", encoding="utf-8")
    done = run("predict", str(tmp_path / "test.csv"), "--out", str(tmp_path / "out.csv"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "ImageId,Label\n1,1\n"
