"""Lists the pictures of an input of any form in a file that later runs go by.

The listing is made once, before any picture is read: it fixes the order and tells how many there are. A resumed run
reads what the first one would have read, also when the list came from standard input.
"""

import codecs
import csv
import glob
import operator
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from inkdigits.batch.inputs.archives import is_tar, iter_tar, iter_zip
from inkdigits.batch.inputs.idx_files import is_idx, iter_idx
from inkdigits.batch.inputs.parquet import iter_parquet
from inkdigits.batch.inputs.remote import is_remote, iter_remote
from inkdigits.batch.inputs.spans import Span, format_span
from inkdigits.errors import DataError, OutputError, PictureError, PictureNotFoundError
from inkdigits.reading.pictures.documents import count_pages
from inkdigits.reading.pictures.folders import PICTURE_SUFFIXES
from inkdigits.reading.pictures.pixel_tables import describe_pixel_table, is_pixel_table
from inkdigits.system.atomic_files import open_draft

__all__ = ["STDIN", "Listed", "write_listing"]

STDIN = "-"
_LIST_SUFFIXES = {".txt": None, ".lst": None, ".csv": ",", ".tsv": "\t"}  # ending -> what parts the columns
_DOCUMENT_SUFFIXES = (".pdf", ".tif", ".tiff")  # of files that may have several pages
_PATH_COLUMNS = ("path", "file", "filename", "picture", "image", "name")


@dataclass(frozen=True, slots=True)
class Listed:
    """What was listed.

    Attributes:
        pictures: How many, 0 or more.
        frames: How many of them are frames of an IDX file.
        skipped: Files of folders and archives that do not end like a picture.
    """

    pictures: int
    frames: int
    skipped: int


def write_listing(source: str, target: Path, *, column: str | None = None, stdin: IO[bytes] | None = None) -> Listed:
    """Write the spans of an input into a file; what is held in memory are a zip's directory and the names of a glob.

    Args:
        source: A folder, a glob, a zip or tar, a list of paths (.txt, .csv, .tsv), a Parquet or IDX file, a picture;
            the address of a folder or Parquet file that pyarrow reads ("s3://..."); or "-" for paths on `stdin`.
        target: The listing; it is there when it is complete.
        column: Of a Parquet file, the one that holds pictures; None takes the first that can.
        stdin: Where "-" is read from; the process's own unless told otherwise.

    Raises:
        PictureNotFoundError: There is no such input, or no picture in it.
        DataError: It is of an unknown form, or damaged.
        OutputError: The listing cannot be written.
        MissingExtraError: It needs pyarrow, which is not installed.
    """
    skips: list[int] = []
    lister = _Lister(target.parent, column, stdin or sys.stdin.buffer, skips)
    pictures = frames = 0
    draft = target.with_name(target.name + ".tmp")
    try:
        with open_draft(draft) as file:
            for span in lister.iter_input(source):
                file.write(format_span(span).encode("ascii") + b"\n")
                pictures += span.count
                frames += span.count if span.kind == "idx" else 0
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        msg = f"{target}: cannot write the list of pictures ({error.strerror}); free some space, or change --out"
        raise OutputError(msg) from error
    if not pictures:
        endings = " ".join(sorted(PICTURE_SUFFIXES))
        msg = f"{source}: expected pictures ({endings}), found none; check its path and the files' endings"
        raise PictureNotFoundError(msg)
    return Listed(pictures, frames, len(skips))


