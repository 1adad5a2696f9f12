"""Writes answers, in any order, as shards in a folder that knows what has been read, whatever ended the run.

A shard is written under another name, forced to the disk and renamed. Only then it is entered in the manifest, whose
last line is torn at worst. What the manifest does not name, or names with another size, was never read.
"""

import contextlib
import json
import os
import time
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from inkdigits.batch.outputs.answers import MOST_DOUBTFUL, Answer
from inkdigits.batch.outputs.rows import COUNTED, Counted
from inkdigits.errors import OutputError
from inkdigits.system.atomic_files import open_draft

__all__ = ["Shard", "ShardWriter", "Slice", "read_manifest", "sync_folder"]

_MANIFEST = "manifest.jsonl"
_MOST_ROWS = 100_000  # a shard
_LEAST_SECONDS, _MOST_SECONDS = 1.0, 60.0  # between shards
_SHARE = 0.02  # of the run's time that a crash may cost, within these limits


@dataclass(frozen=True, slots=True)
class Slice:
    """Where the rows of one chunk lie in a shard.

    Attributes:
        start: Of the chunk.
        count: Rows.
        offset: Bytes before them.
        size: Bytes.
    """

    start: int
    count: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Shard:
    """One finished shard, as a line of the manifest holds it.

    Attributes:
        number: From 0 up; the rows are in the file `rows-NUMBER`, the cut out digits in `crops-NUMBER`.
        slices: Its chunks, in the order of the file.
        rows_size: Bytes of the rows.
        rows_crc: Their CRC-32.
        crops_size: Bytes of the cut out digits.
        counts: Pictures by what they count as.
        doubtful: Names of the first pictures with an unsure digit.
        paged: Pictures that are files of several pages, of which the first was read.
    """

    number: int
    slices: tuple[Slice, ...]
    rows_size: int
    rows_crc: int
    crops_size: int
    counts: dict[Counted, int]
    doubtful: tuple[str, ...]
    paged: int = 0

    def rows_path(self, folder: Path) -> Path:
        """Return the file of the rows."""
        return folder / f"rows-{self.number:06d}"

    def crops_path(self, folder: Path) -> Path:
        """Return the file of the cut out digits."""
        return folder / f"crops-{self.number:06d}"


@dataclass(slots=True)
class _Draft:
    """The shard that is being written."""

    number: int
    rows: IO[bytes]
    crops: IO[bytes]
    began: float
    slices: list[Slice] = field(default_factory=list)
    rows_size: int = 0
    rows_crc: int = 0
    crops_size: int = 0
    counts: dict[Counted, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    doubtful: list[str] = field(default_factory=list)
    paged: int = 0


class ShardWriter:
    """Writes answers into shards; as a context manager it finishes the last one, unless an error of writing ended it.

    Args:
        folder: Where the shards go; it exists.
        shards: What earlier runs finished, from `read_manifest`.

    Raises:
        OutputError: A shard cannot be written, for example on a full disk; what was finished before it stays.
    """

    def __init__(self, folder: Path, shards: list[Shard]) -> None:
        """Take up after what is there."""
        self._folder = folder
        self._shards = shards
        self._draft: _Draft | None = None
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the shard in flight."""
        if isinstance(error, OutputError):
            return
        self.finish_part()

    def add(self, answer: Answer) -> None:
        """Write one answer, and finish the shard when it is time."""
        try:
            draft = self._draft or self._begin()
            self._draft = draft
            draft.rows.write(answer.rows)
            draft.crops.write(answer.crops)
        except OSError as error:
            raise self._failed(error) from error
        draft.slices.append(Slice(answer.start, answer.count, draft.rows_size, len(answer.rows)))
        draft.rows_size += len(answer.rows)
        draft.rows_crc = zlib.crc32(answer.rows, draft.rows_crc)
        draft.crops_size += len(answer.crops)
        draft.doubtful = [*draft.doubtful, *answer.doubtful][:MOST_DOUBTFUL]
        draft.paged += answer.paged
        for name, count in answer.counts.items():
            draft.counts[name] += count
        now = time.monotonic()
        patience = min(max(_LEAST_SECONDS, _SHARE * (now - self._began)), _MOST_SECONDS)
        if sum(draft.counts.values()) >= _MOST_ROWS or now - draft.began >= patience:
            self.finish_part()

    def finish_part(self) -> None:
        """Make the shard in flight one that counts; nothing when there is none."""
        draft, self._draft = self._draft, None
        if draft is None:
            return
        shard = Shard(
            draft.number,
            tuple(draft.slices),
            draft.rows_size,
            draft.rows_crc,
            draft.crops_size,
            draft.counts,
            tuple(draft.doubtful),
            draft.paged,
        )
        try:
            for file, path in (
                (draft.crops, shard.crops_path(self._folder)),
                (draft.rows, shard.rows_path(self._folder)),
            ):
                _sync(file)
                file.close()
                Path(file.name).replace(path)
            sync_folder(self._folder)
            with (self._folder / _MANIFEST).open("ab") as manifest:
                manifest.write(json.dumps(asdict(shard), separators=(",", ":")).encode() + b"\n")
                _sync(manifest)
        except OSError as error:
            raise self._failed(error, draft) from error
        self._shards.append(shard)

    def _begin(self) -> _Draft:
        rows, crops = (open_draft(self._folder / f"{name}.tmp") for name in ("rows", "crops"))
        return _Draft(len(self._shards), rows, crops, time.monotonic())

    def _failed(self, error: OSError, draft: _Draft | None = None) -> OutputError:
        """Return the error to raise; the unfinished shard is given up, which frees its space."""
        draft, self._draft = draft or self._draft, None
        for file in () if draft is None else (draft.rows, draft.crops):
            _give_up(file)
        msg = (
            f"{self._folder}: cannot write the shard ({error.strerror}); what was read before it is kept: "
            "free some space, then go on with --resume"
        )
        return OutputError(msg)


def read_manifest(folder: Path) -> list[Shard]:
    """Return the finished shards of a run; a line that was torn is cut off, so that the next one begins a line.

    Raises:
        OutputError: A shard that the manifest names is missing or has another size.
    """
    path = folder / _MANIFEST
    if not path.exists():
        return []
    whole = 0
    shards = []
    with path.open("r+b") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            try:
                shards.append(_parse_shard(line))
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                msg = f"{path}: expected the list of finished parts, it is damaged ({error}); remove the folder"
                raise OutputError(msg) from error
            whole += len(line)
        file.truncate(whole)
    for number, shard in enumerate(shards):
        found = {
            path: path.stat().st_size if path.exists() else -1
            for path in (shard.rows_path(folder), shard.crops_path(folder))
        }
        if shard.number != number or list(found.values()) != [shard.rows_size, shard.crops_size]:
            msg = f"{shard.rows_path(folder)}: expected {shard.rows_size} bytes of rows, found another file; start anew"
            raise OutputError(msg)
    return shards


def _parse_shard(line: bytes) -> Shard:
    values = json.loads(line)
    values["slices"] = tuple(Slice(**values) for values in values["slices"])
    values["doubtful"] = tuple(values["doubtful"])
    return Shard(**values)


def sync_folder(folder: Path) -> None:
    """Force the names of a folder's files to the disk; nothing where folders cannot be opened."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _give_up(file: IO[bytes]) -> None:
    with contextlib.suppress(OSError):  # what it still held does not fit either
        file.close()
    Path(file.name).unlink(missing_ok=True)
