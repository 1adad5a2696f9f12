"""What detection hands on: marks and no pixels, and on demand its stages and what was dropped, each with a reason."""

import cv2
import numpy as np

from inkdigits.reading.detection.detector import detect_digit, detect_marks
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from support.drawing import blank, draw, flat, write


def ruled() -> UInt8Array:
    """Return a number under a printed line, with a speck beside it."""
    picture = write(["2074"], 60, margin=80).picture.copy()
    picture[20:22] = 120
    cv2.circle(picture, (30, 130), 4, 0, -1)
    return picture


def tilted() -> UInt8Array:
    picture = write(["35294"], 60).picture
    side = 2 * picture.shape[1]
    turn = cv2.getRotationMatrix2D((picture.shape[1] / 2, picture.shape[0] / 2), -18, 1.0)
    turn[:, 2] += (side - picture.shape[1]) / 2, (side - picture.shape[0]) / 2
    return np.asarray(cv2.warpAffine(picture, turn, (side, side), borderValue=255), dtype=np.uint8)


def test_a_page_holds_no_stages_unless_they_are_asked_for() -> None:
    page = detect_marks(ruled())
    assert (page.stages, page.dropped) == ((), ())
    assert len(page.marks) == 4


def test_asking_for_stages_changes_no_mark() -> None:
    plain, kept = detect_marks(ruled()), detect_marks(ruled(), keep_stages=True)
    assert [mark.box for mark in plain.marks] == [mark.box for mark in kept.marks]
    assert [stage.name for stage in kept.stages] == ["evened light", "removed lines", "ink"]


def test_a_printed_line_is_dropped_and_says_so() -> None:
    dropped = detect_marks(ruled(), keep_stages=True).dropped
    lines = [mark for mark in dropped if mark.reason == "ruling"]
    assert max(mark.box.width for mark in lines) > 150
    assert all(mark.crop.shape == (mark.box.height, mark.box.width) for mark in dropped)
    assert {mark.line for mark in dropped} == {-1}


def test_what_is_far_larger_than_the_digits_is_dropped_with_its_reason() -> None:
    picture = blank(900, 1200)
    for at, name in enumerate("275836"):
        draw(picture, name, (100 + 60 * at, 100), 40, 5)
    draw(picture, "7", (500, 250), 600, 40)
    reasons = {mark.reason for mark in detect_marks(picture, keep_stages=True).dropped}
    assert "oversized" in reasons


def test_stages_of_a_tilted_page_are_those_of_the_picture_as_it_was_turned() -> None:
    page = detect_marks(tilted(), keep_stages=True)
    assert page.turn is not None
    shapes = {stage.name: stage.picture.shape[:2] for stage in page.stages}
    assert len(set(shapes.values())) == 1
    assert shapes["ink"] != tilted().shape, "turned, it needs more room"
    ink = next(stage.picture for stage in page.stages if stage.name == "ink")
    box = page.marks[0].box
    assert (ink[box.y_min : box.y_max, box.x_min : box.x_max] < 128).any()


def test_stages_of_a_large_picture_are_those_of_the_copy_that_was_searched() -> None:
    page = detect_marks(write(["275"], 500, 40, margin=200).picture, keep_stages=True)
    assert {stage.picture.shape[:2] for stage in page.stages} == {page.searched[::-1]}
    assert page.searched != page.size


def test_boxes_lead_back_to_the_picture_as_decoded() -> None:
    large = write(["275"], 500, 40, margin=200)
    page = detect_marks(large.picture)
    for mark, box in zip(page.marks, flat(large), strict=True):
        placed = page.place(mark.box)
        assert max(abs(placed.x_min - box.x_min), abs(placed.y_max - box.y_max)) <= 8


def test_a_frame_is_known_to_hold_one_digit() -> None:
    frame = load_mnist().validation.x[0]
    assert detect_marks(frame).is_single
    assert not detect_marks(write(["2"], 60).picture).is_single
    assert detect_digit(write(["2"], 60).picture).is_single


def test_a_filled_shape_in_a_picture_of_one_digit_has_its_reason() -> None:
    picture = blank(120, 120)
    cv2.rectangle(picture, (30, 25), (90, 95), 0, -1)
    (mark,) = detect_digit(picture).marks
    assert mark.reason == "solid"
