"""Measures how long a model takes to load and to answer: medians, on this machine.

ONNX Runtime is timed in this process. TensorFlow takes its number of threads from the environment when it starts and
keeps it. So a Keras model is timed in one process for each number: this module, run as a program with an order and a
place for the answer, both JSON.
"""

import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import keras

from inkdigits.errors import BundleError
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.foreign_models import ForeignModel, Stated, open_model
from inkdigits.training.evaluation.input_forms import Scale

__all__ = ["Patience", "Speed", "measure_speed"]

BATCH = 256  # frames of a throughput measurement
_WARM_UP = 3  # calls that do not count


@dataclass(frozen=True, slots=True)
class Patience:
    """How often each time is taken: loads, calls with one frame, calls with a batch; 1 or more each."""

    loads: int = 7
    singles: int = 500
    batches: int = 15


@dataclass(frozen=True, slots=True)
class Speed:
    """Medians.

    Attributes:
        load_ms: From the path to a loaded model, libraries imported before.
        latency_ms: For one frame, one thread.
        frames_per_second: In batches of 256, one thread.
        frames_per_second_two: The same with two threads.
    """

    load_ms: float
    latency_ms: float
    frames_per_second: float
    frames_per_second_two: float


def measure_speed(model: ForeignModel, patience: Patience) -> Speed:
    """Take the times of a model, on digits of MNIST's validation split.

    Args:
        model: Loaded; it is loaded anew for each number of threads.
        patience: How often.

    Raises:
        BundleError: A Keras model cannot be timed in a process of its own.
    """
    if model.reopen is None:
        one, two = (_order_keras(model, patience, threads) for threads in (1, 2))
    else:
        one, two = (_time(functools.partial(model.reopen, threads), patience) for threads in (1, 2))
    return Speed(one["load_ms"], one["latency_ms"], one["frames_per_second"], two["frames_per_second"])


def _time(load: Callable[[], ForeignModel], patience: Patience) -> dict[str, float]:
    frames = load_mnist().validation.x[:BATCH]
    model = load()
    return {
        "load_ms": _median_ms(load, patience.loads),
        "latency_ms": _median_ms(lambda: model.predict_proba(frames[:1]), patience.singles),
        "frames_per_second": 1000 * BATCH / _median_ms(lambda: model.predict_proba(frames), patience.batches),
    }


def _median_ms(action: Callable[[], object], count: int) -> float:
    for _ in range(min(_WARM_UP, count)):
        action()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def _order_keras(model: ForeignModel, patience: Patience, threads: int) -> dict[str, float]:
    """Let a fresh process take the times of a Keras model."""
    environment = {
        **os.environ,
        "TF_NUM_INTRAOP_THREADS": str(threads),
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    order = {"file": str(model.keras_file), "stated": asdict(model.stated), "patience": asdict(patience)}
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        words = [sys.executable, "-m", __spec__.name, json.dumps(order), str(answer)]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - ours
        if done.returncode != 0 or not answer.is_file():
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            expected = "expected its times from a process of its own"
            msg = f"{model.name}: {expected}, it ended with: {last}; try again with this model alone"
            raise BundleError(msg)
        values: dict[str, float] = json.loads(answer.read_bytes())
    return values


def _time_keras(order: str, answer: str) -> None:
    """Do what `_order_keras` orders: the program."""
    values = json.loads(order)
    scale = Scale(**values["stated"].pop("scale"))
    file, stated = Path(values["file"]), Stated(scale=scale, **values["stated"])
    patience = Patience(**values["patience"])
    model = open_model(file, stated, allow_code=True)  # it was opened before, so its code may run
    found = _time(lambda: model, patience)
    found["load_ms"] = _median_ms(lambda: keras.saving.load_model(file, compile=False, safe_mode=False), patience.loads)
    Path(answer).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    _time_keras(*sys.argv[1:])
