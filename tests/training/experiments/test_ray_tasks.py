"""A training that is a task of Ray gives what one in this process gives."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")
pytest.importorskip("ray")

from inkdigits.errors import RunError
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.evaluation.prediction import load_network
from inkdigits.training.experiments.members import obtain_run
from inkdigits.training.experiments.ray_tasks import obtain_runs_with_ray
from support.small_runs import write_small_digits

pytestmark = [pytest.mark.train, pytest.mark.slow]


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    data = write_small_digits(tmp_path, 60)
    return TrainConfig(network="softmax", epochs=1, batch_size=20, data=str(data), split="train")


def test_ray_trains_the_same_weights(config: TrainConfig, ray_address: str, tmp_path: Path) -> None:
    serial = obtain_run(config, tmp_path / "serial")
    (run,) = obtain_runs_with_ray([config], tmp_path / "ray", workers=1, address=ray_address)
    assert run.config == serial.config
    pairs = zip(load_network(serial.path).get_weights(), load_network(run.path).get_weights(), strict=True)
    for first, second in pairs:
        np.testing.assert_allclose(first, second, atol=1e-6)  # another number of threads adds in another order


def test_a_cluster_that_is_not_there(config: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="expected a Ray cluster at nowhere"):
        obtain_runs_with_ray([config], tmp_path, workers=1, address="nowhere")
