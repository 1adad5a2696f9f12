"""Touching digits are cut where the line network saw them, broken ones joined, and every mark keeps its place."""

import cv2
import numpy as np
import pytest

from inkdigits.models.strips import to_strip
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.recognition.cutting import compose_line, split_marks
from inkdigits.results import Box
from inkdigits.spec import Float64Array, UInt8Array


def mark_of(picture: UInt8Array, line_height: int = 60) -> Mark:
    """Return the ink of a picture as one mark."""
    x, y, width, height = cv2.boundingRect(picture)
    crop = picture[y : y + height, x : x + width]
    return Mark(Box(x, y, x + width, y + height), 0, line_height, crop, x, y)


def rings(*centers: int) -> UInt8Array:
    """Return zeros of 40 columns and 60 rows around some columns."""
    picture = np.zeros((100, 400), np.uint8)
    for center in centers:
        cv2.ellipse(picture, (center, 50), (20, 30), 0, 0, 360, 255, 5)
    return picture


def answer(strip_width: int, places: dict[float, int]) -> Float64Array:
    """Return what a line network says that is sure of some labels at some steps."""
    steps = np.full((strip_width // 4, 11), 0.001)
    steps[:, 0] = 0.99
    for place, label in places.items():
        steps[round(place), 0] = 0.001
        steps[round(place), 1 + label] = 0.99
    return np.asarray(np.log(steps / steps.sum(axis=1, keepdims=True)))


def split(marks: list[Mark], columns: list[float]) -> list[tuple[Box, int | None]]:
    """Return box and label of each mark, with zeros seen at some columns of the picture."""
    line, left = compose_line(marks)
    strip = to_strip(line)
    steps = [(strip.offset + (column - left - strip.left) * strip.scale) / 4 - 0.5 for column in columns]
    result = split_marks(marks, strip, left, answer(strip.picture.shape[1], dict.fromkeys(steps, 0)), steps)
    return [(mark.box, None if mark.labels is None else int(mark.labels.argmax())) for mark in result]


@pytest.mark.parametrize("second", [134, 140, 143])
def test_two_that_touch_are_cut_between_them(second: int) -> None:
    picture = rings(100, second)
    parts = split([mark_of(picture)], [100, second])
    assert [label for _, label in parts] == [0, 0]
    cut = (100 + second) / 2
    assert parts[0][0].x_max == pytest.approx(cut, abs=9)
    assert parts[1][0].x_min == pytest.approx(cut, abs=9)
    assert sum(box.width for box, _ in parts) == pytest.approx(second - 100 + 45, abs=12)


def test_ink_is_neither_lost_nor_doubled() -> None:
    picture = rings(100, 140, 178)
    mark = mark_of(picture)
    line, left = compose_line([mark])
    strip = to_strip(line)
    columns = [100, 140, 178]
    steps = [(strip.offset + (column - left - strip.left) * strip.scale) / 4 - 0.5 for column in columns]
    pieces = split_marks([mark], strip, left, answer(strip.picture.shape[1], dict.fromkeys(steps, 0)), steps)
    assert all(piece.was_cut for piece in pieces)
    total = np.zeros_like(picture, dtype=np.int64)
    for piece in pieces:
        rows, width = piece.crop.shape
        total[piece.top : piece.top + rows, piece.left : piece.left + width] += piece.crop
    np.testing.assert_array_equal(total, picture)


def test_marks_apart_stay_as_they_are() -> None:
    marks = [mark_of(rings(60)), mark_of(rings(150))]
    assert split(marks, [60, 150]) == [(marks[0].box, 0), (marks[1].box, 0)]


def test_a_mark_in_which_nothing_was_seen_has_no_label() -> None:
    marks = [mark_of(rings(60)), mark_of(rings(180))]
    assert split(marks, [180]) == [(marks[0].box, None), (marks[1].box, 0)]
    assert split(marks, []) == [(mark.box, None) for mark in marks]


def test_the_halves_of_a_broken_digit_are_joined() -> None:
    whole = rings(100)
    left, right = whole.copy(), whole.copy()
    left[:, 98:] = 0
    right[:, :102] = 0
    parts = split([mark_of(left), mark_of(right), mark_of(rings(200))], [90, 200])
    assert [label for _, label in parts] == [0, 0]
    assert parts[0][0] == mark_of(whole).box


def test_the_composed_line_is_all_the_ink() -> None:
    picture = rings(60, 150)
    line, left = compose_line([mark_of(rings(60)), mark_of(rings(150))])
    x, y, width, height = cv2.boundingRect(picture)
    assert left == x
    np.testing.assert_array_equal(line, picture[y : y + height, x : x + width])
