"""A user's digits are read from every promised form, and errors in a file are reported with its name."""

import gzip
import lzma
import struct
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from inkdigits.errors import DataError
from inkdigits.reading.framing import frame_digit
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.data.sources import has_splits, load_dataset

COUNT = 6


@pytest.fixture(scope="module")
def digits() -> LabeledFrames:
    return load_mnist().test.slice(0, COUNT)


def idx(array: UInt8Array) -> bytes:
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def write_pair(folder: Path, digits: LabeledFrames, prefix: str = "mine-", suffix: str = "") -> Path:
    compress: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".xz": lzma.compress}
    images = folder / f"{prefix}images-idx3-ubyte{suffix}"
    images.write_bytes(compress[suffix](idx(digits.x)))
    (folder / f"{prefix}labels-idx1-ubyte{suffix}").write_bytes(compress[suffix](idx(digits.y)))
    return images


def write_csv(path: Path, x: UInt8Array, y: UInt8Array) -> Path:
    flat = x.reshape(len(x), -1)
    header = ",".join(["label", *(f"pixel{index}" for index in range(flat.shape[1]))])
    lines = [",".join(map(str, [label, *row])) for label, row in zip(y.tolist(), flat.tolist(), strict=True)]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def enlarge(x: UInt8Array) -> UInt8Array:
    """Return each frame at twice its size, as another program might store it."""
    return x.repeat(2, axis=1).repeat(2, axis=2)


def same(found: LabeledFrames, expected: LabeledFrames) -> bool:
    return np.array_equal(found.x, expected.x) and np.array_equal(found.y, expected.y)


