"""The whole chain: a real run becomes a bundle that the reader's network takes; a spoiled graph is refused."""

import dataclasses
import importlib.util
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

pytest.importorskip("keras")

import keras
import onnx

from inkdigits.errors import ExportError, MissingExtraError, OutputError, RunError
from inkdigits.models.bundle import Bundle, read_bundle
from inkdigits.models.session import Network
from inkdigits.reading.reader import DigitReader
from inkdigits.training.config.classifier import FOREST, TrainConfig
from inkdigits.training.data.attributions import ATTRIBUTIONS
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.prediction import load_network, predict_network
from inkdigits.training.export.bundle_writing import BundleName
from inkdigits.training.export.cards.model_card import write_card
from inkdigits.training.export.classifier import _find_sets, _metadata, _public_config, export_bundle, parity_frames
from inkdigits.training.export.onnx_graph import check_parity, to_onnx
from inkdigits.training.export.other_formats import check_agreement, export_other
from inkdigits.training.fitting.classifier import train
from inkdigits.training.networks.tutorial import build_cnn_large
from inkdigits.training.runs.run import create_run
from support.handwriting_sets import write_folder
from support.small_runs import finished_run

pytestmark = pytest.mark.train

CALLED = BundleName("tiny", "2.1.0")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return read_bundle(export_bundle(finished_run().path, tmp_path_factory.mktemp("models"), CALLED))


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return load_network(finished_run().path)


def _spoil(network: keras.Model, metadata: Mapping[str, str], factor: float = 1.05) -> bytes:
    graph = onnx.load_from_string(to_onnx(network, metadata))
    largest = max(graph.graph.initializer, key=lambda tensor: onnx.numpy_helper.to_array(tensor).size)
    weights = onnx.numpy_helper.to_array(largest) * np.float32(factor)
    largest.CopyFrom(onnx.numpy_helper.from_array(weights, largest.name))
    return bytes(graph.SerializeToString())


def test_the_bundle_answers_as_the_run_does(bundle: Bundle, network: keras.Model) -> None:
    frames = parity_frames()
    answers = Network(bundle.onnx).predict_proba(frames[..., np.newaxis])
    assert np.abs(answers - predict_network(network, frames)).max() < 1e-4
    assert bundle.info.metrics["onnx_difference"] < 1e-4  # type: ignore[operator]


@pytest.mark.parametrize("count", [0, 1, 7])
def test_any_number_of_frames_goes_in(bundle: Bundle, network: keras.Model, count: int) -> None:
    frames = parity_frames()[:7]
    session = onnxruntime.InferenceSession(bundle.onnx, providers=["CPUExecutionProvider"])
    (answers,) = session.run(["probabilities"], {"frames": frames[:count, ..., np.newaxis]})
    assert answers.shape == (count, 10)
    np.testing.assert_allclose(answers, predict_network(network, frames)[:count], atol=1e-4)


def test_the_graph_names_its_tensors_and_itself(bundle: Bundle) -> None:
    graph = onnx.load_from_string(bundle.onnx)
    assert graph.opset_import[0].version >= 17
    (given,), (answer,) = graph.graph.input, graph.graph.output
    assert (given.name, given.type.tensor_type.elem_type) == ("frames", onnx.TensorProto.UINT8)
    assert (answer.name, answer.type.tensor_type.elem_type) == ("probabilities", onnx.TensorProto.FLOAT)
    axes = [axis.dim_param or axis.dim_value for axis in given.type.tensor_type.shape.dim]
    assert axes == ["N", 28, 28, 1]
    metadata = {entry.key: entry.value for entry in graph.metadata_props}
    assert (metadata["name"], metadata["version"], metadata["labels"]) == ("tiny", "2.1.0", "0,1,2,3,4,5,6,7,8,9")
    assert metadata["license"].startswith("that of the data they were trained on, small.npz")
    assert "uint8" in metadata["preprocessing"]


def test_what_learned_from_mnist_names_its_license() -> None:
    metadata = _metadata(CALLED, TrainConfig(network="mlp"))
    assert metadata["license"] == "Apache-2.0; trained on MNIST (LeCun, Cortes, Burges; CC BY-SA 3.0)"


def test_the_model_file_tells_recipe_and_figures(bundle: Bundle) -> None:
    info, run = bundle.info, finished_run()
    assert (info.name, info.version, info.parameters) == ("tiny", "2.1.0", 59_933)
    config = info.training["config"]
    assert isinstance(config, dict)
    assert (config["seed"], config["data"]) == (7, "small.npz")  # the name, not the path
    test = info.metrics["test"]
    assert isinstance(test, dict)
    assert test["raw"] == run.metrics["test"]["raw"]


def test_few_held_out_digits_leave_the_networks_own_answer(bundle: Bundle) -> None:
    info = bundle.info
    measured = info.metrics["calibration"]
    assert isinstance(measured, dict)
    assert measured["counts"]["frames"] == 20
    # 20 digits can promise nothing, and a curve through them would be chance
    assert (info.budgets, info.unsure_below) == ((), 0.5)
    assert (info.confidence_slope, info.confidence_offset) == (1.0, 0.0)


def test_an_export_from_some_200_own_digits_answers_most_digits(bundle: Bundle) -> None:
    reader = DigitReader(bundle.path)
    outcomes = [reader.read_digit(255 - frame).digits[0].outcome for frame in load_mnist().validation.x[1_000:1_050]]
    assert outcomes.count("digit") >= 45


