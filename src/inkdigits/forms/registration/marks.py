"""Finds the four printed marks of a page: dark squares, of which the first may have a light middle."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.forms.registration.geometry import Matrix, apply, find_dpi
from inkdigits.forms.template import Registration
from inkdigits.spec import Float64Array, UInt8Array

__all__ = ["Square", "find_fours", "find_squares", "propose_by_marks"]

_WORK_SIDE = 1600  # pixels: marks of larger scans are looked for in a smaller copy
_SIZES = (0.35, 1.9)  # of a mark's side, were the page as large as the scan: from a page in a photo to a part of a page
_FILLED = 0.72  # share of its own square that a mark covers, seen aslant; letters cover less
_ASPECT = 1.8  # of its two sides, seen aslant
_MOST_MARKS = 40  # squares that are tried: the largest
_MOST_CORNERS = 4  # for each corner
_ALIKE = 1.7  # sides of the four marks against one another and against what their distances tell
_RING = 0.5  # darkness of a ring's middle against its rim, 0 to 1, up to which it is light


@dataclass(frozen=True, slots=True)
class Square:
    """A dark square: its middle and its side in pixels of the scan, and whether it has a light middle."""

    x: float
    y: float
    side: float
    is_ring: bool


def propose_by_marks(gray: UInt8Array, registration: Registration, size: tuple[float, float]) -> Iterator[Matrix]:
    """Yield matrices from millimeters to pixels for which four squares of the scan are the marks.

    Args:
        gray: uint8, shape (H, W): the scan.
        registration: What marks there are.
        size: Of the page, mm.
    """
    squares = find_squares(gray, registration.mark_size / max(size))
    middles = np.array(registration.marks, dtype=np.float32)
    for four in find_fours(squares):
        for turn in range(4):
            corners = four[turn:] + four[:turn]
            if registration.ring and any(square.is_ring != (place == 0) for place, square in enumerate(corners)):
                continue
            points = np.array([(square.x, square.y) for square in corners], dtype=np.float32)
            matrix = np.asarray(cv2.getPerspectiveTransform(middles, points), dtype=np.float64)
            if _is_plausible(matrix, corners, registration, size):
                yield matrix


def find_squares(gray: UInt8Array, share: float) -> list[Square]:
    """Return the dark squares of a scan, the largest first; `share` is a mark's side against the page's long side."""
    scale = min(1.0, _WORK_SIDE / max(gray.shape))
    work = gray
    if scale < 1:
        small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        work = np.asarray(small, dtype=np.uint8)
    usual = share * max(work.shape)
    block = int(4 * usual) | 1
    dark = cv2.adaptiveThreshold(work, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, max(block, 15), 20)
    # outer outlines only, those inside a dark table, too; a ring's light middle is no square
    contours, nesting = cv2.findContours(dark, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    squares = []
    for contour, nest in zip(contours, nesting[0] if contours else (), strict=True):
        if nest[3] >= 0:
            continue
        (x, y), sides, _ = cv2.minAreaRect(contour)
        low, high = min(sides), max(sides)
        if not (_SIZES[0] * usual <= low and high <= _SIZES[1] * usual and high <= _ASPECT * low):
            continue
        if cv2.contourArea(contour) < _FILLED * low * high:
            continue
        squares.append(Square(x / scale, y / scale, (low * high) ** 0.5 / scale, _is_ring(work, x, y, low)))
    return sorted(squares, key=lambda square: -square.side)[:_MOST_MARKS]


def _is_ring(gray: UInt8Array, x: float, y: float, side: float) -> bool:
    """Return whether a square has a light middle."""
    near, far = max(1, round(0.12 * side)), round(0.75 * side)
    column, row = round(x), round(y)
    middle = gray[max(0, row - near) : row + near + 1, max(0, column - near) : column + near + 1]
    around = gray[max(0, row - far) : row + far + 1, max(0, column - far) : column + far + 1]
    darkest, lightest = float(np.quantile(around, 0.1)), float(np.quantile(around, 0.9))
    return float(middle.mean()) > lightest - _RING * (lightest - darkest)


def find_fours(squares: list[Square]) -> Iterator[list[Square]]:
    """Yield four squares by the clock from top left: those that lie farthest to the corners are tried first."""
    ways = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    corners = [sorted(squares, key=lambda s, way=way: -(way[0] * s.x + way[1] * s.y))[:_MOST_CORNERS] for way in ways]  # type: ignore[misc]
    orders = itertools.product(*(range(len(some)) for some in corners))
    for order in sorted(orders, key=sum):
        four = [some[place] for some, place in zip(corners, order, strict=True)]
        sides = [square.side for square in four]
        if len(set(map(id, four))) == 4 and max(sides) <= _ALIKE * min(sides):
            yield four


def _is_plausible(matrix: Matrix, corners: list[Square], registration: Registration, size: tuple[float, float]) -> bool:
    """Return whether a page that lies so is seen from its front, and has marks of the right size."""
    page: Float64Array = apply(matrix, [(0, 0), (size[0], 0), size, (0, size[1])])
    area = cv2.contourArea(page.astype(np.float32), oriented=True)
    if not np.isfinite(page).all() or area <= 0 or not cv2.isContourConvex(page.astype(np.float32)):
        return False
    expected = registration.mark_size * find_dpi(matrix, size) / 25.4
    mean = float(np.mean([square.side for square in corners]))
    return expected / _ALIKE <= mean <= expected * _ALIKE
