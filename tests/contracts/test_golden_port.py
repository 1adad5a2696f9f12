"""The golden files of the package are right: networks and reader answer as they say, and a stranger can use them.

The networks run here as a port runs them: with ONNX Runtime and the files alone.
"""

import json
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import pytest

from golden.record_port import WITH_PLACES, record
from inkdigits import DigitReader
from inkdigits.models.bundle import DETECTOR_FOLDER
from inkdigits.models.golden import FOLDER
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, MARK_LABELS, STRIP_HEIGHT
from support.answers import find_differences

AGAIN = "if other weights are meant to be shipped, record anew: python tests/golden/record_port.py"
MOST_BYTES = 200_000
STEP = 0.03  # of an answer of the detector and the line recognizer, which multiply in 8 bits
MOST_OFF = 0.01  # share of the numbers that may be off by more than a step: processors without VNNI saturate
EXACT = 1e-4  # of the classifier's answers
WEIGHTS = DETECTOR_FOLDER.parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
Golden = dict[str, Any]


def load(name: str) -> Golden:
    return dict(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def look(name: str) -> np.ndarray:
    picture = cv2.imread(str(FOLDER / name), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return picture


def run(model: str, pictures: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(WEIGHTS / model / "model.onnx", providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    return np.asarray(session.run(None, {given.name: pictures})[0])


def share_off(found: np.ndarray, golden: object) -> float:
    expected = np.array(golden)
    assert found.shape == expected.shape
    return float(np.mean(np.abs(found - expected) > STEP))


@pytest.mark.parametrize("name", NAMES)
def test_the_reader_answers_so(name: str, reader: DigitReader) -> None:
    golden = load(name)
    read = getattr(reader, golden["call"])
    for file in (golden["picture"], f"{name}.gray.png"):
        found = read(FOLDER / file).to_dict()
        if name == "photo" and file == golden["picture"]:  # another JPEG decoder gives other pixels
            assert found["text"] == golden["reading"]["text"]
        else:
            assert find_differences(found, golden["reading"]) == [], AGAIN


@pytest.mark.parametrize("name", NAMES)
def test_the_classifier_and_the_line_recognizer_answer_so(name: str) -> None:
    golden = load(name)
    if golden["classifier"] is not None:
        frames = look(golden["classifier"]["input"]).reshape(-1, FRAME_SIDE, FRAME_SIDE, 1)
        assert len(frames) == len(golden["reading"]["digits"])
        expected = np.array(golden["classifier"]["probabilities"])
        assert expected.shape == (len(frames), CLASS_COUNT)
        assert np.abs(run("accurate", frames) - expected).max() <= EXACT, AGAIN
    for strip in golden["line_recognizer"]:
        picture = look(strip["input"])
        assert picture.shape[0] == STRIP_HEIGHT
        found = run("line_recognizer", picture[np.newaxis, ..., np.newaxis])[0]
        assert share_off(found, strip["probabilities"]) <= MOST_OFF, AGAIN
        assert golden["reading"]["lines"][strip["line"]]["text"]


def test_the_detector_answers_so() -> None:
    golden = load(WITH_PLACES)["detector"]
    found = run("detector", look(golden["input"])[np.newaxis, ..., np.newaxis])[0]
    assert found.shape[2] == len(MARK_LABELS) + 6
    assert share_off(found, golden["places"]) <= MOST_OFF, AGAIN


def test_the_pictures_take_different_ways() -> None:
    goldens = [load(name) for name in NAMES]
    readings = [golden["reading"] for golden in goldens]
    outcomes = {digit["outcome"] for reading in readings for digit in reading["digits"]}
    assert outcomes == {"digit", "unsure", "not_a_digit"}
    assert {reading["outcome"] for reading in readings} == {"digits", "blank"}
    assert {golden["call"] for golden in goldens} == {"read", "read_digit"}
    assert max(len(reading["lines"]) for reading in readings) > 1
    assert any(reading["signs"] for reading in readings)
    assert {Path(golden["picture"]).suffix for golden in goldens} == {".png", ".jpg"}


def test_the_files_are_few_and_each_is_explained() -> None:
    explained = (FOLDER / "README.md").read_text(encoding="utf-8")
    members = set(load(WITH_PLACES))
    assert members == set(re.findall(r"^\| `(\w+)` \|", explained, flags=re.MULTILINE))
    patterns = {
        re.sub(r"-\d+", "-L", path.name.replace(path.name.split(".")[0], "NAME", 1))
        for path in FOLDER.glob("*.*")
        if path.suffix in {".png", ".jpg", ".json"}
    }
    assert patterns == set(re.findall(r"`(NAME[\w.-]+)`", explained))
    assert sum(path.stat().st_size for path in FOLDER.glob("*.*")) <= MOST_BYTES


def test_the_command_writes_what_is_kept(tmp_path: Path) -> None:
    written = record(tmp_path)
    kept = [path for path in FOLDER.iterdir() if path.suffix in {".png", ".jpg", ".json"}]
    assert {path.name for path in written} == {path.name for path in kept}
    for path in written:
        if path.suffix == ".json":
            ours, theirs = json.loads(path.read_text(encoding="utf-8")), load(path.stem)
            assert ours["models"] == theirs["models"], AGAIN
        else:
            now, before = cv2.imread(str(path), cv2.IMREAD_UNCHANGED), look(path.name)
            assert now is not None
            assert np.abs(now.astype(int) - before.astype(int)).max() <= 8, AGAIN  # another OpenCV may round otherwise
