"""Marks are grouped into lines as they were written: level, wavy or tilted; columns beside each other stay apart."""

import math
from random import Random

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.reading.detection.text_lines import group_lines
from inkdigits.results import Box
from inkdigits.spec import UInt8Array
from support.drawing import Page, blank, draw, write

TEXT = st.text("23456789", min_size=3, max_size=8)


def turned(picture: UInt8Array, degrees: float) -> UInt8Array:
    """Return the picture turned about its middle, clockwise, on as much paper as it needs."""
    height, width = picture.shape
    side = math.ceil(math.hypot(height, width))
    wide = blank(side, side)
    top, left = (side - height) // 2, (side - width) // 2
    wide[top : top + height, left : left + width] = picture
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), -degrees, 1)
    return np.asarray(cv2.warpAffine(wide, matrix, (side, side), borderValue=(255,)), dtype=np.uint8)


def boxes_of(picture: UInt8Array) -> list[Box]:
    """Return the boxes of a picture's pieces of ink; each digit is one."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((picture < 128).astype(np.uint8))
    return [Box(x, y, x + width, y + height) for x, y, width, height, _ in stats[1:].tolist()]


def counts(picture: UInt8Array) -> list[int]:
    """Return the number of digits of each line."""
    return list(map(len, group_lines(boxes_of(picture))))


def sloping(count: int, slope: float, at: tuple[int, int] = (0, 400)) -> list[Box]:
    """Return boxes of 20 x 40 whose middles lie on a sloping line."""
    x, y = at
    return [
        Box(x + 36 * i, y + round(36 * i * slope), x + 36 * i + 20, y + round(36 * i * slope) + 40)
        for i in range(count)
    ]


def test_no_marks_have_no_lines() -> None:
    assert group_lines([]) == []


@settings(max_examples=40, deadline=None)
@given(TEXT, st.floats(-22, 22))
def test_a_tilted_line_is_one_from_left_to_right(text: str, degrees: float) -> None:
    page = write([text], 40, 5, margin=40)
    boxes = boxes_of(turned(page.picture, degrees))
    (line,) = group_lines(boxes)
    assert [boxes[place].x_min for place in line] == sorted(box.x_min for box in boxes)
    assert len(line) == len(text)


@settings(max_examples=15, deadline=None)
@given(st.lists(TEXT, min_size=2, max_size=4), st.floats(-20, 20))
def test_tilted_lines_are_as_many_as_were_written(lines: list[str], degrees: float) -> None:
    page = write(lines, 40, 5, margin=40, leading=2.2)
    assert counts(turned(page.picture, degrees)) == [len(line) for line in lines]


@settings(max_examples=25, deadline=None)
@given(st.integers(3, 12), st.floats(-0.4, 0.4), st.randoms())
def test_the_order_of_the_boxes_does_not_matter(count: int, slope: float, shuffled: Random) -> None:
    boxes = [*sloping(count, slope), *sloping(count, slope, (0, 490))]
    shuffled.shuffle(boxes)
    found = [[boxes[place] for place in line] for line in group_lines(boxes)]
    assert found == [sloping(count, slope), sloping(count, slope, (0, 490))]


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 5), st.integers(2, 4), st.integers(30, 60), st.integers(90, 300))
def test_columns_whose_rows_lie_between_one_anothers_stay_apart(
    rows: int, digits: int, lower: int, gutter: int
) -> None:
    left = [sloping(digits, 0, (0, 90 * row)) for row in range(rows)]
    right = [sloping(digits, 0, (36 * digits + gutter, 90 * row + lower)) for row in range(rows)]
    boxes = [box for line in (*left, *right) for box in line]
    found = [[boxes[place] for place in line] for line in group_lines(boxes)]
    assert sorted(found, key=lambda line: (line[0].x_min, line[0].y_min)) == left + right


@pytest.mark.parametrize("degrees", [-20, -10, 10, 20])
def test_a_tilted_line_of_an_uneven_hand_is_one(degrees: int) -> None:
    picture = blank(300, 760)
    for column, lift in enumerate((0, 14, 38, 6, 18)):
        draw(picture, "20743"[column], (60 + 130 * column, 80 + lift), 90, 10)
    assert counts(turned(picture, degrees)) == [5]


def test_digits_under_one_another_are_lines_of_their_own() -> None:
    picture = blank(340, 160)
    for row, mark in enumerate("2583"):
        draw(picture, mark, (40 + 12 * row, 20 + 80 * row), 50, 6)
    assert counts(picture) == [1, 1, 1, 1]


def test_a_level_page_is_grouped_by_rows_alone() -> None:
    page: Page = write(["2583", "97", "46"], 40, 5)
    assert counts(page.picture) == [4, 2, 2]


@pytest.mark.parametrize("slope", [0.0, 0.3])
def test_thousands_of_specks_are_grouped_in_time(slope: float) -> None:
    generator = np.random.default_rng(5)
    corners = generator.integers(0, 3000, (4000, 2)).tolist()
    lines = group_lines([Box(x, y + round(slope * x), x + 9, y + round(slope * x) + 9) for x, y in corners])
    assert sorted(place for line in lines for place in line) == list(range(4000))


def test_large_digits_over_a_small_text_are_one_line_in_their_order() -> None:
    small = [Box(20 * at, 200, 20 * at + 14, 222) for at in range(14)]
    heading = [Box(60 * at, 20 + 3 * (at % 2), 60 * at + 40, 100 + 3 * (at % 3)) for at in range(5)]
    assert group_lines([*small, *heading]) == [[14, 15, 16, 17, 18], list(range(14))]
