"""A comb of a form leaves no digit, empty or filled; 1s that are written on a line are kept."""

import numpy as np
import pytest

from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.marks import find_digits
from inkdigits.spec import UInt8Array
from support.drawing import blank, draw

CELL, HEIGHT, LEFT = 60, 200, 40


def comb(cells: int, thickness: int = 3, tooth: int = 35) -> UInt8Array:
    """Return a picture with a comb, 60 pixels from tooth to tooth, on a line 140 pixels down."""
    picture = blank(HEIGHT, cells * CELL + 2 * LEFT)
    picture[140 : 140 + thickness, LEFT : LEFT + cells * CELL + thickness] = 60
    for x in range(LEFT, LEFT + cells * CELL + 1, CELL):
        picture[140 - tooth : 140, x : x + thickness] = 60
    return picture


@pytest.mark.parametrize("cells", [2, 5, 11])
@pytest.mark.parametrize(("thickness", "tooth"), [(2, 20), (4, 30), (4, 90)])
@pytest.mark.parametrize("is_upended", [False, True])
def test_an_empty_comb_has_no_marks(cells: int, thickness: int, tooth: int, *, is_upended: bool) -> None:
    picture = comb(cells, thickness, tooth)
    assert not find_digits(find_ink(picture[::-1].copy() if is_upended else picture))


@pytest.mark.parametrize("text", ["30528", "11111", "1"])
def test_digits_in_a_comb_are_all_that_is_found(text: str) -> None:
    picture = comb(5)
    boxes = [draw(picture, mark, (LEFT + 18 + CELL * at, 80), 50, 5) for at, mark in enumerate(text)]
    assert [mark.box for mark in find_digits(find_ink(picture))] == boxes


def test_a_digit_that_hides_a_tooth_leaves_the_other_teeth_alone() -> None:
    picture = comb(6)
    draw(picture, "8", (LEFT + 2 * CELL - 15, 85), 50, 5)  # over the third tooth
    (mark,) = find_digits(find_ink(picture))
    assert mark.box.x_min < LEFT + 2 * CELL < mark.box.x_max


@pytest.mark.parametrize("lengths", [(60, 60, 60), (60, 48, 66)])
def test_1s_written_on_a_line_are_digits(lengths: tuple[int, ...]) -> None:
    picture = blank(HEIGHT, 500)
    picture[140:142, 20:480] = 120  # the line of the paper goes on beyond what is written
    for at, length in enumerate(lengths):
        picture[140 - length : 140, 150 + 50 * at : 155 + 50 * at] = 0
    assert len(find_digits(find_ink(picture))) == len(lengths)


def test_1s_of_different_length_on_a_short_line_are_digits() -> None:
    picture = blank(HEIGHT, 300)
    picture[140:142, 60:240] = 0
    for x, length in ((80, 60), (150, 44), (220, 70)):
        picture[140 - length : 140, x : x + 5] = 0
    assert len(find_digits(find_ink(picture))) == 3
    assert np.count_nonzero(find_ink(picture).ink[100:130])
