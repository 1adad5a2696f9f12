"""Composing in other processes: in order, and no process outlives the one that started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inkdigits.training.synthesis.composing import BatchPlace, compose_ahead

PATIENCE_S = 60.0  # a process starts in a second or two, on a busy machine in ten
SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from test_composing import name_process
from inkdigits.training.synthesis.composing import compose_ahead
if __name__ == "__main__":
    batches = compose_ahead(name_process, [(0, number) for number in range(20)])
    print(next(batches)[1], flush=True)
    sys.stdin.read()
"""


def name_process(place: BatchPlace) -> tuple[int, int]:
    """Return the number of a place and of the process that composes it."""
    return place[1], os.getpid()


def test_batches_come_in_order_from_another_process() -> None:
    batches = list(compose_ahead(name_process, [(0, number) for number in range(10)], processes=2))
    assert [number for number, _ in batches] == list(range(10))
    assert os.getpid() not in {process for _, process in batches}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_composing_ends_with_the_training(number: signal.Signals, tmp_path: Path) -> None:
    """A training that is killed has no time to end its processes; they waited forever."""
    script = tmp_path / "training.py"
    script.write_text(SCRIPT)
    training = subprocess.Popen(
        [sys.executable, script, Path(__file__).parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with training:
        assert training.stdout is not None
        composing = int(training.stdout.readline())
        training.send_signal(number)
    deadline = time.monotonic() + PATIENCE_S
    while is_alive(composing):
        assert time.monotonic() < deadline, f"process {composing} still composes"
        time.sleep(0.1)


def is_alive(process: int) -> bool:
    """Tell whether a process has not ended; one whose end nobody has asked for yet counts as ended."""
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False
