"""Loads photos of number puzzles for `pages.py` and `rivals.py`: pages, their cells, and the labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from inkdigits.results import Box
from inkdigits.spec import Float64Array, UInt8Array
from sets import PAGES, load_set

SIDE = 9  # cells in a row of a puzzle
EMPTY, NOTES = ".", "*"
CORNERS = ((0, 0), (SIDE, 0), (SIDE, SIDE), (0, SIDE))  # of the grid, in the order of the labels


@dataclass(frozen=True)
class Page:
    """A photo of a puzzle.

    Attributes:
        name: Its file.
        picture: uint8, shape (H, W, 3), BGR.
        cells: What each cell holds, row by row: a digit, `EMPTY`, or `NOTES` (small digits, which are not judged).
        kinds: Who wrote it: "h" by hand, "p" printed, "?" one of these, "c" notes, `EMPTY`.
        to_grid: float64, shape (3, 3): takes a point of the photo, homogeneous, to the grid, whose cells are 1 wide.
    """

    name: str
    picture: UInt8Array
    cells: str
    kinds: str
    to_grid: Float64Array


def load_pages(folder: Path) -> list[Page]:
    """Return the photos of the set."""
    pages = []
    for item in load_set(folder, PAGES):
        corners = np.array([point.split(",") for point in item.row["corners_tl_tr_br_bl"].split()], dtype=np.float32)
        picture = np.asarray(cv2.imdecode(np.frombuffer(item.data, np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)
        to_grid = np.asarray(
            cv2.getPerspectiveTransform(corners, np.array(CORNERS, dtype=np.float32)), dtype=np.float64
        )
        pages.append(Page(item.name, picture, item.truth, item.row["kind_row_by_row"], to_grid))
    return pages


def cut_cells(page: Page) -> list[UInt8Array]:
    """Return the cells of a page row by row, straightened, at the photo's own scale; uint8, shape (s, s, 3), BGR."""
    corners = to_photo(page, CORNERS)
    side = round(float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).mean()) / SIDE)
    flat = cv2.warpPerspective(page.picture, np.diag([side, side, 1.0]) @ page.to_grid, (SIDE * side, SIDE * side))
    return [
        np.ascontiguousarray(flat[top : top + side, left : left + side], dtype=np.uint8)
        for top in range(0, SIDE * side, side)
        for left in range(0, SIDE * side, side)
    ]


def find_cell(page: Page, box: Box) -> int | None:
    """Return the index of the cell in which the middle of a box lies; None outside the grid."""
    x, y = _move([((box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2)], page.to_grid)[0]
    return int(y) * SIDE + int(x) if 0 <= x < SIDE and 0 <= y < SIDE else None


def to_photo(page: Page, points: Sequence[tuple[float, float]]) -> Float64Array:
    """Return where points (x, y) of the grid lie on the photo; float64, shape (n, 2)."""
    return _move(points, np.asarray(np.linalg.inv(page.to_grid), dtype=np.float64))


def _move(points: Sequence[tuple[float, float]], matrix: Float64Array) -> Float64Array:
    array = np.array(points, dtype=np.float64)[:, None]
    return np.asarray(cv2.perspectiveTransform(array, matrix)[:, 0], dtype=np.float64)
