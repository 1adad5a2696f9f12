"""The table of what the detector reads by itself: right numbers, single digits, and letters called a digit."""

import json
from pathlib import Path

import cv2
import numpy as np

from inkdigits.models.detector import Detector
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from support.benchmark_runs import run_benchmark, start_benchmark, write_set

SCRIPT = "benchmarks/detector.py"


def _png(picture: UInt8Array) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()


def test_right_and_wrong_numbers_digits_and_empty_paper_are_counted(tmp_path: Path) -> None:
    digits = load_mnist().validation
    row = np.asarray(255 - np.hstack([digits.x[0], digits.x[1], digits.x[2]]), dtype=np.uint8)
    text = "".join(map(str, digits.y[:3]))
    labels = [{"file": "a.png", "text": text, "writer": "1"}, {"file": "b.png", "text": f"{text}0", "writer": "2"}]
    write_set(tmp_path, "running_numbers", labels, [_png(row)] * 2)
    single = [{"file": f"{place}.png", "label": str(digits.y[place]), "writer": "w"} for place in range(8)]
    write_set(tmp_path, "pen_on_forms", single, [_png(np.asarray(255 - digits.x[place])) for place in range(8)])
    blank = [{"file": "a.png", "label": "", "photo": "1"}]
    write_set(tmp_path, "blank_paper", blank, [_png(np.full((60, 60), 240, dtype=np.uint8))])
    printed = run_benchmark(SCRIPT, "--data", str(tmp_path), "--out", str(tmp_path / "out"))
    rows = {row["name"]: row for row in json.loads((tmp_path / "out" / "detector.json").read_text())["rows"]}
    assert (rows["running_numbers"]["n"], rows["running_numbers"]["share"], rows["running_numbers"]["both"]) == (
        2,
        0.5,
        0.5,
    )
    assert rows["pen_on_forms"]["n"] == 8
    assert rows["pen_on_forms"]["both"] >= 7 / 8
    assert rows["blank_paper"]["share"] == 0
    assert f"detector {Detector().info.version};" in printed
    assert (tmp_path / "out" / "detector.md").read_text() == printed[:-1]


def test_a_folder_without_sets_is_told(tmp_path: Path) -> None:
    done = start_benchmark(SCRIPT, "--data", str(tmp_path))
    assert done.returncode == 1
    assert "docs/data.md says where they come from" in done.stderr
