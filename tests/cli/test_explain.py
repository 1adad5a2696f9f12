"""`inkdigits explain` writes a picture of each stage and prints the text and the faults."""

from pathlib import Path

import cv2
import numpy as np
from click.testing import CliRunner

from inkdigits.cli import cli

SAMPLES = Path(__file__).parents[2] / "samples"


def test_stages_are_pictures_in_the_folder(tmp_path: Path) -> None:
    out = tmp_path / "why"
    result = CliRunner().invoke(cli, ["explain", str(SAMPLES / "photo-20741.jpg"), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "20741"
    names = sorted(path.name for path in out.iterdir())
    assert names[0] == "1-input.png"
    assert names[1].startswith("2-heat-at-scale-")
    assert names[-1] == f"{len(names)}-labels.png"
    for name in names:
        assert cv2.imread(str(out / name)) is not None


def test_a_blank_picture_has_its_reason(tmp_path: Path) -> None:
    picture = tmp_path / "blank.png"
    cv2.imwrite(str(picture), np.full((90, 120), 230, np.uint8))
    result = CliRunner().invoke(cli, ["explain", str(picture), "--out", str(tmp_path / "why")])
    assert result.exit_code == 0
    assert "no digit stands out from the paper" in result.stdout


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "why").write_text("a file")
    result = CliRunner().invoke(
        cli, ["explain", str(SAMPLES / "cell-5.png"), "--out", str(tmp_path / "why")], standalone_mode=False
    )
    assert type(result.exception).__name__ == "OutputError"
    assert "cannot make this folder" in str(result.exception)


def test_a_known_pattern_is_kept(tmp_path: Path) -> None:
    words = ["explain", str(SAMPLES / "photo-20741.jpg"), "--out", str(tmp_path), "--pattern", "d-dd-dd"]
    assert CliRunner().invoke(cli, words).stdout.splitlines()[0] == "2-07-41"
