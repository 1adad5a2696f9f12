"""A curve that was put in is found again; a bundle is fitted anew without its training run, twice the same."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy")

from inkdigits.bundle import BundleInfo, read_bundle, write_bundle
from inkdigits.decision import confidences
from inkdigits.errors import BundleError
from inkdigits.metrics import confidence_error
from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training import calibration
from inkdigits.training.calibration import calibrate_bundle, fit_curve, undisputed, with_confidence
from inkdigits.training.dataset import LabeledFrames, Mnist, load_mnist

pytestmark = pytest.mark.train
TRAINED_ON_MNIST = {"config": {"data": None, "split": "train"}}


@pytest.mark.parametrize(("slope", "offset"), [(0.5, 0.0), (1.5, -0.7), (1.0, 2.0)])
def test_a_curve_is_found_again(slope: float, offset: float) -> None:
    generator = np.random.default_rng(0)
    margin = generator.uniform(0, 6, 100_000)
    is_right = generator.random(len(margin)) < 1 / (1 + np.exp(-(slope * margin + offset)))
    assert fit_curve(margin, is_right) == pytest.approx((slope, offset), abs=0.06)


@pytest.mark.parametrize("is_right", [True, False])
def test_answers_of_one_kind_give_a_curve_that_claims_no_certainty(is_right: bool) -> None:  # noqa: FBT001
    slope, offset = fit_curve(np.linspace(0, 6, 98), np.full(98, is_right))
    middle = 1 / (1 + np.exp(-(3 * slope + offset)))
    assert slope > 0
    assert middle == pytest.approx(0.99 if is_right else 0.01, abs=0.005)


def test_the_two_digits_with_another_digits_label_do_not_count() -> None:
    validation = load_mnist().validation
    kept = undisputed(validation)
    assert len(kept) == len(validation) - 2
    assert np.array_equal(kept.x[4_913], validation.x[4_914])
    assert np.array_equal(kept.x[4_914], validation.x[4_916])


def _read_by_sum(x: UInt8Array) -> Float32Array:
    """Answer a stand-in for labels: sure that a frame with much ink is a 1, and one with little a 0."""
    share = 1 / (1 + np.exp((30_000 - x.sum(axis=(1, 2), dtype=np.float64)) / 2_000))
    rest = np.full((len(x), 8), 1e-9)
    return np.column_stack([1 - share, share, rest]).astype(np.float32)


def test_confidence_and_budgets_are_fitted_to_what_was_held_out() -> None:
    x = load_mnist().validation.x[:600]
    y = (x.sum(axis=(1, 2)) > 30_000).astype(np.uint8)  # as they are, all frames are read right
    info = with_confidence(BundleInfo("sum", "1.0.0", 1), _read_by_sum, LabeledFrames(x, y), x)
    measured = info.metrics["calibration"]
    assert isinstance(measured, dict)
    assert measured["counts"]["frames"] == 600
    assert info.confidence_slope > 0
    assert all(row.coverage <= 1 and row.picture_error <= row.max_error for row in info.budgets)
    probabilities = _read_by_sum(x)
    is_right = np.equal(probabilities.argmax(axis=1), y)
    confidence = confidences(probabilities, info.confidence_slope, info.confidence_offset)
    assert confidence_error(confidence, is_right) == pytest.approx(measured["frame_error"])


@pytest.fixture
def small_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 60 digits stand for MNIST's validation digits, lest a test take a minute."""
    mnist = load_mnist()
    few = Mnist(mnist.train.slice(0, 60), mnist.validation.slice(0, 60), mnist.test.slice(0, 60))
    monkeypatch.setattr(calibration, "load_mnist", lambda: few)


@pytest.mark.usefixtures("small_mnist")
def test_a_bundle_is_fitted_in_place_and_twice_the_same(tiny_bundle: Path, tmp_path: Path) -> None:
    read = read_bundle(tiny_bundle)
    info = dataclasses.replace(read.info, training=TRAINED_ON_MNIST)
    card = "# tiny\n\nAccuracy. Temperature 0.560; under\n0.8758 a digit is unsure.\n\n## Limits\n\n- Many.\n"
    folder = write_bundle(tmp_path / "tiny", read.onnx, info, card)
    fitted = calibrate_bundle(folder)
    assert (fitted.path, fitted.onnx) == (folder, read.onnx)
    assert fitted.info == read_bundle(folder).info
    assert fitted.info.confidence_slope != 1.0
    assert fitted.info.unsure_below == 0.99  # 60 digits and an untrained network can promise nothing
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    told = first["README.md"].decode()
    assert told.index("## Confidence and error budget") < told.index("## Limits")
    assert "Temperature" not in told
    assert "- Many." in told
    calibrate_bundle(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


@pytest.mark.usefixtures("small_mnist")
def test_a_bundle_of_format_1_becomes_one_of_format_2(tiny_bundle: Path, tmp_path: Path) -> None:
    from test_bundle import rewrite_info  # noqa: PLC0415 - it stands among the tests

    read = read_bundle(tiny_bundle)
    info = dataclasses.replace(read.info, training=TRAINED_ON_MNIST)
    folder = write_bundle(tmp_path / "tiny", read.onnx, info, "# Card\n")
    values = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    older = {name: value for name, value in values.items() if name[:10] != "confidence" and name != "budgets"}
    rewrite_info(folder, json.dumps(older | {"format": 1, "temperature": 0.5}))
    calibrate_bundle(folder)
    assert read_bundle(folder).info.format == 2


@pytest.mark.parametrize(
    "training",
    [
        {},
        {"config": 3},
        {"config": {"data": None, "split": "whole"}},
        {"config": {"data": "mine.npz", "split": "train"}},
    ],
)
def test_digits_that_trained_a_network_do_not_calibrate_it(
    tiny_bundle: Path, tmp_path: Path, training: dict[str, object]
) -> None:
    read = read_bundle(tiny_bundle)
    folder = write_bundle(tmp_path / "seen", read.onnx, dataclasses.replace(read.info, training=training), "# Card\n")
    with pytest.raises(BundleError, match=r"expected a network trained on MNIST's training digits but the last 5,000"):
        calibrate_bundle(folder)
