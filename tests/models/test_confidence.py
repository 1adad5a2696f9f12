"""Networks together: a product of what both say, and the probability that a mark is a digit at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.models.confidence import Seen, combine, judge_digits
from inkdigits.spec import Float32Array

SEVEN, ONE = 7, 1


def said(label: int, share: float) -> Float32Array:
    row = np.full((1, 10), (1 - share) / 9, dtype=np.float32)
    row[0, label] = share
    return row


def joined(one: Float32Array, other: Float32Array, weights: tuple[float, float] = (1.0, 1.0)) -> Float32Array:
    return combine((one, other.astype(np.float64)), weights)


class TestCombine:
    @given(st.floats(0.2, 0.99), st.floats(0.2, 0.99))
    def test_two_that_agree_are_surer_than_each(self, one: float, other: float) -> None:
        both = joined(said(SEVEN, one), said(SEVEN, other))
        assert both.sum() == pytest.approx(1, abs=1e-5)
        assert both[0, SEVEN] >= max(one, other) - 1e-6

    def test_of_two_that_disagree_the_surer_wins_and_is_less_sure(self) -> None:
        both = joined(said(SEVEN, 0.9), said(ONE, 0.6))
        assert both.argmax() == SEVEN
        assert both[0, SEVEN] < 0.9

    def test_a_weight_of_zero_leaves_the_other_alone(self) -> None:
        np.testing.assert_allclose(joined(said(SEVEN, 0.9), said(ONE, 0.6), (1.0, 0.0)), said(SEVEN, 0.9), atol=1e-6)
        np.testing.assert_allclose(joined(said(SEVEN, 0.9), said(ONE, 0.6), (0.0, 1.0)), said(ONE, 0.6), atol=1e-6)

    def test_certain_opposites_stay_finite(self) -> None:
        both = joined(said(SEVEN, 1.0), said(ONE, 1.0))
        assert np.isfinite(both).all()
        assert both[0, [ONE, SEVEN]] == pytest.approx(0.5, abs=1e-6)

    def test_no_rows(self) -> None:
        none = np.zeros((0, 10), dtype=np.float32)
        assert joined(none, none).shape == (0, 10)


class TestJudgeDigits:
    WEIGHTS = (1.5, -2.0, -6.0, 0.3, 0.2, -1.0, 1.0)

    def judge(self, **columns: list[float]) -> list[float]:
        """Return the probabilities of marks with these columns of `Seen`; the others are those of a plain digit."""
        count = len(next(iter(columns.values())))
        plain = {"scores": 0.9, "other": 0.0, "around": 0.0, "company": 0.9, "line": 0.0}
        values = [columns.get(name, [usual] * count) for name, usual in plain.items()]
        found: list[float] = judge_digits(Seen(*np.array(values, dtype=np.float64)), self.WEIGHTS).tolist()
        return found

    @given(st.floats(0, 1))
    def test_it_is_a_probability_that_rises_with_the_score(self, score: float) -> None:
        less, more = self.judge(scores=[score, min(score + 0.1, 1.0)])
        assert 0 <= less <= more <= 1

    @pytest.mark.parametrize("column", ["other", "around"])
    def test_other_ink_makes_a_digit_less_likely(self, column: str) -> None:
        none, some, much = self.judge(**{column: [0.0, 0.3, 0.9]})
        assert none > some > much

    def test_a_surer_digit_beside_it_makes_a_digit_likelier(self) -> None:
        faint, sure = self.judge(company=[0.3, 0.95])
        assert sure > faint

    def test_a_line_that_needs_the_digit_makes_it_likelier_but_not_without_end(self) -> None:
        against, none, little, much, more = self.judge(line=[-5.0, 0.0, 2.0, 10.0, 1e9])
        assert against < none < little < much
        assert much == more

    def test_half_a_score_alone_leaves_the_offsets(self) -> None:
        (found,) = self.judge(scores=[0.5], company=[0.0])
        assert found == pytest.approx(0.5, abs=1e-6)
