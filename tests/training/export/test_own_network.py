"""Somebody's own network of any form becomes a bundle that answers as the network; what is none is refused by name."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras
import onnx

from inkdigits.errors import BundleError
from inkdigits.models.bundle import read_bundle
from inkdigits.models.classifier import Classifier
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.evaluation.foreign_models import Stated, open_model
from inkdigits.training.export.cards.model_card import write_card
from inkdigits.training.export.own_network import export_model
from support.build_foreign_models import Foreign, build_foreign_onnx

pytestmark = pytest.mark.train

FORMS = {
    "float32 nhw 0..1, ink high": ((28, 28), "float32", 255.0, False),
    "float32 flat 0..255, ink high": ((784,), "float32", 1.0, True),
    "float32 nchw 0..1, ink high": ((1, 28, 28), "float32", 255.0, True),
    "uint8 nhwc 0..255, ink high": ((28, 28, 1), "uint8", 1.0, False),
}


@pytest.fixture(scope="module")
def held_out() -> LabeledFrames:
    return load_mnist().test.slice(0, 150)


@pytest.fixture(scope="module")
def frames() -> UInt8Array:
    return load_mnist().test.x[:20]


@pytest.fixture(scope="module")
def build() -> Callable[..., keras.Model]:
    """Return what trains a small network in the way of a script typed by hand."""
    digits = load_mnist().train.slice(0, 3_000)

    def build(shape: tuple[int, ...], dtype: str, divisor: float, logits: bool, *first: keras.Layer) -> keras.Model:  # noqa: FBT001
        keras.utils.set_random_seed(7)
        scaling = [keras.layers.Rescaling(1 / 255)] if divisor == 1 else []
        last = keras.layers.Dense(10, None if logits else "softmax")
        layers = [keras.Input(shape, dtype=dtype), *first, *scaling, keras.layers.Flatten(), last]
        network = keras.Sequential(layers)
        network.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=logits))
        x = digits.x.reshape(-1, *shape)
        network.fit(x if dtype == "uint8" else x / divisor, digits.y, epochs=4, batch_size=64, verbose=0)
        return network

    return build


@pytest.mark.parametrize("words", FORMS)
def test_any_form_becomes_a_bundle_that_answers_alike(
    words: str, build: Callable[..., keras.Model], held_out: LabeledFrames, frames: UInt8Array, tmp_path: Path
) -> None:
    shape, dtype, divisor, logits = FORMS[words]
    network = build(shape, dtype, divisor, logits)
    told: list[str] = []
    folder = export_model(network, "mine", out=tmp_path, held_out=held_out, tell=told.append)
    assert f"takes {words}; gives {'logits' if logits else 'probabilities'}" in told[0]
    assert "of 1,000 validation digits of MNIST" in told[1]
    x = frames.reshape(-1, *shape)
    expected = network.predict(x if dtype == "uint8" else x / divisor, verbose=0)
    expected = keras.ops.convert_to_numpy(keras.ops.softmax(expected)) if logits else expected
    np.testing.assert_allclose(Classifier(folder).predict_proba(frames[..., None]), expected, atol=1e-4)
    info = read_bundle(folder).info
    assert info.training["own_network"]["form"] == words  # type: ignore[index]
    assert info.metrics["calibration"]["counts"]["frames"] == 150  # type: ignore[index]
    assert words in " ".join((folder / "README.md").read_text(encoding="utf-8").split())


def test_an_onnx_file_of_another_project_becomes_a_bundle(
    held_out: LabeledFrames, frames: UInt8Array, tmp_path: Path
) -> None:
    path = build_foreign_onnx(tmp_path / "torch.onnx", Foreign("nchw", 0.1307, 0.3081, gives_logits=True))
    folder = export_model(path, "torch", out=tmp_path, held_out=held_out)
    ours = Classifier("tutorial").predict_proba(frames[..., None])
    np.testing.assert_allclose(Classifier(folder).predict_proba(frames[..., None]), ours, atol=1e-4)
    build_foreign_onnx(path, Foreign(batch=1))
    with pytest.raises(BundleError, match=r"torch\.onnx: expected a graph for any number of frames, found .* 1 a call"):
        export_model(path, "fixed", out=tmp_path, held_out=held_out)
    inverted = onnx.load(build_foreign_onnx(path, Foreign("nhw", inverted=True)))
    onnx.save(inverted, path)
    folder = export_model(path, "inverted", out=tmp_path, held_out=held_out)
    np.testing.assert_allclose(Classifier(folder).predict_proba(frames[..., None]), ours, atol=1e-4)


def test_a_network_that_cannot_read_is_refused_and_nothing_is_written(held_out: LabeledFrames, tmp_path: Path) -> None:
    keras.utils.set_random_seed(7)
    blind = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])
    with pytest.raises(BundleError, match=r"expected 500 right or more, found \d+; state its form"):
        export_model(blind, "blind", out=tmp_path / "models", held_out=held_out)
    assert not (tmp_path / "models").exists()


def test_the_code_of_a_lambda_layer_runs_only_when_that_is_allowed(
    build: Callable[..., keras.Model], held_out: LabeledFrames, tmp_path: Path
) -> None:
    path = tmp_path / "code.keras"
    build((28, 28), "float32", 255.0, False, keras.layers.Lambda(lambda x: x * 1.0)).save(path)  # noqa: FBT003
    for use in (lambda: open_model(path, Stated()), lambda: export_model(path, "a", out=tmp_path, held_out=held_out)):
        with pytest.raises(BundleError, match=r"code\.keras: .* found a Lambda layer, .* add --allow-code"):
            use()
    assert open_model(path, Stated(), allow_code=True).tried == 8


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("old.h5", r"a network of old Keras \(HDF5\); save it again: python -c .*load_model\('.*old\.h5'"),
        ("own.weights.h5", "the weights of a Keras network without the network; build the network"),
        ("net.pt", r"a PyTorch file; save it as ONNX: torch\.onnx\.export"),
        ("net.pth", "a PyTorch file"),
        ("net.pkl", "a pickle, which could run any code"),
        ("saved", r"a SavedModel of TensorFlow; convert it: python -m tf2onnx\.convert"),
        ("renamed.keras", r"a network of old Keras \(HDF5\)"),
    ],
)
def test_files_of_other_forms_are_named_with_the_cure(name: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "saved":
        path.mkdir()
        (path / "saved_model.pb").write_bytes(b"")
    else:
        path.write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(BundleError, match=f"{re.escape(name)}: expected a .keras or .onnx file, .*found {words}"):
        open_model(path, Stated())


def test_the_reader_says_how_a_file_becomes_a_bundle(tmp_path: Path) -> None:
    (tmp_path / "own.keras").touch()
    with pytest.raises(BundleError, match=r"make one of this network: inkdigits export .*own\.keras --name own"):
        Classifier(tmp_path / "own.keras")


def test_its_card_is_not_written_over(
    build: Callable[..., keras.Model], held_out: LabeledFrames, tmp_path: Path
) -> None:
    network = build((28, 28), "float32", 255.0, False)  # noqa: FBT003
    folder = export_model(network, "mine", out=tmp_path, held_out=held_out)
    with pytest.raises(BundleError, match="found one whose card `inkdigits export` wrote; leave that card"):
        write_card(read_bundle(folder).info)
