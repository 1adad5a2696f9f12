"""Reads those sets of real handwriting that are NumPy files: strokes of a tablet, bitmaps, signs of other scripts."""

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from inkdigits.errors import DataError
from inkdigits.spec import CLASS_COUNT, Float32Array, UInt8Array
from inkdigits.system.array_archives import read_arrays

__all__ = ["NO_SIGNS", "Strokes", "read_bitmaps", "read_signs", "read_strokes"]

Strokes: TypeAlias = tuple[Float32Array, ...]  # of one digit, each (n, 2), x to the right and y downward
Arrays: TypeAlias = Mapping[str, npt.NDArray[Any]]
ResultT = TypeVar("ResultT")

_SIGN_SIDE = 105  # pixels of a sign's picture
_MAX_BYTES = 64 << 20  # unpacked bytes of one array; the largest set needs 8 million
NO_SIGNS: UInt8Array = np.zeros((0, _SIGN_SIDE, _SIGN_SIDE), dtype=np.uint8)


def read_strokes(path: Path) -> tuple[tuple[Strokes, ...], UInt8Array]:
    """Return the pen strokes of each digit, and its label; nothing where there is no file.

    Raises:
        DataError: The file is damaged.
    """
    if not path.is_file():
        return (), np.zeros(0, dtype=np.uint8)
    return _read(path, _parse_strokes)


def read_bitmaps(path: Path) -> tuple[UInt8Array, UInt8Array]:
    """Return frames (n, H, W) with ink 255, and labels (n,).

    Raises:
        DataError: The file is damaged.
    """
    return _read(path, _parse_bitmaps)


def read_signs(path: Path) -> UInt8Array:
    """Return signs (n, 105, 105) with ink 255; none where there is no file.

    Raises:
        DataError: The file is damaged.
    """
    return _read(path, _parse_signs) if path.is_file() else NO_SIGNS


def _read(path: Path, parse: Callable[[Arrays], ResultT]) -> ResultT:
    try:
        loaded = read_arrays(path)
        if max(array.nbytes for array in loaded.values()) > _MAX_BYTES:
            msg = f"an array is larger than {_MAX_BYTES} bytes"
            raise ValueError(msg)  # noqa: TRY301 - one message for all that can be wrong
        return parse(loaded)
    except (OSError, ValueError, KeyError, IndexError, TypeError, EOFError) as error:
        msg = f"{path}: expected the arrays that docs/data.md describes, {error}; get the set again"
        raise DataError(msg) from error


def _parse_strokes(arrays: Arrays) -> tuple[tuple[Strokes, ...], UInt8Array]:
    points = arrays["points"].astype(np.float32) * np.array([1, -1], dtype=np.float32)  # the file's y grows upward
    starts, samples = arrays["stroke_start"], arrays["sample_start"]
    ends = np.append(starts, len(points)) if starts[-1] != len(points) else starts
    digits: list[Strokes] = []
    for first, after in itertools.pairwise(samples):
        cuts = ends[first : after + 1]
        strokes = tuple(points[start:end] for start, end in itertools.pairwise(cuts) if end > start)
        if not strokes:
            msg = f"digit {len(digits)} has no stroke"
            raise ValueError(msg)
        digits.append(strokes)
    return tuple(digits), _parse_labels(arrays, len(digits))


def _parse_bitmaps(arrays: Arrays) -> tuple[UInt8Array, UInt8Array]:
    frames = _unpack(arrays["ink_packed"]) if "ink_packed" in arrays else 255 - arrays["images"].astype(np.uint8)
    if frames.ndim != 3:
        msg = f"frames have the shape {frames.shape}"
        raise ValueError(msg)
    return frames, _parse_labels(arrays, len(frames))


def _parse_signs(arrays: Arrays) -> UInt8Array:
    signs = _unpack(arrays["ink_packed"])[:, :, :_SIGN_SIDE]
    if signs.shape[1:] != (_SIGN_SIDE, _SIGN_SIDE):
        msg = f"signs have the shape {signs.shape}"
        raise ValueError(msg)
    return signs


def _parse_labels(arrays: Arrays, count: int) -> UInt8Array:
    labels = arrays["labels"]
    if labels.shape != (count,) or labels.dtype.kind not in "iu" or np.any((labels < 0) | (labels >= CLASS_COUNT)):
        msg = f"{count} digits have labels of shape {labels.shape} that are not all 0 to 9"
        raise ValueError(msg)
    return labels.astype(np.uint8)


def _unpack(bits: npt.NDArray[Any]) -> UInt8Array:
    return np.asarray(np.unpackbits(bits, axis=-1) * np.uint8(255), dtype=np.uint8)
