"""Composes numbers of MNIST's test digits for `strings.py` and `rivals.py`.

No network here was trained with any of this code. Digits are at least a pixel apart, or one third of the neighbors
touch or overlap. They are drawn large and shrunk to their size, so that small numbers have a low resolution.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from camera import photograph
from inkdigits.spec import Float64Array, Int64Array, UInt8Array
from inkdigits.training.data.mnist import LabeledFrames

Draw = Callable[[np.random.Generator, int, int], Float64Array]

MIN_LENGTH, MAX_LENGTH = 2, 10
TOUCHING_SHARE = 1 / 3
_ZOOM = 4  # times MNIST's size, at which a line is composed: a digit is then 80 pixels long
_DIGIT = 20 * _ZOOM
_EDGE = 0.5  # of full ink: where a stroke's edge lies
_HEIGHTS = {"plain": (28.0, 80.0), "low resolution": (10.0, 30.0), "patterned paper": (28.0, 80.0)}  # pixels
STYLES = tuple(_HEIGHTS)
# columns that two neighbors' ink shares, of a digit 80 rows high, whose strokes are some 8 wide; 0 parts them
_OVERLAPS = {"apart": (0, 0), "touching": (1, 3), "overlapping": (4, 10)}
NEIGHBORS = tuple(_OVERLAPS)


@dataclass(frozen=True)
class Composition:
    """A picture of a number, and what it says.

    Attributes:
        text: The digits, left to right.
        picture: uint8, shape (H, W, 3), BGR, dark ink on lighter paper.
        touching: How many neighbors touch or overlap.
        digit_height: Nominal height of a digit, pixels: of one that is 20 rows high in MNIST.
        paper: The paper's pattern; "" for plain paper.
    """

    text: str
    picture: UInt8Array
    touching: int
    digit_height: float
    paper: str


def compose(
    digits: LabeledFrames, generator: np.random.Generator, *, length: int, style: str, neighbors: str
) -> Composition:
    """Return a number of `length` digits drawn from `digits`; unless they are to be apart, at least one pair meets."""
    height = float(generator.uniform(*_HEIGHTS[style]))
    overlaps = choose_overlaps(generator, length - 1, _OVERLAPS[neighbors])
    text, ink = draw_number(digits, generator, overlaps=overlaps, height=height)
    paper = str(generator.choice(list(PAPERS))) if style == "patterned paper" else ""
    colors = _write(ink, PAPERS.get(paper), generator)
    picture = photograph(colors, generator, most_blur=0.6 if style == "low resolution" else 1.2)
    return Composition(text, picture, int((overlaps > 0).sum()), height, paper)


def draw_number(
    digits: LabeledFrames, generator: np.random.Generator, *, overlaps: Int64Array, height: float
) -> tuple[str, Float64Array]:
    """Return the text of a number drawn from `digits`, and its ink with margins around, a little tilted.

    Args:
        digits: What to draw from.
        generator: Draws the digits and their forms.
        overlaps: Shape (length - 1,), columns that neighbors share, 0 where they are apart, as `set_line` takes them.
        height: Nominal height of a digit, pixels.

    Returns:
        The text, and float64 of shape (H, W), 0 for paper to 1 for ink.
    """
    places = generator.integers(0, len(digits), len(overlaps) + 1)
    slant = generator.normal(0, 0.12)
    shapes = [_draw_digit(digits.x[place], generator, slant) for place in places]
    line = set_line(shapes, overlaps.tolist(), generator, least_gap=2 * _DIGIT / height)
    ink = _tilt(_with_margins(line, generator), float(generator.uniform(-4, 4)))
    size = [max(1, round(side * height / _DIGIT)) for side in ink.shape[::-1]]
    way = cv2.INTER_AREA if height < _DIGIT else cv2.INTER_CUBIC
    sized = np.clip(cv2.resize(ink, size, interpolation=way), 0, 1)
    return "".join(str(digits.y[place]) for place in places), np.asarray(sized, dtype=np.float64)


def choose_overlaps(generator: np.random.Generator, pairs: int, span: tuple[int, int]) -> Int64Array:
    """Return how many columns each pair of neighbors shares, shape (pairs,): a third within `span`, the others 0.

    At least one pair does, unless `span` is nothing.
    """
    overlaps = np.zeros(pairs, dtype=np.int64)
    if span[1] > 0:
        wanted = pairs * TOUCHING_SHARE
        count = max(1, math.floor(wanted) + int(generator.random() < wanted % 1))
        overlaps[generator.choice(pairs, count, replace=False)] = generator.integers(span[0], span[1] + 1, count)
    return overlaps


def set_line(
    shapes: Sequence[Float64Array], overlaps: Sequence[int], generator: np.random.Generator, *, least_gap: float
) -> Float64Array:
    """Set digits side by side.

    Args:
        shapes: Ink of each digit, 0 to 1, all of one shape (S, S).
        overlaps: For each pair of neighbors, how many columns the second is moved on from where their ink meets; 0 for
            neighbors apart.
        generator: Draws gaps and the unevenness of the base line.
        least_gap: Pixels between the ink of neighbors that are apart, at least.

    Returns:
        The line's ink, 0 to 1, cut to where there is any.
    """
    side = shapes[0].shape[0]
    line = np.zeros((side + _DIGIT // 2, len(shapes) * 2 * side))
    front = np.full(line.shape[0], -1)  # of each row: the last column with ink, -1 without
    for index, shape in enumerate(shapes):
        top = int(generator.integers(0, _DIGIT // 8))
        back = np.full(line.shape[0], side)  # of each row: the digit's first column with ink
        is_ink = shape > _EDGE
        rows = np.flatnonzero(is_ink.any(axis=1))
        back[top + rows] = is_ink[rows].argmax(axis=1)
        if index == 0:
            left = 0
        elif overlaps[index - 1]:
            left = _slide(front, back, reach=0) - overlaps[index - 1]
        else:
            gap = max(least_gap, generator.uniform(0.1, 0.5) * _DIGIT)
            left = _slide(front, back, reach=math.ceil(gap)) + math.ceil(gap)
        left = max(left, 0)
        area = line[top : top + side, left : left + side]
        np.maximum(area, shape, out=area)
        last = side - 1 - is_ink[rows, ::-1].argmax(axis=1)
        front[top + rows] = np.maximum(front[top + rows], left + last)
    there = np.argwhere(line > 0)
    (y_min, x_min), (y_max, x_max) = there.min(axis=0), there.max(axis=0) + 1
    return np.asarray(line[y_min:y_max, x_min:x_max], dtype=np.float64)


def _slide(front: Float64Array, back: Float64Array, reach: int) -> int:
    """Return the left column at which a digit just meets the line, seen across `reach` rows up and down."""
    kernel = np.ones((2 * reach + 1, 1), np.uint8)
    widened = cv2.dilate(front.astype(np.float32)[:, None], kernel)[:, 0]
    room = back.max()
    meets = np.where((widened >= 0) & (back < room), widened + 1 - back, -np.inf)
    return int(meets.max()) if np.isfinite(meets).any() else int(front.max()) + 1 - int(back.min())


def _draw_digit(frame: UInt8Array, generator: np.random.Generator, slant: float) -> Float64Array:
    """Return a frame's ink enlarged, a little turned, sized and slanted, with a pen's sharp edge; 0 to 1."""
    side = frame.shape[0] * _ZOOM + _DIGIT // 2
    scale = _ZOOM * generator.uniform(0.88, 1.12)
    turn = np.deg2rad(generator.normal(0, 4))
    matrix = np.array([[np.cos(turn), -np.sin(turn) - slant], [np.sin(turn), np.cos(turn)]]) * scale
    shift = side / 2 - matrix @ np.array([13.5, 13.5])
    placed = np.column_stack([matrix, shift])
    smooth = cv2.warpAffine(frame.astype(np.float32) / 255, placed, (side, side), flags=cv2.INTER_CUBIC)
    return np.asarray(np.clip((smooth - _EDGE) * 3 + _EDGE, 0, 1), dtype=np.float64)


def _with_margins(ink: Float64Array, generator: np.random.Generator) -> Float64Array:
    margins = (generator.uniform(0.4, 1.2, 4) * _DIGIT).astype(int)
    return np.pad(ink, ((margins[0], margins[1]), (margins[2], margins[3])))


def _tilt(ink: Float64Array, degrees: float) -> Float64Array:
    """Turn a line about its middle, within its picture: enlarged so that nothing is cut off."""
    height, width = ink.shape
    rise = math.ceil(abs(math.sin(math.radians(degrees))) * width / 2)
    ink = np.pad(ink, ((rise, rise), (0, 0)))
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height + 2 * rise - 1) / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(ink, turn, ink.shape[::-1], flags=cv2.INTER_LINEAR), dtype=np.float64)


def _write(ink: Float64Array, paper: Draw | None, generator: np.random.Generator) -> Float64Array:
    """Return ink on tinted paper, float64, shape (H, W, 3), 0 to 255."""
    height, width = ink.shape
    tone = generator.uniform(190, 255) - generator.uniform(0, 25, 3)
    pen = generator.uniform(0, 90) + generator.uniform(0, 40, 3)
    pattern = np.zeros((height, width)) if paper is None else paper(generator, height, width)
    sheet = tone * (1 - generator.uniform(0.1, 0.35) * pattern[..., None])
    opacity = generator.uniform(0.8, 1) * ink[..., None]
    return np.asarray(sheet * (1 - opacity) + np.minimum(pen, sheet) * opacity, dtype=np.float64)


def _ruled(generator: np.random.Generator, height: int, width: int) -> Float64Array:
    pitch, thickness = generator.uniform(0.25, 0.6) * height, generator.uniform(1, 2.5)
    return _lines((height, width), np.pi / 2 + generator.normal(0, 0.02), pitch, thickness)


def _squared(generator: np.random.Generator, height: int, width: int) -> Float64Array:
    pitch, thickness, angle = generator.uniform(8, 30), generator.uniform(1, 2), generator.normal(0, 0.02)
    across, down = (_lines((height, width), turned, pitch, thickness) for turned in (angle, angle + np.pi / 2))
    return np.asarray(np.maximum(across, down), dtype=np.float64)


def _hatched(generator: np.random.Generator, height: int, width: int) -> Float64Array:
    angle, pitch = generator.uniform(0.3, 1.2) * generator.choice([-1, 1]), generator.uniform(4, 12)
    return _lines((height, width), angle, pitch, generator.uniform(1, 2))


def _waves(generator: np.random.Generator, height: int, width: int) -> Float64Array:
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float64)
    total = np.zeros((height, width))
    for _ in range(2):  # crossing, as on checks
        period, swing = generator.uniform(20, 90), generator.uniform(3, 12)
        pitch, phase = generator.uniform(6, 16), generator.uniform(0, 2 * np.pi)
        bent = rows + swing * np.sin(2 * np.pi * columns / period + phase)
        total = np.maximum(total, np.clip(3 * np.cos(2 * np.pi * bent / pitch) - 1.5, 0, 1))
    return total


def _dotted(generator: np.random.Generator, height: int, width: int) -> Float64Array:
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float64)
    pitch, radius = generator.uniform(6, 18), generator.uniform(0.8, 2)
    away = np.hypot(rows % pitch - pitch / 2, columns % pitch - pitch / 2)
    return np.asarray(np.clip(radius + 0.5 - away, 0, 1), dtype=np.float64)


def _clouded(generator: np.random.Generator, height: int, width: int) -> Float64Array:
    total = np.zeros((height, width))
    for cells in (2, 4, 8, 16):
        coarse = generator.normal(0, 1, (cells, cells * 3))
        total += np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), float) / cells**0.5
    return np.asarray((total - total.min()) / max(float(np.ptp(total)), 1e-9), dtype=np.float64)


def _lines(shape: tuple[int, int], angle: float, pitch: float, thickness: float) -> Float64Array:
    """Draw parallel lines, `angle` being that of their normal against the x axis, radians."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float64)
    along = (columns * np.cos(angle) + rows * np.sin(angle)) % pitch
    return np.asarray(np.clip(thickness / 2 + 0.5 - np.abs(along - pitch / 2), 0, 1), dtype=np.float64)


PAPERS: Mapping[str, Draw] = {
    "ruled": _ruled,
    "squared": _squared,
    "hatched": _hatched,
    "waves": _waves,
    "dotted": _dotted,
    "clouded": _clouded,
}
