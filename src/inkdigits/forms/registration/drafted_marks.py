"""Finds the corner marks of a blank page, for a template that is drafted from it."""

from collections.abc import Sequence

import numpy as np

from inkdigits.forms.registration.marks import Square, find_fours, find_squares
from inkdigits.forms.template import Registration
from inkdigits.spec import UInt8Array

__all__ = ["find_common", "find_marks"]

_USUAL = 6.0  # mm of a mark's side, for which squares of 2.1 to 11.4 mm are looked at; `form sheet` prints 5 or 6
_CORNER = 0.25  # share of a page's width and height within which a mark lies
_ALIKE = 1.15  # sides of the four marks, one against another; the same print differs by a pixel
_ASKEW = 1.0  # mm that marks of one side may lie apart from its straight line: a blank scanned half a degree askew
_APART = 0.5  # mm that a mark may lie apart on two pages that are registered as one form


def find_marks(blank: UInt8Array, size: tuple[float, float]) -> Registration | None:
    """Return how a blank form's page is registered by its marks; None when it has not four.

    Args:
        blank: uint8, shape (H, W): the page, which fills the picture, upright.
        size: Of the page, mm.
    """
    scale = blank.shape[1] / size[0], blank.shape[0] / size[1]
    for four in find_fours(find_squares(blank, _USUAL / max(size))):
        rings = [square.is_ring for square in four]
        marks = tuple(((square.x + 0.5) / scale[0], (square.y + 0.5) / scale[1]) for square in four)
        if rings[1:] == [False, False, False] and _are_alike(four) and _are_corners(marks, size):
            side = float(np.mean([square.side + 1 for square in four])) / scale[0]
            rounded = tuple((round(x, 1), round(y, 1)) for x, y in marks)
            return Registration("marks", rounded, round(side, 1), rings[0])
    return None


def find_common(found: Sequence[Registration | None]) -> Registration | None:
    """Return the marks of all pages of a form; None when a page lacks them, or has them elsewhere."""
    first = found[0]
    if first is None:
        return None
    for other in found[1:]:
        if other is None or other.ring != first.ring:
            return None
        if float(np.abs(np.subtract(other.marks, first.marks)).max()) > _APART:
            return None
    return first


def _are_alike(four: Sequence[Square]) -> bool:
    sides = [square.side for square in four]
    return max(sides) <= _ALIKE * min(sides)


def _are_corners(marks: Sequence[tuple[float, float]], size: tuple[float, float]) -> bool:
    """Return whether four points, mm, from top left by the clock are an upright rectangle's corners near the page's."""
    (a, b, c, d), (wide, high) = marks, size
    gaps = (a[1] - b[1], d[1] - c[1], a[0] - d[0], b[0] - c[0])
    lefts, tops = (a[0], d[0], wide - b[0], wide - c[0]), (a[1], b[1], high - c[1], high - d[1])
    is_near = max(lefts) <= _CORNER * wide and max(tops) <= _CORNER * high
    return is_near and max(map(abs, gaps)) <= _ASKEW
