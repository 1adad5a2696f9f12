"""Strips: 32 rows, digits 22 of them, and columns that can be found again in the picture; strips of ink are level."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from inkdigits.errors import EmptyDigitError, FrameError
from inkdigits.models.strips import find_window, stretch, to_strip
from inkdigits.spec import UInt8Array


def bars(height: int, *columns: int, slope: float = 0.0, stroke: int = 4, width: int = 400) -> UInt8Array:
    """Return upright bars at some columns, sinking by `slope` rows a column."""
    line = np.zeros((height + 300, width), dtype=np.uint8)
    for column in columns:
        top = 150 + round(slope * column)
        line[top : top + height, column : column + stroke] = 255
    return line


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


@pytest.mark.parametrize("height", [12, 22, 60, 150])
def test_digits_are_22_rows_high_whatever_their_size(height: int) -> None:
    strip = to_strip(bars(height, 10, 50, 90, stroke=max(2, height // 10)))
    assert strip.picture.shape[0] == 32
    assert strip.picture.shape[1] % 32 == 0
    rows = np.flatnonzero(strip.picture.max(axis=1) > 100)
    assert 20 <= rows[-1] - rows[0] + 1 <= 24


@pytest.mark.parametrize("slope", [-0.3, -0.1, 0.1, 0.3])
def test_a_line_that_climbs_or_falls_is_leveled(slope: float) -> None:
    strip = to_strip(bars(40, *range(10, 390, 40), slope=slope))
    rows = np.flatnonzero(strip.picture.max(axis=1) > 100)
    assert rows[-1] - rows[0] + 1 <= 26


@given(st.lists(st.integers(10, 380), min_size=2, max_size=6, unique=True))
def test_columns_are_found_again(columns: list[int]) -> None:
    columns = [
        column for column in sorted(columns) if all(abs(column - other) > 12 or column == other for other in columns)
    ]
    if len(columns) < 2:
        return
    strip = to_strip(bars(40, *columns))
    _, _, _, centers = cv2.connectedComponentsWithStats((strip.picture > 100).astype(np.uint8))
    found = sorted(strip.to_line(center + 0.5) for center in centers[1:, 0].tolist())
    assert found == pytest.approx([column + 2 for column in columns], abs=2.5)


@settings(deadline=None)
@given(npst.arrays(np.uint8, npst.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=60)))
def test_any_ink_makes_a_strip(line: UInt8Array) -> None:
    if line.any():
        strip = to_strip(line)
        assert strip.picture.shape[0] == 32
        assert strip.picture.dtype == np.uint8


def test_a_line_of_hairlines_keeps_them() -> None:
    strip = to_strip(bars(200, 20, 120, 220, stroke=1))
    count, _ = cv2.connectedComponents((strip.picture > 100).astype(np.uint8))
    assert count - 1 == 3


def test_what_is_no_line_is_refused() -> None:
    with pytest.raises(EmptyDigitError, match="expected some ink"):
        to_strip(np.zeros((20, 30), np.uint8))
    with pytest.raises(FrameError, match="expected a uint8 line"):
        to_strip(np.ones((20, 30), np.float32))


@pytest.mark.parametrize("factor", [1.0, 1.2, 1.4])
def test_a_stretched_strip_shows_the_same_columns_wider(factor: float) -> None:
    line = np.zeros((40, 160), dtype=np.uint8)
    line[5:35, 20:26] = line[5:35, 120:126] = 255
    strip = to_strip(line)
    wide = stretch(strip, factor)
    assert wide.picture.shape[0] == 32
    assert wide.picture.shape[1] % 32 == 0
    assert (wide.picture.max(axis=1) > 100).sum() == (strip.picture.max(axis=1) > 100).sum()
    middles = [np.flatnonzero(own.picture.max(axis=0) > 100) for own in (strip, wide)]
    assert np.ptp(middles[1]) == pytest.approx(factor * np.ptp(middles[0]), abs=2)
    for own, columns in zip((strip, wide), middles, strict=True):
        assert own.to_line(float(columns[0] + columns[-1]) / 2) == pytest.approx(73, abs=3)
