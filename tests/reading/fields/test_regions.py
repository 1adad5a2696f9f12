"""The part of a picture that is read: pixels or fractions, inside the picture."""

from typing import Any

import numpy as np
import pytest

from inkdigits.errors import FieldError, PictureRegionError
from inkdigits.reading.fields.regions import find_region, make_region, parse_region
from inkdigits.results import Box


@pytest.mark.parametrize(
    ("box", "pixels"),
    [
        ((10, 20, 30, 40), (10, 20, 30, 40)),
        ([0, 0, 500, 400], (0, 0, 200, 100)),
        ((0.5, 0.0, 1.0, 1.0), (100, 0, 200, 100)),
        ((0, 0.25, 1, 0.75), (0, 25, 200, 75)),
        ((0, 0, 1, 1), (0, 0, 200, 100)),
        (np.array([10, 20, 30, 40]), (10, 20, 30, 40)),
        ((np.int64(1), np.int64(2), 5, 6), (1, 2, 5, 6)),
    ],
)
def test_a_box_is_in_pixels_or_in_fractions(box: Any, pixels: tuple[int, ...]) -> None:  # noqa: ANN401
    assert find_region(make_region(box), 200, 100) == Box(*pixels)


@pytest.mark.parametrize(
    "box",
    [(1, 2, 3), (5, 0, 5, 9), (9, 0, 5, 9), (-1, 0, 5, 9), (0.0, 0.0, 1.5, 1.0), (0.5, 0, 20, 9), "0,0,1,1", 7, (0, 0, "a", 1),
     (0.0, 0.0, float("nan"), 1.0), (True, 0, 2, 3)],
)  # fmt: skip
def test_what_is_no_box_is_refused(box: Any) -> None:  # noqa: ANN401
    with pytest.raises(FieldError, match="expected a box"):
        make_region(box)


@pytest.mark.parametrize("box", [(200, 0, 300, 50), (0, 100, 50, 150), (0.0, 0.0, 0.001, 1.0)])
def test_a_box_outside_the_picture_is_refused(box: tuple[float, ...]) -> None:
    with pytest.raises(PictureRegionError, match="expected a box inside the picture of 200 x 100 pixels"):
        find_region(make_region(box), 200, 100)


@pytest.mark.parametrize("text", ["1,2,3", "a,b,c,d", "", "1;2;3;4"])
def test_a_text_that_names_no_box_is_refused(text: str) -> None:
    with pytest.raises(FieldError, match="expected a box of four numbers"):
        parse_region(text)


def test_a_text_names_pixels_or_fractions() -> None:
    assert parse_region("10,20,30,40") == (10, 20, 30, 40)
    assert parse_region("0,0.5,1,1") == (0.0, 0.5, 1.0, 1.0)
