"""Scenes of real pictures: boxes move with the digits, words are other ink, cut marks are not asked for."""

import numpy as np
import pytest

from inkdigits.spec import UInt8Array
from inkdigits.training.data.handwriting import WrittenPicture
from inkdigits.training.synthesis.scenes.canvas import IGNORED, MarkRow, to_rows
from inkdigits.training.synthesis.scenes.real_pictures import RealPicture, find_digit, place_picture, to_pictures
from support.handwriting_sets import draw_number, validation_digits

SHAPE = (96, 192)


def _two_bars() -> RealPicture:
    """Return two black bars with their boxes."""
    picture = np.full((50, 90), 230, dtype=np.uint8)
    picture[10:40, 20:30], picture[10:40, 60:75] = 20, 20
    return RealPicture(picture, to_rows([MarkRow(1, 20, 10, 30, 40), MarkRow(8, 60, 10, 75, 40)]))


@pytest.mark.parametrize("seed", range(40))
def test_boxes_move_with_the_ink(seed: int) -> None:
    scene = place_picture(_two_bars(), SHAPE, np.random.default_rng(seed))
    assert scene.picture.shape == SHAPE
    paper = np.median(scene.picture)
    for _, left, top, right, bottom, _, _ in scene.marks:
        assert 0 <= left < right <= SHAPE[1]
        assert 0 <= top < bottom <= SHAPE[0]
        middle = scene.picture[round((top + bottom) / 2), round((left + right) / 2)]
        assert abs(float(middle) - float(paper)) > 25


def test_digits_come_in_all_sizes_and_at_all_places() -> None:
    scenes = [place_picture(_two_bars(), SHAPE, np.random.default_rng([1, seed])) for seed in range(200)]
    marks = np.concatenate([scene.marks for scene in scenes])
    tall = marks[:, 4] - marks[:, 2]
    assert tall.min() < 18
    assert tall.max() > 55
    assert tall.max() <= 66.5
    assert marks[:, 1].min() < 12
    assert marks[:, 3].max() > 180
    assert not any((scene.other == 1).any() for scene in scenes)


def test_of_a_number_that_is_cut_some_digits_are_not_asked_for() -> None:
    picture, text = draw_number("0123456789"), "0123456789"
    marks = to_rows([MarkRow(place, 48 * place + 10, 5, 48 * place + 38, 43) for place in range(len(text))])
    scenes = [place_picture(RealPicture(picture, marks), SHAPE, np.random.default_rng(seed)) for seed in range(60)]
    assert any((scene.other == IGNORED).any() for scene in scenes)
    assert all(len(scene.marks) < 10 or not (scene.other == IGNORED).any() for scene in scenes)


def test_a_word_is_other_ink_and_paper_is_not() -> None:
    picture = np.full((40, 80), 235, dtype=np.uint8)
    picture[15:25, 10:70] = 40
    word = RealPicture(picture, to_rows([]), is_word=True)
    for seed in range(20):
        scene = place_picture(word, SHAPE, np.random.default_rng(seed))
        assert len(scene.marks) == 0
        share = (scene.other == 1).mean()
        assert 0.005 < share < 0.6


@pytest.mark.parametrize("text", list("0123456789"))
def test_a_crop_of_one_digit_has_the_box_of_its_ink(text: str) -> None:
    number = draw_number(text, 84)
    real = find_digit(WrittenPicture(number, text, "swiss"))
    assert real is not None
    label, left, top, right, bottom, printed, _ = real.marks[0]
    assert (label, printed) == (int(text), 0)
    ink = np.argwhere(number < 150)
    np.testing.assert_allclose([top, left], ink.min(axis=0), atol=4)
    np.testing.assert_allclose([bottom, right], ink.max(axis=0) + 1, atol=4)


@pytest.mark.parametrize("picture", [np.full((30, 30), 200, np.uint8), np.eye(30, dtype=np.uint8) * 0 + 90])
def test_a_crop_without_ink_is_none(picture: UInt8Array) -> None:
    assert find_digit(WrittenPicture(picture, "3", "swiss")) is None


def test_frames_become_dark_on_light_with_their_boxes() -> None:
    digits = validation_digits().slice(0, 30)
    for real, frame, label in zip(to_pictures(digits), digits.x, digits.y, strict=True):
        np.testing.assert_array_equal(real.picture, 255 - frame)
        found, left, top, right, bottom, _, _ = real.marks[0].astype(int)
        assert found == label
        assert (frame[top:bottom, left:right] > 60).sum() == (frame > 60).sum()
        assert not real.is_word
