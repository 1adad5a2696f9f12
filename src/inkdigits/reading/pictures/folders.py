"""Lists the pictures in a folder, and the other files there."""

import os
from collections.abc import Iterator
from pathlib import Path

from inkdigits.errors import PictureNotFoundError

__all__ = ["PICTURE_SUFFIXES", "iter_other_files", "iter_picture_files"]

PICTURE_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".avif", ".heic", ".heif", ".pdf"}
)


def iter_picture_files(folder: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield the files of a folder and its subfolders whose suffix is that of a picture, sorted by path.

    Raises:
        PictureNotFoundError: There is none.
    """
    root = Path(folder)
    found = sorted(path for path in root.rglob("*") if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file())
    if not found:
        endings = " ".join(sorted(PICTURE_SUFFIXES))
        msg = f"{root}: expected a folder with pictures ({endings}), found none; check its path and the files' endings"
        raise PictureNotFoundError(msg)
    yield from found


def iter_other_files(folder: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield the files of a folder and its subfolders that `iter_picture_files` leaves out, sorted by path.

    Hidden files are left out, too: operating systems keep their own notes in them.
    """
    root = Path(folder)
    for path in sorted(root.rglob("*")):
        is_hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if path.suffix.lower() not in PICTURE_SUFFIXES and not is_hidden and path.is_file():
            yield path
