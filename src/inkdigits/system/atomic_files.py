"""Writes a file beside its place and renames it, so that no half of one is ever found, and no link is followed."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from inkdigits.errors import OutputError

__all__ = ["open_draft", "write_in_place"]


def open_draft(path: Path) -> IO[bytes]:
    """Open a new file to write a draft, in place of what is there; a link there is removed, not followed.

    Raises:
        OSError: It cannot be made, also when another process makes it at the same moment.
    """
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    return path.open("xb")


def write_in_place(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` write a file in a folder of its own beside `path`, then rename it to `path`.

    Raises:
        OutputError: The file cannot be written.
    """
    folder = None
    try:
        folder = Path(tempfile.mkdtemp(prefix=".fresh-", dir=path.parent))  # its name cannot be known before
        fresh = folder / path.name  # the suffix stays: Keras and NumPy look at it
        write(fresh)
        fresh.replace(path)
    except OSError as error:
        msg = f"{path}: cannot be written ({error.strerror or error}); free space there or choose another place"
        raise OutputError(msg) from error
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
