"""The answers of twins about held-out digits count; runs that are not twins, or saw those digits, are refused."""

import dataclasses
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")

from inkdigits.errors import RunError
from inkdigits.models.detector import Detector
from inkdigits.training.calibration.cross_validation import ask_twins
from inkdigits.training.calibration.held_out import undisputed
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.config.networks import config_to_json
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.prediction import predict_with
from inkdigits.training.networks.registry import BUILDERS
from inkdigits.training.runs.run import METRICS_FILE, Run, read_run

pytestmark = pytest.mark.train
OWN = TrainConfig(network="softmax", split="train")


def _write(folder: Path, config: TrainConfig, *, is_finished: bool = True) -> Run:
    """Write a run as training leaves it, its network untrained."""
    folder.mkdir()
    (folder / "config.json").write_text(config_to_json(config))
    BUILDERS[config.network](seed=config.seed).save(folder / "model.keras")
    if is_finished:
        (folder / METRICS_FILE).write_text(json.dumps({"trained_on": 50_000}))
    return read_run(folder)


def test_a_twin_is_asked_about_what_it_held_out(tmp_path: Path) -> None:
    runs = [_write(tmp_path / "a", dataclasses.replace(OWN, split="12/60", seed=9))]
    runs.append(_write(tmp_path / "b", dataclasses.replace(OWN, split="2/60")))
    answers = ask_twins(asdict(OWN), [run.path for run in runs])
    for run, answer, start in zip(runs, answers, (11_000, 1_000), strict=True):
        digits = load_mnist().whole.slice(start, start + 1_000)
        said = predict_with(run.path, digits.x)
        assert np.array_equal(answer.is_right, said.argmax(axis=1) == digits.y)
        detector = Detector()
        accepted = detector.digit_probabilities(digits.x[..., np.newaxis]) >= detector.info.doubt_below
        assert np.array_equal(answer.is_accepted, accepted)
        assert 0.5 < accepted.mean() < 1  # the network is untrained: it seldom agrees with the detector
        assert answer.score.shape == (1_000,)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epochs": 3}, "with epochs 10, got 3"),
        ({"split": "train"}, "got the split train"),
        ({"split": "6/6"}, "expected digits that neither validate the bundle .* got 50000 to 59999"),
    ],
)
def test_a_run_that_is_no_twin_is_refused(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    config = TrainConfig(**{**asdict(OWN), "split": "1/6", **changes})
    run = _write(tmp_path / "run", config)
    with pytest.raises(RunError, match=message):
        ask_twins(asdict(OWN), [run.path])


def test_twins_that_hold_the_same_digits_out_are_refused(tmp_path: Path) -> None:
    config = dataclasses.replace(OWN, split="1/60")
    runs = [_write(tmp_path / name, config) for name in ("a", "b")]
    with pytest.raises(RunError, match=r"b: expected digits that neither validate the bundle .* got 0 to 999"):
        ask_twins(asdict(OWN), [run.path for run in runs])


def test_a_twin_that_is_not_finished_is_refused(tmp_path: Path) -> None:
    run = _write(tmp_path / "run", dataclasses.replace(OWN, split="1/60"), is_finished=False)
    with pytest.raises(RunError, match="expected a finished run"):
        ask_twins(asdict(OWN), [run.path])


def test_a_teacher_has_seen_what_the_twin_held_out(tmp_path: Path) -> None:
    taught = dataclasses.replace(OWN, teacher="accurate")
    run = _write(tmp_path / "run", dataclasses.replace(taught, split="1/60"))
    with pytest.raises(RunError, match="without a teacher"):
        ask_twins(asdict(taught), [run.path])


def test_a_twin_begins_with_a_run_that_held_the_same_digits_out(tmp_path: Path) -> None:
    own = TrainConfig(network="fast", split="train", handwriting="/mine/sets", start="/mine/first")
    before = _write(tmp_path / "before", TrainConfig(network="fast", split="2/60"))
    twin = dataclasses.replace(own, handwriting="/other/sets", start=str(before.path))
    told = {**asdict(own), "handwriting": "sets", "start": "first"}  # as a bundle tells it
    fair = _write(tmp_path / "fair", dataclasses.replace(twin, split="2/60"))
    assert len(ask_twins(told, [fair.path])[0].score) == 1_000
    unfair = _write(tmp_path / "unfair", dataclasses.replace(twin, split="1/60"))
    with pytest.raises(RunError, match="expected a twin that begins with a run of the split 1/60"):
        ask_twins(told, [unfair.path])


def test_mislabeled_digits_are_known_by_their_place_in_the_file() -> None:
    whole = load_mnist().whole
    part = undisputed(whole.slice(56_000, 57_000), 56_000)
    assert len(part) == 999
    assert np.array_equal(part.x[596], whole.x[56_597])
    assert len(undisputed(whole.slice(1_000, 2_000), 1_000)) == 1_000
