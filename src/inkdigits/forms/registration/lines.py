"""Measures how well the printed lines of a page are met in a scan, and where they are instead.

A page that was straightened shows its horizontal and vertical lines at known places. The share of them that is there
tells a right guess from a wrong one; small moves of each field tell how to correct it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.forms.template import FieldSpec, Place
from inkdigits.spec import Float32Array, Float64Array, UInt8Array

__all__ = ["LINE_DPI", "LineFinder", "Lines", "draw_lines", "find_lines"]

LINE_DPI = 100.0  # dots per inch at which lines are compared: a line of 0.3 mm is a pixel
_SCALE = LINE_DPI / 25.4
_LENGTH = 11  # pixels, 2.8 mm: letters of usual print have no straight strokes so long
_THICK = 5  # pixels, 1.3 mm: what is wider is no line
_AS_GOOD = 0.985  # of the best share: rounding of a line's ends makes such a difference
_TOOTH = 0.33  # of a cell's height: the teeth of most combs are as high or higher
_FULL = 24.0  # gray levels of contrast from which a line counts fully; palest print of forms has 30


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a page.

    Attributes:
        across: float32, shape (H, W), 0 to 1: horizontal ones, at `LINE_DPI`.
        down: float32, shape (H, W), 0 to 1: vertical ones.
    """

    across: Float32Array
    down: Float32Array


def find_lines(page: UInt8Array) -> Lines:
    """Return the lines of a straightened page at `LINE_DPI`, uint8 (H, W)."""
    paper = cv2.morphologyEx(page, cv2.MORPH_CLOSE, np.ones((_THICK, _THICK), np.uint8))
    dark = cv2.subtract(paper, page)
    across, down = (
        cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(shape, np.uint8)) for shape in ((1, _LENGTH), (_LENGTH, 1))
    )
    # a crooked or blurred line is found a pixel beside its place, too
    across = cv2.dilate(across, np.ones((2, 1), np.uint8))
    down = cv2.dilate(down, np.ones((1, 2), np.uint8))
    return Lines(*(np.minimum(found.astype(np.float32) / np.float32(_FULL), 1) for found in (across, down)))


def draw_lines(fields: Sequence[FieldSpec], size: tuple[float, float]) -> Lines:
    """Return the sides of all cells and boxes of a page, one pixel wide."""
    shape = (round(size[1] * _SCALE), round(size[0] * _SCALE))
    across, down = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for spec in fields:
        for place in (spec.cells or (spec.box,)) if spec.lines != "none" else ():
            left, top, right, bottom = _to_pixels(place, shape)
            for row in (top, bottom) if spec.lines == "boxes" else (bottom,):
                across[row, left : right + 1] = 1
            high = bottom - round(_TOOTH * (bottom - top)) if spec.lines == "comb" else top
            for column in (left, right) if spec.lines != "line" else ():
                down[high : bottom + 1, column] = 1
    return Lines(across, down)


class LineFinder:
    """Looks for expected lines in a straightened scan.

    Args:
        found: Lines of the scan.
        reach: How far they are looked for at most, mm.
    """

    def __init__(self, found: Lines, reach: float) -> None:
        """Put paper around the page, so that lines near its edge can be looked for, too."""
        self._far = max(1, round(reach * _SCALE))
        sides = (self._far,) * 4
        self._shape = found.across.shape
        self._across, self._down = (
            np.asarray(cv2.copyMakeBorder(lines, *sides, cv2.BORDER_CONSTANT, value=0), dtype=np.float32)
            for lines in (found.across, found.down)
        )

    def find_shift(self, place: Place, expected: Lines) -> tuple[float, Float64Array]:
        """Return the share of a field's lines that are found, 0 to 1, and the move to them in mm, float64 (2,).

        Args:
            place: The field, mm.
            expected: Lines of the page.
        """
        left, top, right, bottom = _to_pixels(place, self._shape)
        rows, columns = slice(max(0, top - 1), bottom + 2), slice(max(0, left - 1), right + 2)
        own = expected.across[rows, columns], expected.down[rows, columns]
        wide = slice(rows.start, rows.stop + 2 * self._far), slice(columns.start, columns.stop + 2 * self._far)
        share, move = _match(own, (self._across[wide], self._down[wide]), self._far)
        return share, move / _SCALE

    def find_page(self, expected: Lines) -> tuple[float, Float64Array]:
        """Return the same of a whole page, looked at in half the size."""
        own = [cv2.resize(lines, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for lines in _both(expected)]
        size = (own[0].shape[1] + 2 * (self._far // 2), own[0].shape[0] + 2 * (self._far // 2))
        around = [cv2.resize(lines, size, interpolation=cv2.INTER_AREA) for lines in (self._across, self._down)]
        share, move = _match((own[0], own[1]), (around[0], around[1]), self._far // 2)
        return share, 2 * move / _SCALE


def _both(lines: Lines) -> tuple[Float32Array, Float32Array]:
    return lines.across, lines.down


def _match(
    own: tuple[npt.NDArray[Any], npt.NDArray[Any]], around: tuple[npt.NDArray[Any], npt.NDArray[Any]], far: int
) -> tuple[float, Float64Array]:
    """Return the largest share of lines that are met by one move, and that move in pixels.

    Of moves that are as good, the middle one is taken: a thick line is met anywhere within its width.
    """
    total = float(own[0].sum() + own[1].sum())
    if total == 0:
        return 0.0, np.zeros(2)
    parts = [cv2.matchTemplate(seen, lines, cv2.TM_CCORR) for lines, seen in zip(own, around, strict=True)]
    score = np.asarray(parts[0], dtype=np.float32) + np.asarray(parts[1], dtype=np.float32)
    best = float(score.max())
    rows, columns = np.nonzero(score >= _AS_GOOD * best)
    first = int(np.argmin(np.hypot(rows - far, columns - far)))
    close = np.hypot(rows - rows[first], columns - columns[first]) <= _THICK / 2
    move = np.array([columns[close].mean() - far, rows[close].mean() - far], dtype=np.float64)
    return min(best / total, 1.0), move


def _to_pixels(place: Place, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    left, top, width, height = place
    x_min, x_max = (min(max(0, round(side * _SCALE)), shape[1] - 1) for side in (left, left + width))
    y_min, y_max = (min(max(0, round(side * _SCALE)), shape[0] - 1) for side in (top, top + height))
    return x_min, y_min, x_max, y_max
