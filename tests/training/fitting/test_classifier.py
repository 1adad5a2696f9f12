"""Real trainings of a few hundred digits: same seed, same bits, interrupted or not; what is kept; what is refused."""

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from inkdigits.errors import BundleError, MissingExtraError, RunError
from inkdigits.training.config.classifier import FOREST, TrainConfig, make_config
from inkdigits.training.evaluation.run_metrics import read_evaluation
from inkdigits.training.fitting.classifier import train
from inkdigits.training.networks.shipped import build_fast
from inkdigits.training.runs.progress import Listener, StepReport
from inkdigits.training.runs.run import Checkpoint, EpochRow, Run, create_run, read_run
from support.handwriting_sets import write_folder
from support.small_runs import finished_run, write_small_digits

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> TrainConfig:
    # all that is drawn at random (weights, order, dropout, augmentation), and a schedule
    data = write_small_digits(tmp_path_factory.mktemp("data"))
    return TrainConfig(
        network="cnn_small", epochs=3, batch_size=32, data=str(data), split="train", augment=True, schedule="cosine"
    )


@pytest.fixture(scope="module")
def uninterrupted(config: TrainConfig, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train(config, out=tmp_path_factory.mktemp("runs"))


def _weights(run: Run) -> list["np.ndarray[tuple[int, ...], np.dtype[np.float32]]"]:
    return list(keras.saving.load_model(run.model_path, compile=False).get_weights())


def _assert_same_bits(one: Run, other: Run) -> None:
    for first, second in zip(_weights(one), _weights(other), strict=True):
        assert first.tobytes() == second.tobytes()
    assert [replace(row, seconds=0) for row in one.history] == [replace(row, seconds=0) for row in other.history]
    assert read_evaluation(one) == read_evaluation(other)


def _stop_when(reached: Callable[[Run | StepReport | EpochRow], bool]) -> Listener:
    def listen(report: Run | StepReport | EpochRow) -> None:
        if reached(report):
            raise KeyboardInterrupt

    return listen


def _interrupt(config: TrainConfig, out: Path, reached: Callable[[Run | StepReport | EpochRow], bool]) -> Run:
    with pytest.raises(KeyboardInterrupt):
        train(config, out=out, on_progress=_stop_when(reached))
    (path,) = out.iterdir()
    return read_run(path)


def test_the_same_seed_gives_the_same_bits(config: TrainConfig, uninterrupted: Run, tmp_path: Path) -> None:
    keras.utils.set_random_seed(99)  # the global state has no say
    _assert_same_bits(train(config, out=tmp_path), uninterrupted)


def test_a_run_resumed_after_an_epoch_gives_the_same_bits(
    config: TrainConfig, uninterrupted: Run, tmp_path: Path
) -> None:
    run = _interrupt(config, tmp_path, lambda report: isinstance(report, EpochRow) and report.epoch == 1)
    assert [row.epoch for row in run.history] == [1]
    run.write_history([*run.history, replace(run.history[0], epoch=2)])  # as if stopped before the second checkpoint
    _assert_same_bits(train(config, resume=run), uninterrupted)


@pytest.mark.slow
def test_a_run_resumed_within_an_epoch_gives_the_same_bits(
    config: TrainConfig, uninterrupted: Run, tmp_path: Path
) -> None:
    run = _interrupt(
        config, tmp_path, lambda report: isinstance(report, StepReport) and (report.epoch, report.step) == (3, 2)
    )
    assert [row.epoch for row in run.history] == [1, 2]
    assert run.model_path.is_file()
    assert not run.is_finished
    _assert_same_bits(train(config, resume=run), uninterrupted)


def test_a_run_stopped_before_its_first_epoch_starts_over(tmp_path: Path, config: TrainConfig) -> None:
    short = replace(config, network="softmax", epochs=1)
    run = _interrupt(short, tmp_path / "one", lambda report: isinstance(report, StepReport))
    assert run.history == ()
    _assert_same_bits(train(short, resume=run), train(short, out=tmp_path / "two"))


def test_a_run_keeps_all_its_files(uninterrupted: Run) -> None:
    assert sorted(path.name for path in uninterrupted.path.iterdir()) == [
        "config.json",
        "confusion-matrix.png",
        "environment.json",
        "history.csv",
        "learning-curves.png",
        "metrics.json",
        "mistakes.png",
        "model.keras",
    ]
    assert read_run(uninterrupted.path).is_finished


def test_history_and_metrics_tell_the_run(uninterrupted: Run) -> None:
    rows, metrics = uninterrupted.history, uninterrupted.metrics
    assert [row.epoch for row in rows] == [1, 2, 3]
    assert all(row.validation_loss is not None and row.seconds > 0 for row in rows)
    rates = [row.learning_rate for row in rows]
    assert 0.001 > rates[0] > rates[1] > rates[2]
    assert rates[2] == pytest.approx(0, abs=1e-9)
    assert metrics["trained_on"] == 220
    assert metrics["parameters"] == 592_074
    assert metrics["tutorial_accuracy"] == 0.9905
    assert metrics["validation_accuracy"] == rows[-1].validation_accuracy
    assert metrics["test"]["raw"]["n"] == 10_000


def test_a_few_digits_already_teach_something() -> None:
    assert read_evaluation(finished_run()).raw.accuracy > 0.4  # chance is 0.1


def test_every_step_and_epoch_is_reported_in_order(config: TrainConfig, tmp_path: Path) -> None:
    reports: list[Run | StepReport | EpochRow] = []
    short = replace(config, network="softmax", epochs=2, augment=False, schedule="constant", split="whole")
    run = train(short, out=tmp_path, on_progress=reports.append)
    steps = [(report.epoch, report.step) for report in reports if isinstance(report, StepReport)]
    assert steps == [(epoch, step) for epoch in (1, 2) for step in range(1, 9)]  # 240 digits by 32
    assert reports[0] == run
    assert [place for place, report in enumerate(reports) if isinstance(report, EpochRow)] == [9, 18]
    last = reports[-2]
    assert isinstance(last, StepReport)
    assert (last.epochs, last.steps) == (2, 8)
    assert last.loss == pytest.approx(run.history[-1].loss)
    assert [row.learning_rate for row in run.history] == pytest.approx([0.001, 0.001])
    assert [row.validation_accuracy for row in run.history] == [None, None]


def test_a_forest_keeps_its_metrics_and_no_model(config: TrainConfig, tmp_path: Path) -> None:
    forest = TrainConfig(network=FOREST, data=config.data)
    runs = [train(forest, out=tmp_path) for _ in range(2)]
    assert read_evaluation(runs[0]) == read_evaluation(runs[1])
    assert read_evaluation(runs[0]).raw.accuracy > 0.5
    assert runs[0].history == ()
    assert runs[0].metrics["seconds_per_epoch"] is None
    names = {path.name for path in runs[0].path.iterdir()}
    assert names == {"config.json", "confusion-matrix.png", "environment.json", "metrics.json", "mistakes.png"}


def test_a_finished_run_is_not_resumed(uninterrupted: Run) -> None:
    with pytest.raises(RunError, match="has finished"):
        train(uninterrupted.classifier_config, resume=uninterrupted)


def test_a_run_of_another_config_is_not_resumed(config: TrainConfig, tmp_path: Path) -> None:
    run = create_run(config, tmp_path)
    with pytest.raises(RunError, match="expected the config of the run"):
        train(replace(config, seed=8), resume=run)


@pytest.mark.parametrize("variables", [(), (np.zeros((2, 2), np.float32),)])
def test_a_checkpoint_of_another_network_is_refused(
    config: TrainConfig, tmp_path: Path, variables: tuple["np.ndarray[tuple[int, int], np.dtype[np.float32]]", ...]
) -> None:
    run = create_run(config, tmp_path)
    run.write_checkpoint(Checkpoint(1, variables))
    with pytest.raises(RunError, match="expected a checkpoint of cnn_small"):
        train(config, resume=run)


def test_a_failure_to_read_the_data_leaves_no_run(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no such file"):
        train(TrainConfig(network="mlp", data=str(tmp_path / "none")), out=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


@pytest.mark.skipif(importlib.util.find_spec("tensorboard") is not None, reason="TensorBoard is installed")
def test_tensorboard_is_asked_for_by_name(config: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(MissingExtraError, match="pip install tensorboard"):
        train(config, out=tmp_path / "runs", tensorboard=tmp_path / "logs")
    assert not (tmp_path / "runs").exists()


def test_tensorboard_files_are_written(config: TrainConfig, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    short = replace(config, network="softmax", epochs=1)
    train(short, out=tmp_path / "runs", tensorboard=tmp_path / "logs")
    assert list((tmp_path / "logs" / "train").glob("events.*"))
    assert list((tmp_path / "logs" / "validation").glob("events.*"))


def test_an_ensemble_is_sent_elsewhere_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"expected one network, got ensemble; call training\.ensemble\.train_ensemble"):
        train(make_config("ensemble"), out=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_wrong_teacher_is_told_before_anything_is_made(tmp_path: Path) -> None:
    config = TrainConfig(network="mlp", teacher=str(tmp_path / "none"))
    with pytest.raises(BundleError, match="expected a shipped bundle"):
        train(config, out=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_run_teaches_through_several_epochs(config: TrainConfig, uninterrupted: Run, tmp_path: Path) -> None:
    taught = replace(config, epochs=2, teacher=str(uninterrupted.path))
    first, second = (train(taught, out=tmp_path / name) for name in ("one", "other"))
    _assert_same_bits(first, second)
    assert [row.epoch for row in first.history] == [1, 2]


def test_a_run_begins_with_the_weights_it_is_given(tmp_path: Path) -> None:
    data = write_small_digits(tmp_path)
    build_fast(seed=5).save(tmp_path / "first.keras")
    start = str(tmp_path / "first.keras")
    config = TrainConfig(network="fast", epochs=1, learning_rate=1e-12, data=str(data), start=start)
    run = train(config, out=tmp_path)
    first = keras.saving.load_model(start, compile=False)
    for before, after in zip(first.trainable_variables, _network(run).trainable_variables, strict=True):
        np.testing.assert_allclose(before, after, atol=1e-6)


def test_weights_of_another_network_are_no_beginning(tmp_path: Path) -> None:
    config = TrainConfig(network="fast", start=str(finished_run().path))
    with pytest.raises(RunError, match="expected a run of fast, got one of cnn_large"):
        train(config, out=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_real_digits_train_beside_the_others(tmp_path: Path) -> None:
    data = write_small_digits(tmp_path)
    handwriting = str(write_folder(tmp_path / "sets"))
    config = TrainConfig(network="fast", epochs=1, batch_size=40, data=str(data), handwriting=handwriting)
    steps: list[int] = []
    train(
        config,
        out=tmp_path,
        on_progress=lambda told: steps.append(told.steps) if isinstance(told, StepReport) else None,
    )
    assert set(steps) == {8}  # 240 digits and 78 or a few less real ones


def _network(run: Run) -> keras.Model:
    return keras.saving.load_model(run.model_path, compile=False)
