"""The networks are the tutorial's: layer by layer, parameter by parameter."""

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from inkdigits.training.config.classifier import ENSEMBLE, FOREST, NETWORKS
from inkdigits.training.networks.registry import BUILDERS
from inkdigits.training.networks.tutorial import build_cnn_large, build_cnn_small, build_mlp, build_softmax

pytestmark = pytest.mark.train


def _dense(inputs: int, units: int) -> int:
    return inputs * units + units


def _convolution(channels: int, filters: int, side: int) -> int:
    return side * side * channels * filters + filters


def test_softmax_is_one_layer() -> None:
    assert build_softmax().count_params() == _dense(784, 10) == 7_850


def test_mlp_counts() -> None:
    assert build_mlp().count_params() == _dense(784, 784) + _dense(784, 10) == 623_290


def test_cnn_small_counts() -> None:
    # 28 - 5 + 1 = 24, halved 12
    expected = _convolution(1, 32, 5) + _dense(12 * 12 * 32, 128) + _dense(128, 10)
    assert build_cnn_small().count_params() == expected == 592_074


def test_cnn_large_counts() -> None:
    # 24, halved 12; 12 - 3 + 1 = 10, halved 5
    convolutions = _convolution(1, 30, 5) + _convolution(30, 15, 3)
    expected = convolutions + _dense(5 * 5 * 15, 128) + _dense(128, 50) + _dense(50, 10)
    assert build_cnn_large().count_params() == expected == 59_933


def test_every_network_has_a_builder_and_the_tutorials_figure() -> None:
    assert set(BUILDERS) | {FOREST, ENSEMBLE} == set(NETWORKS)
    tutorial = {name: share for name, share in NETWORKS.items() if share is not None}
    assert tutorial == {"mlp": 0.9817, "cnn_small": 0.9905, "cnn_large": 0.9918}


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_frames_go_in_and_probabilities_come_out(name: str) -> None:
    network = BUILDERS[name](seed=1)
    assert [tensor.name for tensor in network.inputs] == ["frames"]
    assert network.inputs[0].dtype == "uint8"
    frames = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 1), dtype=np.uint8)
    probabilities = keras.ops.convert_to_numpy(network(frames))
    assert probabilities.shape == (3, 10)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_a_seed_decides_every_weight(name: str) -> None:
    first, again, other = (BUILDERS[name](seed=seed).get_weights() for seed in (5, 5, 6))
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    kernels = [(one, two) for one, two in zip(first, other, strict=True) if one.ndim > 1]
    assert kernels
    assert not any(np.array_equal(one, two) for one, two in kernels)


def test_without_a_seed_each_build_differs() -> None:
    one, two = (build_softmax().get_weights()[0] for _ in range(2))
    assert not np.array_equal(one, two)


def test_a_build_leaves_the_global_seeds_alone() -> None:
    generator = np.random.get_state(legacy=True)  # noqa: NPY002 - the state that must not move
    build_cnn_small(seed=3)
    after = np.random.get_state(legacy=True)  # noqa: NPY002
    assert str(generator) == str(after)


def test_the_mlp_starts_from_a_normal_distribution() -> None:
    kernel = build_mlp(seed=0).get_weights()[0]
    assert abs(float(kernel.std()) - 0.05) < 0.001
    assert float(np.abs(kernel).max()) > 0.15  # three deviations: a uniform one would end at 0.087


def test_dropout_keeps_four_of_five() -> None:
    rates = [layer.rate for layer in build_cnn_large().layers if isinstance(layer, keras.layers.Dropout)]
    assert rates == [0.2]
