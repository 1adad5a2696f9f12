"""What is fitted of marks has the signs that it must have, and surer marks are likelier digits."""

import numpy as np
import pytest

pytest.importorskip("scipy")

from inkdigits.models.confidence import Seen, judge_digits
from inkdigits.reading.framing import Answers
from inkdigits.spec import Float64Array
from inkdigits.training.calibration.held_out_marks import NO_DIGIT, HeldOutMarks
from inkdigits.training.calibration.mark_confidence import fit_marks

pytestmark = pytest.mark.train
_COUNT = 4_000


def _draw_marks(*, slope: float) -> HeldOutMarks:
    """Return marks that are digits the likelier, the surer the detector is; by chance where `slope` is 0."""
    generator = np.random.default_rng(5)
    odds = generator.normal(0, 2, _COUNT)
    is_digit = generator.random(_COUNT) < 1 / (1 + np.exp(-slope * odds))
    labels = np.where(is_digit, generator.integers(0, 10, _COUNT), NO_DIGIT)
    classified = _say(np.where(generator.random(_COUNT) < 0.9, labels % 10, generator.integers(0, 10, _COUNT)))
    detected = _say(np.where(generator.random(_COUNT) < 0.6, labels % 10, generator.integers(0, 10, _COUNT)))
    other, around, company, line = generator.random((4, _COUNT))  # say nothing of what is a digit
    seen = Seen(1 / (1 + np.exp(-odds)), other, around, company, line)
    frames = np.zeros((_COUNT, 28, 28, 1), dtype=np.uint8)
    is_asked = np.ones(_COUNT, dtype=np.bool_)
    in_line = np.full((_COUNT, 10), 0.1)
    answers = Answers((), frames, classified.astype(np.float32), detected, in_line, seen, is_asked, ())
    return HeldOutMarks(answers, labels)


def _say(labels: Float64Array) -> Float64Array:
    """Return rows that give 0.73 to a label and 0.03 to each other."""
    return np.asarray(np.where(np.arange(10) == np.asarray(labels)[:, np.newaxis], 0.73, 0.03), dtype=np.float64)


def test_a_curve_over_scores_is_found_again_and_noise_weighs_nothing() -> None:
    fitted = fit_marks(_draw_marks(slope=0.8))
    assert fitted.digit_weights[0] == pytest.approx(0.8, abs=0.1)
    assert fitted.digit_weights[1:5] == pytest.approx([0, 0, 0, 0], abs=0.25)
    assert 0 <= fitted.reject_below <= fitted.doubt_below <= 1


@pytest.mark.parametrize("slope", [0.8, 0.0, -0.8])
def test_weights_have_their_signs_even_where_marks_speak_against_them(slope: float) -> None:
    odds, other, around, company, line, _, _ = fit_marks(_draw_marks(slope=slope)).digit_weights
    assert min(odds, company, line) >= 0
    assert max(other, around) <= 0


def test_probabilities_rise_with_scores() -> None:
    scores = np.linspace(0.01, 0.99, 50)
    same = np.full(50, 0.5)
    likely = judge_digits(Seen(scores, same, same, same, same), fit_marks(_draw_marks(slope=0.8)).digit_weights)
    assert (np.diff(likely) > 0).all()
    assert likely[0] < 0.2
    assert likely[-1] > 0.8


def test_the_network_that_is_right_more_often_weighs_more() -> None:
    classifier, detector, line = fit_marks(_draw_marks(slope=0.8)).label_weights
    assert classifier > detector > 0
    assert line == pytest.approx(0.3, abs=0.05)  # it says nothing, so the weight stays where the fit began


def test_of_marks_about_which_no_line_was_asked_the_line_weighs_nothing() -> None:
    fitted = fit_marks(_draw_marks(slope=0.8))
    assert fitted.lone_label_weights[2] == 0
    assert fitted.lone_digit_weights[4] == 0
    assert fitted.lone_digit_weights[0] == pytest.approx(0.8, abs=0.1)
