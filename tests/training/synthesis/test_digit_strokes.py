"""Digits drawn by pen strokes: proper frames, the same from the same generator, and read as what they are."""

import numpy as np
import pytest

from inkdigits.models.frames import to_frame
from inkdigits.reading.reader import DigitReader
from inkdigits.training.synthesis.digit_strokes import FORMS, draw_digits_by_pen, draw_form


def test_every_label_has_forms_that_differ_from_one_another() -> None:
    assert sorted(FORMS) == list(range(10))
    for forms in FORMS.values():
        assert len({repr(form) for form in forms}) == len(forms) >= 3


def test_frames_are_framed_as_pictures_are() -> None:
    frames = draw_digits_by_pen(np.arange(10, dtype=np.uint8), np.random.default_rng(3))
    assert frames.shape == (10, 28, 28)
    assert frames.dtype == np.uint8
    for frame in frames:
        np.testing.assert_array_equal(to_frame(frame), frame)


def test_the_generator_decides_every_choice() -> None:
    labels = np.tile(np.arange(10, dtype=np.uint8), 3)
    first, again = (draw_digits_by_pen(labels, np.random.default_rng(5)) for _ in range(2))
    other = draw_digits_by_pen(labels, np.random.default_rng(6))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any(axis=(1, 2)).all()


def test_no_labels_no_frames() -> None:
    assert draw_digits_by_pen(np.empty(0, dtype=np.uint8), np.random.default_rng(1)).shape == (0, 28, 28)


@pytest.mark.parametrize("label", [0, 2, 3, 5, 6, 8])
def test_plain_forms_are_read_as_their_label(label: int, reader: DigitReader) -> None:
    generator = np.random.default_rng(label)
    frames = [draw_form(FORMS[label][0], generator) for _ in range(40)]
    labels = [digit.label for frame in frames for digit in reader.read_digit(frame).digits]
    assert labels.count(label) >= 32  # four of five: the pen is rougher than most people
