"""Connected pieces have the same labels and measures as OpenCV gives them."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from inkdigits.imageops.components import find_pieces
from inkdigits.spec import UInt8Array


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40), elements={"max_value": 1})
)
def test_labels_and_measures_are_those_of_opencv(mask: UInt8Array) -> None:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    pieces = find_pieces(mask)
    assert pieces.count == count
    assert np.array_equal(pieces.labels, labels)
    assert np.array_equal(pieces.stats()[1:], stats[1:])
    assert np.array_equal(pieces.sizes()[1:], stats[1:, cv2.CC_STAT_AREA])
    assert np.array_equal(pieces.labels.ravel()[pieces.places], pieces.owners)


def test_links_connect_pieces_and_are_no_part_of_them() -> None:
    mask = np.zeros((5, 12), dtype=np.uint8)
    mask[2, [1, 2, 6, 7, 10]] = 1
    links = mask.copy()
    links[2, 3:6] = 1
    links[0, 0] = 1  # a link that connects nothing is no piece
    pieces = find_pieces(mask, links)
    assert pieces.count == 3
    assert pieces.labels[2].tolist() == [0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 2, 0]
    assert np.array_equal(pieces.labels > 0, mask > 0)
    assert pieces.stats()[1].tolist() == [1, 2, 7, 1, 4]