class TestIdxPair:
    @pytest.mark.parametrize("suffix", ["", ".gz", ".xz"])
    def test_the_folder_or_the_file_of_pictures(self, tmp_path: Path, digits: LabeledFrames, suffix: str) -> None:
        images = write_pair(tmp_path, digits, suffix=suffix)
        assert same(load_dataset(images), digits)
        assert same(load_dataset(str(tmp_path)), digits)

    def test_compression_is_told_by_content_and_may_differ(self, tmp_path: Path, digits: LabeledFrames) -> None:
        images = write_pair(tmp_path, digits, suffix=".gz")
        labels = tmp_path / "mine-labels-idx1-ubyte.gz"
        labels.rename(labels.with_suffix(""))
        assert same(load_dataset(images), digits)

    def test_of_mnists_four_files_the_split_is_read(self, tmp_path: Path, digits: LabeledFrames) -> None:
        write_pair(tmp_path, digits.slice(0, 4), prefix="train-")
        write_pair(tmp_path, digits.slice(4, 6), prefix="t10k-")
        assert same(load_dataset(tmp_path), digits.slice(0, 4))
        assert same(load_dataset(tmp_path, split="test"), digits.slice(4, 6))

    def test_several_pairs_that_no_name_tells_apart(self, tmp_path: Path, digits: LabeledFrames) -> None:
        write_pair(tmp_path, digits, prefix="a-")
        write_pair(tmp_path, digits, prefix="b-")
        with pytest.raises(DataError, match="one IDX file of train pictures, found a-images-idx3-ubyte, b-images-idx3"):
            load_dataset(tmp_path)

    def test_without_labels(self, tmp_path: Path, digits: LabeledFrames) -> None:
        images = write_pair(tmp_path, digits)
        (tmp_path / "mine-labels-idx1-ubyte").unlink()
        with pytest.raises(DataError, match="expected its labels beside it in mine-labels-idx1-ubyte"):
            load_dataset(images)

    def test_truncated_file(self, tmp_path: Path, digits: LabeledFrames) -> None:
        images = write_pair(tmp_path, digits)
        images.write_bytes(images.read_bytes()[:-1])
        with pytest.raises(
            DataError, match=r"mine-images-idx3-ubyte: expected 4720 bytes .* found 4719; it is cut off"
        ):
            load_dataset(images)

    @pytest.mark.parametrize("suffix", [".gz", ".xz"])
    def test_truncated_archive(self, tmp_path: Path, digits: LabeledFrames, suffix: str) -> None:
        images = write_pair(tmp_path, digits, suffix=suffix)
        images.write_bytes(images.read_bytes()[:-9])
        with pytest.raises(DataError, match=r"mine-images-idx3-ubyte\.[gx]z: expected a whole file"):
            load_dataset(images)

    def test_labels_in_the_place_of_pictures(self, tmp_path: Path, digits: LabeledFrames) -> None:
        images = write_pair(tmp_path, digits)
        images.write_bytes(idx(digits.y))
        with pytest.raises(DataError, match=r"expected the IDX magic number 00 00 08 03 .* found 00 00 08 01"):
            load_dataset(images)

    def test_other_counts(self, tmp_path: Path, digits: LabeledFrames) -> None:
        images = write_pair(tmp_path, digits)
        (tmp_path / "mine-labels-idx1-ubyte").write_bytes(idx(digits.y[:5]))
        with pytest.raises(DataError, match=r"images-idx3-ubyte: .*found 6 pictures and 5 labels"):
            load_dataset(images)

    def test_label_above_nine(self, tmp_path: Path, digits: LabeledFrames) -> None:
        images = write_pair(tmp_path, digits)
        (tmp_path / "mine-labels-idx1-ubyte").write_bytes(idx(np.array([1, 2, 3, 4, 5, 11], np.uint8)))
        with pytest.raises(DataError, match=r"expected integers from 0 to 9, found 11 at index \(5,\)"):
            load_dataset(images)

    def test_empty_set(self, tmp_path: Path, digits: LabeledFrames) -> None:
        images = write_pair(tmp_path, digits.slice(0, 0))
        with pytest.raises(DataError, match="expected at least one digit, found an empty set"):
            load_dataset(images)

    def test_another_size_is_framed_as_when_reading(self, tmp_path: Path, digits: LabeledFrames) -> None:
        large = enlarge(digits.x)
        (tmp_path / "images-idx3-ubyte").write_bytes(idx(large))
        (tmp_path / "labels-idx1-ubyte").write_bytes(idx(digits.y))
        found = load_dataset(tmp_path)
        assert np.array_equal(found.x, np.stack([frame_digit(picture) for picture in large]))

    def test_blank_picture_of_another_size(self, tmp_path: Path) -> None:
        (tmp_path / "images-idx3-ubyte").write_bytes(idx(np.zeros((1, 32, 32), np.uint8)))
        (tmp_path / "labels-idx1-ubyte").write_bytes(idx(np.array([1], np.uint8)))
        with pytest.raises(DataError, match="images-idx3-ubyte: digit 0: expected a picture of one digit"):
            load_dataset(tmp_path)

    def test_pictures_of_no_size(self, tmp_path: Path) -> None:
        (tmp_path / "images-idx3-ubyte").write_bytes(idx(np.zeros((3, 0, 28), np.uint8)))
        (tmp_path / "labels-idx1-ubyte").write_bytes(idx(np.zeros(3, np.uint8)))
        with pytest.raises(DataError, match=r"expected pictures of shape .* found \(3, 0, 28\)"):
            load_dataset(tmp_path)


