"""The tutorial's bundle, saved as other projects would, answers as the bundle; what is no such model is refused."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras
import onnx

from inkdigits.errors import BundleError, RunError
from inkdigits.spec import UInt8Array
from inkdigits.training.config.classifier import FOREST, TrainConfig
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.foreign_models import Stated, open_model
from inkdigits.training.evaluation.input_forms import SCALES
from inkdigits.training.evaluation.prediction import predict_with
from inkdigits.training.runs.run import create_run
from support.build_foreign_models import Foreign, build_foreign_onnx
from support.build_tiny_model import FLOAT, Tensors, build_tiny_graph, build_two_inputs
from support.small_runs import finished_run

pytestmark = pytest.mark.train

FORMS = {
    "float32 nchw 0..1, ink high; gives probabilities": Foreign("nchw"),
    "float32 flat mnist, ink high; gives logits": Foreign("flat", 0.1307, 0.3081, gives_logits=True),
    "float32 nhw -1..1, ink low; gives probabilities": Foreign("nhw", 0.5, 0.5, inverted=True),
    "float32 nhwc 0..255, ink high, 1 a call; gives probabilities": Foreign("nhwc", 0, 1 / 255, batch=1),
    "uint8 nhwc 0..255, ink low; gives probabilities": Foreign("nhwc", inverted=True, is_uint8=True),
    "float32 nchw 0..1, ink high, 32 a call; gives logits": Foreign("nchw", batch=32, gives_logits=True),
}


@pytest.fixture(scope="module")
def frames() -> UInt8Array:
    return load_mnist().validation.x[1_000:1_333]  # no multiple of a batch


@pytest.mark.parametrize("words", FORMS)
def test_a_copy_in_another_form_answers_as_the_bundle(words: str, frames: UInt8Array, tmp_path: Path) -> None:
    model = open_model(build_foreign_onnx(tmp_path / "copy.onnx", FORMS[words]), Stated())
    np.testing.assert_allclose(model.predict_proba(frames), predict_with("tutorial", frames), atol=1e-5)
    assert model.describe().startswith(f"copy.onnx: takes {words}; the likeliest of ")
    assert model.curve is None
    assert model.size_bytes == (tmp_path / "copy.onnx").stat().st_size
    assert 59_900 < model.parameters < 60_000


def test_what_is_stated_is_not_tried(frames: UInt8Array, tmp_path: Path) -> None:
    path = build_foreign_onnx(tmp_path / "copy.onnx", Foreign("nhw", 0.2, 0.5))
    stated = Stated("nhw", SCALES["0..1"], inverted=False, gives_logits=False)
    model = open_model(path, stated)
    assert (model.tried, model.form.scale) == (0, SCALES["0..1"])  # wrong, but said
    assert "likeliest" not in model.describe()
    assert not np.allclose(model.predict_proba(frames), predict_with("tutorial", frames), atol=1e-2)


def test_a_reopened_model_answers_alike_on_any_number_of_threads(frames: UInt8Array, tmp_path: Path) -> None:
    for model in (
        open_model("tutorial", Stated()),
        open_model(build_foreign_onnx(tmp_path / "c.onnx", Foreign()), Stated()),
    ):
        assert model.reopen is not None
        np.testing.assert_allclose(model.reopen(2).predict_proba(frames), model.predict_proba(frames), atol=1e-6)


def test_our_own_forms_need_no_trial(frames: UInt8Array) -> None:
    run = finished_run()
    for form in (run.path, run.model_path):
        model = open_model(form, Stated())
        assert str(model.form) == "uint8 nhwc 0..255, ink high"
        assert (model.tried, model.parameters, model.reopen) == (0, 59_933, None)
        np.testing.assert_allclose(model.predict_proba(frames), predict_with(form, frames), atol=1e-5)
    bundle = open_model("tutorial", Stated(layout="flat", inverted=True))  # of a bundle, nothing is taken from here
    assert (bundle.name, str(bundle.form), bundle.tried) == ("tutorial", "uint8 nhwc 0..255, ink high", 0)
    assert bundle.curve is not None


@pytest.mark.parametrize(("layout", "shape"), [("flat", (784,)), ("nchw", (1, 28, 28)), ("nhw", (28, 28))])
def test_a_keras_model_trained_elsewhere_is_read_as_it_was_trained(
    layout: str, shape: tuple[int, ...], frames: UInt8Array, tmp_path: Path
) -> None:
    digits = load_mnist().train.slice(0, 3_000)
    keras.utils.set_random_seed(7)
    layers = [keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(32, "relu"), keras.layers.Dense(10)]
    network = keras.Sequential(layers)
    network.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x = (digits.x / 255).reshape(-1, *shape)
    network.fit(x, digits.y, epochs=3, verbose=0)
    network.save(tmp_path / "elsewhere.keras")
    model = open_model(tmp_path / "elsewhere.keras", Stated())
    assert str(model.form) == f"float32 {layout} 0..1, ink high"
    assert model.gives_logits
    expected = network.predict((frames / 255).reshape(-1, *shape), verbose=0)
    found = model.predict_proba(frames)
    np.testing.assert_allclose(found, keras.ops.convert_to_numpy(keras.ops.softmax(expected)), atol=1e-5)
    labels = load_mnist().validation.y[1_000:1_333]
    assert np.mean(found.argmax(axis=1) == labels) > 0.8


def test_weights_in_a_file_beside_the_graph_are_found_and_counted(frames: UInt8Array, tmp_path: Path) -> None:
    path = build_foreign_onnx(tmp_path / "copy.onnx", Foreign())
    whole = path.stat().st_size
    onnx.save_model(onnx.load(path), path, save_as_external_data=True, location="copy.data")
    model = open_model(path, Stated())
    np.testing.assert_allclose(model.predict_proba(frames), predict_with("tutorial", frames), atol=1e-5)
    assert path.stat().st_size < whole / 2
    assert model.size_bytes > 0.9 * whole
    assert model.parameters > 59_900


def test_damaged_and_absent_files_are_refused_by_name(tmp_path: Path) -> None:
    for name in ("text.onnx", "text.keras"):
        (tmp_path / name).write_text("no model")
    cases = {"text.onnx": "Runtime loads", "none.onnx": "Runtime loads", "text.keras": "expected a Keras model"}
    for name, words in {**cases, "none.keras": "expected a Keras model", "none": "expected a shipped bundle"}.items():
        with pytest.raises(BundleError, match=rf"{name}: .*{words}|{name}: {words}"):
            open_model(tmp_path / name, Stated())
    with pytest.raises(RunError, match="not its trees"):
        open_model(create_run(TrainConfig(network=FOREST), tmp_path).path, Stated())


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        (Tensors(classes=11), r"expected one output of shape \(N, 10\), .* found \[.*11.*give the model an output"),
        (Tensors(channels=3), r"expected an input of shape .* found \('N', 28, 28, 3\)"),
    ],
)
def test_another_input_or_number_of_classes_is_refused(tensors: Tensors, words: str, tmp_path: Path) -> None:
    path = tmp_path / "other.onnx"
    path.write_bytes(build_tiny_graph(tensors))
    with pytest.raises(BundleError, match=rf"other\.onnx: {words}"):
        open_model(path, Stated())


def test_other_graphs_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.onnx"
    path.write_bytes(build_two_inputs())
    with pytest.raises(BundleError, match="expected a graph of one input"):
        open_model(path, Stated())
    path.write_bytes(build_tiny_graph(Tensors(input_type=int(onnx.TensorProto.INT64))))
    with pytest.raises(BundleError, match=r"expected an input of uint8 or float32, found tensor\(int64\)"):
        open_model(path, Stated())
    path.write_bytes(build_tiny_graph(Tensors(input_name="x")))
    with pytest.raises(BundleError, match=r"expected a float32 input for the scale 0\.\.1, found uint8"):
        open_model(path, Stated(scale=SCALES["0..1"]))
    build_foreign_onnx(path, Foreign(gives_logits=True))
    with pytest.raises(BundleError, match="expected probabilities, rows that sum to 1, found other outputs"):
        open_model(path, Stated(gives_logits=False))


def test_outputs_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    path = build_foreign_onnx(tmp_path / "nan.onnx", Foreign())
    graph = onnx.load(path)
    for tensor in graph.graph.initializer:
        if tensor.name == "back_scale":
            continue
        if tensor.data_type == FLOAT and len(tensor.dims) > 1:
            nothing = np.full(tuple(tensor.dims), np.nan, np.float32)
            tensor.CopyFrom(onnx.numpy_helper.from_array(nothing, tensor.name))
    path.write_bytes(graph.SerializeToString())
    with pytest.raises(BundleError, match="expected numbers, its outputs for 500 digits are infinite or none"):
        open_model(path, Stated())


def test_a_keras_model_of_two_inputs_or_of_none_is_refused(tmp_path: Path) -> None:
    left, right = keras.Input((28, 28, 1)), keras.Input((28, 28, 1))
    both = keras.layers.Flatten()(keras.layers.Add()([left, right]))
    keras.Model([left, right], keras.layers.Dense(10)(both)).save(tmp_path / "two.keras")
    with pytest.raises(BundleError, match=r"two\.keras: expected a model of one input"):
        open_model(tmp_path / "two.keras", Stated())
    with pytest.warns(UserWarning, match="not yet been built"):
        keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)]).save(tmp_path / "open.keras")
    with pytest.raises(BundleError, match=r"open\.keras: expected a Keras model with an input shape"):
        open_model(tmp_path / "open.keras", Stated())
