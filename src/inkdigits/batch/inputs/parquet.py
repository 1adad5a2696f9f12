"""Splits a Parquet file into spans, its row groups, and reads the encoded pictures of some rows at a time."""

import importlib
from collections.abc import Iterator
from typing import Any

from inkdigits.batch.inputs.spans import Span
from inkdigits.errors import DataError, PictureFormatError, PictureNotFoundError
from inkdigits.system.extras import require_extra

__all__ = ["ParquetPictures", "iter_parquet"]

_NAME_COLUMNS = ("path", "file", "filename", "name")  # a text column of such a name names the pictures in the output
_BATCH = 64  # rows decoded at a time


def iter_parquet(path: str, column: str | None) -> Iterator[Span]:
    """Yield a span for each row group.

    Args:
        path: The file, or the address of one that pyarrow's file systems know.
        column: Its pictures; None takes the first column of bytes, or of structures with a field `bytes`.

    Raises:
        PictureNotFoundError: No such file.
        DataError: It is damaged or has no such column.
        MissingExtraError: pyarrow is not installed.
    """
    file = _open(path)
    name = _choose_column(file.schema_arrow, path, column)
    base = 0
    for group in range(file.num_row_groups):
        count = file.metadata.row_group(group).num_rows
        if count:
            yield Span("parquet", path, name, count=count, group=group, base=base)
        base += count
    file.close()


class ParquetPictures:
    """Reads rows of one file; goes on where the last span ended instead of decoding a row group from its beginning."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._place: tuple[str, str, int] | None = None
        self._rows: Iterator[tuple[str | None, bytes | None]] = iter(())
        self._at = 0

    def read(self, span: Span) -> Iterator[tuple[str, bytes | None]]:
        """Yield name and bytes of each picture of a span; None where the row holds no picture.

        Raises:
            DataError: The file was changed.
            PictureFormatError: It cannot be read any more.
        """
        place = (span.path, span.member, span.group)
        if place != self._place or span.at < self._at:
            self._place, self._at = place, 0
            self._rows = _iter_rows(*place)
        while self._at < span.at:
            self._next(span)
        for _ in range(span.count):
            row = span.base + self._at
            name, data = self._next(span)
            yield name or f"{span.path}[{row}]", data

    def _next(self, span: Span) -> tuple[str | None, bytes | None]:
        try:
            row = next(self._rows, None)
        except Exception as error:  # pyarrow's file systems raise what they meet
            self._place = None
            msg = f"{span.path}: cannot read row group {span.group} ({error}); copy it again"
            raise PictureFormatError(msg) from error
        if row is None:
            msg = f"{span.path}: expected more rows in row group {span.group}, the file was changed; copy it again"
            raise DataError(msg)
        self._at += 1
        return row


def _iter_rows(path: str, column: str, group: int) -> Iterator[tuple[str | None, bytes | None]]:
    file = _open(path)
    pa = importlib.import_module("pyarrow")
    schema = file.schema_arrow
    texts = {field.name for field in schema if field.type in {pa.string(), pa.large_string()}}
    named = next((name for name in _NAME_COLUMNS if name in texts), None)
    columns = [column] if named is None else [column, named]
    for batch in file.iter_batches(batch_size=_BATCH, row_groups=[group], columns=columns):
        pictures = batch.column(column).to_pylist()
        names = [None] * len(pictures) if named is None else batch.column(named).to_pylist()
        for name, picture in zip(names, pictures, strict=True):
            if isinstance(picture, dict):  # as data sets of pictures are published: {"bytes": ..., "path": ...}
                yield name or picture.get("path"), picture.get("bytes")
            else:
                yield name, picture


def _open(path: str) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    require_extra("batch")
    parquet = importlib.import_module("pyarrow.parquet")
    arrow_fs = importlib.import_module("pyarrow.fs")
    try:
        if "://" not in path:
            return parquet.ParquetFile(path)
        system, place = arrow_fs.FileSystem.from_uri(path)
        return parquet.ParquetFile(system.open_input_file(place))
    except FileNotFoundError as error:
        msg = f"{path}: no such file; check its name and folder"
        raise PictureNotFoundError(msg) from error
    except Exception as error:  # ArrowInvalid, OSError, and what a file system raises
        msg = f"{path}: expected a Parquet file, cannot read it ({error}); copy it again"
        raise DataError(msg) from error


def _choose_column(schema: Any, path: str, column: str | None) -> str:  # noqa: ANN401 - as in _open
    pa = importlib.import_module("pyarrow")

    def holds_bytes(kind: Any) -> bool:  # noqa: ANN401 - as in _open
        if pa.types.is_struct(kind):
            return any(field.name == "bytes" and holds_bytes(field.type) for field in kind)
        return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))

    fitting = [field.name for field in schema if holds_bytes(field.type)]
    if column is not None and column in fitting:
        return column
    if column is not None or not fitting:
        wanted = "a column" if column is None else f"the column {column}"
        msg = f"{path}: expected {wanted} with encoded pictures as bytes, found {schema.names}; name one with --column"
        raise DataError(msg)
    return str(fitting[0])
