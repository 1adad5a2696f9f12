"""Spoiled copies are pictures of the same writing, the same for the same generator, and of many kinds."""

import numpy as np
import pytest

from inkdigits.reading.reader import DigitReader
from inkdigits.training.synthesis.rough_pictures import roughen
from support.drawing import write

pytestmark = pytest.mark.train
NUMBER = write(["275"], 40).picture
WORD = write(["4"], 30).picture


def test_a_copy_is_a_gray_picture_and_made_again_by_its_generator() -> None:
    for seed in range(20):
        copy = roughen(NUMBER, [WORD], np.random.default_rng(seed))
        assert copy.dtype == np.uint8
        assert copy.ndim == 2
        assert np.array_equal(copy, roughen(NUMBER, [WORD], np.random.default_rng(seed)))


def test_copies_differ_and_most_are_still_read() -> None:
    copies = [roughen(NUMBER, [], np.random.default_rng(seed)) for seed in range(20)]
    assert len({copy.tobytes() for copy in copies}) == 20
    assert any(copy.mean() < 100 for copy in copies)  # light on dark
    reader = DigitReader()
    assert sum("275" in "".join(str(digit.label) for digit in reader.read(copy).digits) for copy in copies) >= 10
