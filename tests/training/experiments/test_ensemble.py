"""An ensemble trains its members as runs of their own, averages them, goes on where it stopped, and can teach."""

import functools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from inkdigits.errors import BundleError, RunError
from inkdigits.reading.reader import DigitReader
from inkdigits.training.config.classifier import TrainConfig, make_config
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.prediction import load_network, predict_network
from inkdigits.training.experiments.ensemble import average_networks, member_configs, train_ensemble
from inkdigits.training.experiments.parallel import obtain_runs
from inkdigits.training.export.bundle_writing import BundleName
from inkdigits.training.export.classifier import export_bundle
from inkdigits.training.fitting.classifier import train
from inkdigits.training.networks.shipped import build_fast
from inkdigits.training.runs.run import Run, find_runs
from support.small_runs import write_small_digits

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> TrainConfig:
    data = write_small_digits(tmp_path_factory.mktemp("digits"), 60)
    return TrainConfig(network="ensemble", members=2, epochs=1, batch_size=20, data=str(data), split="train", seed=3)


@pytest.fixture(scope="module")
def ensemble(config: TrainConfig, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train_ensemble(config, out=tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def bundle(ensemble: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_bundle(
        ensemble.path, tmp_path_factory.mktemp("bundles"), BundleName("both")
    )  # calibrating takes long


@pytest.mark.slow
def test_its_answer_is_the_mean_of_its_members(ensemble: Run, config: TrainConfig) -> None:
    members = [run for run in find_runs(ensemble.path.parent) if run.config.network == "accurate"]
    assert [run.config for run in members] == list(member_configs(config))
    frames = load_mnist().validation.x[:50]
    answers = [predict_network(load_network(run.path), frames) for run in members]
    assert (answers[0] != answers[1]).any()
    np.testing.assert_allclose(
        predict_network(load_network(ensemble.path), frames), np.mean(answers, axis=0), atol=1e-6
    )
    assert ensemble.metrics["parameters"] == sum(run.metrics["parameters"] for run in members)
    assert ensemble.metrics["validation_accuracy"] is not None


@pytest.mark.slow
def test_members_that_are_there_are_not_trained_again(ensemble: Run, config: TrainConfig) -> None:
    folder = ensemble.path.parent
    before = {run.path: run.path.stat().st_mtime_ns for run in find_runs(folder)}
    again = train_ensemble(config, out=folder)
    assert {run.path for run in find_runs(folder)} == {*before, again.path}
    one, other = (load_network(run.path).get_weights() for run in (ensemble, again))
    for first, second in zip(one, other, strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.slow
def test_an_ensemble_that_lost_its_last_step_is_resumed(ensemble: Run, config: TrainConfig) -> None:
    again = train_ensemble(config, out=ensemble.path.parent)
    (again.path / "metrics.json").unlink()
    assert train_ensemble(config, resume=again).is_finished
    with pytest.raises(RunError, match="expected an unfinished run"):
        train_ensemble(config, resume=again)


@pytest.mark.slow
def test_workers_train_the_same_members(ensemble: Run, config: TrainConfig, tmp_path: Path) -> None:
    apart = train_ensemble(config, out=tmp_path, obtain=functools.partial(obtain_runs, workers=2))
    frames = load_mnist().validation.x[:50]
    one, other = (predict_network(load_network(run.path), frames) for run in (ensemble, apart))
    np.testing.assert_allclose(one, other, atol=1e-3)  # another number of threads adds in another order


@pytest.mark.slow
def test_it_reads_as_one_bundle(ensemble: Run, bundle: Path) -> None:
    reader = DigitReader(bundle)
    assert reader.info.parameters == ensemble.metrics["parameters"]
    assert len(reader.read_digit(load_mnist().validation.x[0]).digits) == 1


@pytest.mark.slow
def test_another_network_learns_from_it(bundle: Path, config: TrainConfig, tmp_path: Path) -> None:
    taught = replace(config, network="fast", members=0, teacher=str(bundle))
    run = train(taught, out=tmp_path / "runs")
    alone = train(replace(taught, teacher=None), out=tmp_path / "runs")
    one, other = (load_network(path.path).get_weights() for path in (run, alone))
    assert any((first != second).any() for first, second in zip(one, other, strict=True))
    exported = export_bundle(run.path, tmp_path, BundleName("pupil"))
    assert json.loads((exported / "model.json").read_text())["training"]["config"]["teacher"] == "both"


@pytest.mark.parametrize("changes", [{"members": 1}, {"members": 6}, {"network": "mlp"}])
def test_a_wrong_count_is_refused(config: TrainConfig, changes: dict[str, object]) -> None:
    with pytest.raises(RunError, match="expected"):
        replace(config, **changes)  # type: ignore[arg-type]


def test_only_an_ensemble_is_trained_here(config: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="expected the network ensemble"):
        train_ensemble(replace(config, network="fast", members=0), out=tmp_path)


def test_a_wrong_teacher_is_told_before_anything_is_made(config: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="expected a shipped bundle"):
        train_ensemble(replace(config, teacher=str(tmp_path / "none")), out=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_the_recipe_has_members() -> None:
    assert make_config("ensemble").members == 3


def test_averaging_keeps_the_members_as_they_were() -> None:
    members = [build_fast(seed=seed) for seed in (1, 2)]
    frames = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    expected = np.mean([predict_network(member, frames) for member in members], axis=0)
    np.testing.assert_allclose(predict_network(average_networks(members), frames), expected, atol=1e-6)
