"""Makes scenes of real pictures: crops and strings whose boxes are known, and words without any digit."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import CLASS_COUNT, BoolArray, Float32Array, UInt8Array
from inkdigits.training.data.handwriting import WrittenPicture
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.synthesis.marks.bitmaps import crop_ink
from inkdigits.training.synthesis.scenes.canvas import Box, MarkRow, Scene, ignore_box, to_places, to_rows

__all__ = [
    "RealPicture",
    "cut_digits",
    "expose_real",
    "find_dark",
    "find_digit",
    "place_picture",
    "split_seen",
    "to_pictures",
]

_HEIGHTS = (13.0, 66.0)  # pixels of digits in a scene
_USUAL_HEIGHT, _SPREAD = 30.0, 0.45  # their middle, and the standard deviation of its logarithm
_MOST_SCALE = 3.0  # small crops of low resolution are not enlarged more
_WORD_HEIGHTS = (24.0, 150.0)  # pixels of a word's picture, ascenders included
_SEEN, _HIDDEN = 0.75, 0.45  # share of a mark's box inside from which it is to be found, or up to which it is nothing
_INK_LEVEL = 0.35  # of the range from paper to the darkest ink: what counts as ink of a word
_LEAST_RANGE = 40.0  # gray levels of that range: paler ink is not told from the paper's grain
_INKED = 3  # pixels of ink from which a place of the detector's answer holds a word
_SPECK_SIDE, _SPECK_AREA = 2, 30  # pixels: a crop whose ink is smaller shows no digit
_FRAME_INK = 60  # of 255: what counts for the box of a frame's digit
_LEAST_CUT = 18.0  # pixels of a digit that is cut out of a string: lower ones blur when they are enlarged
_CUT_HEIGHT = 0.75  # of its box that the ink of a digit fills; of a torn one it fills less
_RIM = np.array([-1, -1, 2, 2])  # pixels of paper that are cut out around a digit's box
_SLANTED_SHARE, _SLANT = 0.5, 0.12  # of numbers are slanted; columns a row, standard deviation
_OTHER_PEN_SHARE, _MOST_WIDER, _MOST_NARROWER = 0.2, 1.0, 0.5  # pictures with another pen; how much of that change
_AROUND = np.ones((3, 3), np.uint8)
_X, _Y = [1, 3], [2, 4]  # columns of `MarkRow` with the sides of boxes


@dataclass(frozen=True, slots=True)
class RealPicture:
    """A real picture and what is known of it.

    Attributes:
        picture: uint8, shape (H, W), dark on light.
        marks: float32, shape (n, 7), as in `Scene`; empty for words.
        is_word: Whether all its ink is no digit.
    """

    picture: UInt8Array
    marks: Float32Array
    is_word: bool = False


def find_digit(crop: WrittenPicture) -> RealPicture | None:
    """Return a picture of one digit with the box of its ink; None where there is hardly any ink."""
    ink = crop_ink(crop.picture)
    rows, columns = ink.shape
    if min(rows, columns) < _SPECK_SIDE or ink.size < _SPECK_AREA:
        return None
    _, _, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(255 - crop.picture, ink, cv2.TM_CCOEFF))
    return RealPicture(crop.picture, to_rows([MarkRow(int(crop.text), x, y, x + columns, y + rows)]))


def cut_digits(pictures: Sequence[RealPicture]) -> list[tuple[UInt8Array, int]]:
    """Return the digits of real strings as ink alone, with their labels, to write other numbers with.

    Args:
        pictures: Strings whose boxes are known. Digits that the picture cuts, and low ones, are left out.
    """
    digits = []
    for real in pictures:
        rows, columns = real.picture.shape
        for mark in real.marks[real.marks[:, 0] < CLASS_COUNT]:
            left, top, right, bottom = (mark[1:5] + _RIM).astype(int).tolist()
            is_whole = left >= 0 and top >= 0 and right <= columns and bottom <= rows
            if not is_whole or mark[4] - mark[2] < _LEAST_CUT:
                continue
            ink = crop_ink(real.picture[top:bottom, left:right])
            if len(ink) > _CUT_HEIGHT * (bottom - top) and ink.size > _SPECK_AREA:
                digits.append((ink, int(mark[0])))
    return digits


def to_pictures(digits: LabeledFrames) -> tuple[RealPicture, ...]:
    """Return frames as pictures, dark on light: blurred and with a rim of paper, as people enlarge MNIST's."""
    pictures = []
    for frame, label in zip(digits.x, digits.y, strict=True):
        x, y, width, height = cv2.boundingRect((frame > _FRAME_INK).astype(np.uint8))
        mark = MarkRow(int(label), x, y, x + width, y + height)
        pictures.append(RealPicture(np.asarray(255 - frame, dtype=np.uint8), to_rows([mark])))
    return tuple(pictures)


