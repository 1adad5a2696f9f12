"""Draws single digits with a pen, for `drawings.py` and `signs.py`: clean canvases of any size, thin to thick pens.

Each digit has two or three written forms. Their points move from drawing to drawing, the whole is made wider, slanted
and turned, and the hand trembles a little. No network here was trained with any of this code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.spec import Float64Array, UInt8Array

Stroke = Sequence[tuple[float, float]]  # points that a pen passes, x to the right, y down; a doubled one is a corner

SEED = 61
HEIGHTS = (10.0, 640.0)  # pixels, of a digit's ink; all orders of size are alike often
PENS = (0.005, 0.2)  # width of the pen over the height of the ink; at least a pixel
MOST_SIDE = 1000  # pixels of a canvas, unless the digit itself needs more
COLORS = ("dark on white", "white on black", "gray on lighter gray", "gray on darker gray")
_LEAST_CONTRAST = 60  # gray levels between pen and canvas
_ZOOM = 4  # times the size at which a pen is drawn, then averaged
_STEPS = 24  # points of a curve between two of a form's points
# how one drawing differs from the next, standard deviations in heights of the digit; chosen by eye: all of 120 drawings
# stayed readable
_POINTS_MOVE, MOST_TREMOR = 0.016, 0.006
_SLANT, _MOST_SLANT = 0.14, 0.35  # sideways over height
_MOST_TURN = 5.0  # degrees

_BOWL = ((0.06, 0.42), (0.06, 0.42), (0.30, 0.36), (0.57, 0.50), (0.60, 0.75), (0.42, 0.96), (0.16, 0.99), (0.0, 0.90))
_STEM = ((0.5, 0.02), (0.5, 1.0))
_LOOP_OF_9 = ((0.56, 0.16), (0.36, 0.0), (0.10, 0.07), (0.0, 0.29), (0.14, 0.49), (0.36, 0.47), (0.55, 0.22))
FORMS: Mapping[str, Sequence[Sequence[Stroke]]] = {
    "0": (
        (((0.36, 0.0), (0.09, 0.17), (0.0, 0.5), (0.09, 0.83), (0.35, 1.0), (0.61, 0.83), (0.7, 0.5), (0.61, 0.17),
          (0.36, 0.0)),),
        (((0.44, 0.05), (0.27, 0.0), (0.07, 0.22), (0.0, 0.55), (0.10, 0.87), (0.31, 1.0), (0.53, 0.85), (0.6, 0.5),
          (0.53, 0.18), (0.36, 0.02), (0.22, 0.04)),),
        (((0.5, 0.06), (0.3, 0.01), (0.07, 0.2), (0.0, 0.52), (0.11, 0.86), (0.36, 1.0), (0.63, 0.84), (0.72, 0.5),
          (0.64, 0.2), (0.52, 0.08)),),
    ),
    "1": (
        (((0.0, 0.0), (0.0, 1.0)),),
        (((0.0, 0.27), (0.26, 0.0), (0.26, 0.0), (0.26, 1.0)),),
        (((0.04, 0.24), (0.27, 0.0), (0.27, 0.0), (0.27, 1.0)), ((0.0, 1.0), (0.54, 1.0))),
    ),
    "2": (
        (((0.03, 0.22), (0.16, 0.04), (0.38, 0.0), (0.59, 0.12), (0.58, 0.35), (0.33, 0.67), (0.0, 1.0), (0.0, 1.0),
          (0.68, 1.0)),),
        (((0.04, 0.2), (0.21, 0.02), (0.48, 0.03), (0.6, 0.22), (0.5, 0.5), (0.27, 0.82), (0.10, 0.97), (0.0, 0.91),
          (0.08, 0.80), (0.26, 0.86), (0.46, 0.98), (0.70, 0.90)),),
        (((0.0, 0.16), (0.2, 0.0), (0.47, 0.08), (0.5, 0.33), (0.26, 0.7), (0.02, 0.98), (0.02, 0.98), (0.26, 0.93),
          (0.45, 0.99), (0.64, 0.94)),),
    ),
    "3": (
        (((0.04, 0.12), (0.27, 0.0), (0.53, 0.12), (0.5, 0.34), (0.22, 0.46), (0.22, 0.46), (0.53, 0.55), (0.62, 0.76),
          (0.43, 0.97), (0.18, 0.99), (0.0, 0.86)),),
        (((0.03, 0.0), (0.58, 0.0), (0.58, 0.0), (0.25, 0.38), (0.25, 0.38), (0.51, 0.44), (0.63, 0.68), (0.5, 0.93),
          (0.22, 1.0), (0.0, 0.88)),),
        (((0.06, 0.1), (0.3, 0.0), (0.53, 0.14), (0.46, 0.36), (0.24, 0.48), (0.18, 0.43), (0.27, 0.41), (0.54, 0.54),
          (0.6, 0.77), (0.4, 0.98), (0.16, 0.98), (0.0, 0.85)),),
    ),
    "4": (
        (((0.12, 0.0), (0.0, 0.6), (0.0, 0.6), (0.7, 0.6)), ((0.5, 0.28), (0.47, 1.0))),
        (((0.5, 1.0), (0.5, 0.0), (0.5, 0.0), (0.0, 0.68), (0.0, 0.68), (0.7, 0.68)),),
        (((0.1, 0.04), (0.02, 0.34), (0.08, 0.54), (0.3, 0.56), (0.52, 0.5)), _STEM),
    ),
    "5": (
        (((0.11, 0.0), *_BOWL), ((0.11, 0.0), (0.62, 0.01))),
        (((0.6, 0.0), (0.12, 0.02), (0.12, 0.02), *_BOWL),),
    ),
    "6": (
        (((0.5, 0.0), (0.22, 0.2), (0.04, 0.5), (0.03, 0.78), (0.2, 0.99), (0.45, 0.98), (0.58, 0.78), (0.47, 0.58),
          (0.25, 0.55), (0.05, 0.72)),),
        (((0.26, 0.0), (0.08, 0.35), (0.0, 0.7), (0.12, 0.96), (0.36, 0.99), (0.54, 0.8), (0.45, 0.6), (0.24, 0.56),
          (0.04, 0.7)),),
    ),
    "7": (
        (((0.0, 0.0), (0.64, 0.0), (0.64, 0.0), (0.22, 1.0)),),
        (((0.0, 0.0), (0.64, 0.0), (0.64, 0.0), (0.22, 1.0)), ((0.16, 0.5), (0.66, 0.46))),
        (((0.0, 0.17), (0.03, 0.01), (0.03, 0.01), (0.32, 0.03), (0.6, 0.0), (0.6, 0.0), (0.34, 0.45), (0.25, 1.0)),),
    ),
    "8": (
        (((0.53, 0.13), (0.32, 0.0), (0.09, 0.1), (0.1, 0.31), (0.33, 0.47), (0.57, 0.68), (0.54, 0.91), (0.3, 1.0),
          (0.06, 0.9), (0.04, 0.68), (0.3, 0.47), (0.53, 0.3), (0.54, 0.11)),),
        (((0.3, 0.0), (0.08, 0.1), (0.08, 0.34), (0.3, 0.45), (0.52, 0.34), (0.52, 0.1), (0.3, 0.0)),
         ((0.3, 0.45), (0.03, 0.58), (0.03, 0.88), (0.3, 1.0), (0.58, 0.88), (0.58, 0.58), (0.3, 0.45))),
    ),
    "9": (
        ((*_LOOP_OF_9, (0.57, 0.12), (0.57, 0.12), (0.5, 1.0)),),
        ((*_LOOP_OF_9, (0.58, 0.12), (0.58, 0.12), (0.57, 0.6), (0.4, 0.96), (0.18, 1.0), (0.05, 0.9)),),
        ((*_LOOP_OF_9, (0.57, 0.14), (0.57, 0.14), (0.46, 0.6), (0.24, 1.0)),),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Drawing:
    """A picture of one digit, and how it was drawn.

    Attributes:
        label: The digit.
        form: Index into the label's `FORMS`.
        height: Of its ink, pixels, 10 or more.
        pen: Width of the pen, pixels, 1 or more.
        colors: One of `COLORS`.
        is_smooth: Whether the pen is anti-aliased.
        picture: uint8, shape (H, W), gray.
    """

    label: str
    form: int
    height: float
    pen: float
    colors: str
    is_smooth: bool
    picture: UInt8Array


def draw_digit(index: int) -> Drawing:
    """Return one drawing; the labels take turns, and so do a label's forms. One index has one drawing."""
    generator = np.random.default_rng([SEED, index])
    label = str(index % len(FORMS))
    form = index // len(FORMS) % len(FORMS[label])
    height = float(np.exp(generator.uniform(*np.log(HEIGHTS))))
    thinnest, thickest = max(1.0, PENS[0] * height), PENS[1] * height
    pen = float(np.exp(generator.uniform(np.log(thinnest), np.log(thickest))))
    is_smooth = bool(generator.random() < 0.5)
    if not is_smooth:  # such a pen is whole pixels wide
        pen = float(np.clip(round(pen), np.ceil(thinnest), np.floor(thickest)))
    curves = write_form(FORMS[label][form], generator, rows=height - pen)
    ink = ink_of(curves, pen, is_smooth=is_smooth)
    colors = str(generator.choice(COLORS))
    canvas = _place(ink, generator)
    return Drawing(label, form, height, pen, colors, is_smooth, _color(canvas, colors, generator))


