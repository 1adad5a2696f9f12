"""A run is trained by one process at a time; a process that is killed leaves it free."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from inkdigits.errors import RunError
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.runs.lock import _explain, hold_run
from inkdigits.training.runs.run import Run, create_run, read_run

HOLD = """
import sys
from inkdigits.training.runs.lock import hold_run
from inkdigits.training.runs.run import read_run
with hold_run(read_run(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return create_run(TrainConfig(network="mlp"), tmp_path)


@pytest.fixture
def holder(run: Run) -> Iterator[subprocess.Popen[str]]:
    """Return another process that holds the run."""
    command = [sys.executable, "-c", HOLD, str(run.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_run_that_another_process_trains_is_refused(run: Run, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(RunError, match=r"not being trained, but another process trains it .*; wait for that one"):
        ExitStack().enter_context(hold_run(run))
    assert holder.poll() is None
    assert read_run(run.path) == run, "reading stays possible"


def test_a_killed_process_leaves_it_free(run: Run, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with hold_run(run):
        pass
    with hold_run(run):
        assert sorted(path.name for path in run.path.iterdir()) == ["config.json", "environment.json"]


def test_what_finished_meanwhile_is_not_trained_again(run: Run) -> None:
    run.finish({"test": 1})
    with pytest.raises(RunError, match="this one has finished; start a new one without --resume"):
        ExitStack().enter_context(hold_run(run))


def test_a_run_that_cannot_be_written_is_refused(run: Run) -> None:
    (run.path / "config.json").unlink()
    with pytest.raises(RunError, match=r"expected a run whose files can be written, got No such file"):
        ExitStack().enter_context(hold_run(run))


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EIO])
def test_a_file_system_without_locks_is_not_called_another_process(run: Run, number: int) -> None:
    told = _explain(run, OSError(number, os.strerror(number)))
    assert "expected a file system that locks files, got " + os.strerror(number) in told
    assert "--out" in told
    assert "another process" not in told


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK])
def test_what_the_systems_say_of_a_held_lock_is_another_process(run: Run, number: int) -> None:
    assert "another process trains it" in _explain(run, OSError(number, os.strerror(number)))


@pytest.mark.train
def test_a_training_holds_its_run_from_the_first_report_to_the_end(tmp_path: Path) -> None:
    pytest.importorskip("keras")
    from inkdigits.training.fitting.classifier import train  # noqa: PLC0415 - it needs Keras
    from support.small_runs import write_small_digits  # noqa: PLC0415

    heard: list[str] = []

    def try_to_hold(report: object) -> None:
        if isinstance(report, Run):
            heard.append(str(report.path))
        with pytest.raises(RunError, match="another process trains it"):
            ExitStack().enter_context(hold_run(read_run(heard[0])))

    config = TrainConfig(network="softmax", epochs=1, data=str(write_small_digits(tmp_path, 40)))
    run = train(config, out=tmp_path / "runs", on_progress=try_to_hold)
    assert heard == [str(run.path)]
    assert run.is_finished
