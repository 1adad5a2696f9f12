"""Numbers as text: digits, spaces and known signs, of all kinds."""

import numpy as np
import pytest

from inkdigits.spec import MARK_LABELS, SIGNS
from inkdigits.training.synthesis.scenes.number_texts import draw_digits, draw_number


def test_numbers_have_known_marks_only_and_every_sign_occurs() -> None:
    generator = np.random.default_rng(1)
    texts = [draw_number(generator) for _ in range(3_000)]
    assert set("".join(texts)) <= {*MARK_LABELS, " "}
    assert set("".join(texts)) >= set(SIGNS)
    assert all(any(mark.isdigit() for mark in text) for text in texts)
    assert max(map(len, texts)) <= 20


@pytest.mark.parametrize("count", range(1, 9))
def test_digits_are_as_many_as_asked_for(count: int) -> None:
    generator = np.random.default_rng(2)
    for _ in range(200):
        text = draw_digits(generator, count)
        assert len(text) == count
        assert text.isdigit()


def test_lengths_are_one_to_eight() -> None:
    generator = np.random.default_rng(3)
    assert {len(draw_digits(generator)) for _ in range(500)} == set(range(1, 9))
