"""A folder is made with those above it, or the message says why not and which option to change."""

from pathlib import Path

import pytest

from inkdigits.errors import OutputError
from inkdigits.system.folders import make_folder


def test_a_folder_is_made_with_those_above_it_and_left_as_it_is_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "one" / "two"
    make_folder(folder)
    (folder / "kept").touch()
    make_folder(folder)
    assert [path.name for path in folder.iterdir()] == ["kept"]


def test_a_file_in_its_place_is_told_with_the_option_to_change(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match=r"taken: cannot make this folder \(.*\); choose another one with --report"):
        make_folder(tmp_path / "taken", option="--report")
