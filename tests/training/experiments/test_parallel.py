"""Trainings in processes give what one after another gives; a killed one takes no other along."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from inkdigits.errors import RunError
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.evaluation.prediction import load_network
from inkdigits.training.experiments.members import obtain_run
from inkdigits.training.experiments.parallel import obtain_runs, train_apart
from inkdigits.training.runs.progress import RunState
from inkdigits.training.runs.run import Run, find_runs
from support.small_runs import write_small_digits

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def configs(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainConfig, ...]:
    data = write_small_digits(tmp_path_factory.mktemp("digits"), 60)
    base = TrainConfig(network="softmax", epochs=1, batch_size=20, data=str(data), split="train")
    return tuple(replace(base, seed=seed) for seed in (7, 8))


@pytest.fixture(scope="module")
def serial(configs: Sequence[TrainConfig], tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    folder = tmp_path_factory.mktemp("runs")
    return [obtain_run(config, folder) for config in configs]


def assert_same_weights(ones: Sequence[Run], others: Sequence[Run]) -> None:
    for one, other in zip(ones, others, strict=True):
        assert one.config == other.config
        pairs = zip(load_network(one.path).get_weights(), load_network(other.path).get_weights(), strict=True)
        for first, second in pairs:
            np.testing.assert_allclose(first, second, atol=1e-6)  # another number of threads adds in another order


def test_processes_train_the_same_weights_and_tell_of_it(
    configs: Sequence[TrainConfig], serial: Sequence[Run], tmp_path: Path
) -> None:
    looks: list[Sequence[RunState]] = []
    runs = obtain_runs(configs, tmp_path, workers=2, on_look=looks.append)
    assert_same_weights(serial, runs)
    assert [state.config for state in looks[-1]] == list(configs)
    assert all(state.is_finished and state.row is not None and state.row.epoch == 1 for state in looks[-1])
    again = obtain_runs(configs, tmp_path, workers=2)  # nothing is trained twice
    assert [run.path for run in again] == [run.path for run in runs]
    assert len(find_runs(tmp_path)) == 2


@pytest.mark.slow
def test_a_killed_training_is_named_and_the_others_are_finished(
    configs: Sequence[TrainConfig], serial: Sequence[Run], tmp_path: Path
) -> None:
    long = replace(configs[0], epochs=500)
    killed: list[int] = []

    def kill() -> None:
        while not killed and not is_over.wait(0.05):
            if any(run.config == long and run.history for run in find_runs(tmp_path)):
                for child in multiprocessing.active_children():  # the short one has ended, or ends by itself
                    killed.append(child.pid or 0)
                    os.kill(killed[-1], signal.SIGKILL)

    is_over = threading.Event()
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with pytest.raises(RunError, match=r"softmax seed 7: its process ended early \(exit code -9\); the other runs"):
            obtain_runs([configs[1], long], tmp_path, workers=1)
    finally:
        is_over.set()
        killer.join()
    (unfinished,) = (run for run in find_runs(tmp_path) if run.config == long)
    assert not unfinished.is_finished
    finished = [run for run in find_runs(tmp_path) if run.is_finished]
    assert_same_weights([serial[1]], finished)


def test_what_goes_wrong_in_a_process_is_told(configs: Sequence[TrainConfig], tmp_path: Path) -> None:
    missing = replace(configs[0], data=str(tmp_path / "none.npz"))
    with pytest.raises(RunError, match=r"softmax seed 7: .*none\.npz"):
        obtain_runs([missing], tmp_path / "runs", workers=1)


@pytest.mark.slow
def test_an_interruption_leaves_no_process(configs: Sequence[TrainConfig], tmp_path: Path) -> None:
    def interrupt(states: Sequence[RunState]) -> None:
        # the first epoch's checkpoint is written after its row, and is there for certain once the second has one
        if any(state.row is not None and state.row.epoch > 1 for state in states):
            raise KeyboardInterrupt

    long = replace(configs[0], epochs=500)
    with pytest.raises(KeyboardInterrupt):
        obtain_runs([long], tmp_path, workers=1, on_look=interrupt)
    deadline = time.monotonic() + 10
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not multiprocessing.active_children()
    (run,) = find_runs(tmp_path)
    assert run.checkpoint is not None  # and the same call goes on from it
    assert not run.is_finished


def test_a_process_of_its_own_tells_what_went_wrong(
    configs: Sequence[TrainConfig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "1")
    assert train_apart(configs[0], tmp_path, 1) is None
    told = train_apart(replace(configs[0], data=str(tmp_path / "none.npz")), tmp_path, 1)
    assert told is not None
    assert told.startswith("softmax seed 7: ")
