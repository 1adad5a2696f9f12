"""A graph in eight bits is a quarter of the size and says nearly the same."""

import numpy as np
import onnx
import pytest

pytest.importorskip("keras")

from inkdigits.models.bundle import DETECTOR_FOLDER
from inkdigits.models.detector import Detector
from inkdigits.models.session import Network
from inkdigits.spec import DETECTOR_TENSORS, PROBABILITY_CHANNELS, UInt8Array
from inkdigits.training.data.handwriting import Handwriting
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.export.detector import with_probabilities
from inkdigits.training.export.onnx_graph import to_onnx
from inkdigits.training.export.quantization import to_int8
from inkdigits.training.networks.detector import build_detector
from inkdigits.training.synthesis.scenes.composer import Composer, gather_supplies

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def pictures() -> UInt8Array:
    composer = Composer(gather_supplies(Handwriting(), load_mnist().validation))
    return np.stack([composer.compose(np.random.default_rng(seed)).picture for seed in range(12)])


def test_it_is_a_quarter_of_the_size_and_says_nearly_the_same(pictures: UInt8Array) -> None:
    network = with_probabilities(build_detector(seed=3))
    graph = to_onnx(network, {"name": "detector", "license": "free"}, DETECTOR_TENSORS)
    rounded = to_int8(graph, pictures)
    assert len(rounded) < 0.35 * len(graph)
    assert {prop.key: prop.value for prop in onnx.load_from_string(rounded).metadata_props} == {
        "name": "detector",
        "license": "free",
    }
    asked = pictures[..., np.newaxis]
    whole, small = (Network(bytes_, DETECTOR_TENSORS).predict_proba(asked) for bytes_ in (graph, rounded))
    assert whole.shape == small.shape
    assert np.abs(whole - small)[..., :PROBABILITY_CHANNELS].mean() < 0.02
    said = small[..., :PROBABILITY_CHANNELS]
    assert said.min() >= 0
    assert said.max() <= 1
    assert np.unique(said).size > 1_000  # the answers themselves are not rounded


def test_the_shipped_detector_multiplies_in_integers() -> None:
    graph = onnx.load(DETECTOR_FOLDER / "model.onnx")
    kinds = [node.op_type for node in graph.graph.node]
    assert kinds.count("DequantizeLinear") > 2 * kinds.count("Conv") > 0


def test_the_shipped_detectors_probabilities_are_not_rounded(pictures: UInt8Array) -> None:
    said = Detector().places_of(pictures)[..., :PROBABILITY_CHANNELS]
    assert 0 <= said.min() < said.max() <= 1
    assert np.unique(said).size > 1_000
