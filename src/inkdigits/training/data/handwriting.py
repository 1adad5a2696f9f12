"""Loads real handwriting to train on: strokes, bitmaps, gray crops, strings and words, split by writer.

The pictures do not travel with the package: a folder with the sets named in docs/data.md is given by the user
(`--handwriting FOLDER`). A tenth of the writers is held out of every training, for choosing and for confidence.
"""

import csv
import io
import os
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from inkdigits.errors import DataError
from inkdigits.spec import Float32Array, UInt8Array

__all__ = ["Handwriting", "WrittenPicture", "is_held_out", "load_handwriting"]

_HELD_OUT_OF = 10  # one writer of so many is held out
_MIN_ALIGN_SCORE = -2.0  # of quebec_running_numbers: crops below it are the 8 % where a wrong place is likelier
_MAX_NPZ_BYTES = 64 << 20  # unpacked bytes of one array; the largest set needs 8 million


@dataclass(frozen=True, slots=True)
class WrittenPicture:
    """A picture of handwriting whose text is known, but not where each digit stands.

    Attributes:
        picture: uint8, shape (H, W), gray as scanned.
        text: Its digits from left to right; empty where no digit is written.
        writer: Set and writer, such as "quebec:47".
        is_digit_like: Whether what is written looks like a digit though it is none, such as an O or an l.
    """

    picture: UInt8Array
    text: str
    writer: str
    is_digit_like: bool = False


@dataclass(frozen=True, slots=True)
class Handwriting:
    """What is known of real hands, for one side of the split.

    Attributes:
        strokes: Of each digit its pen strokes, float32 (n, 2), x to the right and y downward, in pen units.
        stroke_labels: uint8, one label for each entry of `strokes`.
        bitmaps: Of each set with frames: its name, uint8 frames (n, H, W) with ink 255, uint8 labels (n,).
        digit_crops: Gray pictures of one digit each, dark on light.
        numbers: Gray pictures of numbers.
        words: Gray pictures of words and letters, without a digit.
        signs: uint8 (n, H, W), ink 255: signs of many scripts that are no digit.
    """

    strokes: tuple[tuple[Float32Array, ...], ...] = ()
    stroke_labels: UInt8Array = field(default_factory=lambda: np.zeros(0, dtype=np.uint8))
    bitmaps: Mapping[str, tuple[UInt8Array, UInt8Array]] = field(default_factory=dict)
    digit_crops: tuple[WrittenPicture, ...] = ()
    numbers: tuple[WrittenPicture, ...] = ()
    words: tuple[WrittenPicture, ...] = ()
    signs: UInt8Array = field(default_factory=lambda: np.zeros((0, 105, 105), dtype=np.uint8))


def is_held_out(writer: str) -> bool:
    """Return whether a writer is among the tenth that trains nothing.

    >>> sum(is_held_out(f"quebec:{n}") for n in range(1000))
    108
    """
    return zlib.crc32(writer.encode()) % _HELD_OUT_OF == 0


