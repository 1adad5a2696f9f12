"""The index finds the boxes that a look at all of them finds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.imageops.box_index import BoxIndex
from inkdigits.spec import Float64Array

SIDES = st.floats(0, 300, allow_nan=False, width=32)
PLACES = st.floats(-500, 5000, allow_nan=False, width=32)
BOXES = st.lists(st.tuples(PLACES, PLACES, SIDES, SIDES), max_size=60)


def corners(boxes: list[tuple[float, float, float, float]]) -> Float64Array:
    return np.array([(x, y, x + width, y + height) for x, y, width, height in boxes], dtype=np.float64).reshape(-1, 4)


@settings(max_examples=200, deadline=None)
@given(BOXES, st.tuples(PLACES, PLACES, SIDES, SIDES))
def test_it_finds_what_a_look_at_all_finds(boxes: list[tuple[float, float, float, float]], window: object) -> None:
    all_boxes = corners(boxes)
    left, top, right, bottom = corners([window])[0].tolist()  # type: ignore[list-item]  # four numbers
    expected = [
        place
        for place, box in enumerate(all_boxes.tolist())
        if box[0] < right and box[2] > left and box[1] < bottom and box[3] > top
    ]
    assert BoxIndex(all_boxes).find(left, top, right, bottom).tolist() == expected


def test_no_boxes_and_a_window_over_everything() -> None:
    assert BoxIndex(np.empty((0, 4))).find(0, 0, 9, 9).tolist() == []
    many = corners([(float(number), 0.0, 3.0, 3.0) for number in range(200)])
    assert BoxIndex(many).find(-1e12, -1e12, 1e12, 1e12).tolist() == list(range(200))
