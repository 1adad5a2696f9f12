"""The real command on a run and on own digits: text, JSON and the folder."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

pytest.importorskip("keras")

from inkdigits.cli import cli
from inkdigits.errors import OutputError, RunError
from inkdigits.training.config.classifier import FOREST, TrainConfig
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.run_metrics import read_evaluation
from inkdigits.training.runs.run import create_run
from support.build_foreign_models import Foreign, build_foreign_onnx
from support.small_runs import finished_run

pytestmark = pytest.mark.train


def _invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["evaluate", *map(str, arguments)])


def test_text_tells_what_the_run_measured() -> None:
    run = finished_run()
    result = _invoke(run.path)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == f"{run.path.name} on MNIST test"
    score = read_evaluation(run).raw
    assert f"{100 * score.accuracy:.2f} %   {score.correct:,} of 10,000" in lines[2]
    assert "10 labels corrected" in lines[3]
    assert "15 disputed removed" in lines[4]
    assert result.stderr == ""


def test_json_on_own_digits_is_only_json(tmp_path: Path) -> None:
    run = finished_run()
    result = _invoke(run.model_path, "--data", run.classifier_config.data, "--json", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    values = json.loads(result.stdout)
    assert values["raw"]["n"] == 240  # the test half of the .npz
    assert values["corrected"] is None
    assert values["data"] == run.classifier_config.data
    assert sum(map(sum, values["confusion"])) == 240
    written = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert written == {name: value for name, value in values.items() if name not in {"model", "data"}}
    names = ("metrics.json", "confusion-matrix.png", "mistakes.png")
    assert [line for line in result.stderr.splitlines() if line.startswith("written: ")] == [
        f"written: {tmp_path / 'out' / name}" for name in names
    ]


def test_a_runs_own_folder_is_no_place_for_an_evaluation(tmp_path: Path) -> None:
    run = create_run(finished_run().config, tmp_path)
    (run.path / "metrics.json").write_text("{}")
    result = _invoke(finished_run().path, "--out", run.path)
    assert isinstance(result.exception, OutputError)
    assert "expected another folder than a run's, whose own metrics.json would be lost" in str(result.exception)
    assert (result.stdout, (run.path / "metrics.json").read_text()) == ("", "{}")


def test_a_forest_cannot_be_evaluated_again(tmp_path: Path) -> None:
    run = create_run(TrainConfig(network=FOREST), tmp_path)
    result = _invoke(run.path)
    assert isinstance(result.exception, RunError)
    assert "not its trees" in str(result.exception)


def test_arrays_that_are_dark_on_light_are_noticed_and_inverted(tmp_path: Path) -> None:
    digits = load_mnist().test.slice(0, 60)
    np.savez(tmp_path / "dark.npz", x=255 - digits.x, y=digits.y)
    result = _invoke("fast", "--data", tmp_path / "dark.npz", "--json")
    assert "dark on light" in result.stderr
    assert json.loads(result.stdout)["raw"]["accuracy"] < 0.5
    result = _invoke("fast", "--data", tmp_path / "dark.npz", "--json", "--invert")
    assert result.stderr == ""
    assert json.loads(result.stdout)["raw"]["accuracy"] > 0.95
    assert _invoke("fast", "--invert").exit_code == 2


def test_a_network_of_another_form_is_measured_and_its_form_told(tmp_path: Path) -> None:
    path = build_foreign_onnx(tmp_path / "own.onnx", Foreign("flat", 0.1307, 0.3081))
    np.savez(tmp_path / "few.npz", x=load_mnist().test.x[:60], y=load_mnist().test.y[:60])
    result = _invoke(path, "--data", tmp_path / "few.npz", "--json")
    assert "takes float32 flat mnist, ink high" in result.stderr
    assert json.loads(result.stdout)["raw"]["accuracy"] > 0.95
