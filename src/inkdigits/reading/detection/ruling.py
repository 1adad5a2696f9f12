"""Tells where a ruled line stands between two marks of a line, as between the cells of a table."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.reading.detection.page import Mark
from inkdigits.spec import UInt8Array

__all__ = ["part_cells"]

_BEYOND = 0.2  # of a digit's height: a ruled line goes on above and below the digits, a stroke does not
_AROUND = 0.5  # of a digit's height: paper beside the two that tells which is ink
_DARK = 0.35  # of the contrast of the digits' ink: rules are often paler
_ROWS = 0.92  # of the rows, at least, in which a ruled line is seen
_WIDEST = 3.0  # heights between two digits: farther apart, they are two words without a line
_LEAST_GAP = 3  # pixels that are looked at, also where the marks nearly touch


def part_cells(gray: UInt8Array, line: Sequence[Mark]) -> list[Mark]:
    """Return the marks of a line, those behind a ruled line with `is_parted`.

    Args:
        gray: uint8, shape (H, W), the picture in which the marks were found.
        line: From left to right.
    """
    parted = [False] * len(line)
    for place in range(1, len(line)):
        parted[place] = _has_rule(gray, line[place - 1], line[place])
    return [replace(mark, is_parted=True) if is_parted else mark for mark, is_parted in zip(line, parted, strict=True)]


def _has_rule(gray: UInt8Array, left: Mark, right: Mark) -> bool:
    """Return whether a dark line runs down between two marks, in nearly every row and beyond both."""
    height = max(left.box.height, right.box.height)
    gap = right.box.x_min - left.box.x_max
    if gap > _WIDEST * height:
        return False
    middle, half = (left.box.x_max + right.box.x_min) / 2, max(gap, _LEAST_GAP) / 2
    top = min(left.box.y_min, right.box.y_min) - _BEYOND * height
    bottom = max(left.box.y_max, right.box.y_max) + _BEYOND * height
    columns = slice(max(0, round(middle - half)), max(0, round(middle + half)) + 1)
    strip = gray[max(0, round(top)) : max(0, round(bottom)) + 1, columns].astype(np.float32)
    if strip.size == 0 or strip.shape[0] < (bottom - top) - 2:  # the picture ends: no cell goes on there
        return False
    # the boxes alone may hold more ink than paper: a dot, a thick 8
    rim = round(_AROUND * height)
    around = gray[max(0, round(top)) : round(bottom) + 1, max(0, left.box.x_min - rim) : right.box.x_max + rim]
    paper = median(around.reshape(-1))
    darker, lighter = paper - float(around.min()), float(around.max()) - paper
    away = paper - strip if darker >= lighter else strip - paper
    return bool((away.max(axis=1) >= _DARK * max(darker, lighter)).mean() >= _ROWS)
