"""A curve that was put in is found again; a bundle is fitted anew without its training run, twice the same."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy")

from inkdigits.errors import BundleError
from inkdigits.models.bundle import read_bundle
from inkdigits.models.detector import Detector
from inkdigits.models.metadata import BundleInfo
from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.calibration.budgets import fit_curve, with_confidence
from inkdigits.training.calibration.error_budget import Answers
from inkdigits.training.calibration.held_out import undisputed
from inkdigits.training.data.mnist import LabeledFrames, Mnist, load_mnist
from inkdigits.training.export import recalibration
from inkdigits.training.export.bundle_writing import rewrite_bundle, write_bundle
from inkdigits.training.export.recalibration import calibrate_bundle

pytestmark = pytest.mark.train
# the stand-ins below call them so; to call a digit otherwise than the detector does makes it less likely one
ZEROS = load_mnist().validation.x[load_mnist().validation.y == 0]
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


def _read_half(x: UInt8Array) -> Float32Array:
    """Answer 0 with more and more doubt, the more ink a frame has."""
    share = 1 / (1 + np.exp((x.sum(axis=(1, 2), dtype=np.float64) - 40_000) / 9_000))
    rest = np.full((len(x), 8), 1e-9)
    return np.column_stack([0.5 + share / 2, 0.5 - share / 2, rest]).astype(np.float32)


def test_confidence_and_budgets_are_fitted_to_what_was_held_out() -> None:
    x = load_mnist().validation.x[:600]
    y = (x.sum(axis=(1, 2)) > 30_000).astype(np.uint8)  # as they are, all frames are read right
    y[::40] ^= 1
    info = with_confidence(BundleInfo("sum", "1.0.0", 1), _read_by_sum, LabeledFrames(x, y), x)
    measured = info.metrics["calibration"]
    assert isinstance(measured, dict)
    assert measured["counts"]["frames"] == 600
    assert info.confidence_slope > 0
    assert all(row.coverage <= 1 and row.picture_error <= row.max_error for row in info.budgets)
    assert 0 <= measured["frame_error"] < 0.5


def test_what_the_reader_takes_for_no_digit_is_not_answered() -> None:
    x = np.concatenate([ZEROS[:400], np.random.default_rng(0).integers(0, 256, (100, 28, 28)).astype(np.uint8)])
    labels = np.zeros(len(x), dtype=np.uint8)
    info = with_confidence(BundleInfo("half", "1.0.0", 1), _read_half, LabeledFrames(x, labels), x)
    detector = Detector()
    accepted = detector.digit_probabilities(x[..., np.newaxis]) >= detector.info.doubt_below
    assert accepted[:400].mean() > 0.9  # half sure at most that they are zeros
    assert accepted[400:].mean() <= 0.02
    assert info.budgets[-1].max_error == 0.05
    assert info.budgets[-1].coverage == pytest.approx(accepted.mean())


def test_the_default_is_the_nearest_budget_that_can_be_promised() -> None:
    x = ZEROS[:200]
    y = np.zeros(len(x), dtype=np.uint8)
    info = with_confidence(BundleInfo("half", "1.0.0", 1), _read_half, LabeledFrames(x, y), x)
    assert [row.max_error for row in info.budgets] == [0.02, 0.05]  # 200 digits without an error prove 1.5 %
    assert info.unsure_below == info.budgets[0].unsure_below
    assert (info.confidence_slope, info.confidence_offset) == (1.0, 0.0)  # all are right: no margin tells a wrong one


def test_twins_prove_what_the_held_out_digits_alone_cannot() -> None:
    x = ZEROS[:200]
    held_out = LabeledFrames(x, np.zeros(len(x), dtype=np.uint8))
    alone = with_confidence(BundleInfo("half", "1.0.0", 1), _read_half, held_out, x)
    everyone = np.ones(10_000, dtype=np.bool_)
    twin = Answers(np.linspace(0, 20, 10_000), everyone, everyone)  # without an error: 10,000 prove 0.0003
    info = with_confidence(BundleInfo("half", "1.0.0", 1), _read_half, held_out, x, twins=[twin])
    assert alone.budgets[0].max_error == 0.02
    assert info.budgets[0].max_error == 0.0005
    assert info.budgets[0].coverage == alone.budgets[-1].coverage  # of its own digits, not the twin's
    counts = info.metrics["calibration"]
    assert isinstance(counts, dict)
    assert (counts["counts"]["twins"], counts["counts"]["frames_of_twins"]) == (1, 10_000)
    wrong = Answers(twin.score, ~everyone, everyone)
    worse = with_confidence(BundleInfo("half", "1.0.0", 1), _read_half, held_out, x, twins=[wrong])
    assert worse.budgets == ()


def test_without_any_promise_all_is_answered_by_the_networks_own_answer() -> None:
    x = load_mnist().validation.x[:200]
    y = np.arange(len(x)).astype(np.uint8) % 2  # one in two is wrong
    info = with_confidence(BundleInfo("half", "1.0.0", 1), _read_half, LabeledFrames(x, y), x)
    assert (info.budgets, info.unsure_below) == ((), 0.5)
    assert (info.confidence_slope, info.confidence_offset) == (1.0, 0.0)


def test_blank_digits_are_not_answered_and_fit_nothing() -> None:
    digits = LabeledFrames(np.zeros((120, 28, 28), np.uint8), np.zeros(120, np.uint8))
    info = with_confidence(BundleInfo("half", "1.0.0", 1), _read_half, digits, digits.x)
    measured = info.metrics["calibration"]
    assert isinstance(measured, dict)
    assert measured["frame_error"] is None
    assert (info.budgets, info.unsure_below) == ((), 0.5)


@pytest.fixture
def small_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 60 digits stand for MNIST's validation digits, lest a test take a minute."""
    mnist = load_mnist()
    few = Mnist(mnist.train.slice(0, 60), mnist.validation.slice(0, 60), mnist.test.slice(0, 60))
    monkeypatch.setattr(recalibration, "load_mnist", lambda: few)


