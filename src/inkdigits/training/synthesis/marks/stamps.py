"""A stamp: the ink of one mark, trimmed, that can be put down anywhere."""

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.spec import UInt8Array

__all__ = ["Stamp", "find_ink", "trim"]

_TRIM_LEVEL = 40  # of 255: fainter pixels, such as a stroke's soft edge, are not part of a mark's box


@dataclass(frozen=True, slots=True)
class Stamp:
    """Ink of one mark, trimmed.

    Attributes:
        ink: uint8, shape (h, w), 0 for paper to 255 for full ink.
        top: Rows from the top of this line's digits down to the top of the ink; negative above it.
        left: Columns from its place in the line to the ink, of print.
        columns: Columns that it takes up in the line; 0 for those of its ink.
    """

    ink: UInt8Array
    top: float = 0.0
    left: int = 0
    columns: int = 0

    @property
    def advance(self) -> int:
        """Columns from its place in the line to where the gap behind it begins."""
        return self.columns or int(self.ink.shape[1])


def trim(ink: UInt8Array) -> UInt8Array:
    """Return the part of a mask that has ink, a view; one pixel where there is none.

    Args:
        ink: uint8, shape (h, w), 0 for paper to 255 for full ink.
    """
    return find_ink(ink)[0]


def find_ink(ink: UInt8Array) -> tuple[UInt8Array, tuple[int, int]]:
    """Return what `trim` does, and the column and row where it begins."""
    x, y, width, height = cv2.boundingRect((ink > _TRIM_LEVEL).astype(np.uint8))
    return (ink[y : y + height, x : x + width], (x, y)) if width and height else (ink[:1, :1], (0, 0))
