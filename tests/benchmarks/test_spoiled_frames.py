"""Frames are spoiled in every way, stay frames, and what a reader makes of them is counted."""

import json
from pathlib import Path

import numpy as np
import pytest

from frame_spoiling import WAYS, spoil
from inkdigits.training.data.mnist import load_mnist
from spoiled_frames import Row, main, spread, to_markdown


@pytest.mark.parametrize("way", WAYS)
def test_spoiled_frames_stay_frames_and_differ_by_index(way: str) -> None:
    frame = load_mnist().validation.x[3]
    before = frame.copy()
    spoiled = [spoil(way, index, frame) for index in range(12)]
    assert all(other.dtype == np.uint8 and other.shape == (28, 28) for other in spoiled)
    assert all(not np.array_equal(other, frame) for other in spoiled)
    assert len({other.tobytes() for other in spoiled}) > 1
    assert np.array_equal(spoil(way, 5, frame), spoiled[5])
    assert np.array_equal(frame, before)


def test_a_shifted_frame_keeps_all_its_ink() -> None:
    frames = load_mnist().validation.x[:60]
    for index, frame in enumerate(frames):
        strong = np.where(frame >= 40, frame, 0).astype(np.uint8)  # what is fainter may leave
        assert spoil("shift", index, strong).sum() == strong.sum()


def test_frames_are_spread_evenly() -> None:
    frames = load_mnist().validation
    assert np.array_equal(spread(frames, 4).x, frames.x[[0, 1250, 2500, 3750]])
    assert len(spread(frames, 10**6)) == len(frames)


def test_the_table_tells_what_is_lost_on_clean_frames() -> None:
    rows = [Row("fog", 10, 9, 8, 7, 1), Row("blur", 10, 10, 10, 10, 0)]
    table = to_markdown(rows, Row("nothing", 1000, 995, 992, 990, 1), "today")
    assert "| all ways | 20 | 95.0 | 90.0 |" in table
    assert (
        "clean frames: read_digit loses 0.30 points against the classifier alone\n(1,000 frames: labels right 99.20"
        in table
    )


def test_the_command_counts_labels_and_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["spoiled_frames.py", "--out", str(tmp_path), "--limit", "10", "--clean", "100"]
    monkeypatch.setattr("sys.argv", words)
    main()
    assert (tmp_path / "spoiled_frames.md").read_text() == capsys.readouterr().out
    values = json.loads((tmp_path / "spoiled_frames.json").read_text())
    assert [row["name"] for row in values["rows"]] == list(WAYS)
    for row in values["rows"]:
        assert row["n"] == 10
        assert row["answered"] <= row["labels"]
        assert row["answered"] + row["wrong"] <= 10
    assert values["clean"]["n"] == 100
    assert min(values["clean"]["alone"], values["clean"]["labels"]) >= 97
