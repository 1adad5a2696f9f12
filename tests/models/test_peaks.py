"""Peaks of an answer become marks; what a surer one covers is left out."""

from dataclasses import replace

import numpy as np
import pytest

from inkdigits.models.peaks import DetectedMark, find_peaks, join_marks
from inkdigits.spec import DETECTOR_CHANNELS, OTHER_CHANNEL, PRINTED_CHANNEL, PROBABILITY_CHANNELS, Float32Array

MARK = DetectedMark(3, 0.9, 50.0, 40.0, 20.0, 30.0, np.zeros(10, np.float32), 0.1, 0.0, 0.0, 1.0)


def _places(*peaks: tuple[int, int, int, float]) -> Float32Array:
    places = np.zeros((8, 10, DETECTOR_CHANNELS), dtype=np.float32)
    for row, column, label, score in peaks:
        places[row, column, label] = score
    return places


def test_a_peak_has_the_box_that_its_place_tells() -> None:
    places = _places((2, 3, 7, 0.8))
    places[2, 3, PROBABILITY_CHANNELS:] = (0.5, -0.25, np.log(2), np.log(0.5))
    places[2, 3, OTHER_CHANNEL], places[2, 3, PRINTED_CHANNEL] = 0.2, 0.6
    (mark,) = find_peaks(places, 0.5, 1.0, (-4.0, 2.0))
    assert mark.label == 7
    told = (mark.score, mark.x, mark.y, mark.width, mark.height, mark.other, mark.printed)
    np.testing.assert_allclose(told, (0.8, 4 * 4 - 4, 4 * 2.25 + 2, 32, 16, 0.2, 0.6), rtol=1e-6)
    np.testing.assert_allclose(mark.probabilities, np.eye(10)[7] * 0.8, rtol=1e-6)


def test_a_scaled_copy_gives_boxes_of_the_picture() -> None:
    (mark,) = find_peaks(_places((2, 3, 7, 0.8)), 0.5, 0.5, (0.0, 0.0))
    assert (mark.x, mark.y, mark.width, mark.height) == (28, 20, 32, 64)
    assert mark.scale == 0.5


@pytest.mark.parametrize(("least", "count"), [(0.5, 1), (0.2, 2), (0.9, 0)])
def test_peaks_count_from_the_least_score(least: float, count: int) -> None:
    assert len(find_peaks(_places((1, 1, 0, 0.8), (6, 8, 15, 0.3)), least, 1.0, (0.0, 0.0))) == count


def test_the_slope_of_a_peak_is_no_peak() -> None:
    places = _places((3, 4, 2, 0.9), (3, 5, 2, 0.6), (4, 4, 6, 0.5))
    (mark,) = find_peaks(places, 0.3, 1.0, (0.0, 0.0))
    assert (mark.label, round(mark.score, 6)) == (2, 0.9)


def test_of_two_labels_at_a_place_the_likelier_is_told_with_both_probabilities() -> None:
    (mark,) = find_peaks(_places((3, 4, 1, 0.4), (3, 4, 7, 0.7)), 0.3, 1.0, (0.0, 0.0))
    assert mark.label == 7
    assert mark.probabilities[1] == pytest.approx(0.4)


def test_an_answer_without_peaks_and_wild_boxes_are_no_error() -> None:
    assert find_peaks(_places(), 0.1, 1.0, (0.0, 0.0)) == []
    places = _places((2, 3, 7, 0.8))
    places[2, 3, PROBABILITY_CHANNELS:] = 1e9
    (mark,) = find_peaks(places, 0.5, 1.0, (0.0, 0.0))
    assert mark.x <= (3.5 + 2) * 4
    assert mark.height < 400


@pytest.mark.parametrize(
    ("change", "kept"),
    [({"x": 55.0}, 1), ({"x": 58.0}, 2), ({"y": 50.0}, 1), ({"y": 53.0}, 2), ({"x": 53.0, "width": 6.0}, 2)],
)
def test_two_peaks_of_one_mark_are_one(change: dict[str, float], kept: int) -> None:
    marks = [replace(MARK, score=0.5, label=8, **change), MARK]  # type: ignore[arg-type]
    joined = join_marks(marks)
    assert len(joined) == kept
    assert joined[0] is MARK


def test_joined_marks_are_surest_first() -> None:
    marks = [replace(MARK, score=score, x=100 * score) for score in (0.3, 0.9, 0.6)]
    assert [mark.score for mark in join_marks(marks)] == [0.9, 0.6, 0.3]
    assert join_marks([]) == []