def load_handwriting(folder: str | os.PathLike[str], *, held_out: bool = False) -> Handwriting:
    """Load all sets of a folder that are there.

    Sets of one writer, and sets that do not say who wrote what, train as a whole: they have no held-out side.

    Args:
        folder: With the files named in docs/data.md; any of them may be missing.
        held_out: Load the writers that train nothing instead of those that train.

    Raises:
        DataError: The folder has none of the sets, or a set is damaged.
    """
    root = Path(folder)
    found = [name for name in _FILES if (root / name).is_file()]
    if not found:
        msg = (
            f"{root}: expected at least one of {', '.join(_FILES)}, found none; docs/data.md says where they come from"
        )
        raise DataError(msg)
    try:
        pictures = {name: _read_zip(root / name, _FILES[name]) for name in found if name.endswith(".zip")}
        strokes, labels = _read_strokes(root / "pendigits_tra.npz") if not held_out else ((), np.zeros(0, np.uint8))
        bitmaps = _read_bitmaps(root) if not held_out else {}
        signs = _read_signs(root / "omniglot_signs.npz") if not held_out else np.zeros((0, 105, 105), np.uint8)
    except (OSError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
        msg = f"{root}: expected the handwriting sets as docs/data.md describes them, found a damaged one: {error}"
        raise DataError(msg) from error
    return Handwriting(
        strokes=strokes,
        stroke_labels=labels,
        bitmaps=bitmaps,
        digit_crops=_side(pictures.get("swiss_numbers.zip", ()), held_out=held_out),
        numbers=_side(_chain(pictures, _NUMBERS), held_out=held_out),
        words=_side(_chain(pictures, _WORDS), held_out=held_out),
        signs=signs,
    )


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a set's label file keeps what."""

    name: str
    text: str | None  # column of the digits; None: no digit is written
    writer: str | None  # column of the writer; None: one writer


_FILES: Mapping[str, _Columns | None] = {
    "quebec_running_numbers.zip": _Columns("quebec", "digits", "writer"),
    "quebec_letters.zip": _Columns("quebec", None, "writer"),
    "lectaurep_numbers.zip": _Columns("lectaurep", "digits", "page_image"),
    "lectaurep_words.zip": _Columns("lectaurep", None, "page_image"),
    "peraire_numbers.zip": _Columns("peraire", "digits", None),
    "swiss_numbers.zip": _Columns("swiss", "digit", None),
    "pendigits_tra.npz": None,
    "optdigits_orig.npz": None,
    "semeion.npz": None,
    "hwd1000_1writer.npz": None,
    "digit_eye_1writer.npz": None,
    "omniglot_signs.npz": None,
}
_NUMBERS = ("quebec_running_numbers.zip", "lectaurep_numbers.zip", "peraire_numbers.zip")
_WORDS = ("quebec_letters.zip", "lectaurep_words.zip")


def _chain(pictures: Mapping[str, tuple[WrittenPicture, ...]], names: Iterable[str]) -> tuple[WrittenPicture, ...]:
    return tuple(picture for name in names for picture in pictures.get(name, ()))


def _side(pictures: tuple[WrittenPicture, ...], *, held_out: bool) -> tuple[WrittenPicture, ...]:
    return tuple(picture for picture in pictures if is_held_out(picture.writer) == held_out)


def _read_zip(path: Path, columns: _Columns | None) -> tuple[WrittenPicture, ...]:
    if columns is None:
        return ()
    pictures = []
    with zipfile.ZipFile(path) as archive:
        rows = csv.DictReader(io.StringIO(archive.read("labels.csv").decode()))
        for row in rows:
            if float(row.get("align_score") or 0) < _MIN_ALIGN_SCORE:
                continue
            gray = cv2.imdecode(np.frombuffer(archive.read(row["file"]), dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
            if gray is None:
                msg = f"{path.name}: {row['file']} cannot be decoded"
                raise ValueError(msg)
            writer = row.get(columns.writer or "", "")
            pictures.append(
                WrittenPicture(
                    picture=np.asarray(gray, dtype=np.uint8),
                    text=row[columns.text] if columns.text else "",
                    writer=f"{columns.name}:{writer}",
                    is_digit_like=row.get("looks_like_a_digit") == "1",
                )
            )
    return tuple(pictures)


def _load(path: Path) -> Mapping[str, Any]:
    """Return a set's arrays, each unpacked once."""
    with np.load(path, allow_pickle=False) as arrays:
        loaded = {name: arrays[name] for name in arrays.files}
    if max(array.nbytes for array in loaded.values()) > _MAX_NPZ_BYTES:
        msg = f"{path.name}: an array is larger than {_MAX_NPZ_BYTES} bytes"
        raise ValueError(msg)
    return loaded


def _read_strokes(path: Path) -> tuple[tuple[tuple[Float32Array, ...], ...], UInt8Array]:
    if not path.is_file():
        return (), np.zeros(0, dtype=np.uint8)
    arrays = _load(path)
    points = arrays["points"].astype(np.float32) * np.float32([1, -1])  # the file's y grows upward
    starts, samples = arrays["stroke_start"], arrays["sample_start"]
    ends = np.append(starts, len(points)) if starts[-1] != len(points) else starts
    digits = []
    for first, after in zip(samples[:-1], samples[1:], strict=True):
        cuts = ends[first : after + 1]
        digits.append(tuple(points[a:b] for a, b in zip(cuts[:-1], cuts[1:], strict=True) if b > a))
    return tuple(digits), arrays["labels"][: len(digits)].astype(np.uint8)


def _read_bitmaps(root: Path) -> dict[str, tuple[UInt8Array, UInt8Array]]:
    bitmaps = {}
    for name in ("optdigits_orig", "semeion"):
        if (root / f"{name}.npz").is_file():
            arrays = _load(root / f"{name}.npz")
            frames = np.unpackbits(arrays["ink_packed"], axis=-1) * np.uint8(255)
            bitmaps[name] = (frames, arrays["labels"].astype(np.uint8))
    for name in ("hwd1000_1writer", "digit_eye_1writer"):
        if (root / f"{name}.npz").is_file():
            arrays = _load(root / f"{name}.npz")
            bitmaps[name] = (255 - arrays["images"], arrays["labels"].astype(np.uint8))
    return bitmaps


def _read_signs(path: Path) -> UInt8Array:
    if not path.is_file():
        return np.zeros((0, 105, 105), dtype=np.uint8)
    packed = _load(path)["ink_packed"]
    return np.asarray(np.unpackbits(packed, axis=-1)[:, :, :105] * np.uint8(255), dtype=np.uint8)
