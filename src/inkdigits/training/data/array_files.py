"""Loads labeled digits from an IDX pair, `.npz` or CSV of pixels. Nothing is unpickled."""

import csv
import gzip
import itertools
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.npyio import NpzFile

from inkdigits.errors import DataError
from inkdigits.reading.pictures.idx import parse_idx
from inkdigits.reading.pictures.pixel_tables import has_pixel_columns
from inkdigits.spec import UInt8Array
from inkdigits.training.data.array_form import AS_STORED, ArrayForm
from inkdigits.training.data.arrays import to_labeled_frames
from inkdigits.training.data.mnist import LabeledFrames

__all__ = [
    "Split",
    "column_names",
    "find_idx_images",
    "is_idx_images",
    "list_idx_images",
    "list_npz_keys",
    "read_idx_images",
    "read_idx_pair",
    "read_npz",
    "read_npz_pixels",
    "read_pixel_csv",
    "read_pixel_rows",
]

Split: TypeAlias = Literal["train", "test"]

# arrays of pixels and labels in a .npz of one set; the last two are named as scikit-learn's load_digits() names them
ONE_SET = (("x", "y"), ("X", "y"), ("images", "target"), ("data", "target"))

_IDX_IMAGES = re.compile(r"images([-.])idx3-ubyte", re.IGNORECASE)
_IDX_SUFFIXES = ("", ".gz", ".xz")
_SPLIT_WORDS = {"train": ("train",), "test": ("t10k", "test")}  # how file names tell the two halves apart
_GZIP_MAGIC, _XZ_MAGIC = b"\x1f\x8b", b"\xfd7zXZ\x00"


def is_idx_images(path: Path) -> bool:
    """Tell whether a file is named as MNIST names its pictures."""
    return _IDX_IMAGES.search(path.name) is not None


def list_idx_images(folder: Path) -> list[Path]:
    """Return the IDX files of pictures in a folder, sorted by name."""
    return sorted(path for path in folder.iterdir() if is_idx_images(path))


def find_idx_images(folder: Path, split: Split) -> Path | None:
    """Return the IDX file of pictures in a folder; of several, the one whose name says `split`.

    Returns:
        The file, or None when the folder holds no such file.

    Raises:
        DataError: Several files, and not exactly one of them is named after `split`.
    """
    found = list_idx_images(folder)
    if len(found) <= 1:
        return found[0] if found else None
    named = [path for path in found if any(word in path.name.lower() for word in _SPLIT_WORDS[split])]
    if len(named) != 1:
        names = ", ".join(path.name for path in found)
        msg = f"{folder}: expected one IDX file of {split} pictures, found {names}; give the path of one file"
        raise DataError(msg)
    return named[0]


def read_idx_pair(images: Path, form: ArrayForm = AS_STORED) -> LabeledFrames:
    """Read IDX pictures and the labels beside them; both plain, gzip or xz.

    Args:
        images: File named like `train-images-idx3-ubyte`, whose labels are `train-labels-idx1-ubyte`; `.gz` or `.xz`
            may follow either name.
        form: What is said of the pixels.

    Raises:
        DataError: A file is missing, damaged or of another form, or the counts differ.
    """
    base = _IDX_IMAGES.sub(r"labels\1idx1-ubyte", images.name)
    for suffix in _IDX_SUFFIXES[1:]:
        base = base.removesuffix(suffix)
    labels = next((path for end in _IDX_SUFFIXES if (path := images.with_name(base + end)).is_file()), None)
    if labels is None:
        msg = f"{images}: expected its labels beside it in {base} (or .gz, .xz), found no such file; put them there"
        raise DataError(msg)
    x = read_idx_images(images)
    y = parse_idx(_read_uncompressed(labels), str(labels), axes=1)
    return to_labeled_frames(x, y, str(images), form)


def read_idx_images(path: Path) -> UInt8Array:
    """Read IDX pictures alone: uint8, shape (n, H, W).

    Raises:
        DataError: The file is missing, damaged or of another form.
    """
    return parse_idx(_read_uncompressed(path), str(path), axes=3)


def list_npz_keys(path: Path) -> list[str]:
    """Return the names of the arrays in a `.npz` file, sorted.

    Raises:
        DataError: The file is no `.npz` file.
    """
    with _open_npz(path) as archive:
        return sorted(archive.files)


def read_npz(path: Path, split: Split, form: ArrayForm = AS_STORED) -> LabeledFrames:
    """Read the arrays `x_train, y_train, x_test, y_test` as Keras ships them, or one set under other names.

    Args:
        path: The `.npz` file.
        split: Which half to read; a file with one set (`x` and `y`, or scikit-learn's `images` or `data` and `target`)
            is returned for either.
        form: What is said of the pixels.

    Raises:
        DataError: The file is damaged, holds other keys or pickled objects, or its arrays are no labeled digits.
    """
    with _open_npz(path) as archive:
        keys = set(archive.files)
        for pixels, labels in ((f"x_{split}", f"y_{split}"), *ONE_SET):
            if {pixels, labels} <= keys:
                return to_labeled_frames(archive[pixels], archive[labels], str(path), form)
    found = ", ".join(sorted(keys)) or "none"
    msg = f"{path}: expected the arrays x_{split} and y_{split}, or x and y, found {found}; rename them"
    raise DataError(msg)


