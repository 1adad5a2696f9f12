"""Tilted lines are turned level before they are read, and their boxes are where the digits are in the picture."""

import math

import cv2
import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.skew import find_tilt, turn_level
from inkdigits.results import Box
from inkdigits.spec import Float64Array, UInt8Array
from support.drawing import blank, draw, flat, write


def tilted(picture: UInt8Array, degrees: float) -> tuple[UInt8Array, Float64Array]:
    """Return the picture turned clockwise on as much paper as it needs, and the matrix that did it."""
    height, width = picture.shape
    side = math.ceil(math.hypot(height, width))
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1), dtype=np.float64)
    matrix[:, 2] += (side - width) / 2, (side - height) / 2
    return np.asarray(cv2.warpAffine(picture, matrix, (side, side), borderValue=(255,)), dtype=np.uint8), matrix


@pytest.mark.parametrize("degrees", [-44, -30, -12, 0, 12, 30, 44])
@pytest.mark.parametrize("lines", [["27583"], ["2758", "9046", "3825"]])
def test_the_tilt_of_lines_is_found(lines: list[str], degrees: int) -> None:
    page = write(lines, 60, 7, margin=50)
    found = find_tilt(find_ink(tilted(page.picture, degrees)[0]).stats)
    assert found == pytest.approx(degrees, abs=5)


@pytest.mark.parametrize("text", ["2", "25", "1111", "7777777"])
def test_level_writing_is_not_tilted(text: str) -> None:
    assert find_tilt(find_ink(write([text], 60, 7).picture).stats) == 0


def test_a_column_is_not_tilted() -> None:
    picture = blank(500, 200)
    for row, mark in enumerate("25836"):
        draw(picture, mark, (60 + 9 * row, 30 + 90 * row), 60, 7)
    assert find_tilt(find_ink(picture).stats) == 0


def test_nothing_has_no_tilt() -> None:
    assert find_tilt(find_ink(blank(80, 90)).stats) == 0


@pytest.mark.parametrize("degrees", [-40, -9, 25])
def test_a_box_goes_back_to_where_it_was(degrees: float) -> None:
    picture = blank(300, 500)
    box = draw(picture, "8", (200, 100), 80, 8)
    turned, turn = turn_level(picture, degrees)
    x, y, width, height = cv2.boundingRect((turned < 128).astype(np.uint8))
    back = turn.place(Box(x, y, x + width, y + height))
    assert back.x_min <= box.x_min
    assert back.y_min <= box.y_min
    assert back.x_max >= box.x_max
    assert back.y_max >= box.y_max
    assert back.area < 3.5 * box.area


@pytest.mark.parametrize("degrees", [-44, -32, -20, 20, 32, 44])
def test_a_tilted_number_is_read_as_a_level_one(degrees: float) -> None:
    page = write(["27583"], 60, 7, margin=50)
    picture, matrix = tilted(page.picture, degrees)
    reading = DigitReader().read(picture)
    assert reading.text == DigitReader().read(page.picture).text
    for digit, box in zip(reading.digits, flat(page), strict=True):
        x, y = matrix @ ((box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2, 1)
        assert digit.box.x_min <= x <= digit.box.x_max
        assert digit.box.y_min <= y <= digit.box.y_max


def test_stripes_beyond_the_rim_have_no_tilt() -> None:
    rows, columns = np.mgrid[0:160, 0:160]
    picture = np.where((rows + columns) % 24 < 8, 60, 200).astype(np.uint8)
    assert find_tilt(find_ink(picture).stats) == 0
