"""Lines across a picture are found, tilted ones too, and leave the strokes that cross them whole; digits are none."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits import DigitReader
from inkdigits.reading.detection.rules.cells import find_box_sides
from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.marks import find_digits
from inkdigits.reading.detection.rules.printed_lines import find_grid
from inkdigits.results import Box
from inkdigits.spec import UInt8Array
from support.drawing import blank, draw, flat, write

SIDE = 460


def squared(pitch: int = 80, line: int = 2, degrees: float = 0.0) -> UInt8Array:
    """Return the mask of squared paper, turned about its middle."""
    mask = np.zeros((SIDE, SIDE), dtype=np.uint8)
    for at in range(30, SIDE - 30, pitch):
        mask[at : at + line, 30:-30] = mask[30:-30, at : at + line] = 1
    turn = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(mask * 255, turn, (SIDE, SIDE)) > 100, dtype=np.uint8)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.sampled_from([24, 60, 80, 130]), st.floats(-6, 6))
def test_squared_paper_is_all_lines(line: int, pitch: int, degrees: float) -> None:
    mask = squared(pitch, line, degrees)
    grid = find_grid(mask)
    assert grid.lines[mask > 0].mean() > 0.97
    assert not grid.lines[mask == 0].any()
    assert grid.bands[mask > 0].mean() > 0.97


@pytest.mark.parametrize("degrees", [-5, 0, 5])
def test_a_stroke_across_a_line_is_not_cut(degrees: float) -> None:
    lines = squared(80, 3, degrees)
    mask = lines.copy()
    cv2.line(mask, (150, 160), (190, 300), (1,), 7)
    left = mask & (1 - find_grid(mask).lines)
    _, pieces = cv2.connectedComponents(left, connectivity=8)
    assert pieces[165, 151] > 0
    assert pieces[165, 151] == pieces[295, 189]


@settings(max_examples=30, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=8), st.integers(60, 150), st.sampled_from([0.08, 0.15]))
def test_no_digit_is_a_line(text: str, height: int, share: float) -> None:
    page = write([text], height, round(share * height), margin=height)
    assert not find_grid((page.picture < 128).astype(np.uint8)).lines.any()


def test_the_bars_of_many_7s_are_no_line() -> None:
    page = write(["7777777"], 80, 6, margin=60)
    assert not find_grid((page.picture < 128).astype(np.uint8)).lines.any()


@pytest.mark.parametrize("ink", [0, 90, 150])
@pytest.mark.parametrize("degrees", [-4, 0, 4])
def test_digits_on_squared_paper_are_found(ink: int, degrees: float) -> None:
    written = blank(SIDE, SIDE)
    boxes = [draw(written, mark, (60 + 80 * at, 50 + 80 * at), 50, 5) for at, mark in enumerate("2583")]
    picture = np.minimum(np.where(squared(80, 2, degrees) > 0, 140, 230), np.where(written < 128, ink, 255))
    marks = find_digits(find_ink(picture.astype(np.uint8)))
    found = sorted((mark.box for mark in marks), key=lambda box: box.y_min)
    assert len(found) == len(boxes)
    for one, other in zip(found, boxes, strict=True):
        assert _overlap(one, other) > 0.8


def _overlap(one: Box, other: Box) -> float:
    """Return the shared area over the area of both."""
    width = min(one.x_max, other.x_max) - max(one.x_min, other.x_min)
    height = min(one.y_max, other.y_max) - max(one.y_min, other.y_min)
    shared = max(width, 0) * max(height, 0)
    return shared / (one.width * one.height + other.width * other.height - shared)


def test_ruled_paper_leaves_the_number_on_it() -> None:
    page = write(["58236"], 60, 6, margin=60)
    picture = page.picture.copy()
    picture[130:132] = 120  # below the digits
    picture[40:42] = 120
    assert [mark.box for mark in find_digits(find_ink(picture))] == flat(page)


def test_small_pictures_have_no_lines_across() -> None:
    assert not find_grid(np.ones((119, 300), dtype=np.uint8)).lines.any()


@pytest.mark.parametrize("text", ["777", "5777", "4444", "2222"])
@pytest.mark.parametrize(("height", "stroke"), [(50, 8), (64, 8), (86, 10)])
def test_the_bars_of_digits_beside_one_another_are_no_line(text: str, height: int, stroke: int) -> None:
    picture = write([text], height, stroke, margin=height).picture
    assert not find_grid((picture < 128).astype(np.uint8)).lines.any()


def test_a_line_with_gaps_under_digits_is_one() -> None:
    picture = write(["777"], 60, 6, margin=80).picture
    picture[170:173, 10:-10] = 0
    picture[170:173, 60:64] = 255
    picture[170:173, 150:154] = 255
    lines = find_grid((picture < 128).astype(np.uint8)).lines
    assert lines[170:173].mean() > 0.8
    assert not lines[80:140].any()


def boxed(text: str, gap: int, size: tuple[int, int] = (60, 84), degrees: float = 0.0) -> UInt8Array:
    """Return digits, each in a printed box of its own, turned about the middle."""
    width, height = size
    picture = blank(height + 120, len(text) * (width + gap) + 120)
    for place, character in enumerate(text):
        left = 60 + place * (width + gap)
        cv2.rectangle(picture, (left, 60), (left + width, 60 + height), 90, 2)
        if character != " ":
            draw(picture, character, (left + width // 4, 60 + height // 6), 2 * height // 3, 5)
    middle = (picture.shape[1] / 2, picture.shape[0] / 2)
    turn = cv2.getRotationMatrix2D(middle, degrees, 1)
    return np.asarray(cv2.warpAffine(picture, turn, picture.shape[::-1], borderValue=255), dtype=np.uint8)


@pytest.mark.parametrize("degrees", [-1.5, 0.0, 1.5])
@pytest.mark.parametrize("gap", [6, 12, 40])
def test_boxes_that_stand_apart_are_taken_away_and_their_digits_stay(
    reader: DigitReader, gap: int, degrees: float
) -> None:
    assert reader.read(boxed("58306492", gap, degrees=degrees)).text.replace(" ", "") == "58306492"


def test_boxes_are_told_by_their_sides_and_zeros_are_none() -> None:
    boxes = (boxed("27", 20) < 160).astype(np.uint8)
    sides = find_box_sides(boxes)
    assert [side.is_level for side in sides] == [True, True, False, False] * 2
    tops = [side.middle[0] for side in sides[::4]]
    assert tops == pytest.approx([60, 60], abs=1)
    assert all(side.half == pytest.approx(1, abs=0.6) for side in sides)
    assert find_box_sides((write(["00000"], 80, 5).picture < 128).astype(np.uint8)) == []
    assert find_box_sides(boxes[:, : boxes.shape[1] // 2]) == []  # one alone may be a drawing


def test_empty_boxes_are_blank(reader: DigitReader) -> None:
    assert reader.read(boxed("       ", 15)).outcome == "blank"
