"""Which of several strings a line is: what both networks say together, and no string is short for its length alone."""

from dataclasses import replace

import numpy as np

from inkdigits.models.ctc import StringGuess
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.recognition.hypotheses import Hypothesis, choose_hypothesis, keep_likely
from inkdigits.results import Box
from inkdigits.spec import Float32Array


def hypothesis(labels: tuple[int, ...], log_probability: float) -> Hypothesis:
    mark = Mark(Box(0, 0, 20, 40), 0, 40, np.zeros((40, 20), np.uint8), 0, 0, labels=np.full(10, 0.1))
    marks = tuple(replace(mark, place=place) for place in range(len(labels)))
    return Hypothesis(marks, labels, log_probability)


def seen(labels: tuple[int, ...], share: float) -> Float32Array:
    rows = np.full((len(labels), 10), (1 - share) / 9, dtype=np.float32)
    rows[np.arange(len(labels)), list(labels)] = share
    return rows


def test_a_1_that_touches_its_neighbor_is_seen_by_the_network_of_single_digits() -> None:
    short, long = hypothesis((6, 9), -0.3), hypothesis((1, 6, 9), -1.4)
    assert choose_hypothesis([short, long], [seen((6, 9), 0.98), seen((1, 6, 9), 0.98)]) == 1
    assert choose_hypothesis([short, long], [seen((6, 9), 0.98), seen((1, 6, 9), 0.02)]) == 0


def test_a_digit_that_got_no_ink_counts_against_its_string() -> None:
    whole, torn = hypothesis((6, 9), -0.5), hypothesis((6, 9, 9), -1.0)
    torn = Hypothesis(torn.marks[:2], torn.labels, torn.log_probability)
    assert choose_hypothesis([whole, torn], [seen((6, 9), 0.98), seen((6, 9), 0.98)]) == 0


def test_a_line_that_was_not_asked_about_is_as_it_is() -> None:
    mark = replace(hypothesis((1,), 0.0).marks[0], labels=None, place=None)
    assert choose_hypothesis([Hypothesis((mark,))], [seen((1,), 0.9)]) == 0


def test_only_strings_that_may_win_are_looked_at() -> None:
    guesses = [StringGuess((2, 7), -0.01), StringGuess((2, 1, 7), -3.0), StringGuess((7,), -7.0)]
    assert keep_likely(guesses) == guesses[:2]
    assert keep_likely([]) == []