@pytest.mark.usefixtures("small_mnist")
def test_a_bundle_is_fitted_in_place_and_twice_the_same(tiny_bundle: Path, tmp_path: Path) -> None:
    read = read_bundle(tiny_bundle)
    info = dataclasses.replace(read.info, training=TRAINED_ON_MNIST)
    card = "# tiny\n\n## Limits\n\n- Many.\n"
    folder = write_bundle(tmp_path / "tiny", read.onnx, info, card)
    calibrate_bundle(folder)
    card = (folder / "README.md").read_text(encoding="utf-8")
    card = card.replace("## Limits", "### Mistakes\n\n![Mistakes](mistakes.png)\n\n## Limits")  # as `card` writes it
    rewrite_bundle(read_bundle(folder), card, mistakes=b"a picture")
    fitted = calibrate_bundle(folder)
    assert (fitted.path, fitted.onnx) == (folder, read.onnx)
    assert fitted.info == read_bundle(folder).info
    assert fitted.info.unsure_below == 0.5  # 60 digits and an untrained network can promise nothing
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    told = first["README.md"].decode()
    assert told.index("## Confidence and error budget") < told.index("## Limits")
    assert "![Mistakes](mistakes.png)\n\n## Limits" in told
    assert first["mistakes.png"] == b"a picture"
    assert "  mistakes.png" in first["SHA256SUMS"].decode()
    assert "- Many." in told
    calibrate_bundle(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


def test_what_twins_proved_is_not_lost_without_them(tiny_bundle: Path, tmp_path: Path) -> None:
    read = read_bundle(tiny_bundle)
    metrics = {"calibration": {"counts": {"frames": 4_998, "twins": 2}}}
    info = dataclasses.replace(read.info, training=TRAINED_ON_MNIST, metrics=metrics)
    folder = write_bundle(tmp_path / "proved", read.onnx, info, "# Card\n")
    with pytest.raises(BundleError, match="expected the 2 twins that its budgets were proved with, got none"):
        calibrate_bundle(folder)


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
