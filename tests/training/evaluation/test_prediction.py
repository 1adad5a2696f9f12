"""One model in its four forms gives one answer; what is no model of ours is refused."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from inkdigits.errors import BundleError, RunError
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.prediction import load_network, predict_with
from inkdigits.training.export.bundle_writing import BundleName
from inkdigits.training.export.classifier import export_bundle
from support.small_runs import finished_run

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def frames() -> UInt8Array:
    return load_mnist().validation.x[:1_500]  # more than one batch


def test_run_keras_onnx_and_bundle_agree(frames: UInt8Array, tmp_path: Path) -> None:
    run = finished_run()
    bundle = export_bundle(run.path, tmp_path, BundleName("tiny"))
    expected = predict_with(run.path, frames)
    assert expected.shape == (1_500, 10)
    assert expected.dtype == np.float32
    for form in (run.model_path, bundle / "model.onnx", bundle, str(bundle)):
        np.testing.assert_allclose(predict_with(form, frames), expected, atol=1e-4)


def test_a_shipped_bundle_is_found_by_name(frames: UInt8Array) -> None:
    assert predict_with("tutorial", frames[:5]).shape == (5, 10)


def test_a_file_that_is_no_model_is_refused(frames: UInt8Array, tmp_path: Path) -> None:
    (tmp_path / "text.keras").write_text("no model")
    (tmp_path / "text.onnx").write_text("no model")
    with pytest.raises(BundleError, match=r"text\.keras: expected a Keras model"):
        predict_with(tmp_path / "text.keras", frames)
    with pytest.raises(BundleError, match=r"none\.keras: expected a Keras model"):
        predict_with(tmp_path / "none.keras", frames)
    with pytest.raises(BundleError, match=r"text\.onnx"):
        predict_with(tmp_path / "text.onnx", frames)
    with pytest.raises(BundleError, match="expected a shipped bundle"):
        predict_with(tmp_path / "none", frames)


@pytest.mark.parametrize(("side", "dtype", "units"), [(32, "uint8", 10), (28, "uint8", 36)])
def test_a_network_of_another_form_is_refused(tmp_path: Path, side: int, dtype: str, units: int) -> None:
    given = keras.Input((side, side, 1), dtype=dtype)
    layers = [given, keras.layers.Rescaling(1 / 255), keras.layers.Flatten(), keras.layers.Dense(units)]
    path = tmp_path / "other.keras"
    keras.Sequential(layers).save(path)
    with pytest.raises(RunError, match=r"other\.keras: expected input, its type and output"):
        load_network(path)
    with pytest.raises(BundleError, match=r"other\.keras: expected"):
        predict_with(path, load_mnist().validation.x[:5])
