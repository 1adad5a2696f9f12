"""Looks at a picture in several scales and returns the digits and signs that the detector sees.

The detector knows digits of 12 to 66 pixels. A small copy of the picture is looked at first. Larger copies, each twice
as large, are looked at only where ink stands that no mark explains yet. `benchmarks/detector.py` measures what it
finds.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import cv2
import numpy as np

from inkdigits.imageops.box_index import BoxIndex
from inkdigits.imageops.quantiles import median
from inkdigits.models.detector import Detector, scale_picture
from inkdigits.models.peaks import Corners, DetectedMark
from inkdigits.spec import CLASS_COUNT, DETECTOR_HEIGHTS, DETECTOR_STEP, BoolArray, UInt8Array

__all__ = ["Look", "find_marks", "merge_marks", "trust", "trust_at"]

Tile: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom, pixels of a copy

_FIRST_HEIGHT = 56  # pixels: the first copy is at most so high, so that a digit that fills the picture is one it knows
_LEAST_HEIGHT = 48  # pixels: lower pictures are enlarged to this first
_MOST_ENLARGED = 8.0  # a digit of 8 x 8 pixels is read when enlarged sixfold; there are no smaller ones
_MOST_PIXELS = 4_000_000  # of a copy; digits of larger pictures are larger, too
_MOST_FIRST = 32_000_000  # pixels of the first copy, which is larger only where a picture is a thread
_WHOLE = 60_000  # pixels: a copy up to this size is looked at in one piece
_TILE, _MARGIN = 320, _LEAST_HEIGHT  # pixels: larger copies are looked at in tiles, each with what stands around it
_BLOCK = 2 * DETECTOR_STEP  # pixels of the squares in which contrast is measured
_INK_CONTRAST = 0.3  # of the contrast of the marks found so far: from here on something may be ink
_LEAST_CONTRAST = 20.0  # gray levels, where no mark was found yet: paper's grain stays below
_BEST_HEIGHTS = (20.0, 46.0)  # pixels of a digit in the copy: most of what the detector learned from
_HALF_TRUST = 0.65  # logarithm of a height's ratio to the best ones at which a score counts half
_CLEAR = 0.5  # trust from which a mark explains the ink in its box
_COVERED = 0.6  # of the smaller box: two marks that share more are one


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a copy of the picture.

    Attributes:
        scale: Of the copy.
        tiles: Its parts that were looked at.
        marks: What was seen, in pixels of the picture.
        other: Boxes of ink that is no digit and no sign, in pixels of the picture.
    """

    scale: float
    tiles: tuple[Tile, ...]
    marks: tuple[DetectedMark, ...]
    other: tuple[Corners, ...] = ()


def find_marks(gray: UInt8Array, detector: Detector) -> tuple[list[DetectedMark], list[Look]]:
    """Return the marks of a picture, the most trusted first, and the looks that found them.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white.
        detector: The network.
    """
    looks: list[Look] = []
    marks: list[DetectedMark] = []
    for scale in _find_scales(gray.shape[0], gray.shape[1]):
        copy = scale_picture(gray, scale)
        tiles: list[Tile] = [(0, 0, copy.shape[1], copy.shape[0])]
        is_whole = _measure(*copy.shape) <= _WHOLE
        if looks or not is_whole:
            unexplained = _find_unexplained(copy, marks, scale)
            if not unexplained.any():
                break
            tiles = tiles if is_whole else list(_find_tiles(copy, unexplained))
        sights = [_look_at(copy, tile, detector, scale) for tile in tiles]
        seen = [mark for found, _ in sights for mark in found]
        looks.append(Look(scale, tuple(tiles), tuple(seen), tuple(box for _, boxes in sights for box in boxes)))
        marks = merge_marks([*filter(_was_known, marks), *seen])
    return marks, looks


def _was_known(mark: DetectedMark) -> bool:
    """Return whether a mark was as high in its copy as the network has learned; lower digits wait for a closer look."""
    return mark.label >= CLASS_COUNT or mark.height * mark.scale >= DETECTOR_HEIGHTS[0]


def _was_large(mark: DetectedMark) -> bool:
    """Return whether a mark was seen so large that a point beside it would have been seen, too."""
    return mark.label >= CLASS_COUNT or mark.height * mark.scale >= _BEST_HEIGHTS[0]


def merge_marks(marks: Sequence[DetectedMark]) -> list[DetectedMark]:
    """Return each mark once, as the scale saw it that knows its height best; the most trusted first.

    Args:
        marks: Of all looks, in pixels of the picture.
    """
    ordered = sorted(marks, key=lambda one: -trust(one))
    sides = np.array([(mark.width, mark.height) for mark in ordered], dtype=np.float64).reshape(-1, 2)
    middles = np.array([(mark.x, mark.y) for mark in ordered], dtype=np.float64).reshape(-1, 2)
    boxes = np.concatenate([middles - sides / 2, middles + sides / 2], axis=1)
    areas = sides.prod(axis=1)
    index, is_kept = BoxIndex(boxes), np.zeros(len(ordered), dtype=np.bool_)
    for place, own in enumerate(boxes):
        near = index.find(*own.tolist())
        near = near[is_kept[near]]
        shared = np.prod(np.minimum(boxes[near, 2:], own[2:]) - np.maximum(boxes[near, :2], own[:2]), axis=1)
        is_kept[place] = not np.any(shared > _COVERED * np.minimum(areas[near], areas[place]))
    return [ordered[place] for place in np.flatnonzero(is_kept)]


