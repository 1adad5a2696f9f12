"""MNIST comes out of its package whole, verified, split by one rule, and as docs/data.md describes it."""

import lzma
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import inkdigits_mnist
from inkdigits.errors import DataError, MissingExtraError
from inkdigits.reading.pictures.idx import parse_idx
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import LabeledFrames, Mnist, load_mnist, load_test

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def mnist() -> Mnist:
    return load_mnist()


@pytest.fixture(scope="module")
def every_frame(mnist: Mnist) -> UInt8Array:
    return np.concatenate([mnist.whole.x, mnist.test.x])


def frames(count: int) -> UInt8Array:
    return np.zeros((count, 28, 28), dtype=np.uint8)


def labels(*values: int) -> UInt8Array:
    return np.array(values, dtype=np.uint8)


class TestMnist:
    def test_splits_have_the_promised_sizes(self, mnist: Mnist) -> None:
        sizes = [len(part) for part in (mnist.train, mnist.validation, mnist.test, mnist.whole)]
        assert sizes == [55_000, 5_000, 10_000, 60_000]

    def test_train_and_validation_are_the_training_file_in_order_without_a_copy(self, mnist: Mnist) -> None:
        assert np.array_equal(mnist.train.x, mnist.whole.x[:55_000])
        assert np.array_equal(mnist.validation.y, mnist.whole.y[55_000:])
        assert np.shares_memory(mnist.train.x, mnist.whole.x)
        assert np.shares_memory(mnist.validation.x, mnist.whole.x)

    def test_the_test_split_alone_is_the_same(self, mnist: Mnist) -> None:
        test = load_test()
        assert np.array_equal(test.x, mnist.test.x)
        assert np.array_equal(test.y, mnist.test.y)
        assert not test.x.flags.writeable

    def test_the_first_four_are_those_of_the_tutorial(self, mnist: Mnist) -> None:
        assert mnist.train.y[:4].tolist() == [5, 0, 4, 1]

    def test_counts_per_digit(self, mnist: Mnist) -> None:
        counts = {name: np.bincount(getattr(mnist, name).y).tolist() for name in ("train", "validation", "test")}
        assert counts == {
            "train": [5434, 6212, 5465, 5622, 5343, 4963, 5436, 5702, 5357, 5466],
            "validation": [489, 530, 493, 509, 499, 458, 482, 563, 494, 483],
            "test": [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
        }

    def test_arrays_cannot_be_written(self, mnist: Mnist) -> None:
        for part in (mnist.train, mnist.validation, mnist.test, mnist.whole):
            with pytest.raises(ValueError, match="read-only"):
                part.x[0, 0, 0] = 1
            with pytest.raises(ValueError, match="read-only"):
                part.y[0] = 1

    def test_whole_of_splits_made_elsewhere_joins_train_and_validation(self) -> None:
        one, two = LabeledFrames(frames(1), labels(3)), LabeledFrames(frames(2), labels(4, 5))
        assert Mnist(one, two, one).whole.y.tolist() == [3, 4, 5]
        assert len(Mnist(one, two, one).whole.x) == 3

    def test_loading_needs_no_heavy_library(self) -> None:
        code = (
            "import sys; from inkdigits.training.data.mnist import load_mnist; load_mnist();"
            "print({'keras', 'tensorflow', 'matplotlib', 'sklearn'} & set(sys.modules))"
        )
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        assert done.stdout.strip() == "set()"

    def test_the_notice_names_the_authors_the_license_and_the_change(self) -> None:
        for path in (ROOT / "NOTICE", ROOT / "mnist/LICENSE.md"):
            text = path.read_text(encoding="utf-8")
            for word in ("LeCun", "Cortes", "Burges", "ShareAlike 3.0", "by-sa/3.0", "xz"):
                assert word in text, (path, word)


class TestDamage:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Return a folder of other files in MNIST's place."""
        monkeypatch.setattr(inkdigits_mnist, "FOLDER", tmp_path)
        return tmp_path

    def test_a_changed_byte_is_told_with_both_checksums(self, folder: Path) -> None:
        other = lzma.compress(b"\x00\x00\x08\x03" + bytes(12))
        (folder / "train-images-idx3-ubyte.xz").write_bytes(other)
        with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.xz: .*ba891046e650.*found [0-9a-f]{64}"):
            load_mnist()

    def test_a_truncated_file(self, folder: Path) -> None:
        (folder / "train-images-idx3-ubyte.xz").write_bytes(lzma.compress(bytes(1000))[:-20])
        with pytest.raises(DataError, match="expected an xz file"):
            load_mnist()

    def test_a_missing_file(self, folder: Path) -> None:
        with pytest.raises(DataError, match="install that package again") as caught:
            load_mnist()
        assert str(folder) in str(caught.value)


def test_a_missing_package_is_told_with_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "inkdigits_mnist", None)  # importing it fails then
    with pytest.raises(
        MissingExtraError, match=r"inkdigits-mnist .*not installed here; run: pip install 'inkdigits\[train\]'"
    ):
        load_mnist()


