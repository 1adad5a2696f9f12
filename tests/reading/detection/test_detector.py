"""What detection hands on: marks and no pixels, and on demand its stages and what was dropped, each with a reason."""

import cv2
import numpy as np
import pytest

from inkdigits.models.detector import Detector
from inkdigits.reading.detection.detector import detect_digit, detect_frames, detect_marks
from inkdigits.reading.detection.page import Page
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from sign_forms import write_number
from support.drawing import blank, draw, flat, lies_on, write

NETWORK = Detector()
FRAMES = load_mnist().validation.x[:40, :, :, np.newaxis]


def number() -> UInt8Array:
    return write(["2074"], 60, margin=80).picture


def tilted(degrees: float) -> UInt8Array:
    picture = write(["35294"], 60).picture
    side = 2 * picture.shape[1]
    turn = cv2.getRotationMatrix2D((picture.shape[1] / 2, picture.shape[0] / 2), -degrees, 1.0)
    turn[:, 2] += (side - picture.shape[1]) / 2, (side - picture.shape[0]) / 2
    return np.asarray(cv2.warpAffine(picture, turn, (side, side), borderValue=(255,)), dtype=np.uint8)


class TestMarks:
    def test_they_are_in_reading_order_and_have_the_boxes_of_their_ink(self) -> None:
        written = write(["2074", "85"], 60)
        page = detect_marks(written.picture, NETWORK)
        assert [mark.line for mark in page.marks] == [0, 0, 0, 0, 1, 1]
        for mark, box in zip(page.marks, flat(written), strict=True):
            assert lies_on(mark.box, box)

    def test_each_has_its_own_ink_and_what_the_detector_says(self) -> None:
        for mark, label in zip(detect_marks(number(), NETWORK).marks, (2, 0, 7, 4), strict=True):
            assert mark.crop.dtype == np.uint8
            assert mark.crop.max() > 200
            assert mark.crop.min() == 0
            assert mark.labels.sum() == pytest.approx(1)
            assert int(mark.labels.argmax()) == label
            assert 0.5 < mark.score <= 1
            assert (mark.sign, mark.reason) == (None, None)
            assert mark.contrast > 0.9

    def test_a_sign_is_a_mark_with_its_character(self) -> None:
        picture = blank(140, 420)
        for x, name in ((60, "2"), (115, "7"), (210, "5"), (265, "3")):
            draw(picture, name, (x, 40), 60, 6)
        cv2.circle(picture, (182, 97), 4, (0,), -1)
        signs = [mark for mark in detect_marks(picture, NETWORK).marks if mark.sign is not None]
        assert [(mark.sign, mark.reason) for mark in signs] == [(".", "sign")]

    def test_a_large_picture_keeps_no_large_crops(self) -> None:
        large = write(["275"], 500, 40, margin=200)
        page = detect_marks(large.picture, NETWORK)
        assert max(max(mark.crop.shape) for mark in page.marks) <= 200
        for mark, box in zip(page.marks, flat(large), strict=True):
            assert lies_on(mark.box, box)

    def test_nothing_written_has_no_mark(self) -> None:
        assert detect_marks(blank(90, 120), NETWORK).marks == ()
        assert detect_digit(blank(90, 120), NETWORK).marks == ()


class TestTilt:
    def test_a_tilted_line_is_turned_level_and_its_boxes_lead_back(self) -> None:
        picture = tilted(18)
        page = detect_marks(picture, NETWORK)
        assert page.turn is not None
        assert page.turn.degrees == pytest.approx(18, abs=4)
        assert [mark.line for mark in page.marks] == [0] * 5
        for mark in page.marks:
            box = page.place(mark.box)
            assert (picture[box.y_min : box.y_max, box.x_min : box.x_max] < 128).any()

    def test_a_level_line_is_not(self) -> None:
        assert detect_marks(tilted(0), NETWORK).turn is None


class TestStages:
    def test_a_page_holds_none_unless_they_are_asked_for(self) -> None:
        page = detect_marks(number(), NETWORK)
        assert (page.stages, page.dropped, page.candidates) == ((), (), ())

    def test_asking_for_them_changes_no_mark(self) -> None:
        plain, kept = detect_marks(number(), NETWORK), detect_marks(number(), NETWORK, keep_stages=True)
        assert [mark.box for mark in plain.marks] == [mark.box for mark in kept.marks]
        assert {stage.name.rsplit(" ", 1)[0] for stage in kept.stages} == {"heat at scale"}

    def test_each_mark_was_seen_in_a_copy(self) -> None:
        page = detect_marks(number(), NETWORK, keep_stages=True)
        seen = {(candidate.box, candidate.scale) for candidate in page.candidates}
        assert {(mark.box, mark.scale) for mark in page.marks} <= seen
        assert {f"heat at scale {candidate.scale:.3g}" for candidate in page.candidates} <= {
            stage.name for stage in page.stages
        }


class TestOneDigit:
    def test_the_surest_mark_is_the_digit(self) -> None:
        picture = blank(200, 260)
        draw(picture, "5", (110, 60), 80, 9)
        page = detect_digit(picture, NETWORK)
        assert page.is_single
        assert [(mark.line, int(mark.labels.argmax())) for mark in page.marks] == [(0, 5)]

    def test_a_number_has_one_digit_then(self) -> None:
        assert len(detect_digit(number(), NETWORK).marks) == 1


class TestFrames:
    def test_all_ink_of_a_frame_is_one_mark(self) -> None:
        frames = FRAMES.copy()
        frames[3] = 0
        pages = detect_frames(frames, NETWORK)
        assert [len(page.marks) for page in pages] == [1, 1, 1, 0, *[1] * 36]
        assert all(page.is_single and page.is_frame for page in pages)
        for page, frame in zip(pages, frames[..., 0], strict=True):
            for mark in page.marks:
                outside = frame.copy()
                outside[mark.box.y_min : mark.box.y_max, mark.box.x_min : mark.box.x_max] = 0
                assert not outside.any()
                assert np.array_equal(mark.crop, frame)

    def test_a_picture_of_that_size_is_a_frame_of_either_polarity(self) -> None:
        frame = FRAMES[0, :, :, 0]
        (expected,) = detect_frames(FRAMES[:1], NETWORK)[0].marks
        for gray in (frame, np.asarray(255 - frame, dtype=np.uint8)):
            for page in (detect_marks(gray, NETWORK), detect_digit(gray, NETWORK)):
                (mark,) = page.marks
                assert mark.box == expected.box
                assert np.array_equal(mark.crop, frame)

    def test_no_frames(self) -> None:
        assert detect_frames(FRAMES[:0], NETWORK) == []


class TestStars:
    """A star that fills a field is no sign, and is listed among what was left out."""

    def test_a_number_between_stars_has_no_currency_and_no_plus(self) -> None:
        rows = [self.detect(index) for index in range(8)]
        signs = [mark.sign for page in rows for mark in page.marks if mark.sign is not None]
        assert sum(sign in "+%$€£¥₹" for sign in signs) <= 1
        assert any(mark.reason == "unlike a digit" for page in rows for mark in page.dropped)

    @staticmethod
    def detect(index: int) -> Page:
        picture = write_number("stars that fill a field", index).picture
        gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        return detect_marks(gray, NETWORK, keep_stages=True)
