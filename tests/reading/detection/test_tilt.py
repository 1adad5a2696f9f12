"""The tilt of lines is told from their digits' boxes, and a turned picture has them level."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.models.peaks import DetectedMark
from inkdigits.reading.detection.tilt import find_tilt, turn_level
from inkdigits.results import Box

NO_DIGITS = np.zeros(10, dtype=np.float32)


def row(degrees: float, count: int = 5) -> list[DetectedMark]:
    """Return digits of 20 x 40 pixels, 36 columns apart, on a line that falls by so much."""
    slope = np.tan(np.radians(degrees))
    return [
        DetectedMark(3, 0.9, 50 + 36.0 * at, 300 + 36 * at * slope, 20, 40, NO_DIGITS, 0.0, 0.0, 0.0, 1.0)
        for at in range(count)
    ]


@given(st.floats(-30, 30))
def test_the_tilt_is_that_of_the_line(degrees: float) -> None:
    assert find_tilt(row(degrees)) == pytest.approx(degrees, abs=0.01)


def test_digits_that_form_no_line_have_none() -> None:
    assert find_tilt([]) == 0
    assert find_tilt(row(20)[::4]) == 0, "too far apart"


@pytest.mark.parametrize("degrees", [-25.0, -9.0, 0.0, 12.0, 30.0])
def test_a_turned_line_is_level_on_the_paper_of_the_picture(degrees: float) -> None:
    gray = np.full((500, 400), 230, dtype=np.uint8)
    for mark in row(degrees):
        cv2.circle(gray, (round(mark.x), round(mark.y)), 6, (0,), -1)
    level, turn = turn_level(gray, degrees)
    count, _, boxes, centers = cv2.connectedComponentsWithStats((level < 115).astype(np.uint8))
    assert count == 6
    assert np.ptp(centers[1:, 1]) < 2
    assert level.min() < 20
    assert {int(level[0, 0]), int(level[-1, -1])} == {230}
    first = int(np.argmin(centers[1:, 0])) + 1
    x, y, width, height = (int(value) for value in boxes[first, :4])
    back = turn.place(Box(x, y, x + width, y + height))
    assert abs(back.x_min + back.x_max - 2 * 50) <= 4
    assert abs(back.y_min + back.y_max - 2 * 300) <= 4


def test_a_box_that_reaches_beyond_the_picture_is_cut_to_it() -> None:
    _, turn = turn_level(np.full((100, 200), 230, dtype=np.uint8), 20.0)
    box = turn.place(Box(0, 0, 30, 30))
    assert min(box.x_min, box.y_min) >= 0
    assert (box.x_max <= 200, box.y_max <= 100) == (True, True)
