"""A straight stroke through a number takes it back; a ruled line, an underline and joined digits do not."""

import cv2
import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.detection.strikes import part_struck
from inkdigits.results import Box
from inkdigits.spec import UInt8Array
from support.drawing import blank, draw

DIGITS = "2743"
LEFTS = (60, 92, 124, 156)


def write() -> UInt8Array:
    picture = blank(120, 320)
    for digit, left in zip(DIGITS, LEFTS, strict=True):
        draw(picture, digit, (left, 40))
    return picture


def line() -> list[Mark]:
    labels = np.full(10, 0.1)
    return [Mark(Box(x, 40, x + 24, 80), 0, np.zeros((1, 1), np.uint8), 0.9, labels) for x in LEFTS]


def reasons(picture: UInt8Array) -> list[str | None]:
    return [mark.reason for part in part_struck(picture, line()) for mark in part]


@pytest.mark.parametrize("fall", [-0.1, 0.0, 0.12])
@pytest.mark.parametrize("is_light", [False, True])
def test_a_stroke_that_ends_beside_the_digits_takes_them_back(fall: float, *, is_light: bool) -> None:
    picture = write()
    for column in range(52, 190):
        row = round(60 + fall * (column - 120))
        picture[row - 2 : row + 2, column] = 0
    assert reasons(255 - picture if is_light else picture) == ["crossed out"] * 4


def test_lines_of_the_paper_and_joined_digits_stay() -> None:
    plain, ruled, under, joined = write(), write(), write(), write()
    ruled[58:62] = 0
    under[79:82, 52:190] = 0
    joined[58:62, 60:140] = 0  # not all four
    assert all(reason is None for picture in (plain, ruled, under) for reason in reasons(picture))
    assert reasons(joined)[-1] is None


def test_two_marks_of_one_box_are_both_crossed_out() -> None:
    picture = write()
    picture[58:62, 52:190] = 0
    marks = sorted([*line(), *line()], key=lambda mark: mark.box.x_min)
    assert [mark.reason for part in part_struck(picture, marks) for mark in part] == ["crossed out"] * 8


def test_what_stands_beside_a_crossed_out_number_is_read() -> None:
    picture = blank(120, 420)
    for digit, left in zip(DIGITS + "905", (*LEFTS, 260, 294, 328), strict=True):
        draw(picture, digit, (left, 40))
    picture[58:63, 34:206] = 0
    reading = DigitReader().read(picture)
    assert reading.text == "905"
    struck = [digit for digit in reading.digits if digit.reason == "crossed out"]
    assert len(struck) >= 3
    assert {digit.outcome for digit in struck} == {"not_a_digit"}


def test_joined_bars_are_no_stroke_through_a_number() -> None:
    picture = blank(160, 420)
    for left in range(50, 370, 80):
        cv2.line(picture, (left + 20, 30), (left, 90), 0, 5)
        cv2.line(picture, (left, 90), (left + (80 if left < 290 else 55), 90), 0, 5)
        cv2.line(picture, (left + 38, 30), (left + 38, 130), 0, 5)
    digits = DigitReader().read(picture).digits
    assert not any(digit.reason == "crossed out" and digit.outcome == "not_a_digit" for digit in digits)
    assert any(digit.outcome != "not_a_digit" for digit in digits)
