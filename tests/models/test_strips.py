"""Strips: 32 rows, digits 22 of them, and columns that can be found again in the picture."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from inkdigits.errors import FrameError
from inkdigits.models.strips import find_window, to_strip
from inkdigits.spec import UInt8Array


@pytest.mark.parametrize("height", [8, 22, 31, 90])
def test_the_box_is_22_rows_high_and_its_columns_are_found_again(height: int) -> None:
    gray = np.full((200, 500), 200, dtype=np.uint8)
    gray[60 : 60 + height, 100:110] = gray[60 : 60 + height, 300:310] = 30
    strip = to_strip(gray, (100, 60, 310, 60 + height))
    assert strip.picture.shape[0] == 32
    assert strip.picture.shape[1] % 16 == 0
    dark = strip.picture < 115
    assert dark.any(axis=1).sum() == pytest.approx(22, abs=2)
    columns = np.flatnonzero(dark.any(axis=0))
    assert strip.to_line(float(columns[0])) == pytest.approx(100, abs=0.06 * height)
    assert strip.to_line(float(columns[-1]) + 1) == pytest.approx(310, abs=0.06 * height)
    assert columns[0] == pytest.approx(8, abs=1.5)


def test_a_strip_shows_the_picture_around_the_box_and_its_edge_beyond_it() -> None:
    gray = np.tile(np.arange(100, 200, dtype=np.uint8), (40, 1))
    strip = to_strip(gray, (40, 9, 60, 31))
    left, top, right, bottom = find_window((40, 9, 60, 31))
    assert (left, top, right, bottom) == (32, 4, 68, 36)
    np.testing.assert_array_equal(strip.picture[:, :36], gray[top:bottom, left:right])
    assert (strip.picture[:, 36:] == strip.picture[:, 35:36]).all()
    at_edge = to_strip(gray, (-5, -3, 22, 22)).picture  # as a detector's box may be: a little outside
    assert (at_edge[:, :8] == 100).all()


def test_a_very_long_line_is_squeezed() -> None:
    gray = np.full((22, 6000), 255, dtype=np.uint8)
    gray[:, 5900:5910] = 0
    strip = to_strip(gray, (0, 0, 6000, 22))
    assert strip.picture.shape == (32, 2048)
    assert strip.to_line(float(strip.picture[16].argmin())) == pytest.approx(5905, abs=6)


@settings(deadline=None)
@given(
    npst.arrays(np.uint8, npst.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40)),
    st.tuples(*[st.floats(-10, 50)] * 4),
)
def test_any_box_makes_a_strip_or_is_refused(gray: UInt8Array, box: tuple[float, float, float, float]) -> None:
    height, width = gray.shape
    if max(box[0], 0) < min(box[2], width) and max(box[1], 0) + 1e-3 < min(box[3], height):
        strip = to_strip(gray, box)
        assert strip.picture.shape[0] == 32
        assert 16 <= strip.picture.shape[1] <= 2048
    elif max(box[0], 0) >= min(box[2], width):
        with pytest.raises(FrameError, match="expected a box"):
            to_strip(gray, box)


def test_what_is_no_gray_picture_is_refused() -> None:
    with pytest.raises(FrameError, match="expected a uint8 line"):
        to_strip(np.ones((20, 30), np.float32), (0, 0, 30, 20))
