"""What is fitted of answers is calibrated on writers that did not fit it, and budgets hold or are left out."""

from dataclasses import replace

import numpy as np
import pytest

from inkdigits.models.answer_confidence import AnsweredDigits, judge_answers
from inkdigits.training.calibration.answer_fitting import PICTURE_BUDGETS, with_answers
from inkdigits.training.calibration.curve_fitting import ANY, FALLING, NONE, RISING, fit_weights
from inkdigits.training.calibration.held_out_answers import HeldOutAnswers
from support.evidence import DETECTOR

pytestmark = pytest.mark.train
_LINES, _DIGITS_OF = 3_000, 3


def draw_answers(*, usual: float) -> HeldOutAnswers:
    """Return lines of three digits; each digit is right as often as the networks say, `usual` in logarithms of odds."""
    generator = np.random.default_rng(4)
    count = _LINES * _DIGITS_OF
    odds = generator.normal(usual, 2, count)
    share = 1 / (1 + np.exp(-odds))
    is_right = generator.random(count) < share
    half = np.full(count, 0.5)
    digits = AnsweredDigits(share, half, half, half, half, np.zeros(count)).to_features()
    return HeldOutAnswers(
        digits,
        is_right,
        np.arange(1, _LINES + 1) * _DIGITS_OF,
        np.full(_LINES, 0.5),
        np.zeros(_LINES),
        np.zeros(_LINES),
        np.asarray(is_right.reshape(-1, _DIGITS_OF).all(axis=1), dtype=np.bool_),
        np.arange(_LINES) % 3,
        10 * generator.integers(0, 30, _LINES),
    )


def test_answers_are_as_often_right_as_the_curves_say() -> None:
    answers = draw_answers(usual=4)
    info = with_answers(DETECTOR, answers)
    assert info.right_weights[0] == pytest.approx(1.0, abs=0.15)
    assert info.lone_right_weights == (1, 0, 0, 0, 0, 0, 0), "a lone digit is as sure as its label"
    assert float(str(info.metrics["digit_calibration_error"])) < 0.01
    assert float(str(info.metrics["line_calibration_error"])) < 0.03
    assert info.metrics["answered_lines"] == 1_000


def test_budgets_are_proved_on_what_is_scanned_and_stricter_ones_answer_less() -> None:
    info = with_answers(DETECTOR, draw_answers(usual=5))
    for per in ("digit", "line"):
        rows = [row for row in info.budgets if row.per == per]
        assert [row.max_error for row in rows] == sorted(row.max_error for row in rows)
        assert {row.max_error for row in rows} <= set(PICTURE_BUDGETS)
        assert all(row.error <= row.max_error for row in rows)
        assert [row.coverage for row in rows] == sorted(row.coverage for row in rows)
        assert rows, "some share can be promised of answers that are mostly right"


def test_answers_that_are_often_wrong_promise_nothing() -> None:
    chance = replace(draw_answers(usual=4), is_right_line=np.arange(_LINES) % 2 == 0)
    rows = [row for row in with_answers(DETECTOR, chance).budgets if row.per == "line"]
    assert rows == []


def test_weights_keep_their_signs() -> None:
    generator = np.random.default_rng(1)
    features = np.column_stack([generator.normal(size=(2_000, 3)), np.ones(2_000)])
    is_right = generator.random(2_000) < 1 / (1 + np.exp(-(features @ np.array([1.0, 1.0, 1.0, -0.5]))))
    rising, falling, none, constant = fit_weights(features, is_right, (RISING, FALLING, NONE, ANY))
    assert rising == pytest.approx(1.0, abs=0.3)
    assert (falling, none) == (0, 0)
    assert judge_answers(features[:5], (rising, falling, none, constant)).shape == (5,)