def trust(mark: DetectedMark) -> float:
    """Return a digit's score, 0 to 1, less where the network saw it at a height that it hardly learned from.

    A sign's own height says nothing, so its score is returned.
    """
    return mark.score if mark.label >= CLASS_COUNT else trust_at(mark, mark.height)


def trust_at(mark: DetectedMark, height: float) -> float:
    """Return a mark's score, 0 to 1, less where digits of a height were of no good height in the copy.

    Args:
        mark: A digit or sign.
        height: Of the digits around it, pixels of the picture.
    """
    low, high = _BEST_HEIGHTS
    seen = height * mark.scale
    off = max(0.0, math.log(low / seen), math.log(seen / high)) / _HALF_TRUST
    return mark.score * math.pow(0.5, off * off)


def _find_scales(height: int, width: int) -> Iterator[float]:
    """Yield the scales of the copies, small to large."""
    area = height * width
    largest = max(1.0, min(_LEAST_HEIGHT / height, _MOST_ENLARGED))
    halvings = max(0, math.ceil(math.log2(largest * height / _FIRST_HEIGHT)))
    for halving in range(halvings, -1, -1):
        scale = largest / 2**halving
        if _measure(height * scale, width * scale) <= (_MOST_FIRST if halving == halvings else _MOST_PIXELS):
            yield scale
    if area * largest * largest <= _WHOLE:  # small writing in a small picture
        yield 2 * largest


def _measure(height: float, width: float) -> float:
    """Return how many pixels the network sees of a picture: a thin one is continued to the sides that it takes."""
    return max(height, _LEAST_HEIGHT) * max(width, _LEAST_HEIGHT)


def _find_unexplained(copy: UInt8Array, marks: Sequence[DetectedMark], scale: float) -> BoolArray:
    """Return which squares of a copy hold contrast that no clear mark explains, bool, shape (H / 8, W / 8)."""
    rows, columns = (-(-side // _BLOCK) for side in copy.shape)
    below, beside = rows * _BLOCK - copy.shape[0], columns * _BLOCK - copy.shape[1]
    padded = np.asarray(cv2.copyMakeBorder(copy, 0, below, 0, beside, cv2.BORDER_REPLICATE), dtype=np.int16)
    blocks = padded.reshape(rows, _BLOCK, columns, _BLOCK)
    contrast = blocks.max(axis=(1, 3)) - blocks.min(axis=(1, 3))
    places = [_find_squares(mark, scale) for mark in marks if trust(mark) >= _CLEAR and _was_large(mark)]
    inside = [float(contrast[place].max()) for place in places if contrast[place].size]
    least = max(_LEAST_CONTRAST, _INK_CONTRAST * median(inside)) if inside else _LEAST_CONTRAST
    unexplained: BoolArray = contrast >= least
    for place in places:
        unexplained[place] = False
    return unexplained


def _find_squares(mark: DetectedMark, scale: float) -> tuple[slice, slice]:
    left, right = ((mark.x + side * mark.width / 2) * scale / _BLOCK for side in (-1, 1))
    top, bottom = ((mark.y + side * mark.height / 2) * scale / _BLOCK for side in (-1, 1))
    return slice(max(0, int(top)), max(0, int(bottom) + 1)), slice(max(0, int(left)), max(0, int(right) + 1))


def _find_tiles(copy: UInt8Array, unexplained: BoolArray) -> Iterator[Tile]:
    """Yield the tiles of a copy in which something is unexplained."""
    step = _TILE // _BLOCK
    for row in range(0, unexplained.shape[0], step):
        for column in range(0, unexplained.shape[1], step):
            if unexplained[row : row + step, column : column + step].any():
                left, top = column * _BLOCK, row * _BLOCK
                yield left, top, min(left + _TILE, copy.shape[1]), min(top + _TILE, copy.shape[0])


def _look_at(
    copy: UInt8Array, tile: Tile, detector: Detector, scale: float
) -> tuple[list[DetectedMark], list[Corners]]:
    """Return the marks and the other ink whose middle lies in a tile, in pixels of the picture.

    The network sees around the tile, too.
    """
    left, top, right, bottom = tile
    x, y = max(0, left - _MARGIN), max(0, top - _MARGIN)
    marks, boxes = detector.see(copy[y : bottom + _MARGIN, x : right + _MARGIN])
    found, other = [], []
    for mark in marks:
        column, row = mark.x + x, mark.y + y
        if left <= column < right and top <= row < bottom:
            width, height = mark.width / scale, mark.height / scale
            found.append(replace(mark, x=column / scale, y=row / scale, width=width, height=height, scale=scale))
    for x_min, y_min, x_max, y_max in boxes:
        if left <= x + (x_min + x_max) / 2 < right and top <= y + (y_min + y_max) / 2 < bottom:
            other.append(((x + x_min) / scale, (y + y_min) / scale, (x + x_max) / scale, (y + y_max) / scale))
    return found, other
