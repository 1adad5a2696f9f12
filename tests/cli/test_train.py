"""The real command: its answer on stdout, Ctrl-C and --resume, and wrong usage."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("keras")

from rich.console import Console

from inkdigits.cli import cli, workers
from inkdigits.cli.progress import TrainingProgress
from inkdigits.cli.train import _interruption, _make_config, command
from inkdigits.errors import DataError, RunError
from inkdigits.training.config.classifier import RECIPES, TrainConfig, make_config
from inkdigits.training.config.line_recognizer import LineRecognizerConfig
from inkdigits.training.runs.lock import hold_run
from inkdigits.training.runs.progress import StepReport
from inkdigits.training.runs.run import EpochRow, create_run, read_run
from support.small_runs import finished_run, write_small_digits

pytestmark = pytest.mark.train


def _invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["train", *map(str, arguments)])


def test_stdout_is_the_accuracy_and_the_folder(tmp_path: Path) -> None:
    data = write_small_digits(tmp_path)
    result = _invoke("softmax", "--epochs", 2, "--data", data, "--split", "train", "--out", tmp_path / "runs")
    assert result.exit_code == 0, result.output
    answer, folder = result.stdout.splitlines()
    pattern = r"softmax: \d\d\.\d\d % of 10,000 test digits \(95 % interval .*\); the tutorial has no such network"
    assert re.fullmatch(pattern, answer)
    run = read_run(folder)
    assert run.is_finished
    assert run.config == TrainConfig(network="softmax", epochs=2, data=str(data), split="train")
    assert "Total params: 7,850" in result.stderr
    lines = [line for line in result.stderr.splitlines() if "epoch" in line]
    assert len(lines) == 2  # not a terminal: a line per epoch
    assert re.match(r"softmax seed 7 epoch 1/2  loss .*  accuracy .* %  validation accuracy .* %  .* s left", lines[0])


def test_the_tutorials_figure_stands_beside_ours(tmp_path: Path) -> None:
    result = _invoke("mlp", "--epochs", 1, "--data", write_small_digits(tmp_path, 40), "--out", tmp_path / "runs")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0].endswith("; tutorial 98.17 %")


def test_a_forest_says_what_it_is(tmp_path: Path) -> None:
    result = _invoke("random_forest", "--data", write_small_digits(tmp_path), "--out", tmp_path / "runs")
    assert result.exit_code == 0, result.output
    assert "100 trees" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "expected the NAME of a network"),
        (("resnet",), "is not one of"),
        (("rejector",), "'rejector' is not one of"),
        (("mlp", "--epochs", "0"), "is not in the range"),
        (("mlp", "--data", "missing.npz"), "does not exist"),
        (("mlp", "--resume", "run"), "--resume keeps the settings of its run; leave out '[NAME]'"),
        (("--resume", "run", "--seed", "3"), "leave out '--seed'"),
        (("mlp", "--workers", "4"), "--workers is for --seeds, --search and the members of ensemble"),
        (("mlp", "--seeds", "2", "--engine", "processes", "--workers", "257"), "257 is not in the range 1<=x<=256"),
        (("ensemble", "--tensorboard", "logs"), "--tensorboard writes the epochs of one network"),
        (("detector", "--augment"), "--augment is no setting of detector"),
        (("mlp", "--lines", "64"), "--lines is no setting of mlp"),
        (("line-recognizer", "--batch-size", "8", "--scenes", "8"), "--scenes is no setting of line_recognizer"),
        (("detector", "--lines", "8"), "--lines is no setting of detector"),
        (("detector", "--handwriting", "missing"), "does not exist"),
        (("detector", "--seeds", "2"), "--seeds is for networks that name single digits"),
        (("line_recognizer", "--tensorboard", "logs"), "--tensorboard is for networks that name single digits"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], message: str) -> None:
    result = _invoke(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_more_trainings_at_a_time_than_the_cores_can_serve_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "find_most_processes", lambda: 16)
    result = _invoke("mlp", "--seeds", "2", "--engine", "processes", "--workers", "17")
    assert result.exit_code == 2
    assert "expected at most 16 processes on" in result.stderr


def test_a_folder_without_handwriting_is_told(tmp_path: Path) -> None:
    result = _invoke("detector", "--handwriting", tmp_path, "--out", tmp_path / "runs")
    assert isinstance(result.exception, DataError)
    assert "expected at least one of" in str(result.exception)
    assert not (tmp_path / "runs").exists()


def test_a_finished_run_is_not_resumed() -> None:
    command = [sys.executable, "-m", "inkdigits", "train", "--resume", str(finished_run().path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 11
    assert result.stdout == ""
    assert result.stderr.splitlines()[-1].startswith("inkdigits: ")
    assert "has finished" in result.stderr
    assert "oneDNN" not in result.stderr  # TensorFlow's start-up notes are held back


def test_a_run_that_is_being_trained_is_not_resumed(tmp_path: Path) -> None:
    run = create_run(TrainConfig(network="softmax", data=str(write_small_digits(tmp_path))), tmp_path)
    with hold_run(run):
        result = _invoke("--resume", run.path)
    assert isinstance(result.exception, RunError)
    assert "another process trains it" in str(result.exception)
    assert sorted(path.name for path in run.path.iterdir()) == ["config.json", "environment.json"]


@pytest.mark.slow
def test_ctrl_c_keeps_the_last_epoch_and_resume_goes_on(tmp_path: Path) -> None:
    data, out = write_small_digits(tmp_path), tmp_path / "runs"
    command = [sys.executable, "-m", "inkdigits", "train"]
    options = ["cnn_small", "--epochs", "300", "--batch-size", "40", "--data", str(data), "--out", str(out)]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        _wait_for(process, "epoch 2/300")
        process.send_signal(signal.SIGINT)
        answer, notes = process.communicate(timeout=60)
    assert process.returncode == 130
    assert answer == ""
    (folder,) = out.iterdir()
    run = read_run(folder)
    assert run.checkpoint is not None
    done = run.checkpoint.epoch
    before = run.history[:done]
    assert 2 <= done < 300
    assert f"interrupted, epoch {done} of 300 is kept" in notes
    assert f"inkdigits train --resume {folder}" in notes
    # 300 epochs are too many for a test: the run is told that one more is its last
    config = (folder / "config.json").read_text()
    (folder / "config.json").write_text(config.replace('"epochs": 300', f'"epochs": {done + 1}'))
    result = subprocess.run([*command, "--resume", str(folder)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == str(folder)
    assert [row.epoch for row in read_run(folder).history] == list(range(1, done + 2))
    assert read_run(folder).history[:done] == before


def test_help_tells_each_networks_own_recipe() -> None:
    lines = _invoke("--help").stdout.splitlines()
    table = [line.split() for line in lines[next(at for at, line in enumerate(lines) if "Recipes:" in line) + 1 :]]
    assert table[0] == ["option", "the", "tutorial's", *RECIPES]
    told = {name.removeprefix("--").replace("-", "_"): values for name, *values in table[1:]}
    assert set(told) == {name for recipe in RECIPES.values() for name in recipe}
    for place, network in enumerate(["mlp", *RECIPES]):
        config = make_config(network)
        for name, values in told.items():
            setting = str(getattr(config, name))
            assert values[place] == {"True": "yes", "False": "no"}.get(setting, setting)
    text = " ".join(" ".join(lines).split())
    assert text.count("(the network's recipe)") == len(told)
    assert "[default: 10]" not in text


def test_an_option_changes_one_setting_of_a_recipe(tmp_path: Path) -> None:
    options = ["fast", "--no-rough", "--epochs", "3", "--data", str(tmp_path)]
    with command.make_context("train", options) as context:
        settings = {name: context.params[name] for name in (entry.name for entry in fields(TrainConfig))}
        config = _make_config(context, settings)
    assert config == make_config("fast", rough=False, epochs=3, data=str(tmp_path))


def test_help_tells_how_much_is_drawn_for_the_other_networks() -> None:
    text = " ".join(_invoke("--help").stdout.split())
    assert f"Line recognizer: lines an epoch. [default: ({LineRecognizerConfig().lines});" in text


def test_ctrl_c_before_the_run_has_a_folder_says_so() -> None:
    assert _interruption(None) == "interrupted before training began; nothing was kept"


def test_ctrl_c_within_the_first_epoch_says_so(tmp_path: Path) -> None:
    run = create_run(TrainConfig(network="mlp"), tmp_path)
    assert "no epoch was complete; go on with: inkdigits train --resume" in _interruption(run)


def _wait_for(process: subprocess.Popen[str], words: str, timeout_s: float = 90) -> None:
    assert process.stderr is not None
    heard, end = "", time.monotonic() + timeout_s
    while words not in heard:
        assert time.monotonic() < end, heard
        assert process.poll() is None, heard
        if select.select([process.stderr], [], [], 1)[0]:
            heard += os.read(process.stderr.fileno(), 4096).decode()


def test_a_terminal_sees_a_bar_with_rate_and_time_left(tmp_path: Path) -> None:
    config = TrainConfig(network="mlp", epochs=2)
    console = Console(file=(tmp_path / "screen").open("w+"), force_terminal=True, width=120)
    with console.file, TrainingProgress(config, console) as progress:
        progress(create_run(config, tmp_path))
        progress(StepReport(1, 2, 150, 300, 0.25, 0.9))
        assert progress._bar is not None
        progress._bar.refresh()
        progress(EpochRow(1, 0.2, 0.91, None, None, 4.0, 0.001))
        console.file.seek(0)
        screen = console.file.read()
    assert "mlp seed 7 epoch 1/2 step 150/300" in screen
    assert "loss 0.2500  accuracy 90.00 %" in screen
    assert "digits/s" in screen
    assert "mlp seed 7 epoch 1/2  loss 0.2000  accuracy 91.00 %  4.0 s, 4 s left" in screen
    assert progress.run is not None
