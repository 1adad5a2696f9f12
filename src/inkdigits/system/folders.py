"""Makes the folders that results are written to, and tells what lies at a path.

A path's own questions raise OSError for a name that is too long; of such a name, nothing lies there.
"""

import os
from pathlib import Path

from inkdigits.errors import OutputError

__all__ = ["exists", "is_file", "is_folder", "make_folder"]


def make_folder(folder: Path, *, option: str = "--out") -> None:
    """Make a folder and those above it; one that is there already stays as it is.

    Args:
        folder: Where results will be written.
        option: The command's option that names another place, for the message.

    Raises:
        OutputError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{folder}: cannot make this folder ({error.strerror}); choose another one with {option}"
        raise OutputError(msg) from error


def exists(path: str | os.PathLike[str]) -> bool:
    """Tell whether anything lies at a path, links followed."""
    return os.path.exists(path)  # noqa: PTH110 - see above


def is_file(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file lies at a path, links followed.

    >>> is_file("9" * 300)
    False
    """
    return os.path.isfile(path)  # noqa: PTH113 - see above


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Tell whether a folder lies at a path, links followed."""
    return os.path.isdir(path)  # noqa: PTH112 - see above
