"""What commands make and the project keeps is what the commands make now: reference, tables, sample pictures."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from inkdigits import DigitReader

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"


def run_script(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_command_reference_and_result_tables_are_up_to_date() -> None:
    done = run_script("docs/generate.py", "--check")
    assert done.returncode == 0, f"run `make docs`: {done.stdout}{done.stderr}"


@pytest.mark.parametrize("text", [None, "", "\n"])
def test_an_empty_result_is_refused(tmp_path: Path, text: str | None) -> None:
    for name in ("docs", "benchmarks/results"):
        (tmp_path / name).mkdir(parents=True)
    for module in ("http_reference.py", "short_tables.py"):
        shutil.copy(ROOT / "docs" / module, tmp_path / "docs")
    script = shutil.copy(ROOT / "docs" / "generate.py", tmp_path / "docs")
    page = tmp_path / "README.md"
    page.write_text("<!-- results:speed -->\n| kept |\n<!-- /results -->\n", encoding="utf-8")
    if text is not None:
        (tmp_path / "benchmarks" / "results" / "speed.md").write_text(text, encoding="utf-8")
    done = run_script(str(script))
    assert done.returncode == 1
    assert "speed.md: expected a table in benchmarks/results, found none" in done.stderr
    assert "| kept |" in page.read_text(encoding="utf-8")


def test_the_pictures_of_the_docs_show_the_shipped_models() -> None:
    shown = json.loads((ROOT / "docs" / "images" / "models.json").read_text(encoding="utf-8"))
    weights = ROOT / "src" / "inkdigits" / "models" / "weights"
    shipped = {name: json.loads((weights / name / "model.json").read_text())["version"] for name in shown}
    assert shown == shipped, "run `make docs screenshots` with fonts-noto-cjk installed, and look at each picture"


def test_samples_are_what_their_script_draws(tmp_path: Path) -> None:
    done = run_script("samples/make_samples.py", str(tmp_path))
    assert done.returncode == 0, done.stderr
    for kept in sorted(SAMPLES.glob("*.png")) + sorted(SAMPLES.glob("*.jpg")):
        before, after = cv2.imread(str(kept)), cv2.imread(str(tmp_path / kept.name))
        assert before is not None
        assert after is not None
        # another OpenCV may round or compress otherwise
        assert np.abs(before.astype(int) - after.astype(int)).max() <= 8, kept.name


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*-*.*g")), ids=lambda path: path.name)
def test_samples_are_read_as_their_names_say(path: Path, reader: DigitReader) -> None:
    assert reader.read(path).text.split("\n") == path.stem.split("-")[1:]


def test_blank_sample_is_blank(reader: DigitReader) -> None:
    assert reader.read(SAMPLES / "blank.jpg").outcome == "blank"
