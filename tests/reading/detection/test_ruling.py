"""A ruled line between two marks parts them; a stroke, a shadow and the end of the picture do not."""

import numpy as np
import pytest

from inkdigits.reading.detection.page import Mark
from inkdigits.reading.detection.ruling import part_cells
from inkdigits.results import Box
from inkdigits.spec import UInt8Array


def paper() -> UInt8Array:
    """Two digits of 40 rows, from row 40 to 80, 30 columns apart."""
    picture = np.full((120, 160), 240, np.uint8)
    for x in (40, 90):
        picture[40:80, x : x + 4] = 30
        picture[40:44, x : x + 20] = 30
    return picture


def parted(picture: UInt8Array) -> list[bool]:
    labels = np.full(10, 0.1)
    line = [Mark(Box(x, 40, x + 20, 80), 0, np.zeros((1, 1), np.uint8), 0.9, labels) for x in (40, 90)]
    return [mark.is_parted for mark in part_cells(picture, line)]


@pytest.mark.parametrize("level", [30, 150])
@pytest.mark.parametrize("is_light", [False, True])
def test_a_line_down_through_the_row_parts(level: int, *, is_light: bool) -> None:
    picture = paper()
    assert parted(picture) == [False, False]
    for row in range(120):  # tilted by three degrees
        picture[row, 72 + row // 20 : 74 + row // 20] = level
    assert parted(255 - picture if is_light else picture) == [False, True]


def test_what_ends_with_the_digits_or_has_gaps_is_no_ruled_line() -> None:
    stroke, dashed = paper(), paper()
    stroke[40:80, 75:78] = 30
    dashed[:, 75:77] = np.where(np.arange(120) % 10 < 5, 30, 240).astype(np.uint8)[:, np.newaxis]
    assert parted(stroke) == parted(dashed) == [False, False]


def test_lines_across_part_nothing_and_one_beside_the_digits_neither() -> None:
    picture = paper()
    picture[34:36] = picture[86:88] = 60
    picture[:, 30:32] = picture[:, 120:122] = 60
    assert parted(picture) == [False, False]


def test_a_cell_that_the_picture_cuts_is_none() -> None:
    picture = paper()
    picture[:, 75:77] = 30
    assert parted(picture[:84]) == [False, False]
