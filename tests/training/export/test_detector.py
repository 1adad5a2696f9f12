"""The detector's folder: the graph answers as the network, a spoiled one is refused, and the card names every set."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras
import onnx
from onnx import numpy_helper

from inkdigits.errors import BundleError, ExportError, FrameError, RunError
from inkdigits.models.bundle import shipped_bundles
from inkdigits.models.detector import Detector, fit_to_detector
from inkdigits.models.metadata import parse_detector_info
from inkdigits.models.session import Network
from inkdigits.spec import DETECTOR_CHANNELS, DETECTOR_TENSORS, MODEL_FILE, PROBABILITY_CHANNELS, UInt8Array
from inkdigits.training.config.detector import DetectorConfig
from inkdigits.training.config.line_recognizer import LineRecognizerConfig
from inkdigits.training.data.attributions import ATTRIBUTIONS
from inkdigits.training.data.handwriting import SETS
from inkdigits.training.export import detector_confidence
from inkdigits.training.export.bundle_writing import BundleName
from inkdigits.training.export.cards.detector import write_card
from inkdigits.training.export.detector import export_detector, with_probabilities
from inkdigits.training.export.onnx_graph import check_parity, to_onnx
from inkdigits.training.networks.detector import build_detector
from inkdigits.training.runs.run import EpochRow, Run, create_run
from inkdigits.training.synthesis.scenes.composer import Composer
from support.evidence import DETECTOR
from support.handwriting_sets import mnist, write_folder
from support.supplies import tiny_supplies

pytestmark = pytest.mark.train
NOTICE = Path(__file__).parents[3] / "NOTICE"


@pytest.fixture(scope="module")
def pictures() -> UInt8Array:
    composer = Composer(tiny_supplies())
    return np.stack([composer.compose(np.random.default_rng([9, place])).picture for place in range(40)])


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a finished run whose network is as it was built."""
    monkeypatch.setattr(detector_confidence, "load_mnist", mnist)
    config = DetectorConfig(epochs=1, scenes=32, handwriting=str(write_folder(tmp_path / "sets")))
    run = create_run(config, tmp_path / "runs")
    build_detector(seed=3, widths=(8, 8, 12, 12, 12, 12)).save(run.model_path)
    run.write_history([EpochRow(1, 9.0, None, None, None, 1.0, 0.001)])
    run.finish({"loss": 9.0})
    return run


@pytest.fixture(scope="module")
def untrained() -> tuple[keras.Model, bytes]:
    """Return the network as it is built, with probabilities, and its graph."""
    answering = with_probabilities(build_detector(seed=3))
    return answering, to_onnx(answering, {"name": "detector"}, DETECTOR_TENSORS)


def test_graph_and_network_agree_on_composed_pictures(
    pictures: UInt8Array, untrained: tuple[keras.Model, bytes]
) -> None:
    network, graph = untrained
    assert len(graph) < 2_700_000
    assert check_parity(graph, network, pictures, DETECTOR_TENSORS) < 1e-4
    answers = Network(graph, DETECTOR_TENSORS).predict_proba(pictures[..., np.newaxis])
    assert answers.shape == (40, 24, 48, DETECTOR_CHANNELS)
    asked = answers[..., :PROBABILITY_CHANNELS]
    assert 0 <= asked.min() < asked.max() <= 1
    assert answers[..., PROBABILITY_CHANNELS:].min() < 0  # boxes are not squeezed
    wide = Network(graph, DETECTOR_TENSORS).predict_proba(np.zeros((1, 64, 160, 1), np.uint8))
    assert wide.shape == (1, 16, 40, DETECTOR_CHANNELS)


def test_a_spoiled_graph_is_refused(pictures: UInt8Array, untrained: tuple[keras.Model, bytes]) -> None:
    network, written = untrained
    graph = onnx.load_from_string(written)
    weights = max(graph.graph.initializer, key=lambda tensor: len(tensor.raw_data))
    weights.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights) * 1.05, weights.name))
    with pytest.raises(ExportError, match="expected ONNX and Keras to agree"):
        check_parity(graph.SerializeToString(), network, pictures[:7], DETECTOR_TENSORS)


