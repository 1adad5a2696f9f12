"""Sorts marks into lines from the top, and each line from the left."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkdigits.imageops.box_index import BoxIndex
from inkdigits.imageops.quantiles import median
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.detection.ruling import part_cells
from inkdigits.reading.detection.signs import settle_line
from inkdigits.reading.detection.strikes import part_struck
from inkdigits.reading.detection.text_lines import group_lines
from inkdigits.spec import Float64Array, UInt8Array

__all__ = ["order_marks"]

_BESIDE = 2.0  # heights between digits beside each other: those in boxes stand so far apart


def order_marks(gray: UInt8Array, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return the marks line by line, each line from the left; a sign belongs to the line that is nearest to it.

    Args:
        gray: uint8, shape (H, W), the picture in which they were found, which may have ruled lines.
        marks: In any order.
    """
    digits = [mark for mark in marks if mark.sign is None]
    signs = [mark for mark in marks if mark.sign is not None]
    lines = [[digits[place] for place in places] for places in group_lines([mark.box for mark in digits])]
    if not lines:
        lines = [[signs[place] for place in places] for places in group_lines([mark.box for mark in signs])]
        signs = []
    for sign, line in zip(signs, _find_lines(signs, lines), strict=True):
        lines[line].append(sign)
    parted = [part for line in lines for part in part_struck(gray, sorted(line, key=_find_middle))]
    ordered = [_find_company(part_cells(gray, settle_line(line))) for line in parted]
    return tuple(replace(mark, line=place) for place, line in enumerate(ordered) for mark in line)


def _find_company(line: Sequence[Mark]) -> list[Mark]:
    """Return the marks of a line, each digit with the score of the surer one beside it."""
    digits = [place for place, mark in enumerate(line) if mark.sign is None]
    company = [0.0] * len(line)
    for left, right in itertools.pairwise(digits):
        gap = line[right].box.x_min - line[left].box.x_max
        for one, other in ((left, right), (right, left)):
            if gap < _BESIDE * line[one].box.height:
                company[one] = max(company[one], line[other].score)
    return [replace(mark, company=score) for mark, score in zip(line, company, strict=True)]


def _find_lines(signs: Sequence[Mark], lines: Sequence[Sequence[Mark]]) -> list[int]:
    """Return the line of each sign: that of the digit nearest to it; of equally near ones, the first line."""
    if not signs:
        return []
    owners = np.array([place for place, line in enumerate(lines) for _ in line], dtype=np.int64)
    digits = np.array([_find_corners(mark) for line in lines for mark in line], dtype=np.float64)
    heights = digits[:, 3] - digits[:, 1]
    index, usual, tallest = BoxIndex(digits), median(heights), float(heights.max())
    farthest = float(np.ptp(digits[:, [0, 2]]) + np.ptp(digits[:, [1, 3]]))  # beyond it, nearly all are in reach
    found = []
    for sign in map(_find_corners, signs):
        reach, near = usual, np.empty(0, dtype=np.int64)
        while not len(near):
            reach *= 2
            near = index.find(*_grow(sign, reach)) if reach < farthest else np.arange(len(digits))
        # a digit outside the window is farther away than this
        best = float(_measure(sign, digits[near]).min())
        if best * tallest > reach:
            near = index.find(*_grow(sign, best * tallest + 1))
        off = _measure(sign, digits[near])
        found.append(int(owners[near[off == off.min()]].min()))
    return found


def _find_corners(mark: Mark) -> tuple[int, int, int, int]:
    return mark.box.x_min, mark.box.y_min, mark.box.x_max, mark.box.y_max


def _grow(box: tuple[int, int, int, int], by: float) -> tuple[float, float, float, float]:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _measure(sign: tuple[int, int, int, int], digits: Float64Array) -> Float64Array:
    """Return how far a sign is from digits, in their heights; rows count twice, since lines run across."""
    across = np.maximum(np.maximum(digits[:, 0] - sign[2], sign[0] - digits[:, 2]), 0)
    down = np.maximum(np.maximum(digits[:, 1] - sign[3], sign[1] - digits[:, 3]), 0)
    return np.asarray((across + 2 * down) / (digits[:, 3] - digits[:, 1]))


def _find_middle(mark: Mark) -> float:
    return mark.box.x_min + mark.box.x_max
