"""The string of a line: its words, its confidence as the product over its digits, and the next best strings."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.reading.decision.strings import make_line, make_lines
from inkdigits.results import Box, Digit, DigitOutcome

shares = st.lists(st.floats(0.001, 1), min_size=10, max_size=10)


def digit(values: list[float], confidence: float = 0.9, x: int = 0, outcome: DigitOutcome = "digit") -> Digit:
    total = sum(values)
    probabilities = tuple(value / total for value in values)
    return Digit(Box(x, 0, x + 10, 20), 0, int(np.argmax(probabilities)), probabilities, confidence, outcome)


def sure(label: int, x: int = 0, outcome: DigitOutcome = "digit") -> Digit:
    return digit([0.001 + (at == label) for at in range(10)], x=x, outcome=outcome)


@given(st.lists(st.tuples(shares, st.floats(0.5, 0.999)), min_size=1, max_size=3))
def test_strings_are_the_likeliest_of_all(rows: list[tuple[list[float], float]]) -> None:
    digits = [digit(values, confidence) for values, confidence in rows]
    line = make_line(digits)
    tables = []
    for entry in digits:
        rest = 1 - entry.probabilities[entry.label]
        tables.append(
            [
                entry.confidence if label == entry.label else share * (1 - entry.confidence) / rest
                for label, share in enumerate(entry.probabilities)
            ]
        )
    every = [
        math.prod(table[label] for table, label in zip(tables, labels, strict=True))
        for labels in itertools.product(range(10), repeat=len(digits))
    ]
    assert line.confidence == pytest.approx(math.prod(entry.confidence for entry in digits))
    found = [other.confidence for other in line.alternatives]
    assert found == sorted(found, reverse=True)
    assert len({other.text for other in line.alternatives} | {line.text}) == 5
    assert sorted([*found, line.confidence], reverse=True) == pytest.approx(sorted(every, reverse=True)[:5], rel=1e-6)


@given(st.lists(st.tuples(shares, st.floats(0, 1), st.sampled_from(["digit", "unsure", "not_a_digit"])), max_size=4))
def test_many_lines_are_made_as_each_by_itself(rows: list[tuple[list[float], float, DigitOutcome]]) -> None:
    digits = [digit(values, confidence, outcome=outcome) for values, confidence, outcome in rows]
    for line, alone in zip(
        make_lines([[entry] for entry in digits]), (make_line([entry]) for entry in digits), strict=True
    ):
        assert (line.box, line.text, line.words) == (alone.box, alone.text, alone.words)
        assert line.confidence == pytest.approx(alone.confidence)
        assert [other.confidence for other in line.alternatives] == pytest.approx(
            [other.confidence for other in alone.alternatives]
        )
        assert [other.text for other in line.alternatives] == [other.text for other in alone.alternatives]


def test_a_lone_digits_next_best_labels_come_by_their_share() -> None:
    three = digit([0, 0.1, 0, 0.6, 0, 0.05, 0, 0.02, 0.2, 0.03])
    line = make_line([three])
    assert [other.text for other in line.alternatives] == ["8", "1", "5", "9"]
    certain = digit([0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    line = make_line([certain])
    assert [other.text for other in line.alternatives] == ["9", "8", "7", "6"]  # none is likelier: any order will do
    assert line.alternatives[0].confidence == pytest.approx(0, abs=1e-8)


def test_unsure_and_no_digits() -> None:
    line = make_line([sure(4), sure(7, 15, "unsure"), sure(1, 30, "not_a_digit"), sure(0, 45)])
    assert (line.text, line.box) == ("4?0", Box(0, 0, 55, 20))
    assert {len(other.text) for other in line.alternatives} == {3}
    blank = make_line([sure(1, outcome="not_a_digit")])
    assert (blank.text, blank.words, blank.confidence, blank.alternatives) == ("", (), 1.0, ())


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ([0, 12, 24, 36], ("1111",)),
        ([0, 12, 60, 72, 84], ("11", "111")),
        ([0, 35, 70, 105], ("1111",)),  # one digit a box
        ([0, 45], ("1", "1")),
        ([0], ("1",)),
    ],
)
def test_a_wide_gap_parts_words(places: list[int], words: tuple[str, ...]) -> None:
    line = make_line([sure(1, x) for x in places])
    assert line.words == words
    assert "".join(line.words) == line.text
