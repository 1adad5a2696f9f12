"""Loads a folder of labeled pictures; each is framed the same way as when reading."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inkdigits.errors import DataError, FrameError, PictureError, PictureNotFoundError
from inkdigits.reading.framing import frame_digit
from inkdigits.reading.pictures.folders import iter_picture_files
from inkdigits.spec import CLASS_COUNT, UInt8Array
from inkdigits.training.data.mnist import LabeledFrames

__all__ = ["find_label_folders", "read_label_folders", "read_picture_list"]

_LABELS = tuple(str(label) for label in range(CLASS_COUNT))


def find_label_folders(folder: Path) -> list[Path]:
    """Return the subfolders, sorted by name; hidden ones are left out."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def read_label_folders(folder: Path) -> LabeledFrames:
    """Read the pictures in the subfolders `0` to `9`, which are their labels.

    Args:
        folder: Holds at least one of them; a label without pictures may be missing.

    Returns:
        The digits, ordered by label and file name.

    Raises:
        DataError: A subfolder has another name, there is no picture at all, or one cannot be read or holds no digit.
    """
    labeled: list[tuple[Path, str]] = []
    for subfolder in find_label_folders(folder):
        if subfolder.name not in _LABELS:
            msg = f"{folder}: expected subfolders named 0 to 9, found {subfolder.name}; rename or move it"
            raise DataError(msg)
        labeled += [(path, subfolder.name) for path in _picture_files(subfolder)]
    return _read_pictures(labeled, str(folder))


def read_picture_list(table: Path) -> LabeledFrames:
    """Read the pictures that a CSV file names in its columns `file` and `label`; other columns are left alone.

    Args:
        table: The CSV file; the names in `file` are relative to its folder.

    Returns:
        The digits in the order of the lines.

    Raises:
        DataError: A column is missing, a label is no digit, or a picture cannot be read or holds no digit.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            header = [name.strip().lower() for name in next(lines, [])]
            if not {"file", "label"} <= set(header):
                msg = f"{table}: expected the columns file and label, found {', '.join(header) or 'none'}; name them so"
                raise DataError(msg)
            rows = (dict(zip(header, row, strict=False)) for row in lines if row)
            labeled = [_parse_row(row, table, lines.line_num) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        msg = f"{table}: expected a CSV file in UTF-8, cannot read it ({error}); save it so"
        raise DataError(msg) from error
    return _read_pictures(labeled, str(table))


def _parse_row(row: dict[str, str], table: Path, line: int) -> tuple[Path, str]:
    name, label = row.get("file", "").strip(), row.get("label", "").strip()
    if not name or label not in _LABELS:
        msg = f"{table}, line {line}: expected a file and a label from 0 to 9, found {name!r} and {label!r}; correct it"
        raise DataError(msg)
    return table.parent / name, label


def _picture_files(folder: Path) -> Sequence[Path]:
    try:
        return list(iter_picture_files(folder))
    except PictureNotFoundError:  # a label may have no pictures; that there is none at all is said by _read_pictures
        return []


def _read_pictures(labeled: Sequence[tuple[Path, str]], name: str) -> LabeledFrames:
    if not labeled:
        msg = f"{name}: expected at least one picture, found none; name another"
        raise DataError(msg)
    frames = np.stack([_frame(path) for path, _ in labeled])
    return LabeledFrames(frames, np.array([int(label) for _, label in labeled], dtype=np.uint8))


def _frame(path: Path) -> UInt8Array:
    try:
        return frame_digit(path)
    except PictureError as error:  # its message begins with the file
        raise DataError(str(error)) from error
    except FrameError as error:
        msg = f"{path}: expected a picture of one digit: {error}; leave it out"
        raise DataError(msg) from error