def test_pictures_of_another_form_are_refused_by_name(untrained: tuple[keras.Model, bytes]) -> None:
    network = Network(untrained[1], DETECTOR_TENSORS)
    assert network.predict_proba(np.zeros((0, 64, 64, 1), np.uint8)).shape == (0, 0, 0, DETECTOR_CHANNELS)
    with pytest.raises(FrameError, match=r"uint8 pictures of shape \(N, H, W, 1\).*make them with fit_to_detector"):
        network.predict_proba(np.zeros((64, 64, 1), np.uint8))
    with pytest.raises(BundleError, match="expected the tensors"):
        Network(untrained[1])


def test_a_run_becomes_a_folder_that_the_reader_loads(run: Run, tmp_path: Path) -> None:
    folder = export_detector(run.path, tmp_path / "models", BundleName("detector", "1.1.0"), scenes=20)
    shipped = Detector(folder)
    assert (shipped.info.name, shipped.info.version) == ("detector", "1.1.0")
    assert shipped.info.training["handwriting"] == [name for name in SETS if (tmp_path / "sets" / name).is_file()]
    metrics = {name: float(str(value)) for name, value in shipped.info.metrics.items()}
    assert metrics["scenes"] == 20
    assert metrics["marks"] > 40
    assert metrics["onnx_difference"] < 1e-4
    assert 0 <= metrics["found"] <= 1
    assert metrics["held_out_numbers"] > 0
    gray = np.random.default_rng(2).integers(0, 255, (50, 90)).astype(np.uint8)
    network = build_detector(seed=3, widths=(8, 8, 12, 12, 12, 12))
    fitted, _ = fit_to_detector(gray)
    asked = with_probabilities(network).predict_on_batch(fitted[np.newaxis, ..., np.newaxis])[0]
    difference = np.abs(shipped.places(fitted) - asked)[..., :PROBABILITY_CHANNELS]
    assert difference.mean() < 0.02  # of eight bits
    card = (folder / "README.md").read_text(encoding="utf-8")
    for name in SETS:
        assert (f"`{name}`" in card) == (tmp_path / "sets" / name).is_file()
        if (tmp_path / "sets" / name).is_file():
            assert ATTRIBUTIONS[name].source in " ".join(card.split())
    assert max(map(len, card.splitlines())) <= 120
    (folder / MODEL_FILE).write_bytes(
        data := (folder / MODEL_FILE).read_bytes().replace(b'"format": 3', b'"format": 9')
    )
    with pytest.raises(BundleError, match="expected SHA-256"):
        Detector(folder)
    with pytest.raises(BundleError, match="expected format 3, found 9"):
        parse_detector_info(folder / MODEL_FILE, data)


def test_without_handwriting_the_card_names_mnist_alone() -> None:
    config = DetectorConfig(epochs=1, scenes=32)
    metrics = {"marks": 50, "scenes": 20, "found": 0.5, "invented_per_scene": 0.1}
    card = write_card(replace(DETECTOR, metrics=metrics), config, [])
    assert "No other handwriting was used." in card
    assert "Of 50 digits and signs in 20 scenes" in card
    assert "real numbers" not in card
    assert not any(name in card for name in SETS)


def test_a_run_of_another_network_is_refused(tmp_path: Path) -> None:
    run = create_run(LineRecognizerConfig(), tmp_path / "runs")
    run.finish({"loss": 1.0})
    with pytest.raises(RunError, match="expected a run of detector, got one of line_recognizer"):
        export_detector(run.path, tmp_path, BundleName("detector"))


def test_it_is_no_bundle_that_names_digits() -> None:
    assert "detector" not in shipped_bundles()


def test_every_set_is_attributed_in_the_notice() -> None:
    notice = " ".join(NOTICE.read_text(encoding="utf-8").split())
    assert set(ATTRIBUTIONS) == set(SETS)
    for attribution in ATTRIBUTIONS.values():
        assert attribution.source in notice
