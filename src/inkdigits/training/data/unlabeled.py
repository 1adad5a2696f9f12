"""Loads frames whose labels are not known or not needed, from all forms that `load_dataset` knows."""

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkdigits.errors import DataError, FrameError, PictureError, PictureNotFoundError
from inkdigits.reading.framing import frame_digit
from inkdigits.reading.pictures.folders import iter_picture_files
from inkdigits.reading.pictures.pixel_tables import is_pixel_table
from inkdigits.spec import UInt8Array
from inkdigits.training.data.array_files import (
    find_idx_images,
    is_idx_images,
    read_idx_images,
    read_npz_pixels,
    read_pixel_rows,
)
from inkdigits.training.data.array_form import AS_STORED, ArrayForm, DataWarning
from inkdigits.training.data.arrays import to_frame_array
from inkdigits.training.data.doubts import find_paper_doubt

__all__ = ["NamedFrames", "load_frames"]

_FORMS = (
    "a .csv file (pixel0,...,pixel783, with a column label or not), a .npz or .npy file, "
    "an IDX file of pictures, or a folder of such a file or of pictures of one digit each"
)


@dataclass(frozen=True, eq=False, slots=True)
class NamedFrames:
    """Frames without labels.

    Attributes:
        x: uint8, shape (n, 28, 28), 0 for paper to 255 for ink, n of 1 or more.
        names: n names: file names of pictures, relative to their folder; "1", "2" and so on of arrays.
    """

    x: UInt8Array
    names: tuple[str, ...]


def load_frames(path: str | os.PathLike[str], *, form: ArrayForm = AS_STORED) -> NamedFrames:
    """Read digits from a file or folder; labels are left alone.

    Warns with a `DataWarning` when values end at 1 or 16, or when the digits seem to be dark on light.

    Args:
        path: A CSV of pixels as Kaggle's test.csv, `.npz`, `.npy`, IDX pictures, a folder of them, or one of pictures.
        form: What is said of the values of arrays.

    Raises:
        DataError: There is nothing of these forms, or it is damaged or empty; the message names the file.
    """
    source = Path(path)
    if not source.exists():
        msg = f"{source}: no such file or folder; expected {_FORMS}"
        raise DataError(msg)
    images = find_idx_images(source, "test") if source.is_dir() else source
    if images is None:
        form.refuse_pictures(str(source))
        return _read_pictures(source)
    x = to_frame_array(_read_array(images), str(images), form)
    if (doubt := find_paper_doubt(x)) is not None:
        warnings.warn(f"{source}: {doubt}", DataWarning, stacklevel=2)
    return NamedFrames(x, tuple(str(number) for number in range(1, len(x) + 1)))


def _read_array(path: Path) -> "np.typing.NDArray[np.generic]":
    if is_idx_images(path):
        return read_idx_images(path)
    suffix = path.suffix.lower()
    if suffix == ".npz":
        return read_npz_pixels(path)
    if suffix == ".npy":
        return _read_npy(path)
    if is_pixel_table(path):
        return read_pixel_rows(path)
    found = "a table of other columns" if suffix == ".csv" else f"a file that ends in {suffix or 'nothing'}"
    msg = f"{path}: expected {_FORMS}; got {found}, convert it"
    raise DataError(msg)


def _read_npy(path: Path) -> "np.typing.NDArray[np.generic]":
    try:
        return np.asarray(np.load(path, allow_pickle=False))
    except (OSError, EOFError, ValueError) as error:
        msg = f"{path}: expected a .npy file of one plain array, cannot read it ({error}); save it with numpy.save"
        raise DataError(msg) from error


def _read_pictures(folder: Path) -> NamedFrames:
    try:
        files: Sequence[Path] = tuple(iter_picture_files(folder))
    except PictureNotFoundError as error:
        msg = f"{folder}: expected {_FORMS}; found none of them, name another"
        raise DataError(msg) from error
    frames = []
    for file in files:
        try:
            frames.append(frame_digit(file))
        except (PictureError, FrameError) as error:
            msg = f"{file}: expected a picture of one digit: {error}; move it out of the folder"
            raise DataError(msg) from error
    return NamedFrames(np.stack(frames), tuple(file.relative_to(folder).as_posix() for file in files))
