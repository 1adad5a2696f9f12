"""Cuts strips with known text out of composed scenes and real pictures: what the line recognizer learns from.

The text has digits only: signs, letters, what is crossed out and what is cut off at the strip's edge read as nothing.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.models.strips import find_window, to_strip
from inkdigits.spec import CLASS_COUNT, DETECTOR_STEP, Float32Array, UInt8Array
from inkdigits.training.synthesis.scenes.canvas import IGNORED, Box, Scene
from inkdigits.training.synthesis.scenes.real_pictures import expose_real

__all__ = ["Line", "cut_composed", "cut_real", "guess_rows"]

# of a box's height: standard deviation, and the most, by which each of its sides is moved, as a detector errs
_JITTER, _MOST_JITTER = 0.06, 0.15
_PART_SHARE = 0.12  # of composed lines are only a part of what stands in the line: neighbors are cut off
_OTHER_SHARE = 0.12  # of strips of scenes with digits show other ink
_SAME_LINE = 0.6  # of a digit's height: so far apart, the middles of two digits may be of one line
_SEEN, _HIDDEN = 0.7, 0.3  # share of a digit's box in the strip from which it is read, and up to which it is not
_STEEP = 1.9  # heights of its digits: a higher box holds two lines, or one that the reader would level first
_LEAST_HEIGHT = 6  # pixels of a box around other ink
_NO_INK = (10.0, 50.0)  # pixels: height of a box where there is no ink at all
# of a real number's crop: height of its digits, where nobody knows it (in the three sets 5 % are below 0.33, 5 % above
# 0.7), and standard deviation of their middle (measured on 160 crops in which the detector read the text)
_ROWS, _ROWS_OFF = (0.36, 0.75), 0.07
_WORD_ROWS = (0.6, 1.0)  # the same of a word's crop, most of which are trimmed to the ink
_USUAL_ROWS = 0.55  # of a crop's height, where something has to be assumed
_WHOLE_SHARE = 0.4  # of real numbers are shown with all that stands beside them in the crop
_TURN, _SLANT, _WIDER = 0.02, 0.15, 0.1  # standard deviations: rows a column, columns a row, logarithm of the width
_COARSE_SHARE, _COARSE = 0.35, (0.35, 1.0)  # of real pictures are of lower resolution, by so much


@dataclass(frozen=True, slots=True)
class Line:
    """A strip and what it says.

    Attributes:
        strip: uint8, shape (32, W), as `models.strips.to_strip` makes it.
        text: Its digits from left to right; empty where there is none.
    """

    strip: UInt8Array
    text: str


def guess_rows(gray: UInt8Array) -> Box:
    """Return the box of a line that fills a crop as numbers cut out of pages usually do."""
    height, width = gray.shape
    rim = (1 - _USUAL_ROWS) / 2 * height
    return Box(0, rim, width, height - rim)


def cut_composed(scene: Scene, generator: Generator) -> Line | None:
    """Return a line of a scene, or some of its other ink or bare paper as a line without text.

    Args:
        scene: Composed, with all of its digits known.
        generator: Where every choice comes from.

    Returns:
        None where a digit lies half in the strip, or two lines do: nobody can say what is to be read.
    """
    digits = scene.marks[scene.marks[:, 0] < CLASS_COUNT]
    if len(digits) and generator.random() >= _OTHER_SHARE:
        line = _choose_line(digits, generator)
        heights = line[:, 4] - line[:, 2]
        box = _surround(line)
        if box.y_max - box.y_min > _STEEP * float(np.median(heights)):
            return None
    else:
        box = _choose_other(scene, generator)
    box = _jitter(box, generator)
    rows, columns = scene.picture.shape
    if not (box.x_min < columns and box.x_max > 0 and box.y_min < rows and box.y_max > 0):
        return None
    text = _read_window(digits, Box(*map(float, find_window(_clip(box, scene.picture)))))
    return None if text is None else Line(to_strip(scene.picture, box).picture, text)


def _choose_line(digits: Float32Array, generator: Generator) -> Float32Array:
    """Return the digits of the line of a random digit, from left to right; now and then only some of them."""
    seed = digits[int(generator.integers(len(digits)))]
    middles = (digits[:, 2] + digits[:, 4]) / 2
    is_level = np.abs(middles - (seed[2] + seed[4]) / 2) < _SAME_LINE * (seed[4] - seed[2])
    line = digits[is_level & (digits[:, 6] == seed[6])]
    line = line[np.argsort(line[:, 1], kind="stable")]
    if len(line) > 1 and generator.random() < _PART_SHARE:
        start = int(generator.integers(len(line)))
        line = line[start : int(generator.integers(start, len(line))) + 1]
    return np.asarray(line, dtype=np.float32)


def _surround(digits: Float32Array) -> Box:
    low, high = digits[:, 1:3].min(axis=0), digits[:, 3:5].max(axis=0)
    return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _choose_other(scene: Scene, generator: Generator) -> Box:
    """Return the box of a random piece of other ink, or a box on bare paper where there is none."""
    mask = ((scene.other > 0) & (scene.other != IGNORED)).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(mask, np.ones((1, 3), dtype=np.uint8)))
    if count > 1:
        left, top, wide, tall = (DETECTOR_STEP * int(side) for side in stats[int(generator.integers(1, count)), :4])
        if tall >= _LEAST_HEIGHT:
            return Box(left, top, left + wide, top + tall)
    rows, columns = scene.picture.shape
    height = float(generator.uniform(*_NO_INK))
    x, y = generator.uniform(0, columns), generator.uniform(-0.3 * height, rows - 0.7 * height)
    return Box(x, y, x + height * generator.uniform(0.4, 6), y + height)


def _jitter(box: Box, generator: Generator) -> Box:
    """Move each side of a box, but no further than a share of its height."""
    height = box.y_max - box.y_min
    moves = np.clip(generator.normal(0, _JITTER, 4), -_MOST_JITTER, _MOST_JITTER) * height
    moved = Box(*(side + float(move) for side, move in zip(box, moves, strict=True)))
    return moved if moved.x_min < moved.x_max else moved._replace(x_min=box.x_min, x_max=box.x_max)


def _clip(box: Box, gray: UInt8Array) -> Box:
    """Return the part of a box inside a picture."""
    return Box(max(box.x_min, 0), max(box.y_min, 0), min(box.x_max, gray.shape[1]), min(box.y_max, gray.shape[0]))


def _read_window(digits: Float32Array, window: Box) -> str | None:
    """Return the digits inside a window from left to right; None where one is half inside, or they make two lines."""
    inside = np.minimum(digits[:, 3:5], window[2:]) - np.maximum(digits[:, 1:3], window[:2])
    areas = (digits[:, 3:5] - digits[:, 1:3]).prod(axis=1)
    shares = np.maximum(inside, 0).prod(axis=1) / np.maximum(areas, 1)
    if ((shares > _HIDDEN) & (shares < _SEEN)).any():
        return None
    seen = digits[shares >= _SEEN]
    seen = seen[np.argsort(seen[:, 1] + seen[:, 3], kind="stable")]
    middles, heights = (seen[:, 2] + seen[:, 4]) / 2, seen[:, 4] - seen[:, 2]
    if (np.abs(np.diff(middles)) > _SAME_LINE * np.maximum(heights[1:], heights[:-1])).any():
        return None
    return "".join(str(int(label)) for label in seen[:, 0])


def cut_real(gray: UInt8Array, text: str, box: Box | None, generator: Generator) -> Line:
    """Return the line of a real picture, turned, slanted, scaled and exposed a little differently.

    Args:
        gray: uint8, shape (H, W), dark on light.
        text: Its digits.
        box: Around them; None where nobody knows it: then the whole width is shown, and some of the height.
        generator: Where every choice comes from.
    """
    height, width = gray.shape
    if box is None:
        rows = _ROWS if text else _WORD_ROWS
        tall, middle = generator.uniform(*rows) * height, (0.5 + generator.normal(0, _ROWS_OFF)) * height
        box = Box(0, middle - tall / 2, width, middle + tall / 2)
    elif generator.random() < _WHOLE_SHARE:
        box = box._replace(x_min=min(box.x_min, 0), x_max=max(box.x_max, width))
    picture, box = _turn(gray, box, generator)
    if generator.random() < _COARSE_SHARE:
        scale = float(np.exp(generator.uniform(*np.log(_COARSE))))
        size = (max(4, round(picture.shape[1] * scale)), max(4, round(picture.shape[0] * scale)))
        x, y = size[0] / picture.shape[1], size[1] / picture.shape[0]
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        box = Box(box.x_min * x, box.y_min * y, box.x_max * x, box.y_max * y)
    strip = to_strip(expose_real(picture, generator), _jitter(_clip(box, picture), generator)).picture
    return Line(strip, text)


def _turn(gray: UInt8Array, box: Box, generator: Generator) -> tuple[UInt8Array, Box]:
    """Turn and slant a picture about the middle of a box, make it wider or narrower, and return the digits' new box."""
    turn, slant = generator.normal(0, _TURN), generator.normal(0, _SLANT)
    wider = math.exp(generator.normal(0, _WIDER))
    height, width = gray.shape
    x, y = (box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2
    to_x, columns = x * wider, max(4, round(width * wider))
    matrix = np.array([[wider, slant, to_x - wider * x - slant * y], [turn, 1, -turn * x]], dtype=np.float64)
    turned = cv2.warpAffine(gray, matrix, (columns, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    wide, tall = (box.x_max - box.x_min) / 2, (box.y_max - box.y_min) / 2
    wide, tall = wider * wide + abs(slant) * tall, tall + abs(turn) * wide
    return np.asarray(turned, dtype=np.uint8), Box(to_x - wide, y - tall, to_x + wide, y + tall)