class TestNpz:
    def test_mnist_as_keras_ships_it(self, tmp_path: Path, digits: LabeledFrames) -> None:
        path, train, test = tmp_path / "mnist.npz", digits.slice(0, 4), digits.slice(4, 6)
        np.savez(path, x_train=train.x, y_train=train.y, x_test=test.x, y_test=test.y)
        assert same(load_dataset(path), train)
        assert same(load_dataset(path, split="test"), test)

    @pytest.mark.parametrize("split", ["train", "test"])
    def test_plain_x_and_y_are_one_set(self, tmp_path: Path, digits: LabeledFrames, split: str) -> None:
        path = tmp_path / "mine.npz"
        np.savez_compressed(path, x=digits.x[..., np.newaxis].astype(np.int64), y=digits.y[:, np.newaxis])
        assert same(load_dataset(path, split=split), digits)  # type: ignore[arg-type]

    def test_other_keys(self, tmp_path: Path, digits: LabeledFrames) -> None:
        path = tmp_path / "mine.npz"
        np.savez(path, images=digits.x, labels=digits.y)
        with pytest.raises(
            DataError, match=r"mine\.npz: expected the arrays x_train and y_train.*found images, labels"
        ):
            load_dataset(path)

    def test_nothing_is_unpickled(self, tmp_path: Path, digits: LabeledFrames) -> None:
        path = tmp_path / "mine.npz"
        np.savez(path, x=digits.x, y=np.array([*digits.y, None], dtype=object)[:-1])
        with pytest.raises(DataError, match=r"cannot read it \(y holds no plain numbers: object of shape \(6,\)\)"):
            load_dataset(path)

    @pytest.mark.parametrize("content", [b"", b"not a zip file", b"PK\x03\x04 broken"])
    def test_no_archive(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "mine.npz"
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"mine\.npz: expected a \.npz file of plain arrays"):
            load_dataset(path)

    def test_a_single_array_in_an_npz_name(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.npz"
        with path.open("wb") as file:
            np.save(file, np.zeros(3))
        with pytest.raises(DataError, match=r"it is a single array\); save it with numpy\.savez"):
            load_dataset(path)

    def test_truncated_archive(self, tmp_path: Path, digits: LabeledFrames) -> None:
        path = tmp_path / "mine.npz"
        np.savez(path, x=digits.x, y=digits.y)
        path.write_bytes(path.read_bytes()[:2000])
        with pytest.raises(DataError, match="cannot read it"):
            load_dataset(path)

    @pytest.mark.parametrize(
        ("x", "y", "message"),
        [
            (np.zeros((2, 28, 28), complex), np.zeros(2, int), "pixels: expected numbers .* found dtype complex128"),
            (np.full((2, 28, 28), np.nan), np.zeros(2, int), "pixels: expected numbers from 0 to 255, found nan"),
            (np.full((2, 28, 28), 256), np.zeros(2, int), r"found 256 at index \(0, 0, 0\)"),
            (np.full((2, 28, 28), -1), np.zeros(2, int), "found -1"),
            (np.zeros((2, 28, 28), int), np.array([3, -1]), r"labels: .* found -1 at index \(1,\)"),
            (
                np.zeros((2, 28, 28), int),
                np.eye(10, dtype=int)[:2],
                r"expected labels of shape \(n,\), found \(2, 10\)",
            ),
            (np.zeros((2, 28, 28, 3), int), np.zeros(2, int), r"found \(2, 28, 28, 3\)"),
            (np.zeros((2, 783), int), np.zeros(2, int), r"found \(2, 783\)"),
            (np.zeros(2, int), np.zeros(2, int), r"found \(2,\)"),
        ],
    )
    def test_arrays_that_are_no_digits(self, tmp_path: Path, x: UInt8Array, y: UInt8Array, message: str) -> None:
        path = tmp_path / "mine.npz"
        np.savez(path, x=x, y=y)
        with pytest.raises(DataError, match=message):
            load_dataset(path)


class TestHasSplits:
    def test_mnist_as_keras_ships_it(self, tmp_path: Path, digits: LabeledFrames) -> None:
        np.savez(tmp_path / "mnist.npz", x_train=digits.x, y_train=digits.y, x_test=digits.x, y_test=digits.y)
        np.savez(tmp_path / "plain.npz", x=digits.x, y=digits.y)
        assert has_splits(tmp_path / "mnist.npz")
        assert not has_splits(tmp_path / "plain.npz")

    def test_folders_of_idx_files(self, tmp_path: Path, digits: LabeledFrames) -> None:
        write_pair(tmp_path, digits, prefix="train-")
        assert not has_splits(tmp_path)
        write_pair(tmp_path, digits, prefix="t10k-")
        assert has_splits(tmp_path)

    def test_anything_else(self, tmp_path: Path, digits: LabeledFrames) -> None:
        assert not has_splits(write_csv(tmp_path / "train.csv", digits.x, digits.y))
        assert not has_splits(tmp_path / "missing.npz")


class TestPixelCsv:
    def test_kaggles_form(self, tmp_path: Path, digits: LabeledFrames) -> None:
        assert same(load_dataset(write_csv(tmp_path / "train.csv", digits.x, digits.y)), digits)

    def test_one_line(self, tmp_path: Path, digits: LabeledFrames) -> None:
        assert same(load_dataset(write_csv(tmp_path / "one.csv", digits.x[:1], digits.y[:1])), digits.slice(0, 1))

    def test_blank_lines_and_a_byte_order_mark(self, tmp_path: Path, digits: LabeledFrames) -> None:
        path = write_csv(tmp_path / "train.csv", digits.x, digits.y)
        path.write_text("\ufeff" + path.read_text(encoding="utf-8").replace("\n", "\r\n\r\n"), encoding="utf-8")
        assert same(load_dataset(path), digits)

    def test_another_size_is_framed(self, tmp_path: Path, digits: LabeledFrames) -> None:
        large = enlarge(digits.x[:2])
        found = load_dataset(write_csv(tmp_path / "large.csv", large, digits.y[:2]))
        assert np.array_equal(found.x, np.stack([frame_digit(picture) for picture in large]))

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "expected the header label,pixel0,...,pixel783 or file,label, found an empty file"),
            ("pixel0,pixel1,pixel2,pixel3\n1,2,3,4\n", "found pixel0,pixel1,pixel2"),
            ("label,p0,p1,p2,p3\n", "expected at least one digit, found an empty set"),
            ("label,p0,p1,p2\n1,2,3,4\n", r"expected pictures of shape .* found \(1, 3\)"),
            ("label,p0,p1,p2,p3\n1,2,3,4\n", "expected 5 columns as in the header, found 4"),
            ("label,p0,p1,p2,p3\n1,0,0,9,9\n1,2,3\n", "expected lines of 5 integers"),
            ("label,p0,p1,p2,p3\n1,0,0,9,x\n", "expected lines of 5 integers.*'x'"),
            ("label,p0,p1,p2,p3\n1.5,0,0,9,200\n", "labels: expected integers from 0 to 9, found dtype"),
            ("label,p0,p1,p2,p3\n1,0,0,9,70000\n", "expected lines of 5 integers"),
            ("label,p0,p1,p2,p3\n1,0,0,9,256\n", "pixels: expected integers from 0 to 255, found 256"),
            ("label,p0,p1,p2,p3\n12,0,0,9,99\n", "labels: expected integers from 0 to 9, found 12"),
        ],
    )
    def test_damage(self, tmp_path: Path, text: str, message: str) -> None:
        path = tmp_path / "mine.csv"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=r"mine\.csv") as caught:
            load_dataset(path)
        assert caught.match(message)

    def test_another_encoding(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.csv"
        path.write_bytes("label,größe\n".encode("utf-16"))
        with pytest.raises(DataError, match=r"mine\.csv: expected a CSV file in UTF-8"):
            load_dataset(path)


class TestPictureFolders:
    @pytest.fixture
    def pictures(self, digits: LabeledFrames) -> list[UInt8Array]:
        """Return the digits as dark ink on a larger white sheet."""
        return [np.pad(255 - frame, 20, constant_values=255) for frame in digits.x]

    def write(self, path: Path, picture: UInt8Array) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), picture)
        return path

    def test_one_folder_per_label(self, tmp_path: Path, digits: LabeledFrames, pictures: list[UInt8Array]) -> None:
        for index, (picture, label) in enumerate(zip(pictures, digits.y, strict=True)):
            self.write(tmp_path / str(label) / f"{index}.png", picture)
        (tmp_path / ".hidden").mkdir()
        (tmp_path / "8").mkdir()
        found = load_dataset(tmp_path)
        order = np.argsort(digits.y, kind="stable")
        assert found.y.tolist() == digits.y[order].tolist()
        assert np.array_equal(found.x, np.stack([frame_digit(pictures[index]) for index in order]))

    def test_mnist_frames_stored_as_pictures_stay_as_they_are(self, tmp_path: Path, digits: LabeledFrames) -> None:
        for index, (frame, label) in enumerate(zip(digits.x, digits.y, strict=True)):
            self.write(tmp_path / str(label) / f"{index}.png", frame)
        order = np.argsort(digits.y, kind="stable")
        assert np.array_equal(load_dataset(tmp_path).x, digits.x[order])

    @pytest.mark.parametrize("name", ["10", "cats"])
    def test_a_folder_that_is_no_label(self, tmp_path: Path, pictures: list[UInt8Array], name: str) -> None:
        self.write(tmp_path / name / "a.png", pictures[0])
        with pytest.raises(DataError, match=f"expected subfolders named 0 to 9, found {name}"):
            load_dataset(tmp_path)

    def test_label_folders_without_pictures(self, tmp_path: Path) -> None:
        (tmp_path / "3").mkdir()
        with pytest.raises(DataError, match="expected at least one picture, found none"):
            load_dataset(tmp_path)

    def test_table_of_labels(self, tmp_path: Path, digits: LabeledFrames, pictures: list[UInt8Array]) -> None:
        lines = ["Writer, Label, File"]
        for index, picture in enumerate(pictures):
            self.write(tmp_path / "scans" / f"{index}.png", picture)
            lines.append(f"anna,{digits.y[index]},scans/{index}.png")
        table = tmp_path / "labels.csv"
        table.write_text("\n".join([*lines, ""]), encoding="utf-8")
        for path in (tmp_path, table):
            found = load_dataset(path)
            assert found.y.tolist() == digits.y.tolist()
            assert np.array_equal(found.x, np.stack([frame_digit(picture) for picture in pictures]))

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "expected the columns file and label, found none"),
            ("name,label\na.png,3\n", "expected the columns file and label, found name, label"),
            (
                "file,label\na.png,12\n",
                r"labels\.csv, line 2: expected a file and a label from 0 to 9, found 'a\.png' and '12'",
            ),
            ("file,label\na.png\n", "line 2: .* found 'a.png' and ''"),
            ("file,label\n,3\n", "line 2: .* found '' and '3'"),
            ("file,label\n", "expected at least one picture, found none"),
            ("file,label\nmissing.png,3\n", r"missing\.png: no such file"),
        ],
    )
    def test_damaged_table(self, tmp_path: Path, text: str, message: str) -> None:
        (tmp_path / "labels.csv").write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=message):
            load_dataset(tmp_path)

    def test_table_in_another_encoding(self, tmp_path: Path) -> None:
        (tmp_path / "labels.csv").write_bytes(b"file,label\n\xff\xfe,3\n")
        with pytest.raises(DataError, match=r"labels\.csv: expected a CSV file in UTF-8"):
            load_dataset(tmp_path)

    def test_damaged_picture(self, tmp_path: Path, pictures: list[UInt8Array]) -> None:
        path = self.write(tmp_path / "4" / "cut.png", pictures[0])
        path.write_bytes(path.read_bytes()[:-40])
        with pytest.raises(DataError, match=r"cut\.png: "):
            load_dataset(tmp_path)

    def test_blank_picture(self, tmp_path: Path) -> None:
        self.write(tmp_path / "4" / "blank.png", np.full((40, 40), 255, np.uint8))
        with pytest.raises(DataError, match=r"blank\.png: expected a picture of one digit"):
            load_dataset(tmp_path)


class TestUnknownForms:
    def test_nothing_there(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=r"missing: no such file or folder; expected an IDX file of pictures"):
            load_dataset(tmp_path / "missing")

    def test_empty_folder(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="the folder holds nothing"):
            load_dataset(tmp_path)

    def test_folder_of_other_files(self, tmp_path: Path) -> None:
        for name in "abcd":
            (tmp_path / f"{name}.txt").touch()
        with pytest.raises(DataError, match=r"the folder holds a\.txt, b\.txt, c\.txt, \.\.\."):
            load_dataset(tmp_path)

    @pytest.mark.parametrize("name", ["digits.pkl", "train-labels-idx1-ubyte"])
    def test_file_of_another_kind(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(b"cos\nsystem\n")
        with pytest.raises(DataError, match=f"{name}: expected an IDX file of pictures"):
            load_dataset(tmp_path / name)
