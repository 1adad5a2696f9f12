"""The reader's answers to held-out pictures, and which of them are right."""

import numpy as np
import pytest

from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.reading.framing import Recognizer
from inkdigits.training.calibration.held_out_answers import collect_answers
from inkdigits.training.data.handwriting import Handwriting, WrittenPicture
from support.drawing import blank, write

pytestmark = pytest.mark.train
NUMBERS = (
    WrittenPicture(write(["275"], 40).picture, "275", "set:1"),
    WrittenPicture(write(["41"], 40).picture, "47", "set:2"),  # the label is wrong, so the answer is
    WrittenPicture(blank(60, 80), "5", "set:3"),  # nothing is found, so nothing is answered
)


def test_each_line_is_compared_with_what_is_written() -> None:
    answers = collect_answers(Handwriting(numbers=NUMBERS), Recognizer(DEFAULT_BUNDLE), copies=0)
    assert answers.ends.tolist() == [3, 5]
    assert answers.is_right.tolist() == [True, True, True, True, False]
    assert answers.is_right_line.tolist() == [True, False]
    assert answers.line_of_digit.tolist() == [0, 0, 0, 1, 1]
    assert answers.copies.tolist() == [0, 0]
    assert len(set(answers.writers.tolist())) == 2
    assert answers.digits.shape == (5, 7)
    assert (answers.strings > 0.5).all()
    seen = answers.see_lines(np.array([0.9, 0.8, 0.99, 0.7, 0.95]))
    assert seen.weakest.tolist() == [0.8, 0.7]
    assert seen.length.tolist() == [3, 2]


def test_spoiled_copies_come_after_and_belong_to_the_same_writer() -> None:
    answers = collect_answers(Handwriting(numbers=NUMBERS[:1]), Recognizer(DEFAULT_BUNDLE), copies=3)
    assert answers.copies[0] == 0
    assert set(answers.copies.tolist()) <= {0, 1, 2, 3}
    assert len(set(answers.writers.tolist())) == 1