def write_form(
    strokes: Sequence[Stroke], generator: np.random.Generator, *, rows: float, hand: float | None = None
) -> list[Float64Array]:
    """Return the curves of a form as a hand writes it, points (x, y) in pixels from 0 on.

    Args:
        strokes: The form.
        generator: Draws what differs.
        rows: Height of the curves, pixels.
        hand: Slant of the hand, sideways over height: the form has it then, and is not turned; None draws both.
    """
    width = generator.uniform(0.8, 1.2)
    slant = np.clip(generator.normal(0, _SLANT), -_MOST_SLANT, _MOST_SLANT) if hand is None else hand
    angle = np.deg2rad(generator.uniform(-_MOST_TURN, _MOST_TURN)) if hand is None else 0.0
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    tremor = generator.uniform(0, MOST_TREMOR)
    written = []
    for stroke in strokes:
        curve = write_stroke(stroke, generator, tremor=tremor) * (width, 1.0)
        curve[:, 0] -= slant * curve[:, 1]
        written.append(curve @ turn)
    everything = np.concatenate(written)
    corner, size = everything.min(axis=0), np.ptp(everything, axis=0)
    return [np.asarray((curve - corner) * (rows / size[1])) for curve in written]


def write_stroke(stroke: Stroke, generator: np.random.Generator, *, tremor: float) -> Float64Array:
    """Return the curve of a stroke as a hand writes it, points (x, y) in the unit of the stroke.

    Args:
        stroke: Two points or more.
        generator: Draws what differs.
        tremor: How much the hand trembles, standard deviation in heights of a digit.
    """
    return _tremble(_curve(_move(stroke, generator)), tremor, generator)


