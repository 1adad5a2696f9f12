"""Writes a file beside its place and renames it, so that no half of one is ever found."""

from collections.abc import Callable
from pathlib import Path

from inkdigits.errors import OutputError

__all__ = ["write_in_place"]


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
        msg = f"{path}: cannot be written ({error.strerror or error}); free space there or choose another place"
        raise OutputError(msg) from error
