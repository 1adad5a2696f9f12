"""The line recognizer's network: form of its answers, its size, first weights by the seed, and bfloat16."""

import numpy as np
import pytest

pytest.importorskip("keras")

from inkdigits.training.networks.line_recognizer import build_line_recognizer

pytestmark = pytest.mark.train
SMALL = (4, 4, 6, 6, 8)


def test_it_answers_for_every_4_columns_of_any_strip() -> None:
    network = build_line_recognizer(seed=1, widths=SMALL)
    for count, width in ((1, 16), (2, 48), (3, 176)):
        answers = network(np.zeros((count, 32, width, 1), dtype=np.uint8))
        assert tuple(answers.shape) == (count, width // 4, 11)


def test_its_size_and_its_layers_stay() -> None:
    network = build_line_recognizer(seed=1)
    assert network.count_params() == 298_107
    assert [layer.name for layer in network.layers if layer.weights][::2] == [
        *("whole", "half_1", "half_2", "quarter_1", "quarter_2", "eighth_1", "eighth_2"),
        *("along_1", "along_2", "along_3", "logits"),
    ]


def test_the_seed_decides_the_weights() -> None:
    one, again, other = (build_line_recognizer(seed=seed, widths=SMALL).get_weights() for seed in (1, 1, 2))
    for first, second in zip(one, again, strict=True):
        np.testing.assert_array_equal(first, second)
    assert any((first != third).any() for first, third in zip(one, other, strict=True))


def test_bfloat16_answers_nearly_as_float32() -> None:
    strips = np.random.default_rng(1).integers(0, 255, (2, 32, 64, 1)).astype(np.uint8)
    exact, fast = (
        np.asarray(build_line_recognizer(seed=1, widths=SMALL, precision=precision)(strips))
        for precision in ("float32", "mixed_bfloat16")
    )
    assert fast.dtype == np.float32
    assert 0 < np.abs(exact - fast).max() < 0.05 * np.abs(exact).max()
