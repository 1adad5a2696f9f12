"""`inkdigits data` draws and counts: the answer on stdout, the rest on stderr, usage errors with exit code 2."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from inkdigits.cli import cli, main
from inkdigits.errors import DataError, OutputError
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from support.handwriting_sets import write_folder

COUNTS = ["5,434", "6,212", "5,465", "5,622", "5,343", "4,963", "5,436", "5,702", "5,357", "5,466", "55,000"]


@pytest.fixture(scope="module")
def digits() -> LabeledFrames:
    return load_mnist().test.slice(0, 8)


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def run(runner: CliRunner, *arguments: object) -> Result:
    return runner.invoke(cli, ["data", *map(str, arguments)], catch_exceptions=False)


def write_npz(path: Path, digits: LabeledFrames) -> Path:
    np.savez(path, x=digits.x, y=digits.y)
    return path


class TestCheck:
    def test_mnist_as_an_aligned_table(self, runner: CliRunner) -> None:
        result = run(runner, "check")
        lines = result.stdout.splitlines()
        assert lines[0].split() == ["digit", "train", "validation", "test", "whole"]
        assert [line.split()[0] for line in lines[1:]] == [*"0123456789", "total"]
        assert [line.split()[1] for line in lines[1:]] == COUNTS
        assert lines[-1].split() == ["total", "55,000", "5,000", "10,000", "60,000"]
        assert len({len(line) for line in lines}) == 1
        assert "SHA-256" in result.stderr
        assert result.exit_code == 0

    def test_mnist_as_json(self, runner: CliRunner) -> None:
        answer = json.loads(run(runner, "check", "--json").stdout)
        assert answer["source"] == "MNIST"
        assert {name: split["count"] for name, split in answer["splits"].items()} == {
            "train": 55_000,
            "validation": 5_000,
            "test": 10_000,
            "whole": 60_000,
        }
        assert answer["splits"]["test"]["labels"] == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]

    def test_own_digits_are_one_set(self, runner: CliRunner, tmp_path: Path, digits: LabeledFrames) -> None:
        path = write_npz(tmp_path / "mine.npz", digits)
        answer = json.loads(run(runner, "check", "--data", path, "--json").stdout)
        assert answer == {
            "source": str(path),
            "splits": {"digits": {"count": 8, "labels": np.bincount(digits.y, minlength=10).tolist()}},
        }

    def test_both_halves_are_read_where_there_are_two(
        self, runner: CliRunner, tmp_path: Path, digits: LabeledFrames
    ) -> None:
        path = tmp_path / "mnist.npz"
        np.savez(path, x_train=digits.x[:5], y_train=digits.y[:5], x_test=digits.x[5:], y_test=digits.y[5:])
        result = run(runner, "check", "--data", path)
        assert result.stdout.splitlines()[0].split() == ["digit", "train", "test"]
        assert result.stdout.splitlines()[-1].split() == ["total", "5", "3"]
        np.savez(path, x_train=digits.x[:5], y_train=digits.y[:5], x_test=digits.x[5:], y_test=digits.y[4:])
        with pytest.raises(DataError, match="found 3 pictures and 4 labels"):
            run(runner, "check", "--data", path)

    def test_arrays_that_are_stored_otherwise_are_noticed(self, runner: CliRunner, tmp_path: Path) -> None:
        digits = load_mnist().test.slice(0, 40)
        turned = digits.x.transpose(0, 2, 1)
        for pixels, cure in (
            (255 - digits.x, "--invert"),
            (turned, "--transpose"),
            (255 - turned, "--invert --transpose"),
        ):
            np.savez(tmp_path / "mine.npz", x=pixels, y=digits.y)
            told = run(runner, "check", "--data", tmp_path / "mine.npz").stderr
            assert f"so); try {cure}\n" in told, told
            cured = run(runner, "check", "--data", tmp_path / "mine.npz", *cure.split()).stderr
            assert "try --" not in cured

    def test_small_values_are_taken_whole_and_told(self, runner: CliRunner, tmp_path: Path) -> None:
        digits = load_mnist().test.slice(0, 40)
        np.savez(tmp_path / "unit.npz", x=(digits.x / 255).astype(np.float32), y=digits.y)
        told = run(runner, "check", "--data", tmp_path / "unit.npz").stderr
        assert "values end at 1, so 0 to 1 is taken for paper to ink; state --scale 1 if that is right" in told
        assert "values end" not in run(runner, "check", "--data", tmp_path / "unit.npz", "--scale", "1").stderr
        with pytest.raises(DataError, match="expected a scale above 0"):
            run(runner, "check", "--data", tmp_path / "unit.npz", "--scale", "-1")

    def test_what_is_said_of_arrays_needs_arrays(self, runner: CliRunner, tmp_path: Path) -> None:
        assert runner.invoke(cli, ["data", "check", "--invert"]).exit_code == 2
        cv2.imwrite(str(tmp_path / "a.png"), load_mnist().test.x[0])
        (tmp_path / "labels.csv").write_text("file,label\na.png,7\n")
        with pytest.raises(DataError, match=r"expected an IDX, \.npz or CSV file of pixels, found pictures"):
            run(runner, "check", "--data", tmp_path, "--invert")

    def test_damage_is_one_line_on_stderr_and_its_exit_code(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "train-images-idx3-ubyte"
        path.write_bytes(b"no digits")
        (tmp_path / "train-labels-idx1-ubyte").touch()
        with pytest.raises(SystemExit) as caught:
            main(["data", "check", "--data", str(tmp_path)])
        captured = capsys.readouterr()
        assert caught.value.code == DataError.exit_code
        assert captured.out == ""
        assert captured.err.startswith(f"inkdigits: {path}: expected the IDX magic number")
        assert captured.err.count("\n") == 1


class TestShow:
    pytestmark = pytest.mark.train

    @pytest.fixture(autouse=True)
    def _needs_matplotlib(self) -> None:
        pytest.importorskip("matplotlib")

    def read(self, path: Path) -> tuple[int, int]:
        picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        assert picture is not None
        colors = picture[..., :3].astype(int)
        assert np.ptp(colors, axis=2).max() == 0, "gray throughout"
        return picture.shape[1], picture.shape[0]

    def test_the_tutorials_first_figure(self, runner: CliRunner, tmp_path: Path) -> None:
        result = run(runner, "show")
        assert result.stdout == "mnist-digits.png\n"
        width, height = self.read(tmp_path / "mnist-digits.png")
        assert 450 < width < 600
        assert 500 < height < 650

    def test_more_digits_of_one_label(self, runner: CliRunner, tmp_path: Path) -> None:
        run(runner, "show", "--out", "four.png")
        run(runner, "show", "--first", 12, "--label", 7, "--split", "test", "--out", "sevens.png")
        assert self.read(tmp_path / "sevens.png") != self.read(tmp_path / "four.png")

    @pytest.mark.parametrize("split", ["train", "validation", "test", "whole"])
    def test_splits_differ_where_their_first_digit_does(self, runner: CliRunner, tmp_path: Path, split: str) -> None:
        run(runner, "show", "--first", 1, "--split", split, "--out", "one.png")
        picture = cv2.imread(str(tmp_path / "one.png"), cv2.IMREAD_GRAYSCALE)
        assert picture is not None
        first = getattr(load_mnist(), split).x[0].repeat(8, axis=0).repeat(8, axis=1)
        # the least difference tells the place alone: its value is rounded, on some processors to more than 0
        (left, top) = cv2.minMaxLoc(cv2.matchTemplate(picture, first, cv2.TM_SQDIFF))[2]
        assert np.array_equal(picture[top : top + len(first), left : left + len(first)], first)

    def test_own_digits(self, runner: CliRunner, tmp_path: Path, digits: LabeledFrames) -> None:
        path = write_npz(tmp_path / "mine.npz", digits)
        assert run(runner, "show", "--data", path, "--first", 100, "--out", "mine.png").stdout == "mine.png\n"
        self.read(tmp_path / "mine.png")

    def test_a_label_that_does_not_occur(self, runner: CliRunner, tmp_path: Path, digits: LabeledFrames) -> None:
        path = write_npz(tmp_path / "mine.npz", digits)
        assert 8 not in digits.y
        with pytest.raises(DataError, match=r"mine\.npz: expected a digit with label 8, found none"):
            run(runner, "show", "--data", path, "--label", 8)

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--first", 0),
            ("--label", 10),
            ("--split", "dev"),
            ("--out", "digits.jpg"),
            ("--data", "x", "--split", "whole"),
        ],
    )
    def test_usage_errors(self, runner: CliRunner, arguments: tuple[object, ...]) -> None:
        result = run(runner, "show", *arguments)
        assert result.exit_code == 2
        assert result.stdout == ""

    def test_a_folder_that_is_not_there(self, runner: CliRunner) -> None:
        with pytest.raises(OutputError, match="cannot be written"):
            run(runner, "show", "--out", "missing/digits.png")


class TestScenes:
    pytestmark = pytest.mark.train

    def test_it_draws_scenes_and_tells_their_time(self, runner: CliRunner) -> None:
        pytest.importorskip("matplotlib")
        result = run(runner, "scenes", "--count", 5)
        assert result.exit_code == 0
        assert result.stdout == "scenes.png\n"
        assert "ms of a core a scene" in result.stderr
        sheet = cv2.imread("scenes.png")
        assert sheet is not None
        assert sheet.shape == (2 * (192 + 6) + 6, 4 * (384 + 6) + 6, 3)

    def test_one_layout_and_real_handwriting(self, runner: CliRunner, tmp_path: Path) -> None:
        pytest.importorskip("matplotlib")
        folder = write_folder(tmp_path / "sets")
        sheets = []
        for arguments in ((), ("--handwriting", folder)):
            assert run(runner, "scenes", "--count", 2, "--layout", "single", *arguments).exit_code == 0
            sheets.append(cv2.imread("scenes.png"))
        one, other = sheets
        assert one is not None
        assert other is not None
        assert not np.array_equal(one, other)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [(("--out", "scenes.jpg"), "ends in .png"), (("--layout", "poem"), "expected one of number, page")],
    )
    def test_wrong_usage_is_told(self, runner: CliRunner, arguments: tuple[str, ...], message: str) -> None:
        pytest.importorskip("matplotlib")
        result = run(runner, "scenes", *arguments)
        assert result.exit_code == 2
        assert message in result.stderr
