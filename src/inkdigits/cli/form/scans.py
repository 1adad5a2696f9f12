"""Lists the scans that a command is given: files, and the pictures of folders."""

from collections.abc import Iterator
from pathlib import Path

from inkdigits.errors import PictureNotFoundError
from inkdigits.reading.pictures.folders import iter_picture_files

__all__ = ["list_scans"]


def list_scans(scans: tuple[str, ...]) -> Iterator[str]:
    """Yield the files of some names.

    Raises:
        PictureNotFoundError: There is nothing of a name, or no picture in a folder.
    """
    for name in scans:
        if Path(name).is_dir():
            yield from map(str, iter_picture_files(name))
        elif Path(name).exists():
            yield name
        else:
            msg = f"{name}: no such file or folder; check its name"
            raise PictureNotFoundError(msg)
