"""Loads real handwriting to train on: strokes, bitmaps, gray crops, strings and words, split by writer.

The pictures do not travel with the package: the user gives a folder with some of the sets that docs/data.md names
(`--handwriting FOLDER`). A tenth of the writers trains nothing, for choosing and for confidence.
"""

import csv
import io
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np

from inkdigits.errors import DataError
from inkdigits.spec import UInt8Array
from inkdigits.system.folders import is_file
from inkdigits.training.data.handwriting_arrays import NO_SIGNS, Strokes, read_bitmaps, read_signs, read_strokes

__all__ = ["DIGIT_SETS", "NUMBER_SETS", "SETS", "Handwriting", "WrittenPicture", "is_held_out", "load_handwriting"]

_HELD_OUT_OF = 10  # one writer of so many is held out
_MIN_ALIGN_SCORE = -2.0  # crops of numbers below it are the 8 % where a wrong place is likelier (docs/data.md)


@dataclass(frozen=True, slots=True)
class WrittenPicture:
    """A picture of handwriting whose text is known, but not where each digit stands.

    Attributes:
        picture: uint8, shape (H, W), gray as scanned.
        text: Its digits from left to right; empty where no digit is written.
        writer: Set and writer, for example "quebec:47"; of a set that is not split by writer, its name alone.
        is_digit_like: Whether what is written looks like a digit though it is none, such as an O or an l.
        letters: What is written where no digit is: a letter or a word; "" for numbers.
    """

    picture: UInt8Array
    text: str
    writer: str
    is_digit_like: bool = False
    letters: str = ""


