"""Proposes where a page lies by its outline: the edges of the scan, or those of a sheet in a photo."""

import itertools
from collections.abc import Iterator

import cv2
import numpy as np

from inkdigits.forms.registration.geometry import Matrix, map_corners
from inkdigits.spec import Float64Array, UInt8Array

__all__ = ["find_tilt", "propose_by_outlines"]

_WORK_SIDE = 800  # pixels
_LEAST_SHARE = 0.25  # of the picture that a sheet in a photo covers
_LEAST_LINE = 0.08  # of the picture's long side: shorter lines tell no tilt
_BIN = 0.1  # degrees
_SPREAD = 5  # bins over which votes are summed
_LEAST_TURN = 0.05  # degrees that are worth a proposal
_SQUARE = 1.12  # of a page's sides: up to this, a scan's sides do not tell how it lies


def propose_by_outlines(gray: UInt8Array, size: tuple[float, float]) -> Iterator[Matrix]:
    """Yield matrices from millimeters to pixels: the page fills the scan, or is a sheet in a photo; in all turns.

    Args:
        gray: uint8, shape (H, W): the scan.
        size: Of the page, mm.
    """
    scale = min(1.0, _WORK_SIDE / max(gray.shape))
    work = np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    shapes = list(_find_sheets(work))
    tilt = find_tilt(work)
    shapes += list(_fill(work.shape, size, tilt))
    for corners in shapes:
        sides = [float(np.hypot(*(corners[place] - corners[place - 1]))) for place in range(4)]
        is_wide = sides[1] + sides[3] > sides[0] + sides[2]  # side 1 is the upper one
        is_square = max(size) <= _SQUARE * min(size)
        for turn in range(4):
            if is_square or (turn % 2 == 0) == (is_wide == (size[0] > size[1])):
                yield map_corners(size, np.roll(corners, -turn, axis=0) / scale)


def _fill(shape: tuple[int, ...], size: tuple[float, float], tilt: float) -> Iterator[Float64Array]:
    """Yield the corners of pages that fill a picture: as wide as it, and as high as it where that differs."""
    height, width = shape
    long, short = max(size), min(size)
    ratio = long / short if height >= width else short / long  # height over width of the page as it lies
    middle = np.array([width / 2, height / 2])
    fits = {round(width * ratio): (float(width), width * ratio), round(height): (height / ratio, float(height))}
    turn = np.radians(tilt)
    along = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    for own_width, own_height in fits.values():
        half = np.array([own_width, own_height]) / 2
        ends = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
        yield middle + ends @ along


def find_tilt(gray: UInt8Array) -> float:
    """Return by how many degrees the lines of a picture are turned by the clock, -45 to 45; 0 where it has none."""
    edges = cv2.Canny(gray, 40, 120)
    least = _LEAST_LINE * max(gray.shape)
    found = cv2.HoughLinesP(edges, 1, np.pi / 1800, threshold=40, minLineLength=least, maxLineGap=3)
    if found is None:
        return 0.0
    x0, y0, x1, y1 = found.reshape(-1, 4).T.astype(np.float64)
    angles = np.mod(np.degrees(np.arctan2(y1 - y0, x1 - x0)) + 45, 90)
    votes, _ = np.histogram(angles, bins=round(90 / _BIN), range=(0, 90), weights=np.hypot(x1 - x0, y1 - y0))
    around = np.convolve(np.concatenate([votes[-_SPREAD:], votes, votes[:_SPREAD]]), np.ones(_SPREAD), "same")
    best = int(np.argmax(around[_SPREAD:-_SPREAD]))
    tilt = (best + 0.5) * _BIN - 45
    near = np.abs(angles - 45 - tilt) <= _SPREAD * _BIN
    return float(np.average(angles[near] - 45, weights=np.hypot(x1 - x0, y1 - y0)[near])) if near.any() else tilt


def _find_sheets(gray: UInt8Array) -> Iterator[Float64Array]:
    """Yield the corners of light sheets on a darker ground, from top left by the clock, float64 (4, 2)."""
    smooth = cv2.GaussianBlur(gray, (0, 0), 3)
    _, light = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    light = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    contours, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in itertools.islice(sorted(contours, key=lambda one: -cv2.contourArea(one)), 1):
        if cv2.contourArea(contour) < _LEAST_SHARE * gray.size:
            return
        hull = cv2.convexHull(contour)
        for tolerance in (0.02, 0.04, 0.06):
            corners = cv2.approxPolyDP(hull, tolerance * cv2.arcLength(hull, closed=True), closed=True)
            if len(corners) == 4:
                yield _sort_corners(corners.reshape(4, 2).astype(np.float64))
                return


def _sort_corners(corners: Float64Array) -> Float64Array:
    """Return four corners by the clock, the one nearest to the picture's top left first."""
    middle = corners.mean(axis=0)
    order = np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))
    ordered = corners[order]
    return np.asarray(np.roll(ordered, -int(np.argmin(ordered.sum(axis=1))), axis=0))
