"""Loads the pictures of a span, each with its name."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from inkdigits.batch.inputs.archives import read_tar_member, read_zip_member
from inkdigits.batch.inputs.idx_files import read_idx_frames
from inkdigits.batch.inputs.parquet import ParquetPictures
from inkdigits.batch.inputs.remote import is_remote, read_remote
from inkdigits.batch.inputs.spans import Span
from inkdigits.errors import InkdigitsError, PictureFormatError
from inkdigits.reading.pictures.decoding import Picture
from inkdigits.reading.pictures.pages import DocumentPage, page_name

__all__ = ["Item", "Places", "Title", "raiser", "span_titles"]


class Title(NamedTuple):
    """How the output calls a picture.

    Attributes:
        path: Its file, or its place in a larger one.
        page: Number of the page, from 1, of a file with several; else None.
    """

    path: str
    page: int | None = None

    def __str__(self) -> str:
        """Return both, for messages."""
        return page_name(self.path, self.page)


@dataclass(frozen=True, slots=True)
class Item:
    """One picture of the input.

    Attributes:
        title: How the output calls it.
        load: Returns it as `DigitReader.read` takes it; can be called again, and raises PictureError.
        path: Of a local file that is opened only when it is decoded; else None.
    """

    title: Title
    load: Callable[[], Picture]
    path: str | None = None

    @property
    def name(self) -> str:
        """Name for messages."""
        return str(self.title)

    def version(self) -> tuple[int, int, int] | None:
        """Return what changes with a local file's content: its number, size and time; None when there is none."""
        try:
            status = None if self.path is None else os.stat(self.path)  # noqa: PTH116 - a Path costs ten times as much
        except (OSError, ValueError):  # reading it will tell
            return None
        return None if status is None else (status.st_ino, status.st_size, status.st_mtime_ns)


class Places:
    """Opens spans; keeps one Parquet file open between calls, so it belongs to one worker."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._parquet = ParquetPictures()

    def open(self, span: Span) -> list[Item]:
        """Return the pictures of a span, as many as it counts.

        Raises:
            PictureError: Its file cannot be read any more.
            DataError: Its file was changed.
        """
        if span.kind == "parquet":
            return [Item(Title(name), _holder(name, data)) for name, data in self._parquet.read(span)]
        names = span_titles(span)
        if span.kind == "idx":
            return [
                Item(name, partial(np.asarray, frame)) for name, frame in zip(names, read_idx_frames(span), strict=True)
            ]
        if span.kind == "pages":
            return [Item(name, partial(DocumentPage, span.path, name.page or 1), span.path) for name in names]
        if span.kind == "file" and not is_remote(span.path):
            return [Item(names[0], lambda: span.path, span.path)]
        return [Item(names[0], self._loader(span))]

    def _loader(self, span: Span) -> Callable[[], Picture]:
        if span.kind == "zip":
            return partial(read_zip_member, span)
        if span.kind == "tar":
            return partial(read_tar_member, span)
        return partial(read_remote, span.path) if span.kind == "file" else raiser(PictureFormatError(span.member))


def span_titles(span: Span) -> list[Title]:
    """Return how the output calls the pictures of a span that cannot be opened."""
    places = range(span.at, span.at + span.count)
    if span.kind == "parquet":
        return [Title(f"{span.path}[{span.base + place}]") for place in places]
    if span.kind == "idx":
        return [Title(f"{span.member}[{place}]") for place in places]
    if span.kind == "pages":
        return [Title(span.path, place + 1) for place in places]
    return [Title({"zip": f"{span.path}/{span.member}", "tar": span.member}.get(span.kind, span.path))]


def raiser(error: InkdigitsError) -> Callable[[], Picture]:
    """Return a way to load a picture that cannot be loaded."""

    def load() -> Picture:
        raise error

    return load


def _holder(name: str, data: bytes | None) -> Callable[[], Picture]:
    if data is None:
        return raiser(PictureFormatError(f"{name}: expected the bytes of a picture, the row holds none; fill it"))
    return lambda: data
