"""A small form, printed from its template and filled by drawn digits: what the tests of forms read."""

import functools
from collections.abc import Mapping

import cv2
import numpy as np

from inkdigits.forms.sheets import draw_sheet
from inkdigits.forms.template import Template, parse_template
from inkdigits.reading.pictures.decoding import decode
from inkdigits.spec import UInt8Array
from support.drawing import draw

MARKS = "marks = [[12, 12], [138, 12], [138, 98], [12, 98]]\nmark_size = 6"
TALLY = f"""
name = "Tally"
rules = ["valid + invalid == total"]
[page]
size = [150, 110]
[registration]
by = "marks"
{MARKS}
[[field]]
name = "valid"
box = [25, 30, 24, 10]
cells = 3
required = true
[[field]]
name = "invalid"
box = [80, 30, 24, 10]
cells = 3
[[field]]
name = "total"
box = [25, 50, 24, 10]
cells = 3
crosses = "empty"
[[field]]
name = "day"
box = [80, 50, 48, 10]
cells = [[80, 50, 8, 10], [88, 50, 8, 10], [100, 50, 8, 10], [108, 50, 8, 10]]
pattern = "dd/dd"
[[field]]
name = "note"
box = [25, 72, 60, 12]
"""
_SCALE = 200 / 25.4  # pixels a millimeter of a rendered PDF


def tally(way: str = "marks") -> Template:
    """Return the template, registered in another way."""
    return parse_template(TALLY.replace('by = "marks"', f'by = "{way}"'))


@functools.lru_cache(maxsize=4)
def print_form(way: str = "marks") -> UInt8Array:
    """Return the empty form at 200 dpi; without marks unless it is registered by them."""
    template = tally(way) if way == "marks" else parse_template(TALLY.replace(MARKS, "").replace('"marks"', '"boxes"'))
    return decode(draw_sheet(template))


def fill(texts: Mapping[str, str], way: str = "marks") -> UInt8Array:
    """Return a filled form at 200 dpi.

    Args:
        texts: A character for each cell of some fields: a digit, a space, or X for a cross.
        way: As of `print_form`.
    """
    page = print_form(way).copy()
    for spec in tally().fields:
        for character, (left, top, width, height) in zip(texts.get(spec.name, ""), spec.cells, strict=False):
            x, y = left * _SCALE, top * _SCALE
            if character == "X":
                corners = [(0.15, 0.15, 0.85, 0.85), (0.85, 0.15, 0.15, 0.85)]
                for a, b, c, d in corners:
                    start = (round(x + a * width * _SCALE), round(y + b * height * _SCALE))
                    end = (round(x + c * width * _SCALE), round(y + d * height * _SCALE))
                    cv2.line(page, start, end, 30, 4, cv2.LINE_AA)
            elif character != " ":
                high = 0.62 * height * _SCALE
                draw(
                    page,
                    character,
                    (round(x + 0.27 * width * _SCALE), round(y + 0.19 * height * _SCALE)),
                    round(high),
                    5,
                )
    return page


def photograph(page: UInt8Array, turn: float = 4.0) -> UInt8Array:
    """Return a photo of a page: on a dark table, aslant, in uneven light."""
    height, width = page.shape
    size = (round(1.25 * width), round(1.3 * height))
    middle = np.array(size) / 2
    angle = np.radians(turn)
    along = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([(-0.47, -0.46), (0.46, -0.48), (0.5, 0.49), (-0.49, 0.47)]) * (width, height)
    target = (corners @ along.T + middle).astype(np.float32)
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    photo = cv2.warpPerspective(page, matrix, size, borderMode=cv2.BORDER_CONSTANT, borderValue=60)
    light = np.linspace(0.7, 1.0, size[0])[np.newaxis]
    return np.asarray(photo * light, dtype=np.uint8)
