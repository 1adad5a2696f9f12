"""Writes digits with a mouse: the pen's path over the page for each digit, as points.

The paths were written for these tests from arcs of ellipses and straight pieces, in other shapes than those that the
networks were trained on. A digit is 100 units tall, with y downward.
"""

import itertools
import math

__all__ = ["Point", "scribble", "write_digit", "write_doubt", "write_letter", "write_number"]

Point = tuple[float, float]
Stroke = list[Point]

_STEP = math.radians(15)  # between two points of an arc


def _arc(center: Point, radii: Point, start: float, end: float, lean: float = 0.0) -> Stroke:
    """Return points of an ellipse from one angle to another, in degrees clockwise from the right; `lean` is a slant."""
    first, last = math.radians(start), math.radians(end)
    count = max(2, round(abs(last - first) / _STEP))
    angles = [first + (last - first) * at / count for at in range(count + 1)]
    return [
        (
            center[0] + radii[0] * math.cos(angle) - lean * radii[1] * math.sin(angle),
            center[1] + radii[1] * math.sin(angle),
        )
        for angle in angles
    ]


def _line(*corners: Point) -> Stroke:
    """Return points along straight pieces, slightly bent as a hand bends them."""
    points: Stroke = [corners[0]]
    for (x, y), (x_end, y_end) in itertools.pairwise(corners):
        length = math.hypot(x_end - x, y_end - y)
        count = max(2, round(length / 16))
        for at in range(1, count + 1):
            share = at / count
            bend = 0.025 * math.sin(math.pi * share)
            points.append((x + (x_end - x) * share + bend * (y_end - y), y + (y_end - y) * share - bend * (x_end - x)))
    return points


def _strokes(label: int) -> list[Stroke]:
    return {
        0: [_arc((32, 50), (30, 50), -70, 296, 0.12)],
        1: [_line((22, 20), (40, 1), (34, 100))],
        2: [_arc((32, 28), (28, 27), -165, 40) + _line((48, 52), (4, 98), (66, 95))],
        3: [_arc((28, 25), (26, 25), -150, 85) + _arc((26, 73), (32, 27), -80, 150)],
        4: [_line((40, 2), (4, 62), (68, 60)), _line((50, 34), (46, 100))],
        5: [_line((16, 4), (11, 44)) + _arc((26, 68), (32, 30), -122, 140), _line((16, 4), (60, 1))],
        6: [_arc((66, 70), (62, 70), -100, -172) + _arc((33, 73), (28, 26), 190, -165)],
        7: [_line((2, 4), (60, 2), (24, 100))],
        8: [
            _arc((32, 25), (23, 24), -30, -270) + _arc((32, 74), (28, 25), -90, 270) + _arc((32, 25), (23, 24), 90, -30)
        ],
        9: [_arc((30, 28), (26, 27), -25, -375) + _line((55, 30), (52, 60), (42, 100))],
    }[label]


def write_digit(label: int, at: Point, height: float) -> list[Stroke]:
    """Return the strokes of a digit whose upper left corner is `at`, in pixels."""
    scale = height / 100
    return [[(at[0] + x * scale, at[1] + y * scale) for x, y in stroke] for stroke in _strokes(label)]


def write_number(text: str, at: Point, height: float, advance: float = 0.95) -> list[Stroke]:
    """Return the strokes of several digits side by side, on a line that climbs a little."""
    strokes: list[Stroke] = []
    for index, character in enumerate(text):
        place = (at[0] + index * advance * height, at[1] - 0.03 * height * index)
        strokes += write_digit(int(character), place, height)
    return strokes


def write_doubt(at: Point, height: float, back: float) -> list[Stroke]:
    """Return a stroke between a 5 and a 3: the farther right its `back`, from 0 to 25, the less it is a 5."""
    scale = height / 100
    way = _line((10 + back / 2, 6), (10 + back, 40)) + _arc((26, 73), (32, 27), -80, 150)
    return [[(at[0] + x * scale, at[1] + y * scale) for x, y in way]]


def write_letter(letter: str, at: Point, height: float) -> list[Stroke]:
    """Return the strokes of an E, H, K, M or X whose upper left corner is `at`, in pixels."""
    strokes = {
        "E": [_line((60, 0), (0, 0), (0, 100), (60, 100)), _line((0, 50), (50, 50))],
        "H": [_line((0, 0), (0, 100)), _line((0, 50), (60, 50)), _line((60, 0), (60, 100))],
        "K": [_line((0, 0), (0, 100)), _line((60, 0), (2, 55), (62, 100))],
        "M": [_line((0, 100), (5, 0), (40, 60), (75, 0), (80, 100))],
        "X": [_line((0, 0), (60, 100)), _line((60, 0), (0, 100))],
    }[letter]
    scale = height / 100
    return [[(at[0] + x * scale, at[1] + y * scale) for x, y in stroke] for stroke in strokes]


def scribble(at: Point) -> list[Stroke]:
    """Return a zigzag of 140 x 120 pixels, which is no digit."""
    return [[(at[0] + 8 * step, at[1] + 60 * (step % 3)) for step in range(18)]]
