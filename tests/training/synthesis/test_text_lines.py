"""Composed lines: the same from the same generator, as many digits as they say, signs without labels."""

import numpy as np
import pytest

from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.synthesis.line_marks import _SIGNS, draw_sign
from inkdigits.training.synthesis.text_lines import compose_string


@pytest.fixture(scope="module")
def digits() -> LabeledFrames:
    validation = load_mnist().validation
    return LabeledFrames(validation.x[:300], validation.y[:300])


@pytest.fixture(scope="module")
def others(digits: LabeledFrames) -> UInt8Array:
    return digits.x[:5, ::-1]


def test_the_generator_decides_every_choice(digits: LabeledFrames, others: UInt8Array) -> None:
    one, again, other = (compose_string(digits, others, np.random.default_rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.strip, again.strip)
    np.testing.assert_array_equal(one.labels, again.labels)
    assert one.strip.shape != other.strip.shape or (one.strip != other.strip).any()


def test_lines_are_strips_with_ink_and_of_every_length(digits: LabeledFrames, others: UInt8Array) -> None:
    generator = np.random.default_rng(5)
    lines = [compose_string(digits, others, generator) for _ in range(300)]
    assert {len(line.labels) for line in lines} == set(range(1, 11))
    for line in lines:
        assert line.strip.dtype == np.uint8
        assert line.strip.shape[0] == 32
        assert line.strip.shape[1] % 32 == 0
        assert line.strip.max() > 25
        # CTC needs a step for each digit and one between equal ones
        repeats = int((line.labels[1:] == line.labels[:-1]).sum()) if len(line.labels) else 0
        assert line.strip.shape[1] // 4 >= len(line.labels) + repeats
    widths = [line.strip.shape[1] for line in lines]
    assert np.corrcoef(widths, [len(line.labels) for line in lines])[0, 1] > 0.6


@pytest.mark.parametrize("seed", range(3 * len(_SIGNS)))
def test_signs_have_ink_cut_close(seed: int) -> None:
    mark, down = draw_sign(np.random.default_rng(seed), 32)
    assert mark.dtype == np.uint8
    assert mark.max() > 60
    assert mark.shape[0] <= 64
    assert abs(down) < 1
