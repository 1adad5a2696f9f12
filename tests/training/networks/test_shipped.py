"""The ladder's networks keep their budgets, train in bfloat16 and are kept in float32."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.export.bundle_writing import BundleName
from inkdigits.training.export.classifier import export_bundle
from inkdigits.training.fitting.classifier import train
from inkdigits.training.networks.shipped import build_accurate, build_fast
from inkdigits.training.runs.progress import StepReport
from inkdigits.training.runs.run import EpochRow, Run
from support.small_runs import write_small_digits

pytestmark = pytest.mark.train


def test_fast_keeps_its_budget() -> None:
    assert build_fast().count_params() <= 100_000


def test_accurate_keeps_its_budget() -> None:
    assert build_accurate().count_params() * 4 <= 2_000_000


@pytest.mark.parametrize("build", [build_fast, build_accurate])
def test_precision_changes_the_arithmetic_and_not_the_weights(build: type) -> None:
    plain, mixed = build(seed=3), build(seed=3, precision="mixed_bfloat16")
    for one, other in zip(plain.get_weights(), mixed.get_weights(), strict=True):
        assert other.dtype == np.float32
        np.testing.assert_array_equal(one, other)
    frames = np.random.default_rng(0).integers(0, 256, (4, 28, 28, 1), dtype=np.uint8)
    exact, rough = (keras.ops.convert_to_numpy(network(frames)) for network in (plain, mixed))
    assert (exact != rough).any()
    np.testing.assert_allclose(exact, rough, atol=0.05)


@pytest.mark.slow
def test_a_run_in_bfloat16_resumes_to_the_same_bits_and_exports_in_float32(tmp_path: Path) -> None:
    config = TrainConfig(
        network="fast",
        epochs=2,
        batch_size=20,
        data=str(write_small_digits(tmp_path, 120)),
        split="train",
        schedule="one_cycle",
        augment=True,
        rough=True,
        drawn=0.2,
        smoothing=0.05,
        precision="mixed_bfloat16",
    )
    whole = train(config, out=tmp_path / "whole")

    class StopError(Exception):
        pass

    runs: list[Run] = []

    def stop_after_first(report: Run | StepReport | EpochRow) -> None:
        if isinstance(report, Run):
            runs.append(report)
        if isinstance(report, EpochRow):
            raise StopError

    with pytest.raises(StopError):
        train(config, out=tmp_path / "cut", on_progress=stop_after_first)
    resumed = train(config, resume=runs[0])
    before, after = (keras.saving.load_model(run.model_path).get_weights() for run in (whole, resumed))
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)
    bundle = export_bundle(whole.path, tmp_path / "models", BundleName("small"))
    assert b"bfloat16" not in (bundle / "model.onnx").read_bytes()
