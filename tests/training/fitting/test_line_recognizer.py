"""The line recognizer learns, goes on after an interruption with the same result, and its folder loads."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from inkdigits.errors import RunError
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.models.strips import Strip
from inkdigits.spec import STRIP_TENSORS
from inkdigits.training.config.line_recognizer import LineRecognizerConfig
from inkdigits.training.evaluation.prediction import load_network
from inkdigits.training.export.bundle_writing import BundleName
from inkdigits.training.export.line_recognizer import export_line_recognizer
from inkdigits.training.fitting import line_recognizer
from inkdigits.training.fitting.line_recognizer import train_line_recognizer
from inkdigits.training.runs.progress import StepReport
from inkdigits.training.runs.run import EpochRow, Run, find_runs
from support.small_runs import finished_run

pytestmark = pytest.mark.train

TINY = LineRecognizerConfig(epochs=2, lines=64, batch_size=32)


@pytest.fixture(autouse=True)
def _small_pools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_recognizer, "_DRAWN", 50)
    monkeypatch.setattr(line_recognizer, "_OTHERS", 20)


@pytest.mark.slow
def test_an_interrupted_training_ends_as_one_that_was_not(tmp_path: Path) -> None:
    reports: list[Run | StepReport | EpochRow] = []
    whole = train_line_recognizer(TINY, out=tmp_path / "whole", on_progress=reports.append)
    assert [report.step for report in reports if isinstance(report, StepReport)] == [1, 2, 1, 2]
    first, last = whole.history
    assert last.loss < first.loss
    assert (last.accuracy, last.validation_loss) == (None, None)
    assert whole.metrics["loss"] == last.loss

    def stop(report: Run | StepReport | EpochRow) -> None:
        if isinstance(report, EpochRow):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_line_recognizer(TINY, out=tmp_path / "stopped", on_progress=stop)
    (run,) = find_runs(tmp_path / "stopped")
    resumed = train_line_recognizer(TINY, resume=run)
    one, two = (load_network(each.path, STRIP_TENSORS) for each in (whole, resumed))
    for expected, found in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(expected, found, rtol=1e-3, atol=1e-4)  # two threads add in another order
    _check_folder(whole, tmp_path)


def _check_folder(run: Run, out: Path) -> None:
    folder = export_line_recognizer(run.path, out, BundleName("lines", "1.2.0"), lines=64)
    assert folder == out / "lines"
    reader = LineRecognizer(folder)
    assert (reader.info.name, reader.info.version) == ("lines", "1.2.0")
    assert reader.info.training["config"] == {
        "network": "line_recognizer",
        "epochs": 2,
        "lines": 64,
        "batch_size": 32,
        "learning_rate": 0.003,
        "seed": 7,
    }
    strips = [Strip(np.zeros((32, width), np.uint8), 1.0, 0) for width in (32, 64, 32)]
    answers = reader.log_probabilities(strips)
    assert [answer.shape for answer in answers] == [(8, 11), (16, 11), (8, 11)]
    np.testing.assert_allclose(np.exp(answers[1]).sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(answers[0], answers[2])


def test_a_run_of_another_network_is_neither_resumed_nor_exported(tmp_path: Path) -> None:
    run = finished_run()
    with pytest.raises(RunError, match="has finished"):
        train_line_recognizer(TINY, resume=run)
    with pytest.raises(RunError, match="expected a run of line_recognizer, got one of cnn_large"):
        export_line_recognizer(run.path, tmp_path, BundleName("lines"))
