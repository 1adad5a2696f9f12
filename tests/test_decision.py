"""Temperature moves confidence and nothing else; a box rules out what is no digit; a threshold decides the rest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inkdigits.decision import Policy, calibrate, decide, find_reject_limit, has_digit_shape, has_digit_tone
from inkdigits.records import Box
from inkdigits.spec import Float32Array


@st.composite
def distributions(draw: st.DrawFn) -> Float32Array:
    """Return rows of ten probabilities, zeros among them."""
    raw = draw(hnp.arrays(np.float32, (draw(st.integers(1, 5)), 10), elements=st.floats(0, 1, width=32)))
    raw[:, 0] += np.float32(0.01)
    return np.asarray(raw / raw.sum(axis=1, keepdims=True), dtype=np.float32)


@given(distributions(), st.floats(0.2, 5))
def test_calibrated_rows_are_distributions_of_the_same_order(probabilities: Float32Array, temperature: float) -> None:
    calibrated = calibrate(probabilities, temperature)
    assert np.allclose(calibrated.sum(axis=1), 1)
    assert np.all(calibrated >= 0)
    order = np.argsort(probabilities, axis=1, kind="stable")
    assert np.all(np.diff(np.take_along_axis(calibrated, order, axis=1), axis=1) >= -1e-12)


@given(distributions())
def test_a_temperature_of_1_changes_nothing_and_does_not_touch_its_argument(probabilities: Float32Array) -> None:
    before = probabilities.copy()
    assert np.allclose(calibrate(probabilities, 1.0), probabilities, atol=1e-6)
    assert np.array_equal(probabilities, before)


@given(distributions(), st.floats(1.01, 5))
def test_heat_flattens_and_cold_sharpens(probabilities: Float32Array, temperature: float) -> None:
    top = probabilities.max(axis=1)
    assert np.all(calibrate(probabilities, temperature).max(axis=1) <= top + 1e-6)
    assert np.all(calibrate(probabilities, 1 / temperature).max(axis=1) >= top - 1e-6)


def test_a_certain_answer_stays_finite() -> None:
    certain = np.eye(10, dtype=np.float32)
    assert np.isfinite(calibrate(certain, 4.0)).all()
    assert calibrate(np.empty((0, 10), dtype=np.float32), 2.0).shape == (0, 10)


@pytest.mark.parametrize(
    ("box", "line_height", "is_one"),
    [
        (Box(0, 0, 20, 40), 40, True),
        (Box(0, 0, 2, 40), 40, True),  # a thin 1
        (Box(0, 0, 40, 30), 40, True),
        (Box(0, 0, 40, 5), 40, False),  # a dash
        (Box(0, 0, 5, 5), 40, False),  # a dot
        (Box(0, 0, 9, 9), 9, True),  # all of its line are as small
        (Box(0, 0, 4, 7), 7, False),  # a speck alone
    ],
)
def test_dashes_and_dots_are_no_digits(box: Box, line_height: int, is_one: bool) -> None:  # noqa: FBT001
    assert has_digit_shape(box, line_height) is is_one


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_outcome_follows_the_threshold_and_the_shape(confidence: float, unsure_below: float) -> None:
    policy = Policy(unsure_below=unsure_below)
    assert decide(confidence, policy) == ("digit" if confidence >= unsure_below else "unsure")
    assert decide(confidence, policy, is_digit_shaped=False) == "not_a_digit"


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_share_under_the_limit_is_no_digit_however_sure_the_label(digit_share: float, reject_below: float) -> None:
    expected = "not_a_digit" if digit_share < reject_below else "digit"
    assert decide(1.0, Policy(), digit_share=digit_share, reject_below=reject_below) == expected


@pytest.mark.parametrize(
    ("digit_shares", "limit"),
    [
        ([], 0.4),
        ([0.1], 0.4),
        ([0.1, 0.9], 0.4),
        ([0.1, 0.2], 0.8),
        ([0.1, 0.2, 0.9], 0.8),
        ([0.1, 0.2, 0.9, 0.5], 0.4),
        ([0.1, 0.4, 0.9], 0.4),
    ],
)
def test_the_limit_is_higher_where_most_marks_are_no_digits(digit_shares: list[float], limit: float) -> None:
    assert find_reject_limit(np.array(digit_shares, dtype=np.float32), 0.4, 0.8) == pytest.approx(limit)


@pytest.mark.parametrize(("inner_tone", "is_one"), [(-0.1, True), (0.0, True), (0.1, True), (0.5, False)])
def test_cloth_between_the_strokes_is_no_paper(inner_tone: float, is_one: bool) -> None:  # noqa: FBT001
    assert has_digit_tone(inner_tone) is is_one
