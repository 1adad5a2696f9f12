"""Joins the shards of a finished run into one output file, whole or not at all."""

import contextlib
import importlib
import io
import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from inkdigits.batch.outputs.rows import Form, csv_header
from inkdigits.batch.outputs.shards import Shard, sync_folder
from inkdigits.batch.outputs.tables import picture_schema
from inkdigits.errors import OutputError
from inkdigits.system.atomic_files import open_draft
from inkdigits.system.extras import require_extra

__all__ = ["iter_crops", "iter_tables", "merge_shards"]

_BLOCK = 1 << 22  # bytes copied at a time
_MOST_OPEN = 64  # files
_GROUP_BYTES = 1 << 24  # of rows as JSON: a row group of Parquet


def merge_shards(folder: Path, shards: Sequence[Shard], out: Path, form: Form, *, ordered: bool) -> None:
    """Write the rows of all shards into one file, which appears when it is complete.

    Args:
        folder: Of the shards, on the same disk as `out`.
        shards: All of them.
        out: The file.
        form: Of the file.
        ordered: Whether rows come in the input's order; else in the order in which they were read.

    Raises:
        OutputError: The file cannot be written, or a shard was changed.
        MissingExtraError: Parquet needs pyarrow, which is not installed.
    """
    draft = folder / "joined.tmp"
    blocks = _iter_ordered(folder, shards) if ordered else _iter_shards(folder, shards)
    try:
        if form == "parquet":
            _write_parquet(blocks, draft)
        else:
            with open_draft(draft) as file:
                file.write(csv_header() if form == "csv" else b"")
                for block in blocks:
                    file.write(block)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(out)
        sync_folder(out.parent)
    except OSError as error:
        with contextlib.suppress(OSError):  # it may never have been made
            draft.unlink()
        msg = f"{out}: cannot write it ({error.strerror or error}); free some space, or a right, and use --resume"
        raise OutputError(msg) from error


def iter_crops(folder: Path, shards: Sequence[Shard]) -> Iterator[bytes]:
    """Yield the lines of all digits that were cut out."""
    for shard in shards:
        with shard.crops_path(folder).open("rb") as file:
            yield from file


def _iter_shards(folder: Path, shards: Sequence[Shard]) -> Iterator[bytes]:
    """Yield the bytes of the shards, whole lines at a time."""
    for shard in shards:
        crc = 0
        with shard.rows_path(folder).open("rb") as file:
            while block := file.read(_BLOCK):
                block += file.readline()
                crc = zlib.crc32(block, crc)
                yield block
        _check(shard, crc, folder)


def _iter_ordered(folder: Path, shards: Sequence[Shard]) -> Iterator[bytes]:
    """Yield the bytes of the chunks, in the input's order."""
    for shard in shards:
        with shard.rows_path(folder).open("rb") as file:
            crc = 0
            while block := file.read(_BLOCK):
                crc = zlib.crc32(block, crc)
        _check(shard, crc, folder)
    places = sorted(((found, shard) for shard in shards for found in shard.slices), key=lambda place: place[0].start)
    opened: dict[int, IO[bytes]] = {}
    try:
        for found, shard in places:
            if shard.number not in opened:
                if len(opened) == _MOST_OPEN:
                    opened.pop(next(iter(opened))).close()
                opened[shard.number] = shard.rows_path(folder).open("rb")
            opened[shard.number].seek(found.offset)
            yield opened[shard.number].read(found.size)
    finally:
        for rows in opened.values():
            rows.close()


def _check(shard: Shard, crc: int, folder: Path) -> None:
    if crc != shard.rows_crc:
        msg = f"{shard.rows_path(folder)}: expected the rows as they were written, found others; start anew"
        raise OutputError(msg)


def _write_parquet(blocks: Iterator[bytes], draft: Path) -> None:
    require_extra("batch")
    parquet = importlib.import_module("pyarrow.parquet")
    with open_draft(draft) as file, parquet.ParquetWriter(file, picture_schema(), compression="zstd") as writer:
        for table in iter_tables(blocks):
            writer.write_table(table)


def iter_tables(blocks: Iterator[bytes]) -> Iterator[Any]:
    """Yield pyarrow tables of rows, each of the size of a row group.

    Args:
        blocks: Lines of JSON, whole ones.
    """
    schema = picture_schema()
    for rows in _gathered(blocks):
        yield _to_table(rows, schema)


def _gathered(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield whole lines, enough of them for a row group at a time."""
    held: list[bytes] = []
    size = 0
    for block in blocks:
        held.append(block)
        size += len(block)
        if size >= _GROUP_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _to_table(rows: bytes, schema: Any) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    json = importlib.import_module("pyarrow.json")
    options = json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    # a block has to hold at least one line; a page has some thousand digits
    reading = json.ReadOptions(block_size=1 << 24)
    return json.read_json(io.BytesIO(rows), read_options=reading, parse_options=options)
