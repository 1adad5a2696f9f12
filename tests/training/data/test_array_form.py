"""Values become gray levels by their scale; scikit-learn's digits are read; a set is judged by what `fast` reads."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import DataError
from inkdigits.models.classifier import Classifier
from inkdigits.reading.reader import DigitReader
from inkdigits.training.data.array_form import AS_STORED, ArrayForm, DataWarning, to_gray
from inkdigits.training.data.doubts import find_doubt, find_paper_doubt
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.data.sources import load_dataset

CASES = Path(__file__).parents[4] / "shared" / "cases"


def test_values_are_scaled_inverted_and_transposed() -> None:
    stored = np.array([[[0, 4], [8, 16]]])
    gray = to_gray(stored, ArrayForm(scale=16), "a")
    assert gray.tolist() == [[[0, 64], [128, 255]]]
    assert to_gray(stored, ArrayForm(scale=16, invert=True), "a").tolist() == [[[255, 191], [127, 0]]]
    assert to_gray(stored, ArrayForm(scale=16, transpose=True), "a").tolist() == [[[0, 128], [64, 255]]]
    with pytest.warns(DataWarning, match="values end at 16, so 0 to 16 is taken"):
        assert to_gray(stored, AS_STORED, "a").tolist() == gray.tolist()


@pytest.mark.parametrize(
    ("values", "gray"), [([0.0, 100.4], [0, 100]), ([0, 0], [0, 0]), ([0, 17], [0, 17]), ([2.5, 12.0], [2, 12])]
)
def test_gray_levels_stay_what_they_are(values: list[float], gray: list[int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert to_gray(np.array(values), AS_STORED, "a").tolist() == gray


def test_values_above_the_scale_are_refused() -> None:
    with pytest.raises(DataError, match=r"expected numbers from 0 to 1, found 1\.5 at index \(1,\)"):
        to_gray(np.array([0.5, 1.5]), ArrayForm(scale=1), "a")


def test_mnist_raises_no_doubt_and_few_digits_none_either() -> None:
    digits = load_mnist().validation
    assert find_doubt(digits) is None
    dark = LabeledFrames(255 - digits.x[:19], digits.y[:19])
    assert find_doubt(dark) is None
    assert find_paper_doubt(digits.x) is None
    assert "dark on light" in (find_paper_doubt(dark.x) or "")


@pytest.mark.train
def test_scikit_learns_digits_are_read(tmp_path: Path) -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    found = datasets.load_digits()
    np.savez(tmp_path / "digits.npz", images=found.images, target=found.target)
    with pytest.warns(DataWarning, match="values end at 16"):
        digits = load_dataset(tmp_path / "digits.npz")
    answers = Classifier("fast").predict_proba(digits.x[..., np.newaxis]).argmax(axis=1)
    assert np.mean(answers == digits.y) > 0.985  # 99.3 % when this was written
    reader = DigitReader("fast")
    readings = [reader.read_digit(image) for image in found.images[:20]]
    right = [
        bool(one.digits) and str(one.digits[0].label) == str(y) for one, y in zip(readings, found.target, strict=False)
    ]
    assert sum(right) >= 18


@pytest.mark.shared_data
def test_the_cases_of_arrays() -> None:
    with pytest.warns(DataWarning, match="dark on light .* try --invert"):
        load_dataset(CASES / "18-inverted-arrays" / "mine.npz")
    digits = load_dataset(CASES / "18-inverted-arrays" / "mine.npz", form=ArrayForm(invert=True))
    assert np.mean(Classifier("fast").predict_proba(digits.x[..., np.newaxis]).argmax(axis=1) == digits.y) > 0.97
    with pytest.warns(DataWarning, match="values end at 16"):
        assert len(load_dataset(CASES / "19-sklearn-digits" / "digits.npz")) == 20
