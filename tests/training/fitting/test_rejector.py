"""A small rejector is trained, compared, written and loaded: the whole chain."""

import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("keras")

from inkdigits.cli import cli
from inkdigits.errors import RunError
from inkdigits.models.rejector import Rejector
from inkdigits.spec import INPUT_NAME, REJECTOR_TENSORS
from inkdigits.training.config.rejector import RejectorConfig
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.prediction import load_network
from inkdigits.training.export.bundle_writing import BundleName
from inkdigits.training.export.rejector import export_rejector, find_rejection
from inkdigits.training.fitting.rejector import train_rejector
from inkdigits.training.networks.rejector import build_rejector
from inkdigits.training.runs.progress import StepReport
from inkdigits.training.runs.run import EpochRow, Run, find_runs, read_run
from support.small_runs import finished_run

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


@pytest.mark.slow
def test_the_command_trains_a_run_and_export_writes_a_folder_that_loads(tmp_path: Path) -> None:
    words = ["train", "rejector", "--epochs", "2", "--frames", "300", "--out", str(tmp_path / "runs")]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    answer, path = result.stdout.splitlines()
    assert re.fullmatch(r"rejector: loss \d\.\d{4} after 2 epochs; `inkdigits export` measures it", answer)
    assert "Total params" in result.stderr
    lines = [line for line in result.stderr.splitlines() if line.startswith("rejector seed 7 epoch ")]
    assert len(lines) == 2
    run = read_run(path)
    assert run.config == RejectorConfig(epochs=2, frames=300)
    assert {"history.csv", "learning-curves.png", "metrics.json", "model.keras"} <= {
        file.name for file in run.path.iterdir()
    }
    result = CliRunner().invoke(cli, ["export", path, "--out", str(tmp_path), "--bundle-version", "2.0.0"])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(tmp_path / "rejector")
    rejector = Rejector(tmp_path / "rejector")
    assert rejector.info.version == "2.0.0"
    x = load_mnist().validation.x[..., np.newaxis]
    assert np.mean(rejector.digit_probabilities(x) >= rejector.info.doubt_below) >= 0.98
    assert "Under a share of" in (tmp_path / "rejector" / "README.md").read_text(encoding="utf-8")


def test_an_interrupted_training_ends_as_one_that_was_not(tmp_path: Path) -> None:
    config = RejectorConfig(epochs=2, frames=100)
    whole = train_rejector(config, out=tmp_path / "whole")

    def stop(report: Run | StepReport | EpochRow) -> None:
        if isinstance(report, EpochRow):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_rejector(config, out=tmp_path / "stopped", on_progress=stop)
    (run,) = find_runs(tmp_path / "stopped")
    assert [row.epoch for row in run.history] == [1]
    resumed = train_rejector(config, resume=run)
    x = load_mnist().validation.x[:20, ..., np.newaxis]
    one, other = (load_network(each.path, REJECTOR_TENSORS).predict(x, verbose=0) for each in (whole, resumed))
    assert one.shape == (20, 1)
    assert np.allclose(one, other, atol=1e-4)  # two threads add in another order


def test_a_run_of_another_network_is_not_exported_as_a_rejector(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="expected a run of rejector, got one of cnn_large"):
        export_rejector(finished_run().path, tmp_path, BundleName("rejector"))
