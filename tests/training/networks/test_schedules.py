"""Learning rates rise, and fall to nothing in the end."""

import pytest

pytest.importorskip("keras")

from inkdigits.training.networks.schedules import WarmCosine, one_cycle

pytestmark = pytest.mark.train


def test_it_rises_in_its_share_of_the_steps_and_falls_to_zero() -> None:
    rate = one_cycle(0.01, 100, rising_share=0.2)
    values = [float(rate(step)) for step in range(101)]
    assert values[0] == pytest.approx(0.001)
    assert values[20] == max(values) == pytest.approx(0.01)
    assert values[10] == pytest.approx(0.0055)
    assert values[60] == pytest.approx(0.005)
    assert values[100] == pytest.approx(0, abs=1e-9)


def test_a_warm_cosine_rises_stays_and_falls_to_zero() -> None:
    rate = WarmCosine(0.01, 100, warm_up=20, falling_share=0.5)
    values = [float(rate(step)) for step in range(101)]
    assert values[0] == pytest.approx(0.001)  # it rises in a tenth of all steps at the most
    assert values[10:50] == pytest.approx([0.01] * 40)
    assert values[75] == pytest.approx(0.005)
    assert values[100] == pytest.approx(0, abs=1e-9)
    assert values[50:] == sorted(values[50:], reverse=True)
    again = WarmCosine.from_config(rate.get_config())
    assert float(again(75)) == values[75]


def test_a_warm_cosine_of_few_steps_has_a_rate() -> None:
    rate = WarmCosine(0.01, 2, warm_up=300, falling_share=0.5)
    assert float(rate(0)) == pytest.approx(0.01)
