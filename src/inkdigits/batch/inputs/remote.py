"""Lists and reads pictures at addresses that pyarrow's file systems know, such as "s3://bucket/scans"."""

import importlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from inkdigits.batch.inputs.parquet import iter_parquet
from inkdigits.batch.inputs.spans import Span
from inkdigits.errors import DataError, PictureFormatError, PictureNotFoundError
from inkdigits.reading.pictures.decoding import MAX_BYTES
from inkdigits.system.extras import require_extra

__all__ = ["is_remote", "iter_remote", "read_remote"]

_SEPARATOR = "://"


def is_remote(path: str) -> bool:
    """Tell an address from a path.

    >>> is_remote("s3://bucket/scans"), is_remote("scans")
    (True, False)
    """
    return _SEPARATOR in path


def iter_remote(address: str, column: str | None, is_picture: Callable[[str], bool]) -> Iterator[Span]:
    """Yield the pictures of a folder, sorted by path, or of the Parquet files in it, or of one file.

    Raises:
        PictureNotFoundError: Nothing is there.
        DataError: The address is of no file system that pyarrow knows, or it cannot be reached.
    """
    system, place = _open_system(address)
    scheme, options = address.partition(_SEPARATOR)[0] + _SEPARATOR, address.partition("?")[1:]
    fs = importlib.import_module("pyarrow.fs")
    try:
        found = system.get_file_info(place)
        if found.type == fs.FileType.Directory:
            inside = system.get_file_info(fs.FileSelector(place, recursive=True))
            paths = sorted(entry.path for entry in inside if entry.type == fs.FileType.File)
        else:
            paths = [place] if found.type == fs.FileType.File else []
    except OSError as error:
        msg = f"{address}: cannot be listed ({error}); check the address and the rights"
        raise DataError(msg) from error
    if not paths:
        msg = f"{address}: nothing is there; check the address"
        raise PictureNotFoundError(msg)
    for path in paths:
        whole = "".join((scheme, quote(path), *options))
        if path.endswith(".parquet"):
            yield from iter_parquet(whole, column)
        elif is_picture(path):
            yield Span("file", whole)


def read_remote(address: str) -> bytes:
    """Return the bytes of a file, at most one more than a picture may have.

    Raises:
        PictureError: It is gone, or cannot be read.
    """
    system, place = _open_system(address)
    try:
        with system.open_input_stream(place) as stream:
            return bytes(stream.read(MAX_BYTES + 1))
    except FileNotFoundError as error:
        msg = f"{address}: no such file; check its name"
        raise PictureNotFoundError(msg) from error
    except OSError as error:
        msg = f"{address}: cannot be read ({error}); try again with --resume, or check the rights"
        raise PictureFormatError(msg) from error


def _open_system(address: str) -> tuple[Any, str]:
    require_extra("batch")
    fs = importlib.import_module("pyarrow.fs")
    try:
        system, place = fs.FileSystem.from_uri(address)
    except Exception as error:  # ArrowInvalid, or what the file system's library raises
        msg = f"{address}: expected the address of a file system that pyarrow knows, as s3://bucket/folder, got {error}"
        raise DataError(msg) from error
    return system, str(place)
