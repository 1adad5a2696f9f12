"""The command names the bundle on stdout and what it can promise on stderr; what cannot be calibrated is refused."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("scipy")

from inkdigits.cli import cli
from inkdigits.errors import BundleError, DataError
from inkdigits.models.bundle import Bundle
from inkdigits.models.detector import Detector
from inkdigits.models.metadata import BundleInfo, ErrorBudget
from inkdigits.training.export import recalibration

pytestmark = pytest.mark.train


def _invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["calibrate", *map(str, arguments)])


def test_stdout_is_the_bundle_and_stderr_its_budgets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = (ErrorBudget(0.001, 0.99, 0.951, 0.9, 0.0042), ErrorBudget(0.01, 0.9, 0.99, 0.97, 0.01))
    fitted = Bundle(tmp_path, BundleInfo("mine", "1.0.0", 1, budgets=rows), b"")
    heard: list[object] = []

    def calibrate(_: object, *, twins: object) -> Bundle:  # the real one takes a minute
        heard.append(twins)
        return fitted

    monkeypatch.setattr(recalibration, "calibrate_bundle", calibrate)
    result = _invoke(tmp_path, "--twin", "runs/a", "--twin", "runs/b")
    assert heard == [(Path("runs/a"), Path("runs/b"))]
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path}\n")
    first, second = result.stderr.splitlines()
    assert first.startswith("at most 0.1 % wrong; on rough pictures at most 0.42 %: answers 95.1 % of clean frames and")
    assert second == "at most 1 % wrong: answers 99.0 % of clean frames and 97.0 % of rough pictures"


def test_a_bundle_whose_training_is_unknown_is_refused(tiny_bundle: Path) -> None:
    result = _invoke(tiny_bundle)
    assert isinstance(result.exception, BundleError)
    assert "export its run again" in str(result.exception)


def test_ctrl_c_ends_as_in_the_other_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupt(_: object, **_twins: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(recalibration, "calibrate_bundle", interrupt)
    result = _invoke(tmp_path)
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == "interrupted; the same command begins anew\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["detector"], "expected --handwriting and --version"),
        (["detector", "--version", "1.2.0"], "expected --handwriting and --version"),
        (["accurate", "--version", "1.2.0"], "are of BUNDLE detector"),
    ],
)
def test_the_detectors_options_go_together(arguments: list[str], told: str) -> None:
    result = _invoke(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_detector_without_held_out_numbers_is_not_calibrated(tmp_path: Path) -> None:
    result = _invoke("detector", "--handwriting", tmp_path, "--version", "9.9.9")
    assert isinstance(result.exception, DataError)
    assert Detector().info.version != "9.9.9"
