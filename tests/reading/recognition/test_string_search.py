"""A line of which the line reader is unsure is looked at again, stretched; what all views say counts."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from inkdigits.models.ctc import find_strings
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.models.strips import Strip, to_strip
from inkdigits.reading.fields import make_field
from inkdigits.reading.recognition.string_search import guess_strings
from inkdigits.spec import Float64Array
from support.drawing import write


class Counting(LineRecognizer):
    """The shipped line reader, which counts the strips that it sees."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[int] = []

    def log_probabilities(self, strips: Sequence[Strip]) -> list[Float64Array]:
        self.seen.append(len(strips))
        return super().log_probabilities(strips)


@pytest.fixture(scope="module")
def plain() -> Strip:
    return to_strip(255 - write(["40726"], 60, 7).picture)


@pytest.fixture(scope="module")
def doubtful() -> Strip:
    picture = 255 - write(["11"], 60, 7).picture
    columns = np.flatnonzero(picture.max(axis=0))
    gap = np.flatnonzero(np.diff(columns) > 1)[0]
    left, right = columns[gap] + 1, columns[gap + 1]  # pushed together until they touch
    return to_strip(np.delete(picture, np.arange(left - 4, right), axis=1))


def test_a_sure_line_is_looked_at_once(plain: Strip) -> None:
    reader = Counting()
    ((steps, guesses),) = guess_strings([plain], reader)
    assert reader.seen[0] == 1
    assert sum(reader.seen) == 1
    assert len(steps) == plain.picture.shape[1] // 4
    assert guesses[0].labels == (4, 0, 7, 2, 6)


def test_an_unsure_one_is_looked_at_three_times(plain: Strip, doubtful: Strip) -> None:
    reader = Counting()
    answers = guess_strings([plain, doubtful, plain], reader)
    alone = find_strings(reader.log_probabilities([doubtful])[0])
    assert alone[0].log_probability < math.log(0.9)
    assert reader.seen[:2] == [3, 2]
    assert answers[0][1] == answers[2][1]
    for guess in answers[1][1]:
        assert guess.log_probability <= 0
    assert answers[1][1] == sorted(answers[1][1], key=lambda guess: -guess.log_probability)


def test_a_field_is_read_as_it_is(doubtful: Strip) -> None:
    reader = Counting()
    ((_, guesses),) = guess_strings([doubtful], reader, make_field(2))
    assert [len(guess.labels) for guess in guesses] == [2]
    assert sum(reader.seen) == 1


def test_where_nothing_fits_the_string_is_empty(doubtful: Strip) -> None:
    ((_, guesses),) = guess_strings([doubtful], LineRecognizer(), make_field(60))
    assert [guess.labels for guess in guesses] == [()]
    assert guess_strings([], LineRecognizer()) == []