@dataclass(frozen=True, slots=True)
class Handwriting:
    """What is known of real hands, for one side of the split.

    Attributes:
        strokes: Of each digit its pen strokes, float32 (n, 2), x to the right and y downward, in units of its tablet.
        stroke_labels: uint8, one label for each entry of `strokes`.
        bitmaps: Of each set with frames: its name, uint8 frames (n, H, W) with ink 255, uint8 labels (n,).
        digit_crops: Gray pictures of one digit each, dark on light.
        numbers: Gray pictures of numbers.
        words: Gray pictures of words and letters, without a digit.
        signs: uint8 (n, H, W), ink 255: signs of many scripts that are no digit.
    """

    strokes: tuple[Strokes, ...] = ()
    stroke_labels: UInt8Array = field(default_factory=lambda: np.zeros(0, dtype=np.uint8))
    bitmaps: Mapping[str, tuple[UInt8Array, UInt8Array]] = field(default_factory=dict)
    digit_crops: tuple[WrittenPicture, ...] = ()
    numbers: tuple[WrittenPicture, ...] = ()
    words: tuple[WrittenPicture, ...] = ()
    signs: UInt8Array = field(default_factory=lambda: NO_SIGNS)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a set's label file keeps what.

    Attributes:
        name: Of the set or of its source, in front of its writers' names.
        text: Column of the digits; None where no digit is written.
        writer: Column of the writer, or of the page where writers are not told; None trains the set as a whole.
    """

    name: str
    text: str | None
    writer: str | None


_DIGIT_CROPS: Mapping[str, _Columns] = MappingProxyType({"swiss_numbers.zip": _Columns("swiss", "digit", None)})
_NUMBERS: Mapping[str, _Columns] = MappingProxyType(
    {
        "quebec_running_numbers.zip": _Columns("quebec", "digits", "writer"),
        "lectaurep_numbers.zip": _Columns("lectaurep", "digits", "page_image"),
        "peraire_numbers.zip": _Columns("peraire", "digits", None),
    }
)
_WORDS: Mapping[str, _Columns] = MappingProxyType(
    {
        "quebec_letters.zip": _Columns("quebec", None, "writer"),
        "lectaurep_words.zip": _Columns("lectaurep", None, None),
    }
)
_STROKES = "pendigits_tra.npz"
_BITMAPS = ("optdigits_orig.npz", "semeion.npz", "hwd1000_1writer.npz", "digit_eye_1writer.npz")
_SIGNS = "omniglot_signs.npz"

NUMBER_SETS = tuple(_NUMBERS)  # names of the files of numbers whose boxes are not known
DIGIT_SETS = (*_DIGIT_CROPS, _STROKES, *_BITMAPS)  # and of single digits
SETS = (*NUMBER_SETS, *_WORDS, *DIGIT_SETS, _SIGNS)  # names of all files


def is_held_out(writer: str) -> bool:
    """Return whether a writer is among the tenth that trains nothing.

    >>> sum(is_held_out(f"quebec:{n}") for n in range(1000))
    116
    """
    return zlib.crc32(writer.encode()) % _HELD_OUT_OF == 0


def load_handwriting(folder: str | os.PathLike[str], *, held_out: bool = False) -> Handwriting:
    """Load all sets of a folder that are there.

    Sets of one writer, and sets that do not say who wrote what, train as a whole: they have no held-out side.

    Args:
        folder: With some of the files of `SETS`, as docs/data.md describes them.
        held_out: Load the writers that train nothing instead of those that train.

    Raises:
        DataError: The folder has none of the sets, or a set is damaged.
    """
    root = Path(folder)
    if not any(is_file(root / name) for name in SETS):
        msg = f"{root}: expected at least one of {', '.join(SETS)}, found none; docs/data.md says where they come from"
        raise DataError(msg)
    pictures = (_read_sets(root, sets, held_out=held_out) for sets in (_DIGIT_CROPS, _NUMBERS, _WORDS))
    digit_crops, numbers, words = pictures
    if held_out:
        return Handwriting(digit_crops=digit_crops, numbers=numbers, words=words)
    strokes, labels = read_strokes(root / _STROKES)
    return Handwriting(
        strokes=strokes,
        stroke_labels=labels,
        bitmaps={path.stem: read_bitmaps(path) for name in _BITMAPS if (path := root / name).is_file()},
        digit_crops=digit_crops,
        numbers=numbers,
        words=words,
        signs=read_signs(root / _SIGNS),
    )


def _read_sets(root: Path, sets: Mapping[str, _Columns], *, held_out: bool) -> tuple[WrittenPicture, ...]:
    """Return the pictures of one side of those sets that are there."""
    found = [_read_zip(root / name, columns) for name, columns in sets.items() if is_file(root / name)]
    return tuple(picture for side in found for picture, is_out in side if is_out == held_out)


def _read_zip(path: Path, columns: _Columns) -> list[tuple[WrittenPicture, bool]]:
    """Return each picture, and whether its writer is held out."""
    try:
        with zipfile.ZipFile(path) as archive:
            rows = list(csv.DictReader(io.StringIO(archive.read("labels.csv").decode())))
            return [
                _read_picture(archive, row, columns)
                for row in rows
                if float(row.get("align_score") or 0) >= _MIN_ALIGN_SCORE
            ]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        msg = f"{path}: expected pictures and their labels.csv as docs/data.md describes them, {error}; get it again"
        raise DataError(msg) from error


def _read_picture(archive: zipfile.ZipFile, row: Mapping[str, str], columns: _Columns) -> tuple[WrittenPicture, bool]:
    data = np.frombuffer(archive.read(row["file"]), dtype=np.uint8)
    gray = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if len(data) else None
    if gray is None:
        msg = f"{row['file']} cannot be decoded"
        raise ValueError(msg)
    text = "" if columns.text is None else row[columns.text]
    if columns.text is not None and not (text.isascii() and text.isdigit()):
        msg = f"{row['file']} has no digits in the column {columns.text}: {text!r}"
        raise ValueError(msg)
    writer = columns.name if columns.writer is None else f"{columns.name}:{row[columns.writer]}"
    picture = WrittenPicture(
        picture=np.asarray(gray, dtype=np.uint8),
        text=text,
        writer=writer,
        is_digit_like=row.get("looks_like_a_digit") == "1",
        letters=row.get("text", "") if columns.text is None else "",
    )
    return picture, columns.writer is not None and is_held_out(writer)
