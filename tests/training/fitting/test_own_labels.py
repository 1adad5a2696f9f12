"""Strings are labeled where the detector reads just their text, at the first scale at which it does."""

import numpy as np
import pytest

from inkdigits.models.peaks import DetectedMark
from inkdigits.spec import MARK_LABELS, UInt8Array
from inkdigits.training.data.handwriting import WrittenPicture
from inkdigits.training.fitting.own_labels import SCALES, choose_scale, label_pictures, read_text

PICTURE = np.full((40, 120), 220, dtype=np.uint8)


def _mark(character: str, x: float, score: float = 0.9, *, height: float = 30.0, scale: float = 1.0) -> DetectedMark:
    label = MARK_LABELS.index(character)
    return DetectedMark(label, score, x, 20.0, 16.0, height, np.zeros(10, np.float32), 0.8, 0.0, 0.0, scale)


def test_a_string_that_is_read_right_gets_its_boxes() -> None:
    def detect(_gray: UInt8Array, _scale: float) -> list[DetectedMark]:
        return [_mark("2", 50), _mark("1", 20), _mark(".", 35, 0.35), _mark("9", 80, 0.39), _mark("/", 90, 0.29)]

    (real,) = label_pictures([WrittenPicture(PICTURE, "12", "quebec:1")], detect)
    assert real.picture is PICTURE
    np.testing.assert_array_equal(real.marks[:, 0], [1, 2, 10])  # the faint 9 and / are neither read nor kept
    np.testing.assert_allclose(real.marks[0, 1:5], [12, 5, 28, 35])
    assert set(real.marks[:, 5]) == {1}


@pytest.mark.parametrize("found", [[], ["1"], ["1", "2", "2"], ["2", "1"]])
def test_a_string_that_is_read_otherwise_is_left_out(found: list[str]) -> None:
    marks = [_mark(character, 20 + 30 * place) for place, character in enumerate(found)]
    assert label_pictures([WrittenPicture(PICTURE, "12", "quebec:1")], lambda _gray, _scale: marks) == []


def test_every_scale_is_tried_until_one_reads_it() -> None:
    tried: list[float] = []

    def detect(_gray: UInt8Array, scale: float) -> list[DetectedMark]:
        tried.append(scale)
        return [_mark("7", 30)] if scale == SCALES[2] else []

    assert len(label_pictures([WrittenPicture(PICTURE, "7", "quebec:1")], detect)) == 1
    assert tried == list(SCALES[:3])


def test_the_scale_with_the_surest_digits_of_usual_height_is_chosen() -> None:
    looks = {
        1.0: [_mark("1", 20, 0.8, height=12)],
        2.0: [_mark("7", 20, 0.7, height=15, scale=2.0)],  # 30 pixels in the copy
        4.0: [_mark("7", 20, 0.9, height=30, scale=4.0)],  # 120 pixels
        0.5: [],
    }
    marks = choose_scale(PICTURE, lambda _gray, scale: looks[scale], list(looks))
    assert read_text(marks) == "7"
    assert marks[0].scale == 2.0


def test_where_nothing_is_seen_there_is_no_text() -> None:
    assert read_text(choose_scale(PICTURE, lambda _gray, _scale: [])) == ""