class _Lister:
    """Yields the spans of any input.

    Args:
        folder: Where a compressed tar is unpacked to, so that its members can be read in any order.
        column: As for `write_listing`.
        stdin: As for `write_listing`.
        skips: Grows by one for each file that is left out.
    """

    def __init__(self, folder: Path, column: str | None, stdin: IO[bytes], skips: list[int]) -> None:
        self._folder = folder
        self._column = column
        self._stdin = stdin
        self._skips = skips

    def iter_input(self, source: str) -> Iterator[Span]:
        """Yield the spans of what the user named."""
        if source == STDIN:
            yield from self._iter_lines(self._stdin)
        elif is_remote(source):
            yield from iter_remote(source, self._column, self._is_picture)
        elif _kind(source) == "folder":
            yield from self._iter_folder(source)
        elif _kind(source) == "other":
            msg = f"{source}: expected a file or a folder, found a pipe or a device; give a list of paths as - instead"
            raise DataError(msg)
        elif _kind(source) == "nothing" and glob.has_magic(source):
            for path in sorted(glob.iglob(source, recursive=True)):  # noqa: PTH207 - of an absolute pattern, too
                if _kind(path) == "file":
                    yield from self._iter_file(path)
        elif Path(source).suffix.lower() in _LIST_SUFFIXES:
            yield from self._iter_list(Path(source))
        else:
            yield from self._iter_file(source)

    def _iter_file(self, path: str) -> Iterator[Span]:
        """Yield the spans of one file; of a form that is not known, a picture whose row will tell so."""
        suffix = Path(path).suffix.lower()
        if suffix == ".zip":
            yield from iter_zip(path, self._is_picture)
        elif is_tar(path):
            yield from iter_tar(path, self._folder, self._is_picture)
        elif suffix == ".parquet":
            yield from iter_parquet(path, self._column)
        elif is_idx(path):
            yield from iter_idx(path, self._folder)
        elif suffix in PICTURE_SUFFIXES or _kind(path) == "file":
            yield _span_file(path)
        else:
            msg = f"{path}: no such file or folder; check its name, and quote a glob"
            raise PictureNotFoundError(msg)

    def _iter_folder(self, folder: str) -> Iterator[Span]:
        """Yield the pictures of a folder and its subfolders, in the order of `folders.iter_picture_files`."""
        try:
            with os.scandir(folder) as found:
                entries = sorted(((entry.name, _is_folder(entry)) for entry in found), key=operator.itemgetter(0))
        except OSError as error:
            advice = "give the right to read it, or leave it out"
            yield Span("failure", folder, f"{folder}: cannot list the folder ({error.strerror}); {advice}")
            return
        for name, is_folder in entries:
            path = os.path.join(folder, name)  # noqa: PTH118 - a Path costs ten times as much
            if is_folder:
                yield from self._iter_folder(path)
            elif is_folder is False and self._is_picture(name):
                yield _span_file(path)

    def _iter_list(self, path: Path) -> Iterator[Span]:
        delimiter = _LIST_SUFFIXES[path.suffix.lower()]
        if is_pixel_table(path):
            raise DataError(describe_pixel_table(path))
        try:
            if delimiter is None:
                with path.open("rb") as lines:
                    yield from self._iter_lines(lines)
            else:
                with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                    yield from _iter_table(csv.reader(file, delimiter=delimiter))
        except FileNotFoundError as error:
            msg = f"{path}: no such file or folder; check its name"
            raise PictureNotFoundError(msg) from error
        except (OSError, csv.Error) as error:
            msg = f"{path}: expected a list of paths, cannot read it ({error}); write one path a line"
            raise DataError(msg) from error

    def _iter_lines(self, lines: IO[bytes]) -> Iterator[Span]:
        for number, line in enumerate(lines):
            path = os.fsdecode((line if number else line.removeprefix(codecs.BOM_UTF8)).rstrip(b"\r\n"))
            if path:
                yield _span_file(path)

    def _is_picture(self, name: str) -> bool:
        is_picture = os.path.splitext(name)[1].lower() in PICTURE_SUFFIXES  # noqa: PTH122 - a Path costs ten times as much
        if not is_picture and not os.path.basename(name).startswith("."):  # noqa: PTH119 - the same
            self._skips.append(1)
        return is_picture


def _kind(path: str) -> Literal["file", "folder", "nothing", "other"]:
    """Tell what is at a path; "other" are pipes and devices, of which opening one may take for ever."""
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):  # a name that is too long or has a zero byte is nobody's
        return "nothing"
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"


def _span_file(path: str) -> Span:
    """Return the pages of a file that has several, else the file; of one that cannot be read, its row will tell."""
    if not path.lower().endswith(_DOCUMENT_SUFFIXES) or is_remote(path):
        return Span("file", path)
    try:
        pages = count_pages(path)
    except PictureError:
        return Span("file", path)
    return Span("file", path) if pages == 1 else Span("pages", path, count=pages)


def _is_folder(entry: "os.DirEntry[str]") -> bool | None:
    """Tell a folder from a file; None for a link to a folder, which is not followed, and for what is neither."""
    if entry.is_dir(follow_symlinks=False):
        return True
    return False if entry.is_file() else None


def _iter_table(rows: Iterator[list[str]]) -> Iterator[Span]:
    """Yield the paths of a table: its column of that name, or its first one when the first row names none."""
    first = next(rows, [])
    names = [cell.strip().lower() for cell in first]
    column = next((names.index(name) for name in _PATH_COLUMNS if name in names), None)
    if column is None and first and first[0]:
        yield _span_file(first[0])
    for row in rows:
        if len(row) > (column or 0) and row[column or 0]:
            yield _span_file(row[column or 0])
