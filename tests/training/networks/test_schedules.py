"""The learning rate of one cycle rises from a tenth of its peak and falls to nothing."""

import pytest

pytest.importorskip("keras")

from inkdigits.training.networks.schedules import one_cycle

pytestmark = pytest.mark.train


def test_it_rises_in_its_share_of_the_steps_and_falls_to_zero() -> None:
    rate = one_cycle(0.01, 100, rising_share=0.2)
    values = [float(rate(step)) for step in range(101)]
    assert values[0] == pytest.approx(0.001)
    assert values[20] == max(values) == pytest.approx(0.01)
    assert values[10] == pytest.approx(0.0055)
    assert values[60] == pytest.approx(0.005)
    assert values[100] == pytest.approx(0, abs=1e-9)
