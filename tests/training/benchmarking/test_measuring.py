"""`bench` and `evaluate` measure the same of a bundle, and a copy in another form gets the same figures."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("keras")

from inkdigits.errors import BundleError, OutputError
from inkdigits.models.bundle import read_bundle
from inkdigits.models.confidence import confidences
from inkdigits.training.benchmarking.corruptions import CORRUPTIONS, STRENGTHS, corrupt
from inkdigits.training.benchmarking.measuring import Effort, Measured, measure
from inkdigits.training.benchmarking.report import (
    HEADINGS,
    bench_json,
    bench_markdown,
    bench_rows,
    describe_machine,
    write_bench,
)
from inkdigits.training.benchmarking.speed import Patience, measure_speed
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation import metrics
from inkdigits.training.evaluation.evaluating import evaluate
from inkdigits.training.evaluation.foreign_models import Stated, open_model
from inkdigits.training.evaluation.prediction import predict_with
from support.build_foreign_models import Foreign, build_foreign_onnx
from support.small_runs import finished_run

pytestmark = pytest.mark.train

SMALL = Effort(every=20, every_harmed=500, patience=Patience(loads=1, singles=5, batches=1))


@pytest.fixture(scope="module")
def tutorial() -> Measured:
    return measure(open_model("tutorial", Stated()), SMALL)


def test_accuracy_three_ways_and_calibration_are_those_of_evaluate(tutorial: Measured) -> None:
    test = load_mnist().test
    places = np.arange(0, 10_000, 20)
    probabilities = predict_with("tutorial", test.x[places])
    assert np.array_equal(tutorial.places, places)
    assert np.array_equal(tutorial.digits.y, test.y[places])
    assert tutorial.evaluation == evaluate(tutorial.digits, probabilities, is_mnist_test=True, places=places)
    info = read_bundle("tutorial").info
    confidence = confidences(probabilities, info.confidence_slope, info.confidence_offset)
    is_right = probabilities.argmax(axis=1) == test.y[places]
    assert tutorial.calibrated_error == metrics.confidence_error(is_right, confidence)
    assert np.array_equal(tutorial.confidence, confidence)
    assert tutorial.risk_curve[-1] == pytest.approx(1 - tutorial.evaluation.raw.accuracy)


def test_robustness_is_the_accuracy_on_corrupted_digits(tutorial: Measured) -> None:
    test = load_mnist().test
    x, y = test.x[::500], test.y[::500]
    assert tutorial.harmed == len(y)
    assert set(tutorial.robustness) == set(CORRUPTIONS)
    for kind, strength in (("noise", 4), ("turn", 5)):
        y_pred = predict_with("tutorial", corrupt(x, kind, strength)).argmax(axis=1)
        assert tutorial.robustness[kind][strength - 1] == np.mean(y_pred == y)
    assert tutorial.mean_robustness == pytest.approx(
        np.mean([np.mean(shares) for shares in tutorial.robustness.values()])
    )


@pytest.mark.parametrize("form", [Foreign("flat", 0.5, 0.5, gives_logits=True), Foreign("nchw", batch=1)])
def test_a_copy_from_elsewhere_gets_the_bundles_figures(form: Foreign, tutorial: Measured, tmp_path: Path) -> None:
    copy = measure(open_model(build_foreign_onnx(tmp_path / "copy.onnx", form), Stated()), SMALL)
    ours, theirs = tutorial.to_json(), copy.to_json()
    assert theirs["test"]["raw"] == ours["test"]["raw"]
    assert theirs["robustness"] == ours["robustness"]
    assert theirs["test"]["calibration_error"] == pytest.approx(ours["test"]["calibration_error"], abs=1e-5)
    assert copy.calibrated_error is None


def test_progress_counts_every_frame(tutorial: Measured) -> None:
    steps: list[tuple[str, int, int]] = []
    again = measure(open_model("tutorial", Stated()), SMALL, lambda *step: steps.append(step))
    total = len(tutorial.digits) + 10 * len(STRENGTHS) * tutorial.harmed
    assert [done for _, done, _ in steps] == sorted({done for _, done, _ in steps})
    assert steps[-1][1:] == (total, total)
    assert {what for what, _, _ in steps} >= {"accuracy", "noise 1", "stroke width 5"}
    timed = {"load_ms", "latency_ms", "frames_per_second", "frames_per_second_two_threads"}
    first, second = tutorial.to_json(), again.to_json()
    assert {name for name in first if first[name] != second[name]} <= timed


def test_times_are_taken_of_keras_too(tmp_path: Path) -> None:
    patience = Patience(loads=1, singles=2, batches=1)
    model = open_model(finished_run().path, Stated())
    for speed in (measure_speed(model, patience), measure_speed(open_model("tutorial", Stated()), patience)):
        assert 0 < speed.latency_ms < 2_000
        assert 0 < speed.load_ms < 20_000
        assert speed.frames_per_second > 10
        assert speed.frames_per_second_two > 10
    absent = replace(model, keras_file=tmp_path / "absent.keras")
    with pytest.raises(BundleError, match=r"it ended with: .*absent\.keras: expected a Keras model"):
        measure_speed(absent, patience)


def test_the_table_has_a_row_a_model_and_says_how_it_was_made(tutorial: Measured) -> None:
    (row,) = bench_rows([tutorial])
    cells = dict(zip(HEADINGS, row, strict=True))
    score = tutorial.evaluation.raw
    assert cells["model"] == "tutorial"
    assert cells["raw labels, %"] == f"{100 * score.accuracy:.2f} ({100 * score.low:.2f} to {100 * score.high:.2f})"
    assert cells["parameters"] == "59,933"
    markdown = bench_markdown([tutorial, tutorial], "inkdigits bench x")
    lines = markdown.splitlines()
    assert [line.count("|") for line in lines[:4]] == [len(HEADINGS) + 1] * 4
    assert "500 digits of MNIST test" in markdown
    assert "Made by `inkdigits bench x` on " in markdown
    assert describe_machine().partition(", load average")[0] in " ".join(markdown.split())


def test_a_model_that_is_no_bundle_has_dashes(tutorial: Measured, tmp_path: Path) -> None:
    copy = measure(open_model(build_foreign_onnx(tmp_path / "copy.onnx", Foreign()), Stated()), SMALL)
    (row,) = bench_rows([copy])
    assert dict(zip(HEADINGS, row, strict=True))["ECE calibrated"] == "-"
    assert bench_rows([tutorial])[0][5] != "-"


def test_a_folder_gets_table_values_and_plots(tutorial: Measured, tmp_path: Path) -> None:
    files = write_bench([tutorial, tutorial], tmp_path / "new" / "out", command="x")
    assert {path.name for path in (tmp_path / "new" / "out").iterdir()} == set(files)
    values = json.loads(files["bench.json"].read_text())
    assert values["models"] == json.loads(json.dumps(bench_json([tutorial, tutorial])["models"]))
    assert len(values["models"][0]["robustness"]["blur"]) == 5
    for name in ("bench-risk.png", "bench-reliability.png", "bench-robustness.png"):
        picture = cv2.imread(str(files[name]))
        assert picture is not None
        assert min(picture.shape[:2]) > 400
        assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="choose another one with --out"):
        write_bench([tutorial], tmp_path / "file", command="x")