def test_the_card_tells_what_a_user_must_know(bundle: Bundle) -> None:
    card = (bundle.path / "README.md").read_text()
    told = " ".join(card.split())
    assert "It learned from other digits than MNIST's, and the figures above are for MNIST's test digits" in told
    assert "United States" not in card
    for words in (
        "# tiny 2.1.0",
        "59,933",
        "seed 7",
        "small.npz",
        "95 % interval",
        "## Confidence and error budget",
        "No share of errors can be promised",
        "pictures: 20 of them",
        "## Limits",
        "follow the license of the data",
    ):
        assert words in told
    assert max(map(len, card.splitlines())) <= 100
    assert str(finished_run().path.parent) not in card


def test_the_card_names_the_real_handwriting_and_whom_to_thank(bundle: Bundle, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "sets")
    config = TrainConfig(network="fast", split="train", handwriting=str(folder))
    alone, with_strings = _find_sets(config), _find_sets(dataclasses.replace(config, strings="strings.npz"))
    assert alone == ["swiss_numbers.zip", "pendigits_tra.npz", "semeion.npz", "hwd1000_1writer.npz"]
    assert set(with_strings) - set(alone) == {"quebec_running_numbers.zip"}  # no letters, no signs
    training = {**bundle.info.training, "config": _public_config(config), "handwriting": with_strings}
    card = " ".join(write_card(dataclasses.replace(bundle.info, training=training)).split())
    assert "`pendigits_tra.npz`: digits as pen strokes on a tablet, Turkey" in card
    assert "real digits beside them" in card
    for name in with_strings:
        assert ATTRIBUTIONS[name].source in card
    assert str(tmp_path) not in card


def test_without_held_out_digits_nothing_is_fitted(tmp_path: Path) -> None:
    config = TrainConfig(network="softmax", epochs=1, data=finished_run().classifier_config.data)
    run = train(config, out=tmp_path)
    bundle = read_bundle(export_bundle(run.path, tmp_path, CALLED))
    info = bundle.info
    assert (info.confidence_slope, info.confidence_offset, info.unsure_below, info.budgets) == (1.0, 0.0, 0.5, ())
    assert "nothing was fitted" in " ".join((bundle.path / "README.md").read_text().split())


@pytest.mark.parametrize("factor", [1.05, float("nan")])
def test_a_spoiled_graph_is_refused_and_nothing_is_written(tmp_path: Path, factor: float) -> None:
    def convert(network: keras.Model, metadata: Mapping[str, str]) -> bytes:
        return _spoil(network, metadata, factor)

    with pytest.raises(ExportError, match=r"expected ONNX and Keras to agree within 0\.0001 on 1000 pictures, found"):
        export_bundle(finished_run().path, tmp_path / "models", CALLED, convert=convert)
    assert not (tmp_path / "models").exists()


def test_a_graph_untouched_is_not_refused(network: keras.Model) -> None:
    assert check_parity(_spoil(network, {}, factor=1.0), network, parity_frames()[:7]) < 1e-4


@pytest.mark.slow
def test_an_older_bundle_is_replaced_and_another_folder_is_not(tmp_path: Path) -> None:
    run = finished_run().path
    first = export_bundle(run, tmp_path, CALLED)
    assert export_bundle(run, tmp_path, BundleName("tiny", "3.0.0")) == first
    assert read_bundle(first).info.version == "3.0.0"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with pytest.raises(OutputError, match="choose another folder"):
        export_bundle(run, tmp_path, BundleName("mine"))
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep"


def test_a_forest_cannot_be_exported(tmp_path: Path) -> None:
    run = create_run(TrainConfig(network=FOREST), tmp_path)
    with pytest.raises(RunError, match="keeps its config and metrics, not its trees"):
        export_bundle(run.path, tmp_path, CALLED)


def test_a_run_without_an_epoch_cannot_be_exported(tmp_path: Path) -> None:
    run = create_run(TrainConfig(network="mlp"), tmp_path)
    with pytest.raises(RunError, match="no epoch is complete"):
        export_bundle(run.path, tmp_path, CALLED)


def test_an_unfinished_run_cannot_be_exported(tmp_path: Path) -> None:
    run = create_run(finished_run().config, tmp_path)
    run.model_path.write_bytes(finished_run().model_path.read_bytes())
    with pytest.raises(RunError, match="expected a finished run"):
        export_bundle(run.path, tmp_path, CALLED)


def test_litert_is_written_and_compared(tmp_path: Path, network: keras.Model) -> None:
    frames = parity_frames()[:50]
    path = export_other(finished_run().path, tmp_path / "new" / "tiny", "litert", frames)
    assert path == tmp_path / "new" / "tiny.tflite"
    assert check_agreement(path, "litert", network, frames) < 1e-4
    with pytest.raises(ExportError, match="expected litert and Keras to agree"):
        check_agreement(path, "litert", build_cnn_large(seed=1), frames)


def test_litert_names_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="--out"):
        export_other(finished_run().path, tmp_path / "file" / "tiny", "litert", parity_frames()[:5])


@pytest.mark.skipif(importlib.util.find_spec("openvino") is not None, reason="OpenVINO is installed")
def test_openvino_is_asked_for_by_name(tmp_path: Path) -> None:
    with pytest.raises(MissingExtraError, match="pip install openvino"):
        export_other(finished_run().path, tmp_path / "tiny", "openvino", parity_frames()[:5])


def test_openvino_is_written_and_compared(tmp_path: Path) -> None:
    pytest.importorskip("openvino")
    path = export_other(finished_run().path, tmp_path / "tiny", "openvino", parity_frames()[:50])
    assert path.with_suffix(".bin").stat().st_size > 4 * 59_933
