"""Tells which numbers were crossed out: one straight stroke runs through all of their digits and ends beside them.

A stroke through one or two digits is not told: joined digits look so, too. In 12 lines of the development sets a stroke
seems to cross two, and none was crossed out; in none does one seem to cross three or more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.reading.detection.page import Mark
from inkdigits.results import Box
from inkdigits.spec import BoolArray, Float64Array, UInt8Array

__all__ = ["part_struck"]

_LEAST_DIGITS = 3  # of one crossed-out number
_DARK = 0.5  # of the contrast of the digits' ink: the stroke is of the same pen
# share of a stroke's columns that are inked. Of numbers of 3 or 4 digits by the pen of `benchmarks/sign_forms.py`,
# 31 of 31 are found so that one level line crosses, 30 of 30 with a slanted one, 25 of 31 with two, 9 of 31 with an X
# and none of 23 with a zigzag; none in 2,068 pictures of the development sets
_INKED = 0.97
_RIM = 0.1  # of the digits' height, above and below: an underline is no stroke through them, a joined 7's bar neither
# of the digits' height that a plain stroke goes on beyond them, on both sides, since the joined bars of 4444 end with
# the digits. Of 60 crossed-out numbers of 3 to 6 digits 45 % have so much, 28 % have 0.1; the others are unsure
_OVERHANG = 0.05
_HEIGHTS = 16  # at which a stroke may begin and end between these


def part_struck(gray: UInt8Array, line: Sequence[Mark]) -> list[list[Mark]]:
    """Return the lines of a line: each number that was plainly crossed out by itself, then what is left.

    Of what is left, digits under a stroke that ends with them may be crossed out: `is_struck`.

    Args:
        gray: uint8, shape (H, W), the picture in which the marks were found.
        line: From left to right.
    """
    digits = [mark for mark in line if mark.sign is None]
    if len(digits) < _LEAST_DIGITS:
        return [list(line)]
    parts, rest = [], list(line)
    for box, is_plain in _find_struck(gray, [mark.box for mark in digits]):
        if not is_plain:
            rest = [replace(mark, is_struck=True) if _is_inside(mark, box) else mark for mark in rest]
            continue
        inside = [mark for mark in rest if _is_inside(mark, box)]
        rest = [mark for mark in rest if not _is_inside(mark, box)]
        parts.append([replace(mark, sign=None, reason="crossed out") for mark in inside])
    return [*parts, rest] if rest else parts


def _is_inside(mark: Mark, box: Box) -> bool:
    """Return whether a mark's middle column is one of a box."""
    return box.x_min < (mark.box.x_min + mark.box.x_max) / 2 < box.x_max


def _find_struck(gray: UInt8Array, boxes: Sequence[Box]) -> Iterator[tuple[Box, bool]]:
    """Yield the boxes of crossed-out numbers among those of a line's digits, and whether each is plain."""
    whole = Box.around(boxes)
    height = round(median([box.height for box in boxes]))
    left, right = max(0, whole.x_min - height), min(gray.shape[1], whole.x_max + height)
    part = gray[whole.y_min : whole.y_max, left:right].astype(np.float32)
    paper = median(part.reshape(-1))
    darker, lighter = paper - float(part.min()), float(part.max()) - paper
    away = paper - part if darker >= lighter else part - paper
    is_ink = (away >= _DARK * max(darker, lighter)).astype(np.uint8)
    inked: BoolArray = cv2.dilate(is_ink, np.ones((3, 1), np.uint8)).astype(np.bool_)  # a pen is not quite steady
    for run in _join(boxes, inked, left, whole.y_min):
        box = Box.around(run)
        rows = inked[box.y_min - whole.y_min : box.y_max - whole.y_min]
        is_plain = _is_plainly_struck(rows, box.x_min - left, box.x_max - left) if len(run) >= _LEAST_DIGITS else None
        if is_plain is not None:
            yield box, is_plain


def _join(boxes: Sequence[Box], inked: BoolArray, left: int, top: int) -> list[list[Box]]:
    """Return the boxes in runs without any column of paper between two."""
    runs = [[boxes[0]]]
    for box in boxes[1:]:
        last = runs[-1][-1]
        start, stop = sorted((last.x_max - left, box.x_min - left))
        middle = _find_middle(min(last.y_min, box.y_min) - top, max(last.y_max, box.y_max) - top)
        if inked[middle, start:stop].any(axis=0).all():
            runs[-1].append(box)
        else:
            runs.append([box])
    return runs


def _find_middle(top: int, bottom: int) -> slice:
    rim = round(_RIM * (bottom - top))
    return slice(top + rim, bottom - rim)


def _is_plainly_struck(inked: BoolArray, left: int, right: int) -> bool | None:
    """Return whether a stroke across the columns goes on beyond them on both sides; None where none crosses them.

    A ruled line is no stroke: it goes on to the end of what is looked at.

    Args:
        inked: bool, shape (H, W), the rows of a run of digits.
        left: First column of the run.
        right: Column after its last one.
    """
    middle = _find_middle(0, inked.shape[0])
    heights = np.linspace(middle.start, middle.stop - 1, _HEIGHTS)
    along = (np.arange(inked.shape[1]) - left) / max(1, right - 1 - left)
    over = max(1, round(_OVERHANG * inked.shape[0]))
    rims = slice(max(0, left - over), left), slice(right, right + over)
    is_plain: bool | None = None
    for start in heights:  # one after another: all at once would take 2 kB of memory for each column
        within = _follow(inked, along, slice(left, right), start, heights)
        stops = heights[within.mean(axis=1) >= _INKED]
        if len(stops) == 0:
            continue
        for side in (slice(left), slice(right, None)):
            if _follow(inked, along, side, start, stops).all(axis=1).any():  # as a ruled line
                return None
        reached = np.all([_follow(inked, along, rim, start, stops).all(axis=1) for rim in rims], axis=0)
        has_room = left >= over and right + over <= inked.shape[1]
        is_plain = bool(is_plain) or (has_room and bool(reached.any()))
    return is_plain


def _follow(inked: BoolArray, along: Float64Array, columns: slice, start: float, stops: Float64Array) -> BoolArray:
    """Return what is inked on straight paths, bool, one row of columns for each.

    Args:
        inked: bool, shape (H, W), the rows of a run of digits.
        along: float64, shape (W,): 0 at the run's first column, 1 at its last one.
        columns: That are looked at.
        start: Row of the paths at the run's first column.
        stops: Their rows at its last one.
    """
    part = along[columns]
    paths = start * (1 - part) + stops[:, np.newaxis] * part
    rows = np.clip(np.rint(paths), 0, inked.shape[0] - 1).astype(np.intp)
    return np.asarray(inked[:, columns][rows, np.arange(len(part))], dtype=np.bool_)
