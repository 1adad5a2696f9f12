"""`inkdigits train --seeds` and `--search`: tables on stdout, files beside, and what does not go together."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("keras")

from inkdigits.cli import cli
from inkdigits.training.runs.run import find_runs
from support.small_runs import write_small_digits

pytestmark = pytest.mark.train


def _invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["train", *map(str, arguments)])


@pytest.mark.parametrize("engine", ["serial", pytest.param("processes", marks=pytest.mark.slow)])
def test_seeds_end_in_a_table(tmp_path: Path, engine: str) -> None:
    words = ("softmax", "--epochs", 1, "--data", write_small_digits(tmp_path, 60), "--seeds", 2, "--engine", engine)
    result = _invoke(*words, "--out", tmp_path / "runs", "--report", tmp_path / "report")
    assert result.exit_code == 0, result.output
    heading, row = result.stdout.splitlines()
    assert heading.split() == ["network", "tutorial", "mean", "std", "best", "n", "parameters", "s/epoch"]
    assert row.split()[0] == "softmax"
    assert row.split()[5] == "2"
    assert sorted(run.config.seed for run in find_runs(tmp_path / "runs")) == [7, 8]
    report = (tmp_path / "report" / "comparison.md").read_text()
    assert "over n seeds, from 7 up" in report
    assert (tmp_path / "report" / "comparison.png").is_file()
    if engine == "processes":
        assert "2 trainings, 0 of them finished before" in result.stderr
        assert re.search(r"softmax seed \d epoch 1/1  loss .*\|  \d of 2 trainings, \d of 2 epochs", result.stderr)


def test_a_search_ends_in_a_table_by_validation(tmp_path: Path) -> None:
    space = tmp_path / "space.json"
    space.write_text(json.dumps({"learning_rate": [1e-6, 0.01]}))
    words = ("softmax", "--epochs", 2, "--batch-size", 20, "--data", write_small_digits(tmp_path), "--split", "train")
    result = _invoke(*words, "--search", space, "--out", tmp_path / "runs", "--report", tmp_path / "report")
    assert result.exit_code == 0, result.output
    assert [line.split()[:2] for line in result.stdout.splitlines()[1:]] == [
        ["learning_rate", "0.01"],
        ["learning_rate", "1e-06"],
    ]
    assert "Test digits were not looked at." in (tmp_path / "report" / "search.md").read_text()
    assert len((tmp_path / "report" / "search.csv").read_text().splitlines()) == 3
    (tmp_path / "file").touch()
    result = _invoke(*words, "--search", space, "--out", tmp_path / "runs", "--report", tmp_path / "file" / "report")
    assert result.exit_code != 0
    assert "choose another one with --report" in str(result.exception)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ensemble", "--seeds", 2), "--members says how many seeds it has"),
        (("mlp", "--seeds", 2, "--tensorboard", "boards"), "leave it out with --seeds and --search"),
        (("mlp", "--engine", "processes"), "--engine is for --seeds, --search and the members"),
        (("mlp", "--address", "head:6379"), "--address is for --seeds"),
        (("mlp", "--seeds", 2, "--address", "head:6379"), "add --engine ray"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(words: tuple[object, ...], told: str) -> None:
    result = _invoke(*words)
    assert result.exit_code == 2
    assert told in " ".join(result.output.split())
