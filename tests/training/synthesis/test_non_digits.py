"""What is no digit is drawn in every kind, the same from the same seed, and framed as the reader frames."""

import numpy as np
import pytest

from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.synthesis.digit_strokes import draw_form
from inkdigits.training.synthesis.letter_strokes import FORMS
from inkdigits.training.synthesis.non_digits import KINDS, draw_no_digits, turn_digits
from inkdigits.training.synthesis.silhouettes import draw_silhouette


def test_each_kind_is_drawn_and_the_seed_decides() -> None:
    frames, kinds = draw_no_digits(1500, np.random.default_rng(7))
    assert frames.shape == (1500, 28, 28)
    assert frames.dtype == kinds.dtype == np.uint8
    assert {KINDS[kind] for kind in kinds} == set(KINDS) - {"turned"}
    assert np.all(frames.max(axis=(1, 2)) > 0)
    again, _ = draw_no_digits(50, np.random.default_rng(7))
    other, _ = draw_no_digits(50, np.random.default_rng(8))
    assert np.array_equal(again, draw_no_digits(50, np.random.default_rng(7))[0])
    assert not np.array_equal(again, other)


def test_none_is_an_empty_answer() -> None:
    frames, kinds = draw_no_digits(0, np.random.default_rng(7))
    assert (frames.shape, kinds.shape) == ((0, 28, 28), (0,))


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_a_letter_is_ink_on_paper(name: str) -> None:
    generator = np.random.default_rng(7)
    for form in FORMS[name]:
        frame = draw_form(form, generator)
        assert 0 < np.count_nonzero(frame) < 600


def test_letters_that_look_like_digits_are_left_out() -> None:
    assert not set(FORMS) & set("OoQIilZzSsGbBgq")


def test_silhouettes_are_light_on_black_and_filled() -> None:
    generator = np.random.default_rng(7)
    shares = []
    for _ in range(60):
        picture = draw_silhouette(generator)
        assert picture.shape[0] == picture.shape[1]
        assert 28 <= picture.shape[0] <= 56
        shares.append(float((picture > 20).mean()))
    assert 0.15 < np.median(shares) < 0.8


def test_turned_digits_are_those_of_the_labels_that_allow_it() -> None:
    digits = load_mnist().validation.slice(0, 500)
    frames, kinds = turn_digits(digits)
    assert len(frames) == len(kinds) > 500
    assert {KINDS[kind] for kind in kinds} == {"turned"}
    ones = LabeledFrames(digits.x[digits.y == 1], digits.y[digits.y == 1])
    assert np.array_equal(turn_digits(ones)[0][:, 1:, 1:], np.rot90(ones.x, 1, (1, 2))[:, :-1, :-1])
    assert len(turn_digits(digits.slice(0, 0))[0]) == 0
