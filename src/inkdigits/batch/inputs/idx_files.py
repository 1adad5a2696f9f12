"""Counts the pictures of an IDX file, and reads some of them at a time, uint8 (n, H, W)."""

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from inkdigits.batch.inputs.spans import Span
from inkdigits.errors import DataError, PictureFormatError
from inkdigits.reading.pictures.idx import idx_start, parse_idx_shape
from inkdigits.spec import UInt8Array
from inkdigits.system.atomic_files import open_draft
from inkdigits.system.unpacking import UnpackingError, copy_unpacked, find_packing

__all__ = ["is_idx", "iter_idx", "read_idx_frames"]

_AXES = 3
_MAGIC = bytes([0, 0, 8, _AXES])
_LONGEST_MARK = 8  # bytes


def is_idx(path: str) -> bool:
    """Tell by a file's first bytes whether it is an IDX file of pictures; compressed ones by their name, too."""
    try:
        with Path(path).open("rb") as file:
            first = file.read(_LONGEST_MARK)
    except (OSError, ValueError):
        return False
    return first[:4] == _MAGIC or (find_packing(first) is not None and "idx3" in Path(path).name)


def iter_idx(path: str, folder: Path) -> Iterator[Span]:
    """Yield one span for all pictures of an IDX file.

    Args:
        path: The file; a compressed one is unpacked first.
        folder: Where to.

    Raises:
        DataError: It is cut off or damaged.
    """
    plain = _unpacked(path, folder)
    count = _shape(plain, path)[0]
    if count:
        yield Span("idx", str(plain), path, count=count)


def read_idx_frames(span: Span) -> UInt8Array:
    """Return the pictures of a span.

    Returns:
        uint8, shape (n, H, W), as the file has them; read-only.

    Raises:
        DataError: The file was changed.
        PictureFormatError: It cannot be read any more.
    """
    path = Path(span.path)
    _, height, width = _shape(path, span.member)
    size = height * width
    with path.open("rb") as file:
        file.seek(idx_start(_AXES) + span.at * size)
        data = file.read(span.count * size)
    if len(data) != span.count * size:
        msg = f"{span.member}: expected {span.count} pictures from {span.at} on, the file became shorter; copy it again"
        raise PictureFormatError(msg)
    return np.frombuffer(data, dtype=np.uint8).reshape(span.count, height, width)


def _shape(plain: Path, name: str) -> tuple[int, ...]:
    try:
        with plain.open("rb") as file:
            header = file.read(idx_start(_AXES))
        shape = parse_idx_shape(header, plain.stat().st_size, name, axes=_AXES)
    except OSError as error:
        msg = f"{name}: cannot read it ({error.strerror}); put it back, or change its permissions"
        raise PictureFormatError(msg) from error
    if math.prod(shape[1:]) == 0:
        msg = f"{name}: expected pictures of 1 x 1 pixel or more, found {shape[1]} x {shape[2]}; get it again"
        raise DataError(msg)
    return shape


def _unpacked(path: str, folder: Path) -> Path:
    with Path(path).open("rb") as file:
        mark = find_packing(file.read(_LONGEST_MARK))
    if mark is None:
        return Path(path)
    target = folder / f"unpacked-{hashlib.sha256(path.encode(errors='surrogateescape')).hexdigest()[:16]}.idx"
    try:
        with Path(path).open("rb") as packed, open_draft(target) as file:
            copy_unpacked(packed, file, mark)
    except UnpackingError as error:
        msg = f"{path}: expected a compressed IDX file, got {error}; get it again"
        raise DataError(msg) from error
    return target
