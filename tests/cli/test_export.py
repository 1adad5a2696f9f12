"""The real command: a bundle's path on stdout, and the reader's network takes it."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

pytest.importorskip("keras")

from inkdigits.cli import cli
from inkdigits.cli.export import _name_for
from inkdigits.errors import RunError
from inkdigits.models.bundle import read_bundle
from inkdigits.models.session import Network
from inkdigits.training.config.classifier import TrainConfig
from support.small_runs import finished_run

pytestmark = pytest.mark.train


def _invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["export", *map(str, arguments)])


def test_stdout_is_the_bundles_path(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    result = _invoke(finished_run().path, "--out", tmp_path, "--name", "mine", "--bundle-version", "0.2.0")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{tmp_path / 'mine'}\n"
    assert result.stderr == "inkdigits: converting and comparing, which takes up to a minute\n"
    assert capfd.readouterr().out == ""  # nor does Keras or tf2onnx write there
    bundle = read_bundle(tmp_path / "mine")
    assert (bundle.info.name, bundle.info.version) == ("mine", "0.2.0")
    assert Network(bundle.onnx).predict_proba(np.zeros((2, 28, 28, 1), np.uint8)).shape == (2, 10)


def test_a_bundle_is_called_as_its_network_and_own_digits_by_default(tmp_path: Path) -> None:
    result = _invoke(finished_run().path, "--out", tmp_path)
    assert result.stdout == f"{tmp_path / 'cnn_large-small'}\n"
    assert _name_for(TrainConfig(network="fast")) == "fast"


def test_litert_is_a_file(tmp_path: Path) -> None:
    result = _invoke(finished_run().path, "--out", tmp_path, "--format", "litert")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{tmp_path / 'cnn_large-small.tflite'}\n"
    assert (tmp_path / "cnn_large-small.tflite").stat().st_size > 4 * 59_933


def test_a_folder_that_is_no_run_is_an_error(tmp_path: Path) -> None:
    result = _invoke(tmp_path, "--out", tmp_path / "out")
    assert isinstance(result.exception, RunError)
    assert not (tmp_path / "out").exists()