def ink_of(curves: Sequence[Float64Array], pen: float, *, is_smooth: bool) -> Float64Array:
    """Return the ink of curves drawn with a round pen, 0 to 1, with a pixel of canvas around.

    Args:
        curves: Points (x, y) in pixels, none below 0.
        pen: Width, pixels, 1 or more; a whole number unless it is smooth.
        is_smooth: Whether pixels that the pen covers in part are gray.
    """
    zoom = _ZOOM if is_smooth or pen > 1 else 1  # averaging would break a line of single pixels
    edge = pen / 2 + 1
    width, height = (int(np.ceil(side + 2 * edge)) for side in np.concatenate(curves).max(axis=0))
    drawn = np.zeros((zoom * height, zoom * width), np.uint8)
    shift = 4  # fractional bits of OpenCV's coordinates
    for curve in curves:
        points = np.round(((curve + edge) * zoom - 0.5) * 2**shift).astype(np.int32)
        cv2.polylines(drawn, [points], isClosed=False, color=255, thickness=max(1, round(zoom * pen)), shift=shift)
    small = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA)
    ink = small.astype(np.float64) / 255
    return ink if is_smooth else np.round(ink)


def _move(stroke: Stroke, generator: np.random.Generator) -> list[tuple[float, float]]:
    """Move each point of a stroke a little; a corner's two stay one."""
    moved: list[tuple[float, float]] = []
    for place, point in enumerate(stroke):
        x, y = generator.normal(0, _POINTS_MOVE, 2)
        is_corner = place > 0 and stroke[place - 1] == point
        moved.append(moved[-1] if is_corner else (point[0] + float(x), point[1] + float(y)))
    return moved


