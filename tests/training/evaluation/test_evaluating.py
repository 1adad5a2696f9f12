"""Scores on labels made here, so that each is known by counting, and on MNIST's disputed labels."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("matplotlib")

from inkdigits.errors import DataError, FrameError, OutputError
from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.evaluation.evaluating import (
    CORRECTED_LABELS,
    DISPUTED,
    draw_mistakes,
    evaluate,
    evaluation_from_json,
    worst_mistakes,
)
from inkdigits.training.evaluation.report import describe, write_evaluation


@pytest.fixture(scope="module")
def mnist_test() -> LabeledFrames:
    return load_mnist().test


def _frames(labels: list[int]) -> LabeledFrames:
    return LabeledFrames(np.zeros((len(labels), 28, 28), np.uint8), np.array(labels, np.uint8))


def _answers(labels: list[int] | UInt8Array, sure: list[float] | None = None) -> Float32Array:
    shares = np.array(sure or [1.0] * len(labels), dtype=np.float32)
    answers: Float32Array = np.repeat(((1 - shares) / np.float32(9))[:, np.newaxis], 10, axis=1)
    answers[np.arange(len(labels)), labels] = shares
    return answers


def test_counts_are_exact() -> None:
    evaluation = evaluate(_frames([0, 0, 1, 7]), _answers([0, 1, 1, 7]), is_mnist_test=False)
    assert (evaluation.raw.correct, evaluation.raw.n, evaluation.raw.accuracy) == (3, 4, 0.75)
    assert evaluation.raw.low < 0.75 < evaluation.raw.high
    assert evaluation.corrected is None
    assert evaluation.removed is None
    assert evaluation.confusion_matrix[0, 1] == 1
    assert evaluation.confusion_matrix.sum() == 4
    zero, two = evaluation.per_digit[0], evaluation.per_digit[2]
    assert zero is not None
    assert (zero.correct, zero.n) == (1, 2)
    assert two is None
    assert evaluation.calibration_error == pytest.approx(0.25)


def test_mnists_disputed_labels_are_told_apart(mnist_test: LabeledFrames) -> None:
    as_labeled = evaluate(mnist_test, _answers(mnist_test.y), is_mnist_test=True)
    assert as_labeled.corrected is not None
    assert as_labeled.removed is not None
    assert as_labeled.raw.correct == 10_000
    assert as_labeled.corrected.correct == 10_000 - len(CORRECTED_LABELS) == 9_990
    assert (as_labeled.removed.correct, as_labeled.removed.n) == (9_985, 10_000 - len(DISPUTED))
    truth = mnist_test.y.copy()
    truth[list(CORRECTED_LABELS)] = list(CORRECTED_LABELS.values())
    as_reviewed = evaluate(mnist_test, _answers(truth), is_mnist_test=True)
    assert as_reviewed.corrected is not None
    assert (as_reviewed.raw.correct, as_reviewed.corrected.correct) == (9_990, 10_000)


def test_the_corrected_labels_are_those_of_the_list(mnist_test: LabeledFrames) -> None:
    given = {947: 8, 1621: 0, 1901: 9, 2462: 2, 2597: 5, 3558: 5, 5937: 5, 6651: 0, 6783: 1, 9729: 5}
    assert {index: int(mnist_test.y[index]) for index in CORRECTED_LABELS} == given
    assert len(set(DISPUTED)) == 15


def test_json_brings_an_evaluation_back(mnist_test: LabeledFrames) -> None:
    evaluation = evaluate(mnist_test, _answers(mnist_test.y[::-1]), is_mnist_test=True)
    assert evaluation_from_json(json.loads(json.dumps(evaluation.to_json()))) == evaluation


def test_nothing_to_evaluate_on_is_an_error() -> None:
    with pytest.raises(DataError, match="got none"):
        evaluate(_frames([]), _answers([]), is_mnist_test=False)


def test_answers_of_another_count_are_an_error() -> None:
    with pytest.raises(FrameError, match=r"expected probabilities of shape \(2, 10\)"):
        evaluate(_frames([1, 2]), _answers([1]), is_mnist_test=False)


def test_the_surest_mistake_comes_first() -> None:
    frames = _frames([0, 1, 2, 3, 4])
    answers = _answers([9, 1, 9, 3, 9], [0.5, 1.0, 0.9, 1.0, 0.7])
    assert worst_mistakes(frames, answers).tolist() == [2, 4, 0]
    assert worst_mistakes(frames, answers, 1).tolist() == [2]
    assert worst_mistakes(frames, _answers([0, 1, 2, 3, 4])).tolist() == []


def test_mistakes_are_drawn_only_when_there_are_some(tmp_path: Path) -> None:
    frames = _frames([0, 1, 2])
    assert draw_mistakes(frames, _answers([0, 1, 2]), tmp_path / "none.png", name="x") == 0
    assert draw_mistakes(frames, _answers([0, 3, 4]), tmp_path / "two.png", name="x") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["two.png"]


def test_the_text_tells_every_figure(mnist_test: LabeledFrames) -> None:
    text = describe(evaluate(mnist_test, _answers(mnist_test.y), is_mnist_test=True), "all right")
    assert text.splitlines()[0] == "all right"
    assert "labels as they are   100.00 %  10,000 of 10,000  95 % interval  99.96 to 100.00" in text
    assert "10 labels corrected   99.90 %   9,990 of 10,000" in text
    assert "15 disputed removed  100.00 %   9,985 of  9,985" in text
    assert "digit 9              100.00 %   1,009 of  1,009" in text
    assert describe(evaluate(_frames([1]), _answers([1]), is_mnist_test=False), "").count("-") == 9


def test_a_folder_gets_metrics_and_pictures(tmp_path: Path) -> None:
    frames, answers = _frames([0, 1, 2]), _answers([0, 1, 7])
    evaluation = evaluate(frames, answers, is_mnist_test=False)
    write_evaluation(evaluation, (frames, answers), tmp_path / "new" / "out", title="three digits")
    names = sorted(path.name for path in (tmp_path / "new" / "out").iterdir())
    assert names == ["confusion-matrix.png", "metrics.json", "mistakes.png"]
    values = json.loads((tmp_path / "new" / "out" / "metrics.json").read_text())
    assert evaluation_from_json(values) == evaluation


def test_a_file_in_the_way_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    frames, answers = _frames([0]), _answers([0])
    with pytest.raises(OutputError, match="--out"):
        write_evaluation(evaluate(frames, answers, is_mnist_test=False), (frames, answers), tmp_path / "out", title="x")


def test_some_of_mnists_digits_have_the_same_disputed_labels(mnist_test: LabeledFrames) -> None:
    places = np.array([0, 1, 947, 2654])  # the third is corrected, the last two are disputed
    part = LabeledFrames(mnist_test.x[places], mnist_test.y[places])
    evaluation = evaluate(part, _answers(part.y), is_mnist_test=True, places=places)
    assert evaluation.corrected is not None
    assert evaluation.removed is not None
    assert (evaluation.raw.correct, evaluation.corrected.correct) == (4, 3)
    assert (evaluation.removed.correct, evaluation.removed.n) == (2, 2)


def test_the_sheet_of_mistakes_can_be_longer(tmp_path: Path) -> None:
    frames, answers = _frames([0] * 50), _answers([1] * 50)
    short, long = tmp_path / "short.png", tmp_path / "long.png"
    assert draw_mistakes(frames, answers, short, name="x") == 50
    assert draw_mistakes(frames, answers, long, name="x", limit=50) == 50
    heights = [cv2.imread(str(path)).shape[0] for path in (short, long)]  # type: ignore[union-attr]
    assert heights[0] < heights[1]
