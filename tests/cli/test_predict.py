"""`inkdigits predict`: a table of labels from any frames; `read` and `batch` send tables of pixels to it."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from inkdigits.cli import cli
from inkdigits.errors import BundleError, DataError, OutputError, PictureFormatError
from inkdigits.training.data.mnist import LabeledFrames, load_mnist


@pytest.fixture(scope="module")
def digits() -> LabeledFrames:
    return load_mnist().test.slice(0, 12)


def predict(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["predict", *map(str, arguments)], catch_exceptions=False)


def write_table(path: Path, digits: LabeledFrames, *, labeled: bool = False) -> Path:
    names = [f"pixel{place}" for place in range(784)]
    rows = digits.x.reshape(-1, 784)
    table = np.column_stack([digits.y, rows]) if labeled else rows
    header = ",".join(["label", *names] if labeled else names)
    np.savetxt(path, table, fmt="%d", delimiter=",", header=header, comments="")
    return path


def read_rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("labeled", [False, True])
def test_kaggles_table_becomes_a_submission(labeled: bool, tmp_path: Path, digits: LabeledFrames) -> None:  # noqa: FBT001
    out = tmp_path / "submission.csv"
    result = predict(write_table(tmp_path / "test.csv", digits, labeled=labeled), "--out", out)
    assert result.stdout == f"{out}\n"
    assert read_rows(out) == [["ImageId", "Label"], *([str(n), str(y)] for n, y in enumerate(digits.y, 1))]
    assert "12 digits" in result.stderr


def test_arrays_idx_and_pictures_are_named_alike(tmp_path: Path, digits: LabeledFrames) -> None:
    np.savez(tmp_path / "a.npz", x_test=digits.x, x_train=digits.x[:1])
    np.save(tmp_path / "b.npy", digits.x)
    head = np.array([0x00000803, len(digits), 28, 28], ">i4").tobytes()
    (tmp_path / "c-images-idx3-ubyte").write_bytes(head + digits.x.tobytes())
    (tmp_path / "d").mkdir()
    for place, frame in enumerate(digits.x):
        cv2.imwrite(str(tmp_path / "d" / f"{place:02}.png"), 255 - frame)
    answers = []
    for name in ("a.npz", "b.npy", "c-images-idx3-ubyte", "d"):
        predict(tmp_path / name, "--out", tmp_path / "out.csv", "--model", "fast")
        answers.append(read_rows(tmp_path / "out.csv")[1:])
    assert [row[1] for row in answers[0]] == [str(label) for label in digits.y]
    assert answers[0] == answers[1] == answers[2]
    assert answers[3] == [[f"{place:02}.png", str(label)] for place, label in enumerate(digits.y)]


def test_frames_that_are_dark_on_light_are_noticed_and_inverted(tmp_path: Path, digits: LabeledFrames) -> None:
    np.save(tmp_path / "dark.npy", 255 - digits.x)
    out = tmp_path / "out.csv"
    result = predict(tmp_path / "dark.npy", "--out", out)
    assert "dark on light (the border of 100 % of them is bright); try --invert" in result.stderr
    result = predict(tmp_path / "dark.npy", "--out", out, "--invert")
    assert "dark on light" not in result.stderr
    assert [row[1] for row in read_rows(out)[1:]] == [str(label) for label in digits.y]


def test_what_cannot_be_read_is_told(tmp_path: Path, digits: LabeledFrames) -> None:
    (tmp_path / "names.csv").write_text("file,label\na.png,3\n")
    with pytest.raises(DataError, match=r"names\.csv: expected a \.csv file .* got a table of other columns"):
        predict(tmp_path / "names.csv")
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="found none of them"):
        predict(tmp_path / "none")
    np.save(tmp_path / "a.npy", digits.x)
    with pytest.raises(OutputError, match=r"ends in \.csv"):
        predict(tmp_path / "a.npy", "--out", tmp_path / "out.txt")
    with pytest.raises(BundleError, match="expected a shipped bundle"):
        predict(tmp_path / "a.npy", "--out", tmp_path / "out.csv", "--model", tmp_path / "no.keras")


def test_batch_and_read_send_a_table_of_pixels_to_predict(tmp_path: Path, digits: LabeledFrames) -> None:
    table = write_table(tmp_path / "test.csv", digits)
    words = ["batch", str(table), "--out", str(tmp_path / "rows.csv")]
    with pytest.raises(DataError, match=r"a digit a line; read it with: inkdigits predict .*test\.csv"):
        CliRunner().invoke(cli, words, catch_exceptions=False)
    result = CliRunner().invoke(cli, ["read", str(table)])
    assert result.exit_code == PictureFormatError.exit_code
    assert "read it with: inkdigits predict" in result.stderr


@pytest.mark.shared_data
def test_the_case_of_kaggles_test_table(tmp_path: Path) -> None:
    table = Path(__file__).parents[3] / "shared" / "cases" / "16-kaggle-test-csv" / "test.csv"
    predict(table, "--out", tmp_path / "out.csv")
    assert read_rows(tmp_path / "out.csv")[1:] == [["1", "7"], ["2", "2"], ["3", "1"]]
