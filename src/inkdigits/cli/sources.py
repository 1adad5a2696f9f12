"""Lists the pictures that a command is given: files, the pages of documents, folders, standard input."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import click

from inkdigits.errors import PictureError, PictureFormatError, PictureNotFoundError
from inkdigits.reading.pictures.decoding import MAX_BYTES, count_pages
from inkdigits.reading.pictures.folders import iter_other_files, iter_picture_files
from inkdigits.reading.pictures.pages import DocumentPage
from inkdigits.reading.pictures.pixel_tables import describe_pixel_table, is_pixel_table
from inkdigits.system.folders import is_file, is_folder
from inkdigits.system.text import printable_line

__all__ = ["Named", "Source", "find_folders", "find_path", "iter_sources", "tell_skipped"]

_STDIN = "-"
_MOST_EXAMPLES = 3  # names of skipped files that are listed
Source: TypeAlias = Path | bytes | DocumentPage | PictureError
Named: TypeAlias = tuple[str, Source]


def find_path(source: Source) -> Path | None:
    """Return the file that a picture is read from; None when it is none."""
    if isinstance(source, DocumentPage) and not isinstance(source.source, bytes):
        return Path(os.fspath(source.source))
    return source if isinstance(source, Path) else None


def find_folders(pictures: Sequence[str]) -> list[Path]:
    """Return those of some names that are folders."""
    return [Path(name) for name in pictures if is_folder(name)]


def iter_sources(pictures: Sequence[str]) -> Iterator[Named]:
    """Yield each picture's printable name and where it is; names that are no text have their odd bytes replaced."""
    for name in pictures:
        path = Path(name)
        if name == _STDIN:
            yield from _iter_pages(_STDIN, sys.stdin.buffer.read(MAX_BYTES + 1))
        elif is_folder(path):
            try:
                for file in iter_picture_files(path):
                    yield from _iter_pages(click.format_filename(file), file)
            except PictureNotFoundError as error:
                yield name, error
        elif is_pixel_table(path):
            yield click.format_filename(name), PictureFormatError(describe_pixel_table(click.format_filename(name)))
        else:
            yield from _iter_pages(click.format_filename(name), path)


def _iter_pages(name: str, source: Path | bytes) -> Iterator[Named]:
    """Yield each page of a file with several; else the file itself."""
    if isinstance(source, Path) and not is_file(source):  # a pipe, which can be read once only
        yield name, source
        return
    try:
        pages = count_pages(source)
    except PictureError as error:
        yield name, error
        return
    if pages == 1:
        yield name, source
    for page in range(1, 1 + pages) if pages > 1 else ():
        yield name, DocumentPage(source, page)


def tell_skipped(folder: Path) -> None:
    """Say on stderr which files of a folder do not end like a picture."""
    names = [printable_line(click.format_filename(path.relative_to(folder))) for path in iter_other_files(folder)]
    if names:
        examples = ", ".join(names[:_MOST_EXAMPLES]) + (", ..." if len(names) > _MOST_EXAMPLES else "")
        skipped = "1 file that does" if len(names) == 1 else f"{len(names)} files that do"
        where = printable_line(click.format_filename(folder))
        click.echo(f"inkdigits: {where}: skipped {skipped} not end like a picture: {examples}", err=True)
