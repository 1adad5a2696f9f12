"""Printed lines at the rim are found and leave the strokes that cross them whole; strokes are no lines."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.marks import find_digits, isolate_digit
from inkdigits.reading.detection.rules.rim_lines import find_rules
from inkdigits.spec import UInt8Array
from support.drawing import Page, blank, draw, flat, write


def framed(height: int = 120, width: int = 100, line: int = 3, inset: int = 4) -> UInt8Array:
    """Return the mask of a box whose lines run from rim to rim."""
    mask = np.zeros((height, width), dtype=np.uint8)
    mask[inset : inset + line] = mask[-inset - line : -inset] = 1
    mask[:, inset : inset + line] = mask[:, -inset - line : -inset] = 1
    return mask


@pytest.mark.parametrize("line", [1, 2, 4])
@pytest.mark.parametrize("inset", [1, 6])
def test_a_frame_is_all_lines(line: int, inset: int) -> None:
    mask = framed(line=line, inset=inset)
    rules = find_rules(mask)
    assert rules.dtype == np.uint8
    assert rules.shape == mask.shape
    assert rules[mask > 0].mean() > 0.9  # all but the corners, where one line crosses the other
    assert not rules[mask == 0].any()


def test_a_tilted_line_is_one() -> None:
    mask = np.zeros((120, 160), dtype=np.uint8)
    cv2.line(mask, (0, 8), (159, 13), (1,), 2)
    assert find_rules(mask)[mask > 0].mean() > 0.9


def test_a_stroke_that_crosses_a_line_is_not_cut() -> None:
    mask = np.zeros((120, 100), dtype=np.uint8)
    mask[100:103] = 1
    mask[40:118, 48:54] = 1
    rules = find_rules(mask)
    assert rules[100:103, :40].all()
    left = cv2.connectedComponents((mask & ~rules)[:, 44:58])[0] - 1
    assert left == 1
    assert not rules[:, 48:54].any()


@pytest.mark.parametrize("mark", "0123456789")
def test_no_stroke_of_a_digit_amid_its_picture_is_a_line(mark: str) -> None:
    picture = blank(100, 100)
    draw(picture, mark, (32, 20), 60, 7)
    assert not find_rules((picture == 0).astype(np.uint8)).any()


def test_a_line_across_the_middle_is_left() -> None:
    mask = np.zeros((120, 100), dtype=np.uint8)
    mask[58:62] = 1
    assert not find_rules(mask).any()


def test_small_pictures_have_no_lines() -> None:
    assert not find_rules(framed(39, 100)).any()


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=60), elements={"max_value": 1})
)
def test_lines_are_part_of_the_mask(mask: UInt8Array) -> None:
    rules = find_rules(mask)
    assert rules.shape == mask.shape
    assert not rules[mask == 0].any()


def strip(text: str, margin: int) -> Page:
    return write([text], 100, 12, margin=margin)


@pytest.mark.parametrize("text", ["|023", "023|", "7|", "||", "1111"])
def test_an_upright_1_with_paper_around_its_line_is_a_digit(text: str) -> None:
    page = strip(text, 30)
    assert [mark.box for mark in find_digits(find_ink(page.picture))] == flat(page)


@pytest.mark.parametrize("text", ["|023", "023|", "7|", "||"])
@pytest.mark.parametrize("margin", [10, 15])
def test_an_upright_1_at_the_end_of_a_closely_cut_line_is_no_frame(text: str, margin: int) -> None:
    page = strip(text, margin)
    assert [mark.box for mark in find_digits(find_ink(page.picture))] == flat(page)


@pytest.mark.parametrize(
    ("top", "bottom", "width"),
    [
        (8, 112, 2),  # thinner than the pen: the tick between two cells
        (4, 116, 12),  # longer than a digit
        (0, 110, 12),  # from the rim
    ],
)
def test_an_upright_line_unlike_the_digits_beside_it_is_no_1(top: int, bottom: int, width: int) -> None:
    mask = np.zeros((120, 200), dtype=np.uint8)
    mask[20:100, 80:92] = mask[20:100, 120:132] = mask[20:32, 80:132] = 1
    mask[top:bottom, 10 : 10 + width] = 1
    assert find_rules(mask)[top:bottom, 10 : 10 + width].all()


def test_an_upright_line_that_something_hangs_on_is_no_1() -> None:
    mask = np.zeros((120, 200), dtype=np.uint8)
    mask[8:112, 10:16] = mask[8:112, 180:186] = mask[50:56, 10:60] = 1
    rules = find_rules(mask)
    assert rules[8:48, 10:16].all()
    assert not rules[50:56, 20:60].any()


def test_thin_lines_alone_are_no_1s() -> None:
    mask = np.zeros((120, 200), dtype=np.uint8)
    mask[8:112, 10:12] = mask[8:112, 180:182] = 1
    assert np.array_equal(find_rules(mask), mask)


@pytest.mark.parametrize("mark", "27")
@pytest.mark.parametrize("margin", [2, 5])
def test_the_foot_of_a_2_and_the_roof_of_a_7_in_a_closely_cut_picture_are_no_frame(mark: str, margin: int) -> None:
    picture = blank(300, 300)
    box = draw(picture, mark, (100, 100), 100, 10)
    cut = picture[box.y_min - margin : box.y_max + margin, box.x_min - margin : box.x_max + margin]
    found = isolate_digit(find_ink(cut))
    assert found is not None
    assert (found.box.width, found.box.height) == (box.width, box.height)
