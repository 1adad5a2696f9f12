"""The benchmark scripts run, and what they measure stays above its floor."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from inkdigits.training.data.mnist import load_mnist

ROOT = Path(__file__).parents[2]
HANDWRITING = Path(__file__).parents[3] / "shared" / "data" / "dev"

# macro accuracy of read_digit and share of exact texts, as the first release promised them
FLOORS = {"pen_on_forms": 0.93, "tablet_strokes": 0.93, "pencil_phone": 0.85, "people": 0.85, "blank_paper": 0.9}


def run_benchmark(*words: str) -> str:
    done = start_benchmark(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def start_benchmark(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)


def write_set(folder: Path, name: str, rows: list[dict[str, str]], pictures: list[bytes]) -> None:
    table = io.StringIO()
    writer = csv.DictWriter(table, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        archive.writestr("labels.csv", table.getvalue())
        for row, data in zip(rows, pictures, strict=True):
            archive.writestr(row["file"], data)


def test_handwriting_counts_right_and_wrong(tmp_path: Path) -> None:
    digits = load_mnist().validation
    pictures = [cv2.imencode(".png", frame)[1].tobytes() for frame in digits.x[:20]]
    labels = digits.y[:20].tolist()
    labels[0] = (labels[0] + 1) % 10
    rows = [{"file": f"{index}.png", "label": str(label)} for index, label in enumerate(labels)]
    write_set(tmp_path, "pen_on_forms", rows, pictures)
    out = tmp_path / "out"
    run_benchmark("benchmarks/handwriting.py", "--data", str(tmp_path), "--out", str(out), "--sets", "pen_on_forms")
    (row,) = json.loads((out / "handwriting.json").read_text())["rows"]
    assert row["n"] == 20
    assert row["share"] < 1
    assert row["low"] < row["share"] < row["high"]
    assert row["answered"] == 1
    assert row["wrong_of_answered"] == pytest.approx(0.05)
    page = (out / "handwriting.md").read_text()
    assert "| pen_on_forms | label right, whatever the outcome | 20 |" in page
    assert "| 100.00 | 5.00 |" in page
    assert re.search(r"^accurate \d+\.\d+\.\d+, \d{4}-\d\d-\d\d, Python .*, inkdigits .*, .+\.$", page, re.MULTILINE)
    assert (out / "mistakes-pen_on_forms.png").is_file()


def test_photos_of_one_digit_share_one_vote(tmp_path: Path) -> None:
    digits = load_mnist().validation
    png = cv2.imencode(".png", digits.x[0])[1].tobytes()
    label = int(digits.y[0])
    rows = [
        {"file": "a.png", "label": str(label), "digit_id": "1"},
        {"file": "b.png", "label": str(label), "digit_id": "1"},
        {"file": "c.png", "label": str((label + 1) % 10), "digit_id": "2"},
    ]
    write_set(tmp_path, "pencil_phone", rows, [png] * 3)
    run_benchmark(
        "benchmarks/handwriting.py", "--data", str(tmp_path), "--out", str(tmp_path), "--sets", "pencil_phone"
    )
    (row,) = json.loads((tmp_path / "handwriting.json").read_text())["rows"]
    assert (row["n"], row["share"]) == (2, 0.5)
    assert (row["answered"], row["wrong_of_answered"]) == (1, 0.5)


def test_an_unsure_or_blank_digit_is_no_answer(tmp_path: Path) -> None:
    digits = load_mnist().validation
    faint = np.full((40, 40), 255, np.uint8)
    pictures = [cv2.imencode(".png", picture)[1].tobytes() for picture in (digits.x[0], faint)]
    rows = [{"file": f"{index}.png", "label": str(digits.y[index])} for index in range(2)]
    write_set(tmp_path, "semeion", rows, pictures)
    run_benchmark("benchmarks/handwriting.py", "--data", str(tmp_path), "--out", str(tmp_path), "--sets", "semeion")
    (row,) = json.loads((tmp_path / "handwriting.json").read_text())["rows"]
    assert (row["answered"], row["wrong_of_answered"]) == (0.5, 0)


def test_a_set_that_is_not_there_is_left_out_and_said(tmp_path: Path) -> None:
    png = cv2.imencode(".png", np.full((40, 40), 255, np.uint8))[1].tobytes()
    write_set(tmp_path, "blank_paper", [{"file": "0.png", "label": "blank"}], [png])
    done = start_benchmark("benchmarks/handwriting.py", "--data", str(tmp_path))
    assert done.returncode == 0
    assert "| blank_paper | told blank by read | 1 | 100.00 |" in done.stdout
    (note,) = done.stderr.splitlines()
    assert note.startswith(f"{tmp_path}: left out, not here: pen_on_forms, ")
    assert "docs/data.md" in note


def test_without_any_set_only_a_named_folder_is_a_mistake(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "benchmarks", clone / "benchmarks", ignore=shutil.ignore_patterns("results"))
    script = str(clone / "benchmarks" / "handwriting.py")
    done = start_benchmark(script)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (0, "", 1)
    assert start_benchmark(script, "--data", str(clone)).returncode == 1


@pytest.mark.train
def test_calibration_tells_errors_of_confidence_and_budgets(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    digits = load_mnist().validation
    rows = [{"file": f"{index}.png", "label": str(digits.y[index])} for index in range(20)]
    pictures = [cv2.imencode(".png", frame)[1].tobytes() for frame in digits.x[:19]]
    pictures.append(cv2.imencode(".png", np.full((20, 20), 255, np.uint8))[1].tobytes())  # blank: no answer
    write_set(tmp_path, "pen_on_forms", rows, pictures)
    out = tmp_path / "out"
    words = ["--data", str(tmp_path), "--out", str(out), "--sets", "pen_on_forms", "--models", "fast"]
    told = run_benchmark("benchmarks/calibration.py", *words)
    values = json.loads((out / "calibration.json").read_text())
    (row,) = values["confidence"]
    assert row["n"] == 19
    assert row["calibrated_error"] < row["raw_error"]
    assert [kept["wrong"] for kept in values["budgets"]] == [0] * len(values["budgets"])
    assert all(kept["low"] == 0 < kept["high"] for kept in values["budgets"])
    assert "| fast | 0.1 |" in told
    assert (out / "calibration.md").read_text() == told
    assert (out / "calibration.png").is_file()


@pytest.mark.slow
@pytest.mark.train
@pytest.mark.shared_data
def test_confidence_and_the_budget_of_a_thousandth_stay_honest(tmp_path: Path) -> None:
    sets = ("--models", "accurate,fast", "--sets", "MNIST test,tablet_strokes")
    run_benchmark("benchmarks/calibration.py", "--data", str(HANDWRITING), "--out", str(tmp_path), *sets)
    values = json.loads((tmp_path / "calibration.json").read_text())
    too_far = [
        row for row in values["confidence"] if row["calibrated_error"] > (0.005 if "MNIST" in row["name"] else 0.03)
    ]
    assert too_far == []
    strict = [row for row in values["budgets"] if row["name"] == "MNIST test" and row["max_error"] == 0.001]
    assert strict
    assert [row for row in strict if row["wrong"] > 10 or row["answered"] < 0.85 * row["n"]] == []


@pytest.mark.slow
def test_rejection_counts_digits_accepted_and_others_called_one(tmp_path: Path) -> None:
    digits = load_mnist().validation
    pictures = [cv2.imencode(".png", frame)[1].tobytes() for frame in digits.x[:20]]
    rows = [{"file": f"{index}.png", "label": "Coat"} for index in range(20)]
    write_set(tmp_path, "fashion", rows, pictures)
    out = tmp_path / "out"
    folders = ("--data", str(tmp_path), "--fonts", str(tmp_path), "--out", str(out))
    run_benchmark("benchmarks/rejection.py", *folders, "--textures", "5")
    facts = json.loads((out / "rejection.json").read_text())
    shares = {row["name"]: (row["n"], row["share"]) for row in facts["rows"]}
    assert set(shares) == {"MNIST test", "fashion", "fashion, strictly", "textures"}
    assert 0.5 < shares["fashion, strictly"][1] <= shares["fashion"][1]
    assert shares["MNIST test"][1] >= 0.985
    assert shares["fashion"][0] == 20
    assert shares["fashion"][1] > 0.7  # these coats are digits
    assert (out / "rejection-fashion.png").is_file()
    assert facts["fonts"] == []


@pytest.mark.slow
@pytest.mark.shared_data
def test_real_handwriting_stays_above_its_floors(tmp_path: Path) -> None:
    run_benchmark(
        "benchmarks/handwriting.py", "--data", str(HANDWRITING), "--out", str(tmp_path), "--sets", ",".join(FLOORS)
    )
    shares = {row["name"]: row["share"] for row in json.loads((tmp_path / "handwriting.json").read_text())["rows"]}
    assert {name for name, floor in FLOORS.items() if shares[name] < floor} == set(), shares


def test_speed_stays_within_its_promises(tmp_path: Path) -> None:
    run_benchmark("benchmarks/speed.py", "--runs", "5", "--out", str(tmp_path))
    times = json.loads((tmp_path / "speed.json").read_text())["milliseconds"]
    # promised: 350 and 0.2 ms on a quiet machine; tests share theirs
    assert times["`inkdigits read one.png` from a cold start"] < 4 * 350
    assert times["one 28 x 28 frame through `fast`"] < 4 * 0.2


def test_framing_costs_nothing(tmp_path: Path) -> None:
    run_benchmark("benchmarks/framing.py", "--count", "300", "--out", str(tmp_path))
    table = (tmp_path / "framing.md").read_text()
    changes = [float(line.split("|")[-3]) for line in table.splitlines() if "to" in line and line.startswith("|")]
    assert len(changes) == 4
    assert min(changes) >= -0.05
    assert "300 frames" in table
    answered = [float(line.split("|")[-2]) for line in table.splitlines() if re.match(r"\| (as|dark|with) ", line)]
    assert len(answered) == 3
    assert all(90 < share <= 100 for share in answered)


def test_strings_tell_exact_texts_by_length(tmp_path: Path) -> None:
    told = run_benchmark("benchmarks/strings.py", "--limit", "9", "--styles", "plain", "--out", str(tmp_path))
    facts = json.loads((tmp_path / "strings.json").read_text())
    apart, *others = facts["rows"]
    assert [row["neighbors"] for row in (apart, *others)] == ["apart", "touching", "overlapping"]
    assert apart["n"] == 9
    assert apart["exact"] == pytest.approx(sum(apart["by_length"]) / 9)  # one number of each length
    assert apart["exact"] >= 0.6
    assert apart["characters_wrong"] <= 0.15
    assert (tmp_path / "strings.md").read_text() == told
    assert (tmp_path / "strings-plain-touching.png").is_file()


def test_strings_refuse_an_unknown_paper() -> None:
    done = start_benchmark("benchmarks/strings.py", "--styles", "silk")
    assert done.returncode == 1
    assert "expected --styles from plain, low resolution, patterned paper" in done.stderr


def test_handwriting_lists_the_texts_that_failed(tmp_path: Path) -> None:
    digits = load_mnist().validation
    png = cv2.imencode(".png", digits.x[0])[1].tobytes()
    label = str(digits.y[0])
    rows = [{"file": "a.png", "text": label}, {"file": "b.png", "text": f"{label}+0"}]
    write_set(tmp_path, "people", rows, [png] * 2)
    run_benchmark("benchmarks/handwriting.py", "--data", str(tmp_path), "--out", str(tmp_path), "--sets", "people")
    (row,) = json.loads((tmp_path / "handwriting.json").read_text())["rows"]
    assert (row["n"], row["share"]) == (2, 0.5)
    assert row["failures"] == [{"file": "b.png", "text": f"{label}+0", "read": label}]
