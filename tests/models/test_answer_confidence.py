"""How surely an answer is right: curves over a few columns, finite whatever the networks say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.models.answer_confidence import (
    DIGIT_COLUMNS,
    LINE_COLUMNS,
    AnsweredDigits,
    AnsweredLines,
    judge_answers,
)
from inkdigits.models.detector import Detector

INFO = Detector().info


def digits(**columns: float) -> AnsweredDigits:
    plain = {"joined": 0.99, "digit": 0.99, "classified": 0.9, "in_line": 0.99, "string": 0.9, "uneven": 0.0}
    return AnsweredDigits(*(np.array([value]) for value in (plain | columns).values()))


def lines(**columns: float) -> AnsweredLines:
    plain = {"weakest": 0.99, "string": 0.9, "length": 3.0, "around": 0.0, "uneven": 0.0}
    return AnsweredLines(*(np.array([value]) for value in (plain | columns).values()))


def test_the_curves_have_as_many_columns_as_the_folder_has_numbers() -> None:
    assert digits().to_features().shape == (1, DIGIT_COLUMNS) == (1, len(INFO.right_weights))
    assert lines().to_features().shape == (1, LINE_COLUMNS) == (1, len(INFO.line_weights))


@pytest.mark.parametrize("column", ["joined", "digit", "in_line", "string"])
def test_a_surer_network_never_makes_a_digit_less_sure(column: str) -> None:
    found = [judge_answers(digits(**{column: share}).to_features(), INFO.right_weights)[0] for share in (0.1, 0.5, 0.9)]
    assert found == sorted(found)


def test_a_line_is_less_sure_with_a_weak_digit_or_where_the_line_recognizer_reads_something_else() -> None:
    sure = judge_answers(lines().to_features(), INFO.line_weights)[0]
    for column, value in (("weakest", 0.6), ("string", 0.01), ("around", 0.5)):
        assert judge_answers(lines(**{column: value}).to_features(), INFO.line_weights)[0] < sure


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_certain_networks_stay_finite(shares: list[float]) -> None:
    seen = AnsweredDigits(*(np.array([value]) for value in (*shares, 0.0)))
    assert 0 < judge_answers(seen.to_features(), INFO.right_weights)[0] < 1


def test_no_answers() -> None:
    none = AnsweredDigits(*(np.zeros(0) for _ in AnsweredDigits._fields))
    assert judge_answers(none.to_features(), INFO.right_weights).shape == (0,)
