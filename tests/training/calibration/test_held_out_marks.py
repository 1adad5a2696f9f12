"""Digits that are seen are aligned with the text that is written, at the least cost."""

import pytest

from inkdigits.training.calibration.held_out_marks import NO_DIGIT, align

pytestmark = pytest.mark.train


@pytest.mark.parametrize(
    ("labels", "scores", "text", "wanted"),
    [
        ([], [], "15", []),
        ([4], [0.9], "", [NO_DIGIT]),
        ([1, 5], [0.9, 0.9], "15", [1, 5]),
        ([1, 6], [0.9, 0.9], "15", [1, 5]),  # as many as are written: the other label is wrong
        ([5], [0.9], "15", [5]),  # the 1 was not seen
        ([1, 1, 5], [0.9, 0.3, 0.8], "15", [1, NO_DIGIT, 5]),  # of two that fit, the surer one is it
        ([1, 1, 5], [0.3, 0.9, 0.8], "15", [NO_DIGIT, 1, 5]),
        ([3, 7, 7, 7], [0.9, 0.9, 0.9, 0.1], "377", [3, 7, 7, NO_DIGIT]),
    ],
)
def test_marks_get_the_digits_that_they_are(
    labels: list[int], scores: list[float], text: str, wanted: list[int]
) -> None:
    assert align(labels, scores, text) == wanted
