"""Gray levels of a photo go in, uint8 (H, W); where its sheet lies comes out, when it lies on something darker.

The grain of a table and the edge of a sheet look like strokes, most of all like 1s. So what lies beside a sheet has to
be plainly written, where it plainly is one: light, convex, with straight and sharp edges, on darker ground that is seen
along three sides of the picture or more.
"""

import cv2
import numpy as np

from inkdigits.imageops.quantiles import median
from inkdigits.imageops.resizing import shrink
from inkdigits.spec import Float64Array, UInt8Array

__all__ = ["BESIDE", "EDGE", "SHEET", "find_ground", "find_sheet", "has_sharp_edge", "least_contrast_beside"]

BESIDE, EDGE, SHEET = 0, 1, 2  # what a pixel is part of

_MAX_PIXELS = 60_000  # looked at
_STROKE = 20.0  # pixels of the picture; strokes are thinner, and no ground of their own
_MIN_SHARE, _MAX_SHARE = 0.15, 0.95  # of the picture that is sheet
_MIN_SOLIDITY = 0.95  # of the area of its convex hull; a shadow's edge is bent, a hand in front of it sticks out
_MOST_CORNERS = 6  # four, and one more for each corner that lies beyond the picture
_CORNERS = 4
_FARTHEST = 2.0  # of a side's length: so long it is at most with the corner that it lost
_CORNER_SHARE = 0.02  # of the hull's length: the roundness of an edge that still counts as straight
_MIN_SIDES = 3  # of the picture, along which the ground is seen
_SIDE_SHARE = 0.5  # of a side's length
_MAX_BRIGHTNESS = 0.8  # of the ground against the sheet
_EDGE_STEP = 1.15  # how much brighter the sheet is just inside its edge than just outside
_EDGE_SHARE = 0.8  # of the edge that has such a step
_MIN_CONTRAST = 0.35  # of what is written beside a sheet; the grain of wood has up to 0.3 of the wood's brightness,
_MIN_DEPTH = 0.15  # or, of dark wood, all of it, which is little of the sheet's
_SAMPLE = 4  # pixels from one to the next whose brightness counts
_EDGE_REACH = 3  # pixels of the smaller copy, on either side of the edge
_OUTER_MARGIN, _INNER_MARGIN = 2, 1  # pixels of the smaller copy: so far from its outline reaches the sheet's edge


def find_ground(light: UInt8Array, stroke: float) -> UInt8Array:
    """Return a picture's light and dark without what is written.

    Args:
        light: uint8, shape (H, W): 1 where it is light, 0 where it is dark.
        stroke: Pixels, which no stroke is wider than.

    Returns:
        uint8, shape (H, W), 0 and 1.
    """
    side = 2 * round(stroke) + 1
    return np.asarray(cv2.threshold(cv2.blur(light * np.uint8(255), (side, side)), 127, 1, cv2.THRESH_BINARY)[1])


