"""The nearest boxes are found, whatever their number."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.imageops.neighbors import find_neighbors
from inkdigits.results import Box

PLACES = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=40, unique=True)


@settings(max_examples=40, deadline=None)
@given(PLACES, st.integers(1, 12))
def test_no_other_box_is_nearer(places: list[tuple[int, int]], most: int) -> None:
    boxes = [Box(x, y, x + 4, y + 4) for x, y in places]
    near = find_neighbors(boxes, most)
    assert near.shape == (len(boxes), min(len(boxes), most))
    off = np.abs(np.array(places)[:, None] - np.array(places)[None]).max(axis=2)
    for place, own in enumerate(near.tolist()):
        assert len(set(own)) == len(own)
        others = np.delete(off[place], own)
        assert off[place, own].max() <= others.min(initial=1000)


def test_many_boxes_are_compared_a_part_at_a_time() -> None:
    boxes = [Box(10 * at, 0, 10 * at + 5, 5) for at in range(700)]
    assert sorted(find_neighbors(boxes, 3)[600].tolist()) == [599, 600, 601]


def test_no_boxes_have_no_neighbors() -> None:
    assert find_neighbors([], 5).shape == (0, 0)