def read_npz_pixels(path: Path) -> npt.NDArray[np.generic]:
    """Read the pixels of a `.npz` file whose labels are not needed: of `x_test`, or of its one set.

    Raises:
        DataError: The file is damaged, or has no array of a known name.
    """
    with _open_npz(path) as archive:
        known = ("x_test", *(pixels for pixels, _ in ONE_SET))
        for name in (*known, *(archive.files if len(archive.files) == 1 else ())):
            if name in archive.files:
                return np.asarray(archive[name])
        found = ", ".join(sorted(archive.files)) or "none"
    msg = f"{path}: expected one array, or one of the names {', '.join(known)}, found {found}; rename it"
    raise DataError(msg)


def column_names(path: Path) -> Sequence[str]:
    """Return the column names in the first line of a CSV file, lower case, without blanks around them.

    Raises:
        DataError: The file cannot be read as text.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [name.strip().lower() for name in next(csv.reader(file), [])]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        msg = f"{path}: expected a CSV file in UTF-8, cannot read it ({error}); save it so"
        raise DataError(msg) from error


def read_pixel_csv(path: Path, form: ArrayForm = AS_STORED) -> LabeledFrames:
    """Read one digit per line: its label, then its pixels row by row, under the header `label,pixel0,...,pixel783`.

    Args:
        path: The CSV file.
        form: What is said of the pixels.

    Raises:
        DataError: Another first column, a line of another length, or a value that is no integer in range.
    """
    header = column_names(path)
    if header[:1] != ["label"]:
        found = ",".join(header[:3]) or "an empty file"
        msg = f"{path}: expected the header label,pixel0,...,pixel783 or file,label, found {found}; write one of them"
        raise DataError(msg)
    table = _read_numbers(path, header)
    labels = table[:, 0] if (table[:, 0] % 1).any() else table[:, 0].astype(np.int64)  # one float makes all floats
    return to_labeled_frames(table[:, 1:], labels, str(path), form)


def read_pixel_rows(path: Path) -> npt.NDArray[np.generic]:
    """Read the pixels of a CSV whose labels are not needed: shape (n, H * H), a column `label` left out.

    Raises:
        DataError: No header of pixels, a line of another length, or a value that is no number.
    """
    header = column_names(path)
    if not has_pixel_columns(header):
        found = ",".join(header[:3]) or "an empty file"
        msg = f"{path}: expected the header pixel0,...,pixel783, label before it or not, found {found}; write it"
        raise DataError(msg)
    table = _read_numbers(path, header)
    return table[:, 1:] if header[0] == "label" else table


def _read_numbers(path: Path, header: Sequence[str]) -> npt.NDArray[np.generic]:
    """Return the lines below the header, int16 where all values are whole."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = (line for line in itertools.islice(file, 1, None) if line.strip())
            first = next(lines, None)
            if first is None:
                return np.empty((0, len(header)), np.int16)
            kind = np.float32 if "." in first else np.int16
            table = np.loadtxt(itertools.chain([first], lines), kind, comments=None, delimiter=",", ndmin=2)
    except (ValueError, OSError) as error:
        msg = f"{path}: expected lines of {len(header)} integers, {error}; correct that line"
        raise DataError(msg) from error
    if table.shape[1] != len(header):
        msg = f"{path}: expected {len(header)} columns as in the header, found {table.shape[1]}; correct the header"
        raise DataError(msg)
    return table


@contextmanager
def _open_npz(path: Path) -> Iterator[NpzFile]:
    """Open an archive; what NumPy raises on the way is a `DataError` that names the file."""
    try:
        with path.open("rb") as file:
            archive = np.load(file, allow_pickle=False)
            if not isinstance(archive, NpzFile):
                msg = f"{path}: expected a .npz file of several arrays, found a single array; save it with numpy.savez"
                raise DataError(msg)
            with archive:
                yield archive
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        msg = f"{path}: expected a .npz file of plain arrays, cannot read it ({error}); save it with numpy.savez"
        raise DataError(msg) from error


def _read_uncompressed(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        if data.startswith(_GZIP_MAGIC):
            return gzip.decompress(data)
        if data.startswith(_XZ_MAGIC):
            return lzma.decompress(data)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        msg = f"{path}: expected a whole file, plain, gzip or xz; cannot read it ({error}); get it again"
        raise DataError(msg) from error
    return data