def find_sheet(gray: UInt8Array) -> UInt8Array | None:
    """Return what is sheet and what lies beside it.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white, dark ink on light paper.

    Returns:
        uint8, shape (H, W): `BESIDE`, `EDGE` or `SHEET`; None where no sheet stands out from darker ground.
    """
    small = shrink(gray, _MAX_PIXELS)
    _, light = cv2.threshold(small, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ground = find_ground(np.asarray(light, dtype=np.uint8), max(1.0, _STROKE * (small.size / gray.size) ** 0.5))
    contours, _ = cv2.findContours(ground, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    outline = max(contours, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    area = cv2.contourArea(hull)
    if not _MIN_SHARE <= area / small.size <= _MAX_SHARE or cv2.contourArea(outline) < _MIN_SOLIDITY * area:
        return None
    corners = cv2.approxPolyDP(hull, _CORNER_SHARE * cv2.arcLength(hull, closed=True), closed=True)
    inside = np.zeros_like(small)
    cv2.fillConvexPoly(inside, hull, 1)
    if len(corners) > _MOST_CORNERS or not _is_on_darker_ground(small, inside):
        return None
    quad = _with_corners(corners[:, 0].astype(np.float64))
    cv2.fillConvexPoly(inside, quad.round().astype(np.int32), 1)
    outer, inner = (np.ones((2 * margin + 1, 2 * margin + 1), np.uint8) for margin in (_OUTER_MARGIN, _INNER_MARGIN))
    # where the picture ends there is no edge of the sheet
    parts = cv2.dilate(inside, outer) + cv2.erode(inside, inner, borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return np.asarray(cv2.resize(parts, gray.shape[::-1], interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def least_contrast_beside(gray: UInt8Array, parts: UInt8Array) -> float:
    """Return the contrast against its ground, 0 to 1, under which a mark beside a sheet is grain; more than 1 on black.

    Args:
        gray: As of `find_sheet`.
        parts: From it.
    """
    some, of = gray[::_SAMPLE, ::_SAMPLE], parts[::_SAMPLE, ::_SAMPLE]
    ground, sheet = some[of == BESIDE], some[of == SHEET]
    if not ground.size or not sheet.size:  # next to nothing is seen of one of them
        return _MIN_CONTRAST
    return max(_MIN_CONTRAST, _MIN_DEPTH * median(sheet) / max(median(ground), 1.0))


def _with_corners(corners: Float64Array) -> Float64Array:
    """Return four corners where a shadow or a bend cut one off: the shortest sides give way to their neighbors."""
    while len(corners) > _CORNERS:
        sides = np.roll(corners, -1, axis=0) - corners
        order = np.roll(np.arange(len(corners)), 1 - int(np.hypot(*sides.T).argmin()))  # the shortest side comes second
        before, first, second, after = corners[order[:_CORNERS]]
        meeting = _meet(before, first, after, second)
        if meeting is None:
            break
        corners = np.vstack([corners[order[_CORNERS:]], before, meeting, after])
    return corners


def _meet(a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array) -> Float64Array | None:
    """Return where the line from `a` beyond `b` meets that from `c` beyond `d`; None where it does not, or far off."""
    along, across = b - a, d - c
    cross = along[0] * across[1] - along[1] * across[0]
    if cross == 0:
        return None
    gap = c - a
    share = (gap[0] * across[1] - gap[1] * across[0]) / cross
    other = (gap[0] * along[1] - gap[1] * along[0]) / cross
    return a + share * along if 1 <= share <= _FARTHEST and 1 <= other <= _FARTHEST else None


def _is_on_darker_ground(gray: UInt8Array, inside: UInt8Array) -> bool:
    """Tell whether what lies around the sheet is darker, begins at a sharp edge, and is seen along three sides."""
    beside = inside == 0
    sides = beside[0], beside[-1], beside[:, 0], beside[:, -1]
    if sum(side.mean() >= _SIDE_SHARE for side in sides) < _MIN_SIDES:
        return False
    if median(gray[beside]) > _MAX_BRIGHTNESS * median(gray[~beside]):
        return False
    return has_sharp_edge(gray, inside)


def has_sharp_edge(gray: UInt8Array, ground: UInt8Array) -> bool:
    """Tell whether the light part of a picture ends sharply, as a sheet does; light that falls off does not.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white.
        ground: uint8, shape (H, W), 1 where it is light.
    """
    kernel = np.ones((2 * _EDGE_REACH + 1, 2 * _EDGE_REACH + 1), np.uint8)
    lit, dim = cv2.dilate(gray, kernel), cv2.erode(gray, kernel)
    edge = cv2.morphologyEx(ground, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    edge[[0, -1]] = edge[:, [0, -1]] = False  # where the picture ends there is no edge of the sheet
    steps = lit[edge] > _EDGE_STEP * dim[edge].astype(np.float32)
    return bool(steps.size and steps.mean() >= _EDGE_SHARE)
