"""The detector's network: form of its answers, first weights by the seed, and contrast that is exact on flat paper."""

import numpy as np
import pytest

pytest.importorskip("keras")

from pathlib import Path

import keras

from inkdigits.spec import DETECTOR_CHANNELS, OTHER_CHANNEL, Float64Array, UInt8Array
from inkdigits.training.networks.convolutions import LocalContrast
from inkdigits.training.networks.detector import build_detector

pytestmark = pytest.mark.train
SMALL = (4, 4, 6, 6, 6, 6)


def test_it_has_a_place_for_every_4_pixels_of_any_picture() -> None:
    network = build_detector(seed=1, widths=SMALL)
    for shape in ((1, 64, 64, 1), (2, 96, 192, 1), (1, 80, 16, 1)):
        answers = network(np.zeros(shape, dtype=np.uint8))
        assert tuple(answers.shape) == (shape[0], shape[1] // 4, shape[2] // 4, DETECTOR_CHANNELS)


def test_it_begins_with_next_to_no_peaks() -> None:
    answers = np.asarray(build_detector(seed=1)(np.full((1, 96, 192, 1), 200, dtype=np.uint8)))
    assert answers[..., : OTHER_CHANNEL + 1].max() < -3


def test_the_seed_decides_the_weights() -> None:
    one, again, other = (build_detector(seed=seed, widths=SMALL).get_weights() for seed in (1, 1, 2))
    for first, second in zip(one, again, strict=True):
        np.testing.assert_array_equal(first, second)
    assert any((first != third).any() for first, third in zip(one, other, strict=True))


def test_its_size_and_the_order_of_its_weights_stay() -> None:
    network = build_detector(seed=1)
    assert network.count_params() == 627_503
    names = [layer.name for layer in network.layers if layer.weights]
    assert names[::2] == [
        *("half_1", "half_2", "quarter_1", "quarter_2", "quarter_3", "eighth_1", "eighth_2", "eighth_3", "eighth_4"),
        *("sixteenth_1", "sixteenth_2", "sixteenth_3", "sixteenth_4", "joined_eighth"),
        *("joined_quarter_1", "joined_quarter_2", "answers"),
    ]


def test_it_is_saved_and_loaded(tmp_path: Path) -> None:
    network = build_detector(seed=1, widths=SMALL)
    network.save(tmp_path / "network.keras")
    pictures = np.random.default_rng(1).integers(0, 255, (1, 64, 96, 1)).astype(np.uint8)
    loaded = keras.saving.load_model(tmp_path / "network.keras", compile=False)
    np.testing.assert_array_equal(network(pictures), loaded(pictures))


@pytest.mark.parametrize("kind", ["flat", "noise", "edge", "one corner"])
def test_contrast_is_exact_on_flat_paper_too(kind: str) -> None:
    generator = np.random.default_rng(1)
    gray = np.full((1, 128, 160, 1), 240, dtype=np.uint8)
    if kind == "noise":
        gray -= (generator.random(gray.shape) < 0.02).astype(np.uint8)
    elif kind == "edge":
        gray[:, :, 70:] = 12
    elif kind == "one corner":
        gray[:, :16, :16] = generator.integers(0, 255, (1, 16, 16, 1)).astype(np.uint8)
    np.testing.assert_allclose(np.asarray(LocalContrast()(gray)), _exact_contrast(gray), atol=2e-6)


def _exact_contrast(gray: UInt8Array) -> Float64Array:
    """Compute mean and spread of each block's neighborhood, 7 x 7 blocks as far as they lie inside, one by one."""
    values = gray[0, ..., 0].astype(np.float64) / 255
    contrast = np.empty_like(values)
    for row in range(0, values.shape[0], 16):
        for column in range(0, values.shape[1], 16):
            around = values[max(0, row - 48) : row + 64, max(0, column - 48) : column + 64]
            block = values[row : row + 16, column : column + 16]
            contrast[row : row + 16, column : column + 16] = (block - around.mean()) / (around.std() + 0.04)
    return contrast[np.newaxis, ..., np.newaxis]
