"""Rows of real pictures: words are other ink, digits keep their boxes, and what the edge cuts is not asked for."""

import numpy as np
import pytest

from inkdigits.training.synthesis.scenes.canvas import IGNORED, MarkRow, to_rows
from inkdigits.training.synthesis.scenes.real_pictures import RealPicture, cut_digits
from inkdigits.training.synthesis.scenes.rows_of_pictures import place_side_by_side

SHAPE = (96, 192)


def _number() -> RealPicture:
    """Return two black bars with their boxes."""
    picture = np.full((50, 60), 235, dtype=np.uint8)
    picture[10:40, 10:20], picture[10:40, 35:50] = 30, 30
    return RealPicture(picture, to_rows([MarkRow(1, 10, 10, 20, 40), MarkRow(8, 35, 10, 50, 40)]))


def _word() -> RealPicture:
    picture = np.full((40, 70), 220, dtype=np.uint8)
    picture[15:25, 5:65] = 50
    return RealPicture(picture, to_rows([]), is_word=True)


@pytest.mark.parametrize("seed", range(30))
def test_the_boxes_of_a_row_hold_the_digits_ink(seed: int) -> None:
    scene = place_side_by_side([_number(), _word(), _number()], SHAPE, np.random.default_rng(seed))
    paper = float(np.median(scene.picture))
    for _, left, top, right, bottom, _, _ in scene.marks:
        assert 0 <= left < right <= SHAPE[1]
        assert 0 <= top < bottom <= SHAPE[0]
        middle = scene.picture[round((top + bottom) / 2), round((left + right) / 2)]
        assert abs(float(middle) - paper) > 25


def test_words_are_other_ink_and_numbers_are_not() -> None:
    for seed in range(20):
        words = place_side_by_side([_word(), _word()], SHAPE, np.random.default_rng(seed))
        numbers = place_side_by_side([_number(), _number()], SHAPE, np.random.default_rng(seed))
        assert len(words.marks) == 0
        assert (words.other == 1).any()
        assert not (numbers.other == 1).any()


def test_what_the_edge_cuts_is_not_asked_for() -> None:
    scenes = [place_side_by_side([_number()] * 6, SHAPE, np.random.default_rng(seed)) for seed in range(30)]
    assert any((scene.other == IGNORED).any() for scene in scenes)


def test_the_same_seed_gives_the_same_row() -> None:
    one, two = (place_side_by_side([_number(), _word()], SHAPE, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one.picture, two.picture)
    assert np.array_equal(one.marks, two.marks)


def test_digits_cut_out_of_strings_are_ink_with_their_labels() -> None:
    digits = cut_digits([_number(), _word()])
    assert [label for _, label in digits] == [1, 8]
    assert [ink.shape for ink, _ in digits] == [(30, 10), (30, 15)]
    assert all(ink.min() > 200 for ink, _ in digits)


def test_digits_that_the_picture_cuts_or_that_are_low_are_not_cut_out() -> None:
    cut = RealPicture(_number().picture, to_rows([MarkRow(1, -3, 10, 20, 40), MarkRow(8, 35, 20, 50, 36)]))
    assert cut_digits([cut]) == []
