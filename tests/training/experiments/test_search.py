"""A search tries every combination, chooses by validation digits, and refuses what it cannot vary."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("keras")

from inkdigits.errors import RunError
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.experiments.members import obtain_run
from inkdigits.training.experiments.search import Tried, plan_search, rank, read_space, search_rows, to_csv, to_markdown
from support.small_runs import write_small_digits

pytestmark = pytest.mark.train
BASE = TrainConfig(network="softmax", split="train")


def write_space(folder: Path, space: object) -> Path:
    path = folder / "space.json"
    path.write_text(json.dumps(space))
    return path


def test_every_combination_has_every_seed(tmp_path: Path) -> None:
    space = read_space(write_space(tmp_path, {"epochs": [1, 2, 1], "learning_rate": [0.001, 0.01]}))
    configs = plan_search(BASE, space, seeds=2)
    assert [(config.epochs, config.learning_rate, config.seed) for config in configs] == [
        (epochs, rate, seed) for epochs in (1, 2) for rate in (0.001, 0.01) for seed in (7, 8)
    ]


@pytest.mark.parametrize(
    ("space", "told"),
    [
        ({"depth": [1]}, "found .'depth'."),
        ({"seed": [1, 2]}, "found .'seed'."),
        ({"epochs": 3}, "expected an object of lists"),
        ({"epochs": []}, "expected an object of lists"),
        ({}, "expected an object of lists"),
        ([1], "found list"),
    ],
)
def test_what_is_no_space_is_refused(tmp_path: Path, space: Any, told: str) -> None:  # noqa: ANN401
    with pytest.raises(RunError, match=told):
        read_space(write_space(tmp_path, space))


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "space.json").write_text("epochs: 3")
    with pytest.raises(RunError, match="expected a JSON file"):
        read_space(tmp_path / "space.json")


def test_a_search_needs_validation_digits_and_an_end() -> None:
    with pytest.raises(RunError, match="add --split train"):
        plan_search(replace(BASE, split="whole"), {"epochs": [1]}, seeds=1)
    with pytest.raises(RunError, match="expected at most 200 trainings"):
        plan_search(BASE, {"epochs": list(range(1, 102))}, seeds=2)
    with pytest.raises(RunError, match="epochs: expected"):
        plan_search(BASE, {"epochs": [0]}, seeds=1)


def test_the_best_by_validation_comes_first(tmp_path: Path) -> None:
    base = replace(BASE, data=str(write_small_digits(tmp_path, 240)), batch_size=20, epochs=2)
    configs = plan_search(base, {"learning_rate": [1e-6, 0.01]}, seeds=1)
    runs = [obtain_run(config, tmp_path / "runs") for config in configs]
    tried = rank(runs, ["learning_rate"])
    assert [entry.settings["learning_rate"] for entry in tried] == [0.01, 1e-6]
    assert tried[0].mean == runs[1].metrics["validation_accuracy"] > tried[1].mean


def test_the_table_has_mean_and_spread() -> None:
    tried = [Tried({"epochs": 2}, (0.98, 0.99), 12.4), Tried({"epochs": 1}, (0.97,), 6.1)]
    assert search_rows(tried) == [("epochs 2", "98.50", "0.71", "2", "12"), ("epochs 1", "97.00", "-", "1", "6")]
    text = to_markdown(tried, network="softmax", command="inkdigits train softmax")
    assert "| epochs 2 | 98.50 | 0.71 | 2 | 12 |" in text
    assert "Test digits were not looked at." in text
    assert to_csv(tried).splitlines()[1:] == ["2,0,0.98", "2,1,0.99", "1,0,0.97"]
