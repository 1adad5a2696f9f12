"""Rules papers and prints boxes, combs and bars. None of this ink is asked for: it is part of the paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np

from inkdigits.spec import UInt8Array
from inkdigits.training.synthesis.marks.pen_strokes import SUBPIXEL, to_subpixels
from inkdigits.training.synthesis.scenes.canvas import Box, Canvas
from inkdigits.training.synthesis.scenes.draft import Draft

__all__ = ["BEYOND", "Pen", "draw_line", "print_bar", "print_box", "print_cell", "rule_paper"]

Point: TypeAlias = tuple[float, float]  # column, row

BEYOND = 2  # pixels that lines across the picture begin and end outside it
_LEAST_PITCH = 8.0  # pixels between ruled lines
_DOT_STEP = 4  # pixels between the dots of a dotted line


@dataclass(frozen=True, slots=True)
class Pen:
    """How lines are printed.

    Attributes:
        strength: Share of light that a line takes away, 0 to 1.
        thickness: Pixels, 1 or more.
    """

    strength: float
    thickness: int


def draw_line(canvas: Canvas, start: Point, end: Point, pen: Pen, *, dotted: bool = False) -> None:
    """Draw a straight line, from one point to another in pixels."""
    layer = np.zeros((canvas.rows, canvas.columns), dtype=np.uint8)
    if dotted:
        _draw_dots(layer, start, end, max(1, pen.thickness // 2))
    else:
        points = to_subpixels(np.array([start, end]))
        cv2.polylines(layer, [points], False, 255, pen.thickness, cv2.LINE_AA, SUBPIXEL)  # noqa: FBT003 - OpenCV's
    canvas.put(layer, 0, 0, pen.strength)


def _draw_dots(layer: UInt8Array, start: Point, end: Point, radius: int) -> None:
    (x0, y0), (x1, y1) = start, end
    length = max(abs(x1 - x0) + abs(y1 - y0), _DOT_STEP)
    for share in np.arange(0, 1, _DOT_STEP / length):
        center = (round(x0 + share * (x1 - x0)), round(y0 + share * (y1 - y0)))
        cv2.circle(layer, center, radius, 255, -1)


def rule_paper(draft: Draft, pitch: float, top: float, *, strongest: float = 0.8) -> None:
    """Draw level lines over the whole picture, and upright ones now and then, such as on ruled and squared paper.

    Args:
        draft: Where.
        pitch: Pixels from line to line; 8 or more are kept.
        top: Row of the top of a line of digits, which stand on a ruled line.
        strongest: Share of light that the lines take away at most, 0.08 to 1.
    """
    generator, canvas = draft.generator, draft.canvas
    pen = Pen(draft.draw(0.08, strongest), int(generator.choice([1, 1, 1, 2])))
    lean = generator.normal(0, 1.5)
    pitch = max(pitch, _LEAST_PITCH)
    y = (top + 1.1 * pitch) % pitch
    while y < canvas.rows:
        draw_line(canvas, (-BEYOND, y), (canvas.columns + BEYOND, y + lean), pen, dotted=draft.chance(0.1))
        y += pitch
    if draft.chance(0.4):
        step = pitch * draft.draw(0.8, 1.2)
        x = draft.draw(0, step)
        while x < canvas.columns:
            draw_line(canvas, (x, -BEYOND), (x - lean, canvas.rows + BEYOND), pen)
            x += step


def print_cell(draft: Draft, box: Box, kind: str, pen: Pen) -> None:
    """Print the sides of a field for one digit: a "box", a "comb", open at the top, a "dotted" or a "broken" box.

    Of a broken one only stretches are left, as scanners and copiers leave of thin lines; "teeth" are a comb without its
    base, or ticks between cells.
    """
    left, top, right, bottom = box
    sides: Sequence[tuple[Point, Point]]
    if kind in ("comb", "teeth"):
        low = top + (bottom - top) * draft.draw(0.3, 0.9)
        base = [((left, bottom), (right, bottom))] if kind == "comb" else []
        sides = [*base, ((left, low), (left, bottom)), ((right, low), (right, bottom))]
    else:
        level = [((left, row), (right, row)) for row in (top, bottom)]
        sides = [*level, *(((column, top), (column, bottom)) for column in (left, right))]
    for start, end in sides:
        if kind == "broken":
            _draw_rest(draft, start, end, pen)
        else:
            draw_line(draft.canvas, start, end, pen, dotted=kind == "dotted")


def _draw_rest(draft: Draft, start: Point, end: Point, pen: Pen) -> None:
    """Draw one to three stretches of a line."""
    ends = np.array([start, end])
    for _ in range(int(draft.generator.integers(1, 4))):
        first = draft.draw(0, 0.9)
        last = min(1.0, first + draft.draw(0.05, 0.6))
        (x0, y0), (x1, y1) = (ends[0] + share * (ends[1] - ends[0]) for share in (first, last))
        draw_line(draft.canvas, (float(x0), float(y0)), (float(x1), float(y1)), pen)


def print_box(draft: Draft, box: Box) -> None:
    """Print a box with a pen of its own."""
    print_cell(draft, box, "box", Pen(draft.draw(0.15, 0.95), int(draft.generator.choice([1, 1, 2, 3]))))


def print_bar(draft: Draft, left: float, top: float, side: float) -> None:
    """Fill a stretch beside or above a field of `side` pixels: the head of a table, or the edge of a sheet."""
    strength = draft.draw(0.3, 1.0)
    if draft.chance(0.6):
        rows, columns = round(side * draft.draw(1, 3)), max(2, round(draft.draw(3, 40)))
        ink = np.full((rows, columns), 255, dtype=np.uint8)
        draft.canvas.put(ink, left - columns, top - draft.draw(0, 1) * side, strength)
    else:
        rows = max(2, round(draft.draw(3, 20)))
        ink = np.full((rows, draft.canvas.columns), 255, dtype=np.uint8)
        draft.canvas.put(ink, 0, top - rows, strength)
