"""What runs on beyond the rim on every side is a texture; digits, however closely cut, are none."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.marks import find_digits
from inkdigits.reading.detection.rules.rim_contact import count_exits, is_texture
from inkdigits.spec import UInt8Array
from support.drawing import blank, write

SIDE = 160


def test_places_are_counted_on_each_side() -> None:
    pieces = np.zeros((6, 8), dtype=np.int32)
    pieces[0, [1, 3]] = 1
    pieces[1, 1:4] = 1
    pieces[:, 7] = 2
    exits = count_exits(pieces)
    assert exits.shape == (4, 3)
    assert exits[:, 1].tolist() == [2, 0, 0, 0]
    assert exits[:, 2].tolist() == [1, 1, 0, 1]
    assert not exits[:, 0].any()


def striped(degrees: float, pitch: int, line: int) -> UInt8Array:
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    turn = np.radians(degrees)
    across = columns * np.cos(turn) + rows * np.sin(turn)
    return np.where(across % pitch < line, 60, 200).astype(np.uint8)


@pytest.mark.parametrize("degrees", range(0, 180, 18))
@pytest.mark.parametrize("pitch", [14, 20])
def test_stripes_of_any_direction_have_no_mark(degrees: int, pitch: int) -> None:
    assert find_digits(find_ink(striped(degrees, pitch, pitch // 3))) == ()


@pytest.mark.parametrize("pitch", [12, 20, 28])
def test_a_chessboard_has_no_mark(pitch: int) -> None:
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] // pitch
    assert find_digits(find_ink(np.where((rows + columns) % 2, 90, 180).astype(np.uint8))) == ()


@pytest.mark.parametrize("height", [40, 60])
def test_a_wall_of_bricks_has_no_mark(height: int) -> None:
    picture = np.full((240, 240), 190, dtype=np.uint8)
    for row, top in enumerate(range(10, 240, height)):
        picture[top : top + 3] = 80
        for left in range(20 + row % 2 * 35, 240, 70):
            picture[top : top + height, left : left + 3] = 80
    assert find_digits(find_ink(picture)) == ()


@settings(max_examples=30, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=6), st.integers(40, 90))
def test_a_number_cut_closely_is_no_texture(text: str, height: int) -> None:
    page = write([text], height, height // 9)
    x, y, width, tall = cv2.boundingRect(255 - page.picture)
    assert not is_texture(count_exits(find_ink(page.picture[y : y + tall, x : x + width]).pieces))


def test_a_blank_picture_is_no_texture() -> None:
    assert not is_texture(count_exits(find_ink(blank(50, 50)).pieces))
