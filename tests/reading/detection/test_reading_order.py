"""The marks of one row are one line whatever their sizes and drops, and signs belong to their nearest line."""

import numpy as np
import pytest

from inkdigits.reading.detection.page import Mark
from inkdigits.reading.detection.reading_order import order_marks
from inkdigits.results import Box

PAPER = np.full((300, 400), 240, np.uint8)


def mark(x: int, y: int, height: int = 40, sign: str | None = None) -> Mark:
    labels = np.full(10, 0.1)
    return Mark(Box(x, y, x + 24, y + height), -1, np.zeros((1, 1), np.uint8), 0.9, labels, sign)


def lines(*marks: Mark) -> list[list[int]]:
    """Return the left sides of the marks of each line."""
    ordered = order_marks(PAPER, marks)
    return [
        [one.box.x_min for one in ordered if one.line == line] for line in range(1 + max(one.line for one in ordered))
    ]


@pytest.mark.parametrize("drop", [0, 15, 24, 32, -24, -32])
def test_the_last_digit_written_lower_or_higher_is_the_last_digit(drop: int) -> None:
    assert lines(mark(10, 100), mark(44, 102), mark(78, 99), mark(112, 100 + drop)) == [[10, 44, 78, 112]]


@pytest.mark.parametrize("height", [20, 30, 70])
def test_a_digit_of_another_size_is_of_its_row(height: int) -> None:
    assert lines(mark(10, 100), mark(44, 100), mark(78, 140 - height, height)) == [[10, 44, 78]]


def test_a_single_digit_under_a_line_is_a_line() -> None:
    assert lines(mark(10, 100), mark(44, 102), mark(44, 132)) == [[10, 44], [44]]
    assert lines(mark(10, 100), mark(44, 102), mark(10, 146)) == [[10, 44], [10]]


def test_a_single_digit_far_from_a_line_is_a_line() -> None:
    assert lines(mark(10, 100), mark(44, 102), mark(130, 132)) == [[10, 44], [130]]


def test_a_sign_hangs_on_the_nearest_line() -> None:
    assert lines(mark(10, 100), mark(70, 100), mark(46, 136, 12, ","), mark(10, 200)) == [[10, 46, 70], [10]]


def test_signs_alone_are_lines() -> None:
    assert lines(mark(10, 100, 8, "-"), mark(60, 100, 8, "-")) == [[10, 60]]
