"""Draws the marks that stand between digits and are none: dashes, signs, dots, letters, scrawl."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from inkdigits.spec import UInt8Array

__all__ = ["draw_sign"]

_SIDE = 40  # rows: height of a usual digit on the canvas of the marks
_SUBPIXEL = 2  # bits of sub-pixel precision


def draw_sign(generator: np.random.Generator, height: int) -> tuple[UInt8Array, float]:
    """Return a mark that is no digit.

    Args:
        generator: Where every choice comes from.
        height: Rows of a digit of usual height beside it, 8 or more.

    Returns:
        uint8, shape (H, W), 0 for paper to 255 for ink, cut close; and how far its middle lies under the middle of the
        digits, in digit heights.
    """
    draw = _SIGNS[int(generator.integers(len(_SIGNS)))]
    points, thickness = draw(generator), max(2, round(_SIDE * generator.uniform(0.06, 0.14)))
    canvas = np.zeros((2 * _SIDE, 2 * _SIDE), dtype=np.uint8)
    for stroke in points:
        at = (np.asarray(stroke) * _SIDE + _SIDE / 2 + generator.normal(0, 0.02 * _SIDE, (len(stroke), 2))).round()
        line = (at * (1 << _SUBPIXEL)).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(canvas, [line], isClosed=False, color=255, thickness=thickness, lineType=cv2.LINE_AA, shift=2)
    x, y, width, columns = cv2.boundingRect(canvas)
    scale = height / _SIDE
    size = (max(2, round(width * scale)), max(2, round(columns * scale)))
    mark = np.asarray(cv2.resize(canvas[y : y + columns, x : x + width], size, interpolation=cv2.INTER_AREA))
    return mark.astype(np.uint8), (y + columns / 2 - _SIDE) / _SIDE


Strokes = Sequence[Sequence[tuple[float, float]]]


def _dash(generator: np.random.Generator) -> Strokes:
    tilt, length = generator.normal(0, 0.04), generator.uniform(0.3, 0.9)
    return [[(0, 0.5 - tilt), (length, 0.5 + tilt)]]


def _equals(generator: np.random.Generator) -> Strokes:
    length, gap = generator.uniform(0.4, 0.8), generator.uniform(0.1, 0.2)
    return [[(0, 0.5 - gap), (length, 0.5 - gap)], [(0, 0.5 + gap), (length, 0.5 + gap)]]


def _plus(generator: np.random.Generator) -> Strokes:
    arm = generator.uniform(0.2, 0.4)
    return [[(0, 0.5), (2 * arm, 0.5)], [(arm, 0.5 - arm), (arm, 0.5 + arm)]]


def _times(generator: np.random.Generator) -> Strokes:
    side = generator.uniform(0.35, 0.7)
    low, high = 0.5 - side / 2, 0.5 + side / 2
    return [[(0, low), (side, high)], [(side, low), (0, high)]]


def _slash(generator: np.random.Generator) -> Strokes:
    lean = generator.uniform(0.3, 0.7)
    return [[(lean, -0.1), (0, 1.1)]]


def _number_sign(generator: np.random.Generator) -> Strokes:
    lean = generator.uniform(0, 0.15)
    bars = [[(x + lean, 0.0), (x - lean, 1.0)] for x in (0.35, 0.65)]
    return [*bars, [(0, 0.33), (1, 0.33)], [(0, 0.67), (1, 0.67)]]


def _dot(generator: np.random.Generator) -> Strokes:
    y = generator.choice([0.97, 0.5, 0.2], p=[0.7, 0.2, 0.1])
    return [[(0, y), (0.03, y)]]


def _comma(generator: np.random.Generator) -> Strokes:
    return [[(0.08, 0.92), (0.06, 1.05), (generator.uniform(-0.05, 0.03), 1.2)]]


def _colon(_generator: np.random.Generator) -> Strokes:
    return [[(0, 0.3), (0.03, 0.3)], [(0, 0.85), (0.03, 0.85)]]


def _percent(_generator: np.random.Generator) -> Strokes:
    ring = [(np.cos(turn) * 0.13, np.sin(turn) * 0.13) for turn in np.linspace(0, 2 * np.pi, 9)]
    rings = [[(x + at_x, y + at_y) for x, y in ring] for at_x, at_y in ((0.15, 0.2), (0.75, 0.8))]
    return [*rings, [(0.75, 0.0), (0.15, 1.0)]]


def _division(generator: np.random.Generator) -> Strokes:
    length, gap = generator.uniform(0.4, 0.8), generator.uniform(0.15, 0.28)
    dots = [[(length / 2, 0.5 + side), (length / 2 + 0.03, 0.5 + side)] for side in (-gap, gap)]
    return [*dots, [(0, 0.5), (length, 0.5)]]


def _asterisk(generator: np.random.Generator) -> Strokes:
    arm, middle = generator.uniform(0.15, 0.3), generator.uniform(0.3, 0.5)
    turns = np.array([0.0, 1.0, 2.0]) * np.pi / 3 + generator.uniform(0, 1)
    across = [(arm * float(np.cos(turn)), arm * float(np.sin(turn))) for turn in turns]
    return [[(arm - x, middle - y), (arm + x, middle + y)] for x, y in across]


def _scrawl(generator: np.random.Generator) -> Strokes:
    steps = int(generator.integers(8, 20))
    x = np.linspace(0, generator.uniform(0.8, 2.0) * 0.6, steps) + generator.normal(0, 0.05, steps)
    y = 0.5 + generator.uniform(0.15, 0.35) * np.where(np.arange(steps) % 2, 1, -1) + generator.normal(0, 0.1, steps)
    return [list(zip(x.clip(-0.4, 1.4).tolist(), y.clip(-0.4, 1.4).tolist(), strict=True))]


_SIGNS: Sequence[Callable[[np.random.Generator], Strokes]] = (
    _dash,
    _dash,
    _equals,
    _plus,
    _times,
    _slash,
    _number_sign,
    _dot,
    _dot,
    _comma,
    _comma,
    _colon,
    _percent,
    _division,
    _asterisk,
    _scrawl,
)
