"""The detector learns, labels strings by itself, goes on after an interruption with the same result, and loads."""

import functools
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from inkdigits.errors import DataError, RunError
from inkdigits.spec import DETECTOR_TENSORS
from inkdigits.training.config.detector import DetectorConfig
from inkdigits.training.config.networks import config_from_json, config_to_json
from inkdigits.training.evaluation.prediction import load_network
from inkdigits.training.fitting import detector
from inkdigits.training.fitting.detector import STRINGS_FILE, _is_labeling, detect_with, train_detector
from inkdigits.training.fitting.detector_loss import detector_loss
from inkdigits.training.networks.detector import build_detector
from inkdigits.training.runs.progress import StepReport
from inkdigits.training.runs.run import EpochRow, Run, find_runs
from inkdigits.training.synthesis.detector_targets import make_target
from inkdigits.training.synthesis.labeled_strings import load_strings
from inkdigits.training.synthesis.scenes.composer import Composer
from support.handwriting_sets import write_folder
from support.supplies import tiny_supplies

pytestmark = pytest.mark.train

SMALL = functools.partial(build_detector, widths=(4, 4, 6, 6, 6, 6))


@pytest.fixture(autouse=True)
def _small_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector, "build_detector", SMALL)


def test_two_scenes_are_learned_in_a_few_steps() -> None:
    composer = Composer(tiny_supplies())
    scenes = [composer.compose(np.random.default_rng([8, place]), "number") for place in range(2)]
    x = np.stack([scene.picture for scene in scenes])[..., np.newaxis]
    y = np.stack([make_target(scene) for scene in scenes])
    network = build_detector(seed=1, widths=(8, 8, 16, 16, 16, 16))
    network.compile(keras.optimizers.Adam(0.005), loss=detector_loss, run_eagerly=True)  # tracing takes longer
    losses = [float(network.train_on_batch(x, y)) for _ in range(12)]
    assert np.isfinite(losses).all()
    assert losses[-1] < 0.7 * losses[0]


def test_an_interrupted_training_ends_as_one_that_was_not(tmp_path: Path) -> None:
    config = DetectorConfig(epochs=2, scenes=4, batch_size=2, handwriting=str(write_folder(tmp_path / "sets")))
    reports: list[Run | StepReport | EpochRow] = []
    whole = train_detector(config, out=tmp_path / "whole", on_progress=reports.append)
    assert [report.step for report in reports if isinstance(report, StepReport)] == [1, 2, 1, 2]
    assert [row.epoch for row in whole.history] == [1, 2]
    assert whole.metrics["loss"] == whole.history[-1].loss
    assert load_strings(whole.path / STRINGS_FILE) == ()  # it was labeled, and reads nothing yet

    def stop(report: Run | StepReport | EpochRow) -> None:
        if isinstance(report, EpochRow):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_detector(config, out=tmp_path / "stopped", on_progress=stop)
    (run,) = find_runs(tmp_path / "stopped")
    resumed = train_detector(config, resume=run)
    one, two = (load_network(each.path, DETECTOR_TENSORS) for each in (whole, resumed))
    for expected, found in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(expected, found, rtol=1e-3, atol=1e-4)  # two threads add in another order
    with pytest.raises(RunError, match="this one has finished"):
        train_detector(config, resume=resumed)


def test_a_folder_without_handwriting_is_told_before_a_run_is_made(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected at least one of"):
        train_detector(DetectorConfig(handwriting=str(tmp_path)), out=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_the_network_in_training_answers_as_the_exported_one_will() -> None:
    network = SMALL(seed=1)
    network.get_layer("answers").bias.assign(np.full(31, 3.0, dtype=np.float32))
    marks = detect_with(network, np.full((40, 90), 200, dtype=np.uint8), 1.0)
    assert marks
    assert all(0.25 <= mark.score <= 1 and 0 <= mark.other <= 1 and 0 <= mark.printed <= 1 for mark in marks)


@pytest.mark.parametrize(
    ("epochs", "before"),
    [(1, []), (2, [1]), (4, [1, 2, 3]), (16, list(range(4, 16, 2))), (60, [15, 23, 31, 39, 47, 55])],
)
def test_strings_are_labeled_from_a_quarter_of_the_epochs_on(epochs: int, before: list[int]) -> None:
    found = [epoch for epoch in range(epochs) if _is_labeling(epoch, DetectorConfig(epochs=epochs))]
    assert found[: len(before)] == before
    assert len(found) - len(before) in {0, 1}


@pytest.mark.parametrize(
    ("name", "value"),
    [("epochs", 0), ("scenes", 0), ("batch_size", 1.5), ("learning_rate", 0), ("seed", -1), ("handwriting", "")],
)
def test_settings_that_cannot_be_meant_are_refused(name: str, value: object) -> None:
    with pytest.raises(RunError, match=f"{name}: expected"):
        DetectorConfig(**{name: value})  # type: ignore[arg-type]


def test_settings_come_back_from_json() -> None:
    config = DetectorConfig(epochs=3, handwriting="sets", scenes=100, batch_size=32)
    assert config.steps == 4
    assert config_from_json(config_to_json(config), "here") == config