class TestMeasuredFacts:
    """What docs/data.md says of all 70,000 digits."""

    def test_ink_box(self, every_frame: UInt8Array) -> None:
        rows, columns = every_frame.max(axis=2) > 0, every_frame.max(axis=1) > 0
        height = 28 - rows.argmax(axis=1) - rows[:, ::-1].argmax(axis=1)
        width = 28 - columns.argmax(axis=1) - columns[:, ::-1].argmax(axis=1)
        sides, counts = np.unique(np.maximum(height, width), return_counts=True)
        assert dict(zip(sides.tolist(), counts.tolist(), strict=True)) == {19: 16, 20: 69_984}

    def test_center_of_mass(self, every_frame: UInt8Array) -> None:
        mass = every_frame.sum(axis=(1, 2), dtype=np.float64)
        index = np.arange(28, dtype=np.float64)
        centers = np.stack([every_frame.sum(axis=axis, dtype=np.float64) @ index / mass for axis in (1, 2)])
        assert centers.min() == pytest.approx(13.48, abs=0.005)
        assert centers.max() == pytest.approx(14.50, abs=0.005)
        assert centers.mean() == pytest.approx(14.0, abs=0.01)

    def test_gray_levels(self, every_frame: UInt8Array) -> None:
        assert np.unique(every_frame).size == 256
        assert float(every_frame.mean()) == pytest.approx(33.39, abs=0.005)
        assert float((every_frame > 0).mean()) == pytest.approx(0.1914, abs=0.00005)

    def test_disputed_labels_are_in_the_file_as_the_list_says(self, mnist: Mnist) -> None:
        given = {947: 8, 1621: 0, 1901: 9, 2462: 2, 2597: 5, 3558: 5, 5937: 5, 6651: 0, 6783: 1, 9729: 5}
        assert {index: int(mnist.test.y[index]) for index in given} == given

    def test_no_frame_occurs_twice(self, every_frame: UInt8Array) -> None:
        assert len(np.unique(every_frame.reshape(len(every_frame), -1).view("V784"))) == 70_000

    def test_ink_on_the_outermost_pixels(self, every_frame: UInt8Array) -> None:
        border = np.ones((28, 28), dtype=bool)
        border[1:-1, 1:-1] = False
        assert int(every_frame[:, border].any(axis=1).sum()) == 920


class TestLabeledFrames:
    def test_the_callers_arrays_stay_writable(self) -> None:
        x = frames(1)
        part = LabeledFrames(x, labels(1))
        assert x.flags.writeable
        assert not part.x.flags.writeable

    def test_none_at_all_is_a_set(self) -> None:
        assert len(LabeledFrames(frames(0), labels())) == 0

    def test_slice(self) -> None:
        assert LabeledFrames(frames(3), labels(7, 8, 9)).slice(1, 3).y.tolist() == [8, 9]

    @pytest.mark.parametrize("shape", [(2, 28, 28, 1), (2, 784), (2, 27, 28)])
    def test_another_shape(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(DataError, match=r"expected uint8 frames of shape \(n, 28, 28\), got uint8 of shape"):
            LabeledFrames(np.zeros(shape, dtype=np.uint8), labels(1, 2))

    def test_another_dtype(self) -> None:
        with pytest.raises(DataError, match="got float64"):
            LabeledFrames(np.zeros((1, 28, 28)), labels(1))  # type: ignore[arg-type]
        with pytest.raises(DataError, match="expected uint8 labels"):
            LabeledFrames(frames(1), np.array([1]))

    def test_a_label_above_nine_is_told_with_its_place(self) -> None:
        with pytest.raises(DataError, match="expected labels from 0 to 9, found 10 at index 1"):
            LabeledFrames(frames(2), labels(1, 10))

    def test_other_counts(self) -> None:
        with pytest.raises(DataError, match="got 2 frames and 1 labels"):
            LabeledFrames(frames(2), labels(1))


class TestIdx:
    def test_reads_back_what_was_written(self) -> None:
        data = bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4])
        assert parse_idx(data, "x", axes=3).tolist() == [[[1, 2], [3, 4]]]

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "x: expected the IDX magic number 00 00 08 01 .*found an empty file"),
            (b"\x89PNG", "found 89 50 4e 47"),
            (bytes([0, 0, 8, 3, 0, 0, 0, 1]), "found 00 00 08 03"),
            (bytes([0, 0, 13, 1, 0, 0, 0, 1]), "found 00 00 0d 01"),
            (bytes([0, 0, 8, 1, 0]), "expected an IDX header of 8 bytes, found a file of 5"),
            (bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2]), r"expected 11 bytes for shape \(3,\), found 10; it is cut off"),
            (bytes([0, 0, 8, 1, 0, 0, 0, 1, 7, 2]), "expected 9 bytes .* something was appended"),
            (bytes([0, 0, 8, 1, 255, 255, 255, 255]), "expected 4294967303 bytes"),
        ],
    )
    def test_damage(self, data: bytes, message: str) -> None:
        with pytest.raises(DataError, match=message):
            parse_idx(data, "x", axes=1)
