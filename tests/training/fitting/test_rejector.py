"""A small rejector is trained, compared, written and loaded: the whole chain."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("keras")

from inkdigits.cli import cli
from inkdigits.errors import RunError
from inkdigits.models.rejector import Rejector
from inkdigits.spec import INPUT_NAME
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.export.rejector import find_rejection
from inkdigits.training.fitting.rejector import RejectorConfig, train_rejector
from inkdigits.training.networks.rejector import build_rejector

pytestmark = pytest.mark.train


def test_the_network_is_small_and_its_seed_decides() -> None:
    network, same, other = (build_rejector(seed=seed) for seed in (7, 7, 8))
    assert network.count_params() < 60_000
    assert network.inputs[0].name == INPUT_NAME
    pairs = list(zip(network.get_weights(), same.get_weights(), other.get_weights(), strict=True))
    assert all(np.array_equal(one, two) for one, two, _ in pairs)
    assert any(not np.array_equal(one, three) for one, _, three in pairs)


def test_the_threshold_rejects_as_many_as_allowed_and_no_more() -> None:
    shares = np.linspace(0, 1, 1001, dtype=np.float32)
    assert np.mean(shares < find_rejection(shares, 0.01)) == pytest.approx(0.01, abs=1e-3)
    assert np.mean(shares < find_rejection(shares, 0.0)) == 0
    assert find_rejection(shares, 1.0) == 1.0


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": 0},
        {"epochs": True},
        {"batch_size": 1.5},
        {"learning_rate": 0.0},
        {"learning_rate": float("nan")},
        {"seed": -1},
        {"seed": 2**31},
        {"frames": 9},
        {"frames": 60_001},
        {"rejected": -0.1},
        {"rejected": 1.1},
        {"rejected_in_clutter": 1.1},
        {"doubted": 0.001},
        {"rejected_in_clutter": 0.001},
    ],
)
def test_a_setting_out_of_its_range_is_refused_by_name(change: dict[str, Any]) -> None:
    with pytest.raises(RunError, match=f"{list(change)[-1]}: expected a .*number"):
        RejectorConfig(**change)


@pytest.mark.slow
def test_the_command_writes_a_folder_that_loads(tmp_path: Path) -> None:
    words = ["train-rejector", "--epochs", "2", "--frames", "300", "--out", str(tmp_path / "rejector")]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(tmp_path / "rejector")
    assert len([line for line in result.stderr.splitlines() if line.startswith("epoch ")]) == 2
    rejector = Rejector(tmp_path / "rejector")
    x = load_mnist().validation.x[..., np.newaxis]
    assert np.mean(rejector.digit_shares(x) >= rejector.info.doubt_below) >= 0.98
    assert "Under a share of" in (tmp_path / "rejector" / "README.md").read_text(encoding="utf-8")


def test_the_same_config_gives_the_same_answers() -> None:
    config = RejectorConfig(epochs=1, frames=100)
    x = load_mnist().validation.x[:20, ..., np.newaxis]
    one, other = (train_rejector(config).predict(x, verbose=0) for _ in range(2))
    assert one.shape == (20, 1)
    assert np.allclose(one, other, atol=1e-5)
