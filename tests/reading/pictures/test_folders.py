"""A folder's files are pictures by their ending, or others; hidden files are neither."""

from collections.abc import Callable
from pathlib import Path

import pytest

from inkdigits.errors import PictureNotFoundError
from inkdigits.reading.pictures.folders import iter_other_files, iter_picture_files


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_pictures_are_found_by_their_ending_and_sorted(tmp_path: Path) -> None:
    wanted = [
        "a.PNG",
        "b/a.jpg",
        "b/c/d.webp",
        "c.tif",
        "d.gif",
        "e.bmp",
        "f.tiff",
        "g.jpeg",
        "h.HEIC",
        "i.avif",
        "z.pdf",
    ]
    touch(*(tmp_path / name for name in (*wanted, "notes.txt", "b/.png", "z.doc")))
    (tmp_path / "folder.png").mkdir()
    found = [path.relative_to(tmp_path).as_posix() for path in iter_picture_files(tmp_path)]
    assert sorted(found) == sorted(wanted)
    assert list(iter_picture_files(str(tmp_path))) == sorted(tmp_path / name for name in wanted)


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch, lambda _: None], ids=["empty", "file", "absent"])
def test_none_is_told(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "scans")
    with pytest.raises(PictureNotFoundError, match=r"scans: expected a folder with pictures \(\.avif"):
        next(iter_picture_files(tmp_path / "scans"))


def test_others_are_what_is_neither_a_picture_nor_hidden(tmp_path: Path) -> None:
    touch(*(tmp_path / name for name in ("a.png", "b.doc", "sub/notes", "sub/c.JPG", ".DS_Store", ".git/config")))
    found = [path.relative_to(tmp_path).as_posix() for path in iter_other_files(tmp_path)]
    assert found == ["b.doc", "sub/notes"]
    assert not list(iter_other_files(tmp_path / "absent"))
