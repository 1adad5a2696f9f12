"""Makes the folders that results are written to."""

from pathlib import Path

from inkdigits.errors import OutputError

__all__ = ["make_folder"]


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
