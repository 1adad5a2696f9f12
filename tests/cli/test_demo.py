"""`inkdigits demo` reads the samples, copies them and writes annotated copies, and spoils no file of the user."""

from pathlib import Path

import cv2
import pytest
from click.testing import CliRunner

import inkdigits
from inkdigits.cli import cli
from inkdigits.errors import OutputError, PictureNotFoundError

SAMPLES = Path(__file__).parents[2] / "samples"
PICTURES = sorted(path for path in SAMPLES.iterdir() if path.suffix in {".jpg", ".png"})


def test_each_sample_is_read_copied_and_drawn(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["demo", "--out", str(tmp_path / "new" / "try")], catch_exceptions=False)
    assert result.exit_code == 0
    lines = dict(line.split(": ") for line in result.stdout.splitlines())
    assert list(lines) == [path.name for path in PICTURES]
    assert (lines["photo-20741.jpg"], lines["blank.jpg"]) == ("20741", "blank")
    for path in PICTURES:
        assert (tmp_path / "new" / "try" / "samples" / path.name).read_bytes() == path.read_bytes()
        drawn = cv2.imread(str(tmp_path / "new" / "try" / "annotated" / f"{path.stem}.png"))
        assert drawn is not None
        plain = cv2.imread(str(path))
        assert plain is not None
        assert drawn.shape[0] > plain.shape[0]  # a margin for captions


def test_a_second_run_writes_the_same(tmp_path: Path) -> None:
    first, second = (CliRunner().invoke(cli, ["demo", "--out", str(tmp_path)]) for _ in range(2))
    assert (second.exit_code, second.stdout) == (0, first.stdout)


def test_a_file_of_the_user_is_not_lost(tmp_path: Path) -> None:
    own = tmp_path / "samples" / PICTURES[0].name
    own.parent.mkdir()
    own.write_text("mine")
    with pytest.raises(OutputError, match="another file has the name of a sample; choose another folder"):
        CliRunner().invoke(cli, ["demo", "--out", str(tmp_path)], standalone_mode=False, catch_exceptions=False)
    assert own.read_text() == "mine"


def test_missing_samples_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inkdigits, "__file__", str(tmp_path / "src" / "inkdigits" / "__init__.py"))
    with pytest.raises(PictureNotFoundError, match="expected the sample pictures, found no such folder"):
        CliRunner().invoke(cli, ["demo"], standalone_mode=False, catch_exceptions=False)
