"""Sets of real handwriting: what is read, which side of the split it is on, and what a damaged set says."""

import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import DataError
from inkdigits.spec import UInt8Array
from inkdigits.training.data.handwriting import SETS, Handwriting, is_held_out, load_handwriting
from support.handwriting_sets import WRITERS, draw_number, write_folder, write_zip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("sets") / "train")


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Handwriting:
    return load_handwriting(folder)


def test_every_kind_of_set_is_read(loaded: Handwriting) -> None:
    assert [len(strokes) for strokes in loaded.strokes] == [1, 2] * 5
    np.testing.assert_array_equal(loaded.stroke_labels, np.arange(10))
    assert set(loaded.bitmaps) == {"semeion", "hwd1000_1writer"}
    for frames, labels in loaded.bitmaps.values():
        assert frames.dtype == labels.dtype == np.uint8
        assert len(frames) == len(labels)
        assert frames.max() > 200
        assert np.median(frames) == 0
    assert [crop.text for crop in loaded.digit_crops] == list("0123456789")
    assert loaded.signs.shape == (3, 105, 105)
    assert set(np.unique(loaded.signs)) == {0, 255}
    assert all(number.picture.ndim == 2 and number.picture.dtype == np.uint8 for number in loaded.numbers)


def test_strokes_have_y_downward(loaded: Handwriting) -> None:
    first, second = loaded.strokes[1]
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first, [[0, -100], [50, 0]])  # the file says 100 for its upper end
    np.testing.assert_array_equal(second, [[0, -50], [60, -50], [60, 0]])


def test_no_writer_is_on_both_sides(folder: Path, loaded: Handwriting) -> None:
    other = load_handwriting(folder, held_out=True)
    for name in ("numbers", "words"):
        trains, chooses = ({picture.writer for picture in getattr(side, name)} for side in (loaded, other))
        assert trains
        assert chooses
        assert not trains & chooses
        assert not any(map(is_held_out, trains))
        assert all(map(is_held_out, chooses))
    assert {picture.writer for picture in (*loaded.words, *other.words)} == {f"quebec:{writer}" for writer in WRITERS}


def test_sets_without_writers_train_as_a_whole(folder: Path, loaded: Handwriting) -> None:
    other = load_handwriting(folder, held_out=True)
    assert len(loaded.digit_crops) == 10
    assert (other.digit_crops, other.strokes, other.bitmaps, len(other.signs)) == ((), (), {}, 0)


def test_letters_that_look_like_digits_are_told(loaded: Handwriting) -> None:
    assert [word.is_digit_like for word in loaded.words if word.writer == "quebec:w1"] == [True]
    assert sum(word.is_digit_like for word in loaded.words) == 1
    assert {word.text for word in loaded.words} == {""}


def test_numbers_in_doubtful_places_are_left_out(tmp_path: Path) -> None:
    rows = [{"digits": "12", "writer": "a", "align_score": score} for score in ("-1.9", "-2.1", "")]
    write_zip(tmp_path / "peraire_numbers.zip", rows, [draw_number("12")] * 3)
    assert len(load_handwriting(tmp_path).numbers) == 2


def test_a_folder_without_a_set_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"expected at least one of quebec_running_numbers\.zip"):
        load_handwriting(tmp_path)


@pytest.mark.parametrize("name", SETS)
def test_a_damaged_set_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 no set")
    with pytest.raises(DataError, match=f"{re.escape(name)}: expected"):
        load_handwriting(tmp_path)


def test_a_single_array_is_no_set(tmp_path: Path) -> None:
    with (tmp_path / "semeion.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(DataError, match=r"semeion\.npz: expected"):
        load_handwriting(tmp_path)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"labels": np.full(10, 12, dtype=np.uint8)}, "not all 0 to 9"),
        ({"labels": np.zeros(9, dtype=np.uint8)}, "10 digits have labels of shape"),
        ({"ink_packed": np.zeros((10, 2), dtype=np.uint8)}, "frames have the shape"),
    ],
)
def test_bitmaps_that_do_not_fit_their_labels_are_refused(
    folder: Path, tmp_path: Path, changed: dict[str, UInt8Array], found: str
) -> None:
    with np.load(folder / "semeion.npz") as arrays:
        np.savez(tmp_path / "semeion.npz", **{**{name: arrays[name] for name in arrays.files}, **changed})
    with pytest.raises(DataError, match=found):
        load_handwriting(tmp_path)


def test_a_digit_without_strokes_is_refused(folder: Path, tmp_path: Path) -> None:
    with np.load(folder / "pendigits_tra.npz") as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    kept["sample_start"] = np.array([0, 0, *kept["sample_start"][2:]], dtype=np.int32)
    np.savez(tmp_path / "pendigits_tra.npz", **kept)
    with pytest.raises(DataError, match="digit 0 has no stroke"):
        load_handwriting(tmp_path)


def test_signs_of_another_size_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "omniglot_signs.npz", ink_packed=np.zeros((2, 64, 8), dtype=np.uint8))
    with pytest.raises(DataError, match="signs have the shape"):
        load_handwriting(tmp_path)


def test_an_array_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "semeion.npz", ink_packed=np.zeros(65 << 20, dtype=np.uint8))
    with pytest.raises(DataError, match="larger than"):
        load_handwriting(tmp_path)


@pytest.mark.parametrize("text", ["", "3a", "½"])
def test_a_number_whose_label_has_no_digits_is_refused(tmp_path: Path, text: str) -> None:
    write_zip(tmp_path / "peraire_numbers.zip", [{"digits": text, "writer": "a"}], [draw_number("1")])
    with pytest.raises(DataError, match="has no digits in the column digits"):
        load_handwriting(tmp_path)


def test_a_picture_that_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "peraire_numbers.zip", "w") as archive:
        archive.writestr("labels.csv", "file,digits\n0.png,5\n")
        archive.writestr("0.png", b"no picture")
    with pytest.raises(DataError, match=r"0\.png cannot be decoded"):
        load_handwriting(tmp_path)