def place_picture(real: RealPicture, shape: tuple[int, int], generator: Generator) -> Scene:
    """Return a scene that shows the picture, scaled, moved, and exposed a little differently.

    What lies outside the picture goes on as its edge, as the reader continues pictures.

    Args:
        real: What is shown.
        shape: Rows and columns of the scene, multiples of 4.
        generator: Where every choice comes from.
    """
    scale = _draw_scale(real, generator)
    wide = scale * float(np.exp(generator.normal(0, 0.08)))
    size = (max(4, round(real.picture.shape[1] * wide)), max(4, round(real.picture.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    picture = np.asarray(cv2.resize(real.picture, size, interpolation=way), dtype=np.uint8)
    rows, columns = shape
    if len(real.marks) and generator.random() < _SLANTED_SHARE:
        picture = _slant(picture, generator)
    x = int(generator.integers(min(0, columns - size[0]), max(1, columns - size[0] + 1)))
    y = int(generator.integers(min(0, rows - size[1]), max(1, rows - size[1] + 1)))
    gray = _window(picture, (x, y), shape)
    marks = real.marks.copy()
    marks[:, _X] = marks[:, _X] * wide + x
    marks[:, _Y] = marks[:, _Y] * scale + y
    kept, cut = split_seen(marks, shape)
    other = _find_ink(gray) if real.is_word else to_places(np.zeros(shape, dtype=np.bool_))
    for mark in cut:
        ignore_box(other, Box(mark[1], mark[2], mark[3] + 1, mark[4] + 1))
    return Scene(expose_real(gray, generator), kept, other)


def _draw_scale(real: RealPicture, generator: Generator) -> float:
    if len(real.marks):
        tall = float(np.median(real.marks[:, 4] - real.marks[:, 2]))
        low, high = (height / tall for height in _HEIGHTS)
        wanted = float(np.exp(generator.normal(np.log(_USUAL_HEIGHT / tall), _SPREAD)))
        return float(np.clip(wanted, low, min(high, _MOST_SCALE)))
    tall = float(np.exp(generator.uniform(*np.log(_WORD_HEIGHTS))))
    return tall / len(real.picture)


def _window(picture: UInt8Array, at: tuple[int, int], shape: tuple[int, int]) -> UInt8Array:
    """Return a picture of `shape` in which `picture` stands at column and row `at`, continued by its edge."""
    (x, y), (rows, columns) = at, shape
    inner = picture[max(0, -y) : rows - y, max(0, -x) : columns - x]
    top, left = max(y, 0), max(x, 0)
    sides = (top, rows - top - inner.shape[0], left, columns - left - inner.shape[1])
    return np.asarray(cv2.copyMakeBorder(inner, *sides, cv2.BORDER_REPLICATE), dtype=np.uint8)


def _slant(picture: UInt8Array, generator: Generator) -> UInt8Array:
    """Slant a picture about its middle row. Boxes of digits in that row stay about where they are."""
    slant = generator.normal(0, _SLANT)
    rows, columns = picture.shape
    matrix = np.array([[1, slant, -slant * rows / 2], [0, 1, 0]], dtype=np.float64)
    slanted = cv2.warpAffine(picture, matrix, (columns, rows), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(slanted, dtype=np.uint8)


def _change_pen(pixels: Float32Array, generator: Generator) -> Float32Array:
    """Make the strokes of dark writing wider or narrower by up to a pixel each side; thin ones never vanish."""
    is_wider = generator.random() < 0.5
    changed = (cv2.erode if is_wider else cv2.dilate)(pixels, _AROUND)
    part = np.float32(generator.uniform(0.3, _MOST_WIDER if is_wider else _MOST_NARROWER))
    return np.asarray(np.clip(part * changed + (1 - part) * pixels, 0, 255), dtype=np.float32)


def split_seen(marks: Float32Array, shape: tuple[int, int]) -> tuple[Float32Array, Float32Array]:
    """Return the marks that lie inside, and those of which a part does; both cut to the scene."""
    inside = marks.copy()
    inside[:, _X] = np.clip(marks[:, _X], 0, shape[1])
    inside[:, _Y] = np.clip(marks[:, _Y], 0, shape[0])
    area = (inside[:, 3] - inside[:, 1]) * (inside[:, 4] - inside[:, 2])
    seen = area / np.maximum((marks[:, 3] - marks[:, 1]) * (marks[:, 4] - marks[:, 2]), 1)
    return inside[seen >= _SEEN], inside[(seen < _SEEN) & (seen > _HIDDEN)]


def _find_ink(gray: UInt8Array) -> UInt8Array:
    """Return the places of a word's ink, as `Scene.other`."""
    return to_places(find_dark(gray), least=_INKED)


def find_dark(gray: UInt8Array) -> BoolArray:
    """Return where a picture of dark writing on lighter paper is inked, bool, shape (H, W)."""
    paper, dark = float(np.percentile(gray, 75)), float(np.percentile(gray, 1))
    return np.asarray(gray < paper - _INK_LEVEL * max(paper - dark, _LEAST_RANGE))


def expose_real(gray: UInt8Array, generator: Generator) -> UInt8Array:
    """Change light, contrast and sharpness a little, and make light of dark in a quarter of all pictures."""
    pixels = gray.astype(np.float32)
    if generator.random() < _OTHER_PEN_SHARE:
        pixels = _change_pen(pixels, generator)
    if generator.random() < 0.25:
        pixels = 255 - pixels
    if generator.random() < 0.4:
        exponent = np.float32(np.exp(generator.normal(0, 0.35)))
        pixels = np.asarray(255 * (pixels / 255) ** exponent, dtype=np.float32)
    if generator.random() < 0.3:
        low, high = generator.uniform(0, 80), generator.uniform(140, 255)
        pixels = low + pixels * np.float32((high - low) / 255)
    if generator.random() < 0.25:
        sigma = float(generator.uniform(0.4, 1.1))
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.float32)
    if generator.random() < 0.4:
        grain = generator.standard_normal(gray.shape, dtype=np.float32)
        pixels = pixels + grain * np.float32(generator.uniform(0.5, 8))
    return np.clip(pixels, 0, 255).astype(np.uint8)
