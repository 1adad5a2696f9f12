"""What the networks that learn from composed batches have in common."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from inkdigits.errors import RunError
from inkdigits.spec import STRIP_TENSORS
from inkdigits.training.config.line_recognizer import LineRecognizerConfig
from inkdigits.training.fitting.composed import ComposedLearning, compile_network
from inkdigits.training.networks.line_recognizer import build_line_recognizer

pytestmark = pytest.mark.train

WIDTHS = (2, 4, 4, 4, 4)


def _learn(start: Path, *, halfway: bool) -> list[np.ndarray]:
    """Return the finished weights after a step from those in a file."""
    config = LineRecognizerConfig(epochs=1, lines=32, start=str(start), halfway=halfway, learning_rate=0.5)
    network, averaged = (build_line_recognizer(seed=2, widths=WIDTHS) for _ in range(2))
    compile_network(network, keras.losses.CTC(), config, STRIP_TENSORS)
    learning = ComposedLearning(config, lambda _: None, network, averaged, STRIP_TENSORS)
    strips = np.random.default_rng(5).integers(0, 256, (2, 32, 64, 1)).astype(np.uint8)
    learning.fit(0, [(strips, np.array([[1, 2], [3, 0]], dtype=np.uint8))])
    weights: list[np.ndarray] = learning.average().get_weights()
    return weights


def test_halfway_is_the_mean_of_what_was_begun_with_and_what_was_learned(tmp_path: Path) -> None:
    begun = build_line_recognizer(seed=1, widths=WIDTHS)
    begun.save(tmp_path / "begun.keras")
    whole, half = (_learn(tmp_path / "begun.keras", halfway=halfway) for halfway in (False, True))
    assert any((one != other).any() for one, other in zip(whole, begun.get_weights(), strict=True))
    for one, learned, old in zip(half, whole, begun.get_weights(), strict=True):
        np.testing.assert_allclose(one, (learned + old) / 2, rtol=1e-5, atol=1e-7)


def test_halfway_needs_weights_to_start_with() -> None:
    with pytest.raises(RunError, match="True only with start"):
        LineRecognizerConfig(halfway=True)
