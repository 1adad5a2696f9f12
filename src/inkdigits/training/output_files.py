"""A path and what to write go in; a whole file, or an error that names the path, comes out."""

from collections.abc import Callable
from pathlib import Path

from inkdigits.errors import OutputError

__all__ = ["make_folder", "write_in_place"]


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are missing.

    Raises:
        OutputError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{folder}: cannot make this folder ({error.strerror}); choose another one with --out"
        raise OutputError(msg) from error


def write_in_place(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` write a file beside `path`, then rename it to `path`.

    Raises:
        OutputError: The file cannot be written.
    """
    fresh = path.with_name(f"fresh-{path.name}")  # the suffix stays: Keras and NumPy look at it
    try:
        write(fresh)
        fresh.replace(path)
    except OSError as error:
        msg = f"{path}: cannot be written ({error.strerror or error})"
        raise OutputError(msg) from error
