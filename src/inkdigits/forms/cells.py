"""Cuts the cells of a form out of a scan, upright and equally high, and tells written ones from empty ones."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.forms.registration.geometry import MM_PER_INCH, Matrix, apply, find_dpi, scaling
from inkdigits.forms.registration.register import PageModel, Registered
from inkdigits.forms.template import Place
from inkdigits.results import Box
from inkdigits.spec import BoolArray, Float64Array, UInt8Array

__all__ = ["CORE_HEIGHT", "Cell", "CutCells", "cut_cells", "cut_line", "find_box", "find_inked", "group_cells"]

CORE_HEIGHT = 48  # pixels of a cell: a digit that fills two thirds of it has the height that the detector knows best
_RIM = 16  # pixels around a cell
_SIDE = 16  # both sides of a picture are multiples of this
_MOST_WIDTH = 20 * _SIDE  # pixels of a cell's picture
_LINE_HEIGHT = 56  # pixels of a field without cells, the paper above and below included
_INSET = 0.17  # of a cell's short side: its printed lines, and what registration leaves, lie outside
_INK_CONTRAST = 0.3  # of the page's ink, as where the reader looks for ink
_LEAST_CONTRAST = 20.0  # gray levels, the same on a page without ink
_LEAST_INK = 0.012  # share of a cell's inside: a short dash covers 2 %, dust and print that shows through less than 1 %
_PRINT = 40.0  # gray levels of contrast from which a blank form's cell holds print


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a scan.

    Attributes:
        picture: uint8, shape (80, W): the cell with what stands around it.
        core: The cell in it: left, top, right, bottom, pixels.
        box: Where it is in the scan.
    """

    picture: UInt8Array
    core: tuple[float, float, float, float]
    box: Box


@dataclass(frozen=True, slots=True)
class CutCells:
    """Cells of one size, which go through the network together.

    Attributes:
        places: Of the cells in the list that was cut.
        pictures: uint8, shape (N, 80, W).
        core: The cell in these pictures.
    """

    places: tuple[int, ...]
    pictures: UInt8Array
    core: tuple[float, float, float, float]


def cut_cells(gray: UInt8Array, found: Registered, places: Sequence[tuple[Place, Float64Array]]) -> list[Cell]:
    """Return the pictures of some cells.

    Args:
        gray: uint8, shape (H, W): the scan.
        found: Where the page is in it.
        places: Each cell, mm, and by how much its field lies beside its place.
    """
    copies: dict[int, tuple[UInt8Array, Matrix]] = {}
    dpi = find_dpi(found.matrix, found.model.size)
    cells = []
    for place, move in places:
        scale = CORE_HEIGHT / place[3]  # pixels a millimeter
        copy, matrix = _shrink(gray, found.matrix, scale * MM_PER_INCH / dpi, copies)
        moved = (place[0] + move[0], place[1] + move[1], place[2], place[3])
        core = round(min(place[2] * scale, _MOST_WIDTH - 2 * _RIM))
        width = -(-(core + 2 * _RIM) // _SIDE) * _SIDE
        left = (width - core) / 2
        picture = _warp(copy, matrix, moved, scale, (left, float(_RIM)), (width, CORE_HEIGHT + 2 * _RIM))
        if found.model.blank is not None:
            picture = _take_print_away(picture, found.model, place, scale, (left, float(_RIM)))
        core_box = (left, float(_RIM), left + core, float(_RIM + CORE_HEIGHT))
        cells.append(Cell(picture, core_box, find_box(found.matrix, moved, gray.shape)))
    return cells


def group_cells(cells: Sequence[Cell]) -> list[CutCells]:
    """Return the cells grouped by their pictures' size."""
    groups: dict[tuple[int, tuple[float, float, float, float]], list[int]] = defaultdict(list)
    for place, cell in enumerate(cells):
        groups[cell.picture.shape[1], cell.core].append(place)
    return [
        CutCells(tuple(places), np.stack([cells[place].picture for place in places]), core)
        for (_, core), places in groups.items()
    ]


def cut_line(gray: UInt8Array, found: Registered, place: Place, move: Float64Array) -> tuple[UInt8Array, Matrix]:
    """Return the picture of a field without cells, upright, and the matrix from its pixels to the scan's.

    The picture is as high as the reader knows digits well, or as fine as the scan where that is coarser.
    """
    scale = min(2.0 * _LINE_HEIGHT / place[3], 1.2 * find_dpi(found.matrix, found.model.size) / MM_PER_INCH)
    moved = (place[0] + move[0], place[1] + move[1], place[2], place[3])
    size = (max(8, round(place[2] * scale)), max(8, round(place[3] * scale)))
    copy, matrix = _shrink(gray, found.matrix, scale * MM_PER_INCH / find_dpi(found.matrix, found.model.size), {})
    picture = _warp(copy, matrix, moved, scale, (0.0, 0.0), size)
    if found.model.blank is not None:
        picture = _take_print_away(picture, found.model, place, scale, (0.0, 0.0))
    origin = np.eye(3)
    origin[:2, 2] = moved[:2]
    return picture, found.matrix @ origin @ scaling(1 / scale)


def find_inked(cells: Sequence[Cell], ink: float) -> list[tuple[int, int] | None]:
    """Return width and height of the ink inside each cell, pixels; None for a cell without ink.

    Args:
        cells: The cells.
        ink: Contrast of the page's ink, 0 to 255; 0 if nothing is known of it.
    """
    least = max(_LEAST_CONTRAST, _INK_CONTRAST * ink)
    return [_measure_ink(cell, least) for cell in cells]


def _measure_ink(cell: Cell, least: float) -> tuple[int, int] | None:
    """Return width and height of the largest piece of ink in a cell; None where there is too little ink."""
    left, top, right, bottom = cell.core
    inset = _INSET * min(right - left, bottom - top)
    inside = cell.picture[round(top + inset) : round(bottom - inset), round(left + inset) : round(right - inset)]
    if inside.size == 0:
        return None
    dark: BoolArray = inside < float(np.quantile(inside, 0.8)) - least
    if dark.mean() < _LEAST_INK:
        return None
    count, _, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8))
    _, _, width, height, _ = stats[1 + int(np.argmax(stats[1:count, cv2.CC_STAT_AREA]))]  # not the grain around
    return int(width), int(height)


