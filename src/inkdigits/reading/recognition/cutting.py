"""Splits touching digits and joins broken ones, so that each mark is one digit.

Digits that touch form one mark. It is cut between the places where the line network saw the digits, along the path
that crosses the least ink. A digit broken in two forms two marks. They are joined if the network saw one digit there.
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from inkdigits.models.strips import Strip
from inkdigits.reading.detection.page import Mark
from inkdigits.results import Box
from inkdigits.spec import CLASS_COUNT, STRIP_STEP, Float64Array, UInt8Array

__all__ = ["compose_line", "split_marks"]

_MASS_REACH = 0.12  # of the line's height: ink this close to a place decides which mark stands there
_CUT_REACH = 0.4  # of the distance between two digits: how far the cut may move from the middle between them
_CUT_WEIGHT = 2.0  # ink levels: what each column away from the middle costs
_LEAST_INK = 60  # of 255: fainter pixels are a soft edge
_MIN_PIECE = 0.01  # of a mark's ink: a piece with less is not a digit
_JOIN_GAP = 0.2  # of the line's height: parts of one digit are at most this far apart
_JOIN_WIDTH = 1.2  # of the line's height: parts of one digit are together at most this wide
_JOIN_HEIGHT = 1.4  # of the line's height: and at most this tall
_DOT_SHARE = 0.25  # of the line's height: a smaller part that stands apart is a point, a comma or dust


def compose_line(marks: Sequence[Mark]) -> tuple[UInt8Array, int]:
    """Return the ink of a line's marks and nothing else, and the column of the picture at which it begins.

    Args:
        marks: One or more.
    """
    left, top = min(mark.left for mark in marks), min(mark.top for mark in marks)
    right = max(mark.left + mark.crop.shape[1] for mark in marks)
    bottom = max(mark.top + mark.crop.shape[0] for mark in marks)
    line = np.zeros((bottom - top, right - left), dtype=np.uint8)
    for mark in marks:
        rows, columns = mark.crop.shape
        window = line[mark.top - top : mark.top - top + rows, mark.left - left : mark.left - left + columns]
        np.maximum(window, mark.crop, out=window)
    return line, left


def split_marks(
    marks: Sequence[Mark], strip: Strip, left: int, log_probabilities: Float64Array, steps: Sequence[float]
) -> list[Mark]:
    """Return the marks, cut and joined so that each holds at most one of the digits that the line network saw.

    Args:
        marks: Of one line, from left to right.
        strip: Of their ink together.
        left: Column of the picture at which that ink begins, from `compose_line`.
        log_probabilities: float64, shape (T, 11), from the line network.
        steps: Where it saw digits, rising, from `ctc.align`.

    Returns:
        The marks from left to right; as many hold a digit as there are `steps`, unless a cut left one side empty.
    """
    columns = [left + strip.to_line((step + 0.5) * STRIP_STEP) for step in steps]
    shares = _label_shares(log_probabilities, steps)
    parts = [part for mark in marks for part in _take_apart(mark)]
    owners = [_find_owner(parts, column) for column in columns]
    result: list[Mark] = []
    rest: list[Mark] = []
    for index, part in enumerate(parts):
        own = [place for place, owner in enumerate(owners) if owner == index]
        if not own:
            rest.append(part)
        elif len(own) == 1:
            result.append(replace(part, labels=shares[own[0]], place=own[0]))
        else:
            pieces = _cut(part, [columns[place] for place in own])
            for piece, place in zip(pieces, own, strict=True):
                if piece is not None:
                    result.append(replace(piece, labels=shares[place], was_cut=True, place=place))
    result, left_over = _join_broken(result, rest)
    result += _gather(left_over, marks)
    return sorted((_restore(mark, marks) for mark in result), key=_middle)


def _take_apart(mark: Mark) -> list[Mark]:
    """Return the connected pieces of a mark: pieces above one another need not be the same digit."""
    count, labels = cv2.connectedComponents((mark.crop > _LEAST_INK).astype(np.uint8), connectivity=8)
    if count <= 2:
        return [mark]
    pieces = []
    for piece in range(1, count):
        own = (labels == piece).astype(np.uint8)
        x, y, width, height = cv2.boundingRect(own)
        near = (cv2.dilate(own, np.ones((5, 5), np.uint8)) > 0) & ((labels == piece) | (labels == 0))
        box = Box(mark.left + x, mark.top + y, mark.left + x + width, mark.top + y + height)
        crop = np.where(near, mark.crop, 0).astype(np.uint8)
        pieces.append(replace(mark, box=box, crop=crop))
    return pieces


def _gather(parts: Sequence[Mark], marks: Sequence[Mark]) -> list[Mark]:
    """Return the parts in which no digit was seen, with those of one mark put together again."""
    gathered = []
    for mark in marks:
        own = [part for part in parts if part is mark or _lies_in(part, mark)]
        parts = [part for part in parts if not any(part is other for other in own)]
        if own:
            gathered.append(_merge(own))
    return gathered


def _lies_in(part: Mark, mark: Mark) -> bool:
    return part.left == mark.left and part.top == mark.top and part.crop.shape == mark.crop.shape


def _restore(mark: Mark, marks: Sequence[Mark]) -> Mark:
    """Return the original mark if all its parts are together again, so that a whole mark stays as it was."""
    same = next((other for other in marks if not mark.was_cut and other.box == mark.box), None)
    return mark if same is None else replace(same, labels=mark.labels, place=mark.place)


def _label_shares(log_probabilities: Float64Array, steps: Sequence[float]) -> list[Float64Array]:
    """Return the probability of each label around each place, up to the middles between places."""
    if not steps:
        return []
    shares = np.exp(log_probabilities[:, 1:])
    bounds = [0, *(round((one + two) / 2 + 0.5) for one, two in itertools.pairwise(steps)), len(shares)]
    result = []
    for start, end in itertools.pairwise(bounds):
        total = shares[start : max(end, start + 1)].sum(axis=0)
        result.append(np.asarray(total / total.sum()) if total.sum() > 0 else np.full(CLASS_COUNT, 1 / CLASS_COUNT))
    return result


def _find_owner(marks: Sequence[Mark], column: float) -> int:
    """Return the place of the mark with the most ink near a column; if none has any, of the nearest mark."""
    masses = []
    for mark in marks:
        reach = max(1.0, _MASS_REACH * mark.line_height)
        start, end = int(column - reach) - mark.left, int(column + reach) + 1 - mark.left
        masses.append(int(mark.crop[:, max(start, 0) : max(end, 0)].sum(dtype=np.int64)))
    if max(masses) > 0:
        return int(np.argmax(masses))
    return int(np.argmin([max(mark.box.x_min - column, column - mark.box.x_max) for mark in marks]))


def _cut(mark: Mark, columns: Sequence[float]) -> list[Mark | None]:
    """Return a piece of the mark for each column; None for a piece with hardly any ink."""
    crop = mark.crop
    width = crop.shape[1]
    at = np.arange(width)
    owner = np.zeros(crop.shape, dtype=np.int64)
    for one, two in itertools.pairwise(columns):
        middle = (one + two) / 2 - mark.left
        seam = _find_seam(crop, middle, max(2.0, _CUT_REACH * (two - one)))
        owner += at[None, :] >= seam[:, None]
    least = _MIN_PIECE * float(crop.sum(dtype=np.int64))
    pieces: list[Mark | None] = []
    for index in range(len(columns)):
        own = np.where(owner == index, crop, 0).astype(np.uint8)
        x, y, piece_width, piece_height = cv2.boundingRect((own > _LEAST_INK).astype(np.uint8))
        if not piece_width or own.sum(dtype=np.int64) < least:
            pieces.append(None)
            continue
        box = Box(mark.left + x, mark.top + y, mark.left + x + piece_width, mark.top + y + piece_height)
        pieces.append(replace(mark, box=box, crop=own))
    return pieces


def _find_seam(crop: UInt8Array, middle: float, reach: float) -> Float64Array:
    """Return for each row the first column right of the cut: the path from top to bottom with the least ink."""
    rows, width = crop.shape
    start, end = max(0, int(middle - reach)), min(width, int(middle + reach) + 2)
    if end - start < 2:
        return np.full(rows, min(max(round(middle), 0), width))
    columns = np.arange(start, end)
    price = crop[:, start:end].astype(np.float64) + _CUT_WEIGHT * np.abs(columns - middle)
    total = price.copy()
    for row in range(1, rows):
        before = total[row - 1]
        best = before.copy()
        np.minimum(best[1:], before[:-1], out=best[1:])
        np.minimum(best[:-1], before[1:], out=best[:-1])
        total[row] += best
    seam = np.empty(rows, dtype=np.int64)
    seam[-1] = total[-1].argmin()
    for row in range(rows - 2, -1, -1):
        low = max(seam[row + 1] - 1, 0)
        seam[row] = low + total[row, low : seam[row + 1] + 2].argmin()
    return np.asarray(start + seam, dtype=np.float64)


def _join_broken(digits: Sequence[Mark], rest: Sequence[Mark]) -> tuple[list[Mark], list[Mark]]:
    """Join parts in which no digit was seen to a digit close to them, if the result can still be one digit.

    Returns:
        The digits with the parts that were joined to them, and the remaining parts.
    """
    joined, left_over = list(digits), []
    for part in sorted(rest, key=lambda part: -int(part.crop.sum(dtype=np.int64))):
        hosts = [place for place, digit in enumerate(joined) if _is_one_digit(digit, part)]
        if hosts:
            host = min(hosts, key=lambda place: _distance(joined[place], part))
            joined[host] = _merge([joined[host], part])
        else:
            left_over.append(part)
    return joined, left_over


def _is_one_digit(digit: Mark, part: Mark) -> bool:
    both = Box.around([digit.box, part.box])
    height = digit.line_height
    is_small = both.width <= max(_JOIN_WIDTH * height, digit.box.width + 1) and both.height <= _JOIN_HEIGHT * height
    is_dot = max(part.box.height, part.box.width) < _DOT_SHARE * height and _distance(digit, part) > 0
    return is_small and not is_dot and _distance(digit, part) <= _JOIN_GAP * height


def _distance(one: Mark, two: Mark) -> float:
    """Return the distance between two marks' boxes, pixels; if they overlap, minus the number of shared columns."""
    across = max(one.box.x_min, two.box.x_min) - min(one.box.x_max, two.box.x_max)
    down = max(one.box.y_min, two.box.y_min) - min(one.box.y_max, two.box.y_max)
    return float(max(across, down) if max(across, down) > 0 else across)


def _middle(mark: Mark) -> float:
    return (mark.box.x_min + mark.box.x_max) / 2


def _merge(marks: Sequence[Mark]) -> Mark:
    if len(marks) == 1:
        return marks[0]
    line, left = compose_line(marks)
    box = Box.around([mark.box for mark in marks])
    return replace(marks[0], box=box, crop=line, left=left, top=min(mark.top for mark in marks))
