"""Which of several strings a line is: what both networks say together, and no string is short for its length alone."""

import numpy as np

from inkdigits.models.ctc import StringGuess
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.recognition.cutting import LineMark
from inkdigits.reading.recognition.hypotheses import Candidate, choose_candidate, keep_likely
from inkdigits.results import Box
from inkdigits.spec import Float32Array


def candidate(labels: tuple[int, ...], log_probability: float) -> Candidate:
    mark = Mark(Box(0, 0, 20, 40), 0, 40, np.zeros((40, 20), np.uint8), 0, 0)
    marks = tuple(LineMark(mark, np.full(10, 0.1), place=place) for place in range(len(labels)))
    return Candidate(marks, labels, log_probability)


def seen(labels: tuple[int, ...], share: float) -> Float32Array:
    rows = np.full((len(labels), 10), (1 - share) / 9, dtype=np.float32)
    rows[np.arange(len(labels)), list(labels)] = share
    return rows


def test_a_1_that_touches_its_neighbor_is_seen_by_the_network_of_single_digits() -> None:
    short, long = candidate((6, 9), -0.3), candidate((1, 6, 9), -1.4)
    assert choose_candidate([short, long], [seen((6, 9), 0.98), seen((1, 6, 9), 0.98)]) == 1
    assert choose_candidate([short, long], [seen((6, 9), 0.98), seen((1, 6, 9), 0.02)]) == 0


def test_a_digit_that_got_no_ink_counts_against_its_string() -> None:
    whole, torn = candidate((6, 9), -0.5), candidate((6, 9, 9), -1.0)
    torn = Candidate(torn.marks[:2], torn.labels, torn.log_probability)
    assert choose_candidate([whole, torn], [seen((6, 9), 0.98), seen((6, 9), 0.98)]) == 0


def test_a_line_that_was_not_asked_about_is_as_it_is() -> None:
    assert choose_candidate([Candidate((LineMark(candidate((1,), 0.0).marks[0].mark),))], [seen((1,), 0.9)]) == 0


def test_only_strings_that_may_win_are_looked_at() -> None:
    guesses = [StringGuess((2, 7), -0.01), StringGuess((2, 1, 7), -3.0), StringGuess((7,), -7.0)]
    assert keep_likely(guesses) == guesses[:2]
    assert keep_likely([]) == []
