"""Makes scenes of several real pictures beside each other: words and numbers on one paper.

What tells a word from a number is often what stands beside it, and crops alone never show that. Without these scenes,
30 of 100 words were read as having a digit (docs/log.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import BoolArray, Float32Array, UInt8Array
from inkdigits.training.synthesis.scenes.canvas import Box, Scene, ignore_box, to_places, to_rows
from inkdigits.training.synthesis.scenes.real_pictures import RealPicture, expose_real, find_dark, split_seen

__all__ = ["place_side_by_side"]

_HEIGHTS = (16.0, 46.0)  # pixels of the digits of a row; words are as high in proportion
_WORD_SHARE = 0.62  # of a word's picture that a digit beside it is high
_EVENNESS = (0.85, 1.15)  # of that height, from picture to picture
_PAPERS = (200.0, 255.0)  # gray levels
_GAPS = (-0.1, 0.6)  # between pictures, in digit heights; crops have a rim of paper already
_PITCHES = (1.5, 2.2)  # from row to row, in digit heights
_FURTHEST_LEFT = 30  # columns outside the scene in which a row may begin
_INKED = 3  # pixels of ink from which a place of the detector's answer holds a word


@dataclass(slots=True)
class _Sheet:
    """A paper in the making.

    Attributes:
        gray: float32, shape (H, W).
        level: Gray value of the empty paper.
        words: bool, shape (H, W), where words are inked.
        marks: Marks of the numbers, as in `Scene`, those cut by the scene's edge among them.
    """

    gray: Float32Array
    level: float
    words: BoolArray
    marks: list[Float32Array]


def place_side_by_side(pictures: Sequence[RealPicture], shape: tuple[int, int], generator: Generator) -> Scene:
    """Return a scene of real pictures in rows, on one paper.

    Args:
        pictures: Words and numbers, from left to right; those that find no room are left out.
        shape: Rows and columns of the scene, multiples of 4.
        generator: Where every choice comes from.
    """
    height = float(np.exp(generator.uniform(*np.log(_HEIGHTS))))
    level = float(generator.uniform(*_PAPERS))
    sheet = _Sheet(np.full(shape, level, dtype=np.float32), level, np.zeros(shape, dtype=np.bool_), [])
    x = generator.uniform(-_FURTHEST_LEFT, 10)
    y = generator.uniform(-0.3 * height, max(1.0, shape[0] - 1.7 * height))
    for real in pictures:
        x = _paste(sheet, real, (x, y), height * generator.uniform(*_EVENNESS)) + height * generator.uniform(*_GAPS)
        if x > shape[1]:
            x, y = generator.uniform(-_FURTHEST_LEFT, 10), y + height * generator.uniform(*_PITCHES)
    seen, cut = split_seen(np.concatenate([to_rows([]), *sheet.marks]), shape)
    other = to_places(sheet.words, least=_INKED)
    for mark in cut:
        ignore_box(other, Box(mark[1], mark[2], mark[3] + 1, mark[4] + 1))
    return Scene(expose_real(np.clip(sheet.gray, 0, 255).astype(np.uint8), generator), seen, other)


def _paste(sheet: _Sheet, real: RealPicture, at: tuple[float, float], height: float) -> float:
    """Put a picture down, its digits `height` high from row `at[1]`; return the column after it."""
    tops, bottoms = real.marks[:, 2], real.marks[:, 4]
    usual = float(np.median(bottoms - tops)) if len(real.marks) else _WORD_SHARE * len(real.picture)
    scale = height / usual
    size = (max(4, round(real.picture.shape[1] * scale)), max(4, round(real.picture.shape[0] * scale)))
    picture = cv2.resize(real.picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    middle = float((tops + bottoms).mean()) / 2 * scale if len(real.marks) else size[1] / 2
    left, top = round(at[0]), round(at[1] + height / 2 - middle)
    _blend(sheet, np.asarray(picture, dtype=np.uint8), left, top, is_word=real.is_word)
    marks = real.marks.copy()
    marks[:, [1, 3]] = marks[:, [1, 3]] * scale + left
    marks[:, [2, 4]] = marks[:, [2, 4]] * scale + top
    sheet.marks.append(marks)
    return float(left + size[0])


def _blend(sheet: _Sheet, picture: UInt8Array, left: int, top: int, *, is_word: bool) -> None:
    """Darken the paper where the picture is darker than its own; remember a word's ink."""
    rows, columns = sheet.gray.shape
    across = slice(max(0, left), max(0, min(columns, left + picture.shape[1])))
    down = slice(max(0, top), max(0, min(rows, top + picture.shape[0])))
    part = picture[down.start - top : down.stop - top, across.start - left : across.stop - left]
    if part.size == 0 or across.start >= across.stop or down.start >= down.stop:
        return
    paper = float(np.percentile(picture, 75))
    view = sheet.gray[down, across]
    np.minimum(view, part.astype(np.float32) + np.float32(sheet.level - paper), out=view)
    if is_word:
        sheet.words[down, across] |= find_dark(picture)[
            down.start - top : down.stop - top, across.start - left : across.stop - left
        ]