def find_box(matrix: Matrix, place: Place, shape: tuple[int, ...]) -> Box:
    """Return the box in a scan around a place on the page; a pixel at its edge for one outside."""
    left, top, width, height = place
    corners = apply(matrix, [(left, top), (left + width, top), (left + width, top + height), (left, top + height)])
    low = np.clip(np.floor(corners.min(axis=0)), 0, (shape[1] - 1, shape[0] - 1)).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)), low + 1, (shape[1], shape[0])).astype(int)
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def _shrink(
    gray: UInt8Array, matrix: Matrix, ratio: float, copies: dict[int, tuple[UInt8Array, Matrix]]
) -> tuple[UInt8Array, Matrix]:
    """Return a smaller copy of a scan that is looked at coarsely; `ratio` is that of its pixels to those wanted."""
    key = round(8 * ratio)
    if ratio > 0.75:
        return gray, matrix
    if key not in copies:
        scale = max(ratio, 1.5 / min(gray.shape))
        small = np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        copies[key] = small, scaling(scale) @ matrix
    return copies[key]


def _warp(  # noqa: PLR0913, PLR0917 - one line of geometry, called with plain values
    gray: UInt8Array,
    matrix: Matrix,
    place: Place,
    scale: float,
    offset: tuple[float, float],
    size: tuple[int, int],
) -> UInt8Array:
    """Return a part of the page upright; what lies beyond the scan continues its edge.

    Args:
        gray: The scan.
        matrix: From millimeters to its pixels.
        place: The part, mm.
        scale: Pixels a millimeter of the answer.
        offset: Columns and rows before the part.
        size: Width and height of the answer, pixels.
    """
    to_mm = np.array(
        [[1 / scale, 0, place[0] - offset[0] / scale], [0, 1 / scale, place[1] - offset[1] / scale], [0, 0, 1]]
    )
    warped = cv2.warpPerspective(
        gray, matrix @ to_mm, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, dtype=np.uint8)


def _take_print_away(
    picture: UInt8Array, model: PageModel, place: Place, scale: float, offset: tuple[float, float]
) -> UInt8Array:
    """Return a picture with paper where the blank form has print inside a field, unless a pen went over it."""
    if model.blank is None:
        return picture
    own = model.blank_dpi / MM_PER_INCH
    blank = _warp(model.blank, scaling(own), place, scale, offset, (picture.shape[1], picture.shape[0]))
    inset = _INSET * min(place[2], place[3]) * scale
    left, top = round(offset[0] + inset), round(offset[1] + inset)
    right, bottom = round(offset[0] + place[2] * scale - inset), round(offset[1] + place[3] * scale - inset)
    inner = blank[top:bottom, left:right]
    if inner.size == 0 or float(np.quantile(inner, 0.9)) - float(inner.min()) < _PRINT:
        return picture
    paper = float(np.quantile(blank, 0.9))
    dark = cv2.erode(blank, np.ones((3, 3), np.uint8)).astype(np.float32)  # a pixel off is still print
    seen = picture.astype(np.float32)
    level = float(np.quantile(picture, 0.9))
    is_print = (dark < paper - _PRINT) & (level - seen < 1.4 * (paper - dark))
    keep = np.ones(picture.shape, dtype=np.bool_)
    keep[top:bottom, left:right] = ~is_print[top:bottom, left:right]
    return np.where(keep, picture, np.uint8(level)).astype(np.uint8)
