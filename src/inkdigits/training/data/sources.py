"""Loads somebody's own digits from a path, in any of the known forms."""

import os
from pathlib import Path

from inkdigits.errors import DataError
from inkdigits.system.folders import exists, is_file, is_folder
from inkdigits.training.data.array_files import (
    Split,
    column_names,
    find_idx_images,
    is_idx_images,
    list_idx_images,
    list_npz_keys,
    read_idx_pair,
    read_npz,
    read_pixel_csv,
)
from inkdigits.training.data.array_form import AS_STORED, ArrayForm
from inkdigits.training.data.doubts import warn_of_doubt
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.data.picture_folders import find_label_folders, read_label_folders, read_picture_list

__all__ = ["Split", "has_splits", "load_dataset"]

LABELS_FILE = "labels.csv"
_FORMS = (
    "an IDX file of pictures (*images-idx3-ubyte, .gz or not) with its labels beside it, a folder of such a pair, "
    "a .npz file, a .csv file (label,pixel0,...,pixel783 or file,label), "
    "a folder with labels.csv, or a folder with the subfolders 0 to 9"
)


def load_dataset(path: str | os.PathLike[str], *, split: Split = "train", form: ArrayForm = AS_STORED) -> LabeledFrames:
    """Read labeled digits from a file or folder; docs/data.md shows each form.

    Warns with a `DataWarning` when values end at 1 or 16, or when the digits seem to be dark on light or transposed.

    Args:
        path: An IDX pair (its folder, or its file of pictures), `.npz`, CSV of pixels, CSV of file names, or a folder
            of pictures with `labels.csv` or with the subfolders 0 to 9.
        split: Which half to read where the source has two, that is `mnist.npz` and a folder with MNIST's four files; a
            source of one set is returned whole for either.
        form: What is said of the values of arrays.

    Returns:
        At least one labeled frame. Digits of other sizes than 28 x 28, and all picture files, are framed the same way
        as when reading.

    Raises:
        DataError: There is nothing of these forms, or it is damaged, mislabeled or empty; the message names the file.
    """
    source = Path(path)
    if not exists(source):
        msg = f"{source}: no such file or folder; expected {_FORMS}"
        raise DataError(msg)
    digits = _load_folder(source, split, form) if is_folder(source) else _load_file(source, split, form)
    warn_of_doubt(digits, str(source))
    return digits


def has_splits(path: str | os.PathLike[str]) -> bool:
    """Tell whether a data set comes in two halves, train and test: `mnist.npz`, or a folder with MNIST's four files.

    Raises:
        DataError: A `.npz` file that cannot be read.
    """
    source = Path(path)
    if is_folder(source):
        return len(list_idx_images(source)) > 1
    return source.suffix.lower() == ".npz" and is_file(source) and {"x_train", "x_test"} <= set(list_npz_keys(source))


def _load_folder(folder: Path, split: Split, form: ArrayForm) -> LabeledFrames:
    images = find_idx_images(folder, split)
    if images is not None:
        return read_idx_pair(images, form)
    if is_file(folder / LABELS_FILE) or find_label_folders(folder):
        form.refuse_pictures(str(folder))
    if is_file(folder / LABELS_FILE):
        return read_picture_list(folder / LABELS_FILE)
    if find_label_folders(folder):
        return read_label_folders(folder)
    names = sorted(path.name for path in folder.iterdir())
    found = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "") if names else "nothing"
    msg = f"{folder}: expected {_FORMS}; the folder holds {found}, name another"
    raise DataError(msg)


def _load_file(path: Path, split: Split, form: ArrayForm) -> LabeledFrames:
    if is_idx_images(path):
        return read_idx_pair(path, form)
    suffix = path.suffix.lower()
    if suffix == ".npz":
        return read_npz(path, split, form)
    if suffix == ".csv":
        if "file" not in column_names(path):
            return read_pixel_csv(path, form)
        form.refuse_pictures(str(path))
        return read_picture_list(path)
    msg = f"{path}: expected {_FORMS}; got a file that ends in {suffix or 'nothing'}, convert it"
    raise DataError(msg)
