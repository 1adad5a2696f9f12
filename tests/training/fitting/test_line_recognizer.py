"""The line recognizer learns, goes on after an interruption with the same result, and its folder loads."""

import functools
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from inkdigits.errors import DataError, RunError
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.models.strips import to_strip
from inkdigits.spec import ONNX_FILE, STRIP_TENSORS
from inkdigits.training.config.line_recognizer import LineRecognizerConfig
from inkdigits.training.data.attributions import ATTRIBUTIONS
from inkdigits.training.data.handwriting import SETS
from inkdigits.training.evaluation.prediction import load_network
from inkdigits.training.export import line_recognizer as export
from inkdigits.training.export.bundle_writing import BundleName
from inkdigits.training.export.line_recognizer import export_line_recognizer
from inkdigits.training.fitting import line_recognizer
from inkdigits.training.fitting.line_recognizer import STRINGS_FILE, train_line_recognizer
from inkdigits.training.networks.line_recognizer import build_line_recognizer
from inkdigits.training.runs.progress import StepReport
from inkdigits.training.runs.run import EpochRow, Run, create_run, find_runs
from inkdigits.training.synthesis.labeled_strings import load_strings
from inkdigits.training.synthesis.line_batches import LineComposer, stack_lines
from support.handwriting_sets import draw_number, mnist, write_folder
from support.small_runs import finished_run
from support.supplies import tiny_supplies

pytestmark = pytest.mark.train

SMALL = functools.partial(build_line_recognizer, widths=(4, 4, 6, 6, 8))


def test_a_few_lines_are_learned_in_a_few_steps() -> None:
    composer = LineComposer(tiny_supplies())
    x, y = stack_lines([composer.compose(np.random.default_rng([8, place])) for place in range(6)])
    assert not y.all(axis=1).all()  # some are shorter than others
    network = SMALL(seed=1)
    network.compile(keras.optimizers.Adam(0.01), loss=keras.losses.CTC(), run_eagerly=True)  # tracing takes longer
    losses = [float(network.train_on_batch(x, y)) for _ in range(12)]
    assert np.isfinite(losses).all()
    assert losses[-1] < 0.6 * losses[0]


@pytest.mark.slow
def test_an_interrupted_training_ends_as_one_that_was_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_recognizer, "build_line_recognizer", SMALL)
    config = LineRecognizerConfig(epochs=2, lines=6, batch_size=3, handwriting=str(write_folder(tmp_path / "sets")))
    reports: list[Run | StepReport | EpochRow] = []
    whole = train_line_recognizer(config, out=tmp_path / "whole", on_progress=reports.append)
    assert [report.step for report in reports if isinstance(report, StepReport)] == [1, 2, 1, 2]
    assert [row.epoch for row in whole.history] == [1, 2]
    assert whole.metrics["loss"] == whole.history[-1].loss
    assert len(load_strings(whole.path / STRINGS_FILE)) > 3  # the shipped detector reads clean numbers

    def stop(report: Run | StepReport | EpochRow) -> None:
        if isinstance(report, EpochRow):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_line_recognizer(config, out=tmp_path / "stopped", on_progress=stop)
    (run,) = find_runs(tmp_path / "stopped")
    resumed = train_line_recognizer(config, resume=run)
    one, two = (load_network(each.path, STRIP_TENSORS) for each in (whole, resumed))
    for expected, found in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(expected, found, rtol=1e-3, atol=1e-4)  # two threads add in another order


def test_a_folder_without_handwriting_is_told_before_a_run_is_made(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected at least one of"):
        train_line_recognizer(LineRecognizerConfig(handwriting=str(tmp_path)), out=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_its_folder_loads_answers_and_names_every_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "load_mnist", mnist)
    config = LineRecognizerConfig(epochs=1, lines=32, handwriting=str(write_folder(tmp_path / "sets")))
    run = create_run(config, tmp_path / "runs")
    network = build_line_recognizer(seed=3)
    network.save(run.model_path)
    run.write_history([EpochRow(1, 9.0, None, None, None, 1.0, 0.001)])
    run.finish({"loss": 9.0})
    folder = export_line_recognizer(run.path, tmp_path / "out", BundleName("lines", "1.2.0"), lines=20)
    assert folder == tmp_path / "out" / "lines"
    assert (folder / ONNX_FILE).stat().st_size < 1_300_000
    reader = LineRecognizer(folder)
    assert (reader.info.name, reader.info.version) == ("lines", "1.2.0")
    assert reader.info.training["handwriting"] == [name for name in SETS if (tmp_path / "sets" / name).is_file()]
    told = reader.info.training["config"]
    assert isinstance(told, dict)
    assert "handwriting" not in told
    assert reader.info.metrics["held_out_numbers"] == 3  # of w0, w8 and w9
    gray = draw_number("8204")
    strip = to_strip(gray, (0, 5, gray.shape[1], 43))
    (answer,) = reader.log_probabilities([strip])
    assert answer.shape == (strip.picture.shape[1] // 4, 11)
    wanted = np.asarray(keras.ops.log_softmax(network(strip.picture[np.newaxis, ..., np.newaxis])))[0]
    # eight bits: 0.25 at most in two exports; their own spread is ten times that
    np.testing.assert_allclose(answer, wanted, atol=0.5)
    assert np.abs(answer - wanted).mean() < 0.15
    card = (folder / "README.md").read_text(encoding="utf-8")
    for name in SETS:
        assert (f"`{name}`" in card) == (tmp_path / "sets" / name).is_file()
        if (tmp_path / "sets" / name).is_file():
            assert ATTRIBUTIONS[name].source in " ".join(card.split())
    assert max(map(len, card.splitlines())) <= 120


def test_a_run_of_another_network_is_neither_resumed_nor_exported(tmp_path: Path) -> None:
    run = finished_run()
    with pytest.raises(RunError, match="has finished"):
        train_line_recognizer(LineRecognizerConfig(), resume=run)
    with pytest.raises(RunError, match="expected a run of line_recognizer, got one of cnn_large"):
        export_line_recognizer(run.path, tmp_path, BundleName("lines"))