def _curve(points: Sequence[tuple[float, float]]) -> Float64Array:
    """Return a smooth line through points, shape (n, 2): Catmull-Rom splines that end at corners."""
    ends = [place for place in range(1, len(points)) if points[place] == points[place - 1]]
    pieces = []
    for start, stop in zip([0, *ends], [*ends, len(points)], strict=True):
        own = np.array(points[start:stop])
        padded = np.concatenate([2 * own[:1] - own[1:2], own, 2 * own[-1:] - own[-2:-1]])
        t = np.linspace(0, 1, _STEPS)[:, np.newaxis]
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
            pieces.append(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))))
    return np.asarray(np.concatenate(pieces))


def _tremble(curve: Float64Array, tremor: float, generator: np.random.Generator) -> Float64Array:
    """Shake a curve; the shake swings some six times per height of the digit."""
    steps = np.hypot(*np.diff(curve, axis=0, prepend=curve[:1]).T)
    way = np.cumsum(steps)
    knots = np.arange(0, way[-1] + 0.2, 0.08)  # heights along the pen's way
    shakes = generator.normal(0, tremor, (2, len(knots)))
    return np.asarray(curve + np.stack([np.interp(way, knots, shake) for shake in shakes], axis=1))


def _place(ink: Float64Array, generator: np.random.Generator) -> Float64Array:
    """Put ink somewhere on a canvas: a quarter fill it but for a margin, the others stand on a larger one."""
    rows, columns = ink.shape
    margin = 1 + round(0.02 * max(rows, columns))
    height, width = rows + 2 * margin, columns + 2 * margin
    if generator.random() >= 0.25:
        height = max(height, int(min(MOST_SIDE, rows / generator.uniform(0.1, 0.95))))
        width = max(width, int(min(MOST_SIDE, height * generator.uniform(0.5, 2.0))))
    canvas = np.zeros((height, width))
    top = int(generator.integers(margin, height - rows - margin + 1))
    left = int(generator.integers(margin, width - columns - margin + 1))
    canvas[top : top + rows, left : left + columns] = ink
    return canvas


def _color(ink: Float64Array, colors: str, generator: np.random.Generator) -> UInt8Array:
    """Paint ink and canvas in one of `COLORS`."""
    darker = float(generator.uniform(0, 255 - _LEAST_CONTRAST))
    lighter = float(generator.uniform(darker + _LEAST_CONTRAST, 255))
    pen, canvas = {
        "dark on white": (float(generator.choice([0, 0, 40, 80])), 255.0),
        "white on black": (255.0, 0.0),
        "gray on lighter gray": (darker, lighter),
        "gray on darker gray": (lighter, darker),
    }[colors]
    return np.asarray(np.round(canvas + ink * (pen - canvas)), dtype=np.uint8)
