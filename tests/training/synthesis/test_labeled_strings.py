"""Labeled strings come back from their file as they were."""

from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import DataError
from inkdigits.training.synthesis.labeled_strings import load_strings, save_strings
from inkdigits.training.synthesis.scenes.canvas import MarkRow, to_rows
from inkdigits.training.synthesis.scenes.real_pictures import RealPicture


@pytest.mark.parametrize("count", [0, 1, 3])
def test_strings_come_back_as_they_were(tmp_path: Path, count: int) -> None:
    generator = np.random.default_rng(1)
    strings = [
        RealPicture(
            generator.integers(0, 255, (20 + place, 40 - place)).astype(np.uint8),
            to_rows([MarkRow(place, 1, 2, 3, 4 + k) for k in range(place)]),
        )
        for place in range(count)
    ]
    save_strings(tmp_path / "strings.npz", strings)
    loaded = load_strings(tmp_path / "strings.npz")
    assert len(loaded) == count
    for one, two in zip(strings, loaded, strict=True):
        np.testing.assert_array_equal(one.picture, two.picture)
        np.testing.assert_array_equal(one.marks, two.marks)
        assert not two.is_word


def test_no_file_is_no_strings(tmp_path: Path) -> None:
    assert load_strings(None) == ()
    assert load_strings(tmp_path / "strings.npz") == ()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "strings.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(DataError, match=r"strings\.npz: expected strings with their boxes"):
        load_strings(tmp_path / "strings.npz")
