"""Keeps real strings and the boxes that the detector found in them in a file, from one labeling to the next."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inkdigits.errors import DataError
from inkdigits.system.array_archives import read_arrays
from inkdigits.system.folders import is_file
from inkdigits.training.synthesis.scenes.canvas import to_rows
from inkdigits.training.synthesis.scenes.real_pictures import RealPicture

__all__ = ["load_strings", "save_strings"]


def save_strings(path: Path, strings: Sequence[RealPicture]) -> None:
    """Write pictures with their marks to a file.

    Raises:
        OSError: It cannot be written.
    """
    shapes = np.array([picture.picture.shape for picture in strings], dtype=np.int64).reshape(-1, 2)
    counts = np.array([len(picture.marks) for picture in strings], dtype=np.int64)
    pixels = np.concatenate([np.zeros(0, np.uint8), *(picture.picture.ravel() for picture in strings)])
    marks = np.concatenate([to_rows([]), *(picture.marks for picture in strings)])
    with path.open("wb") as file:
        np.savez(file, shapes=shapes, counts=counts, pixels=pixels, marks=marks)


def load_strings(path: Path | None) -> tuple[RealPicture, ...]:
    """Return what `save_strings` wrote; nothing where there is no file.

    Raises:
        DataError: The file is damaged.
    """
    if path is None or not is_file(path):
        return ()
    try:
        names = ("shapes", "counts", "pixels", "marks")
        shapes, counts, pixels, marks = read_arrays(path, *names).values()
        pictures = np.split(pixels, np.cumsum(shapes.prod(axis=1)))[:-1]
        found = np.split(marks, np.cumsum(counts))[:-1]
        return tuple(
            RealPicture(picture.reshape(shape), own)
            for picture, shape, own in zip(pictures, shapes, found, strict=True)
        )
    except (OSError, ValueError, KeyError, IndexError, TypeError, ArithmeticError) as error:
        msg = f"{path}: expected strings with their boxes, {error}; delete the file, and the next labeling writes it"
        raise DataError(msg) from error
