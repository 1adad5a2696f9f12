"""What is left of a frame at the rim is no part of what is written; a digit at the rim is."""

import cv2
import numpy as np

from inkdigits.imageops.stroke_width import stroke_width
from inkdigits.reading.detection.rules.filtering import find_parts, find_written_parts
from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.ink_picture import InkPicture
from inkdigits.reading.detection.rules.rim_contact import find_rim_shares
from inkdigits.results import Box
from inkdigits.spec import UInt8Array
from support.drawing import blank, draw


def inked(*masks: UInt8Array, strengths: tuple[float, ...] | None = None) -> InkPicture:
    """Return an ink picture with a piece for each mask, of the strengths given or of 1."""
    pieces = np.zeros(masks[0].shape, dtype=np.int32)
    for number, mask in enumerate(masks, start=1):
        pieces[mask > 0] = number
    stats = [[0, 0, *pieces.shape[::-1], int((pieces == 0).sum())]]
    stats += [[*cv2.boundingRect(mask), int((mask > 0).sum())] for mask in masks]
    contrast = np.array([0, *(strengths or (1.0,) * len(masks))], dtype=np.float32)
    ink = np.where(pieces > 0, 255, 0).astype(np.uint8)
    return InkPicture(ink, pieces, np.array(stats, np.int32), contrast, inverted=False, stroke=stroke_width(ink))


def digit(at: tuple[int, int], name: str = "7") -> UInt8Array:
    picture = blank(100, 100)
    draw(picture, name, at, 40, 5)
    return np.asarray(255 - picture, dtype=np.uint8)


def corner() -> UInt8Array:
    mask = np.zeros((100, 100), dtype=np.uint8)
    mask[2:6, 50:] = 255
    mask[2:70, 94:98] = 255
    return mask


def bar(rows: slice) -> UInt8Array:
    mask = np.zeros((100, 100), dtype=np.uint8)
    mask[rows, 3:7] = 255
    return mask


def boxes(picture: InkPicture) -> list[Box]:
    return [part.box for part in find_written_parts(picture)]


def test_shares_at_the_rim() -> None:
    picture = inked(digit((30, 30)), corner())
    shares = find_rim_shares(picture.pieces, picture.stats[:, 4], 10)
    assert shares[1] == 0
    assert shares[2] == 1
    everything = find_rim_shares(picture.pieces, picture.stats[:, 4], 60)  # strips that meet
    assert everything[1:].tolist() == [1, 1]
    assert find_rim_shares(picture.pieces, picture.stats[:, 4], 0).tolist() == [0, 0, 0]


def test_the_pale_corner_of_a_frame_is_left_out_and_a_dark_one_is_not() -> None:
    assert len(boxes(inked(digit((30, 30)), corner(), strengths=(1.0, 0.3)))) == 1
    assert len(boxes(inked(digit((30, 30)), corner(), strengths=(1.0, 0.9)))) == 2


def test_the_end_of_a_frames_side_is_left_out_where_nothing_stands_beside_it() -> None:
    assert len(boxes(inked(digit((30, 20)), bar(slice(70, 100))))) == 1
    assert len(boxes(inked(digit((30, 20)), bar(slice(20, 60))))) == 2  # a 1 at the left end, in the same rows
    assert len(boxes(inked(digit((30, 20)), bar(slice(70, 98))))) == 2  # it does not run on beyond the rim


def test_without_a_digit_inside_the_rim_there_is_no_mark() -> None:
    assert boxes(inked(bar(slice(30, 100)), bar(slice(0, 20)))) == []
    assert len(find_parts(inked(bar(slice(30, 100)), digit((30, 20))))) == 2


def test_pictures_go_the_same_way() -> None:
    picture = blank(100, 100)
    box = draw(picture, "3", (35, 20), 50, 6)
    picture[80:, 2:5] = 120
    assert [part.box for part in find_written_parts(find_ink(picture))] == [box]
