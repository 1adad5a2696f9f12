"""The real command on the smallest network: the table on stdout, the report in a folder, nothing trained twice."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("keras")

from inkdigits.cli import cli
from inkdigits.training.runs.run import find_runs

pytestmark = pytest.mark.train


def _invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["compare", *map(str, arguments)])


@pytest.mark.slow
def test_the_table_is_the_answer_and_a_second_call_trains_nothing(tmp_path: Path) -> None:
    arguments = ("softmax", "--seeds", 2, "--epochs", 1, "--runs", tmp_path / "runs", "--out", tmp_path / "out")
    result = _invoke(*arguments)
    assert result.exit_code == 0, result.output
    heading, row = result.stdout.splitlines()
    assert heading.split() == ["network", "tutorial", "mean", "std", "best", "n", "parameters", "s/epoch"]
    assert len(heading) == len(row)
    name, tutorial, mean, *_, count, parameters, _ = row.split()
    assert (name, tutorial, count, parameters) == ("softmax", "-", "2", "7,850")
    assert 85 < float(mean) < 93  # one epoch of all 60,000 digits
    assert result.stderr.count("epoch 1/1") == 2
    markdown = (tmp_path / "out" / "comparison.md").read_text()
    assert "`inkdigits compare softmax --seeds 2 --epochs 1`" in markdown
    again = _invoke(*arguments)
    assert again.stdout == result.stdout
    assert "epoch 1/1" not in again.stderr


@pytest.mark.slow
def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    runs = tmp_path / "runs"

    def interrupt_after_an_epoch() -> None:
        end = time.monotonic() + 60
        while not list(runs.glob("*/checkpoint.npz")) and time.monotonic() < end:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt_after_an_epoch)
    thread.start()
    result = _invoke("softmax", "--seeds", 1, "--epochs", 500, "--runs", runs, "--out", tmp_path / "out")
    thread.join()
    assert result.exit_code == 130
    assert result.stdout == ""
    assert "the same command goes on from the last complete epoch" in result.stderr
    (run,) = find_runs(runs)
    assert run.checkpoint is not None
    assert not (tmp_path / "out").exists()


def test_wrong_usage_is_told() -> None:
    result = _invoke("resnet")
    assert result.exit_code == 2
    assert "is not one of" in result.stderr
