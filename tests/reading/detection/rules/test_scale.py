"""A picture is looked at no larger than its digits need, and small digits in a large one are found."""

import numpy as np
import pytest

from inkdigits.reading.detection.rules.marks import find_digits
from inkdigits.reading.detection.rules.scale import find_ink_at_size
from inkdigits.spec import UInt8Array
from support.drawing import blank, draw, flat, write

MOST = 4_000_000


def test_a_small_picture_is_looked_at_as_it_is() -> None:
    page = write(["2758"], 60, 6)
    ink = find_ink_at_size(page.picture, MOST)
    assert ink.ink.shape == page.picture.shape
    assert [mark.box for mark in find_digits(ink)] == flat(page)


def test_large_digits_are_looked_at_in_a_small_copy() -> None:
    page = write(["275"], 500, 40, margin=200)
    ink = find_ink_at_size(page.picture, MOST)
    assert ink.ink.size < 0.2 * page.picture.size
    assert len(find_digits(ink)) == 3


@pytest.mark.parametrize("height", [14, 20, 30])
def test_small_digits_in_a_large_picture_are_found(height: int) -> None:
    picture = blank(1200, 1600)
    for at, mark in enumerate("275836"):
        draw(picture, mark, (500 + 2 * height * at, 700), height, max(2, height // 9))
    ink = find_ink_at_size(picture, MOST)
    assert ink.ink.shape == picture.shape
    assert len(find_digits(ink)) == 6


def test_no_copy_is_larger_than_asked_for() -> None:
    noise: UInt8Array = np.random.default_rng(3).integers(0, 256, (900, 1400), dtype=np.uint8)
    assert find_ink_at_size(noise, 300_000).ink.size <= 300_000


def test_blank_paper_has_no_ink_at_any_size() -> None:
    assert len(find_ink_at_size(blank(1000, 1500), MOST).stats) == 1
