"""Reads IDX files, the format in which MNIST was published: the array, read-only uint8, or its shape alone."""

import math
import struct

import numpy as np

from inkdigits.errors import DataError
from inkdigits.spec import UInt8Array

__all__ = ["idx_start", "parse_idx", "parse_idx_shape"]

_UNSIGNED_BYTE = 0x08  # the third byte of the magic number names the element type


def parse_idx(data: bytes, name: str, *, axes: int) -> UInt8Array:
    """Return the array that an uncompressed IDX file holds.

    Args:
        data: The whole file: two zero bytes, element type, number of axes, one big-endian uint32 per axis, elements.
        name: File name for the messages.
        axes: How many axes the array must have: 3 for pictures (n, H, W), 1 for labels (n,).

    Returns:
        uint8, with `axes` axes, read-only, sharing memory with `data`.

    Raises:
        DataError: Another magic number or element type, or the file is shorter or longer than its header says.

    >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]), "labels-idx1-ubyte", axes=1)
    array([7, 2, 1], dtype=uint8)
    """
    shape = parse_idx_shape(data, len(data), name, axes=axes)
    return np.frombuffer(data, dtype=np.uint8, offset=idx_start(axes)).reshape(shape)


def idx_start(axes: int) -> int:
    """Return where the elements begin, in bytes."""
    return 4 + 4 * axes


def parse_idx_shape(header: bytes, length: int, name: str, *, axes: int) -> tuple[int, ...]:
    """Return the shape that an uncompressed IDX file says it has.

    Args:
        header: The file's first bytes, `idx_start(axes)` or more where it has as many.
        length: Of the whole file, bytes.
        name: As for `parse_idx`.
        axes: As for `parse_idx`.

    Raises:
        DataError: As for `parse_idx`.
    """
    expected = bytes([0, 0, _UNSIGNED_BYTE, axes])
    if header[:4] != expected:
        found = header[:4].hex(" ") or "an empty file"
        magic = f"the IDX magic number {expected.hex(' ')} ({_describe(axes)})"
        msg = f"{name}: expected {magic}, found {found}; get it again"
        raise DataError(msg)
    start = idx_start(axes)
    if len(header) < start:
        cut = "it is cut off, get it again"
        msg = f"{name}: expected an IDX header of {start} bytes, found a file of {len(header)}; {cut}"
        raise DataError(msg)
    shape = struct.unpack(f">{axes}I", header[4:start])
    size = start + math.prod(shape)
    if length != size:
        advice = "it is cut off, get it again" if length < size else "something was appended, get it again"
        msg = f"{name}: expected {size} bytes for shape {shape}, found {length}; {advice}"
        raise DataError(msg)
    return shape


def _describe(axes: int) -> str:
    return f"unsigned bytes, {axes} {'axis' if axes == 1 else 'axes'}"
