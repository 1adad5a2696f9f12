"""Digits drawn stroke by stroke, so that the tests know what is where; everything is uint8, 255 for paper, 0 for ink.

Drawn by polylines and not by `cv2.putText`, whose letters differ between OpenCV 4 and 5.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.results import Box
from inkdigits.spec import UInt8Array

Stroke = tuple[tuple[float, float], ...]


def _arc(center: tuple[float, float], radii: tuple[float, float], start: int, end: int) -> Stroke:
    """Return points on an ellipse from one angle to another, in degrees, clockwise from the right."""
    steps = np.radians(np.linspace(start, end, 25))
    return tuple((center[0] + radii[0] * math.cos(t), center[1] + radii[1] * math.sin(t)) for t in steps)


# (x, y) of the height, y down: a digit is 1 high and at most 0.6 wide
STROKES: dict[str, tuple[Stroke, ...]] = {
    "0": (_arc((0.3, 0.5), (0.3, 0.5), 0, 360),),
    "1": (((0.34, 0.0), (0.26, 1.0)),),
    "2": ((*_arc((0.3, 0.28), (0.28, 0.28), 190, 400), (0.02, 1.0), (0.6, 1.0)),),
    "3": ((*_arc((0.28, 0.26), (0.28, 0.26), 200, 430), *_arc((0.28, 0.74), (0.3, 0.26), 290, 520)),),
    "4": (((0.42, 1.0), (0.42, 0.0), (0.0, 0.65), (0.6, 0.65)),),
    "5": (((0.55, 0.0), (0.1, 0.0), (0.06, 0.45), *_arc((0.27, 0.69), (0.31, 0.31), 240, 500)),),
    "6": (((0.48, 0.02), (0.2, 0.25), *_arc((0.3, 0.7), (0.28, 0.3), 190, 550)),),
    "7": (((0.0, 0.0), (0.6, 0.0), (0.22, 1.0)),),
    "8": (_arc((0.3, 0.25), (0.24, 0.25), 0, 360), _arc((0.3, 0.74), (0.3, 0.26), 0, 360)),
    "9": ((*_arc((0.3, 0.28), (0.27, 0.28), 0, 360), (0.57, 0.3), (0.5, 0.7), (0.36, 1.0)),),
    "|": (((0.3, 0.0), (0.3, 1.0)),),  # a 1 without a slant
    "-": (((0.0, 0.5), (0.5, 0.5)),),
    ".": (((0.1, 0.98), (0.1, 1.0)),),
    # a 5 whose bar was written last and does not touch
    "bar-5": (((0.06, 0.17), (0.06, 0.45), *_arc((0.27, 0.69), (0.31, 0.31), 240, 500)), ((0.12, 0.0), (0.58, 0.0))),
}


@dataclass(frozen=True)
class Page:
    """A picture, and the box of each mark in reading order, line by line."""

    picture: UInt8Array
    boxes: tuple[tuple[Box, ...], ...]


def blank(height: int, width: int) -> UInt8Array:
    return np.full((height, width), 255, dtype=np.uint8)


def draw(picture: UInt8Array, mark: str, at: tuple[int, int], height: int = 40, thickness: int = 5) -> Box:
    """Draw one of `STROKES` into a picture with its left upper corner at (x, y); return the box of its ink."""
    alone = blank(*picture.shape)
    _draw_polylines(alone, STROKES[mark], at, height, thickness)
    np.minimum(picture, alone, out=picture)
    x, y, width, tall = cv2.boundingRect(255 - alone)
    return Box(x, y, x + width, y + tall)


def draw_strokes(strokes: Iterable[Stroke], height: int, thickness: int) -> UInt8Array:
    """Return a picture, twice as high and wide as the height, with strokes of any form in its middle."""
    picture = blank(2 * height, 2 * height)
    _draw_polylines(picture, strokes, (height // 2, height // 2), height, thickness)
    return picture


def _draw_polylines(
    picture: UInt8Array, strokes: Iterable[Stroke], at: tuple[int, int], height: int, thickness: int
) -> None:
    for stroke in strokes:
        points = np.array([(at[0] + x * height, at[1] + y * height) for x, y in stroke]).round().astype(np.int32)
        cv2.polylines(picture, [points], isClosed=False, color=(0,), thickness=thickness)


def write(
    lines: Sequence[Iterable[str]], height: int = 40, thickness: int = 5, *, margin: int = 30, leading: float = 1.8
) -> Page:
    """Write lines of marks: "2758" or ["bar-5", "1"]; each mark 0.9 of the height to the right of the last."""
    rows = [list(line) for line in lines]
    advance, step = round(0.9 * height), round(leading * height)
    width = 2 * margin + advance * max(map(len, rows)) - (advance - round(0.6 * height))
    picture = blank(2 * margin + step * (len(rows) - 1) + height, width)
    boxes = [
        tuple(
            draw(picture, mark, (margin + column * advance, margin + row * step), height, thickness)
            for column, mark in enumerate(line)
        )
        for row, line in enumerate(rows)
    ]
    return Page(picture, tuple(boxes))


def lies_on(found: Box, drawn: Box) -> bool:
    """Return whether a box that a network found is that of a drawn mark: middles up to a fifth of its height apart."""
    right = abs(found.x_min + found.x_max - drawn.x_min - drawn.x_max) / 2
    down = abs(found.y_min + found.y_max - drawn.y_min - drawn.y_max) / 2
    return max(right, down) <= 0.2 * drawn.height and 0.65 <= found.height / drawn.height <= 1.5


def flat(page: Page) -> list[Box]:
    """Return the boxes of a page in reading order."""
    return list(itertools.chain.from_iterable(page.boxes))
