"""A model goes in; how long it takes to load and to answer comes out: medians, in this process, on this machine."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inkdigits.spec import UInt8Array
from inkdigits.training.foreign_models import ForeignModel

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
        load_ms: From the path to a loaded model, libraries imported before; None where it was loaded before.
        latency_ms: For one frame, one thread in ONNX Runtime, TensorFlow's own number of them for Keras.
        frames_per_second: In batches of 256, one thread; None where threads cannot be set.
        frames_per_second_two: The same with two threads; for Keras with as many as TensorFlow takes.
    """

    load_ms: float | None
    latency_ms: float
    frames_per_second: float | None
    frames_per_second_two: float


def measure_speed(model: ForeignModel, frames: UInt8Array, patience: Patience) -> Speed:
    """Take the times of a model.

    Args:
        model: Loaded; it is loaded anew for each number of threads where that can be done.
        frames: uint8, shape (n, 28, 28), n of 256 or more: what it reads.
        patience: How often.
    """
    batch = frames[:BATCH]
    if model.reopen is None:
        latency = _median_ms(lambda: model.predict_proba(frames[:1]), patience.singles)
        return Speed(None, latency, None, _rate(model, batch, patience))
    reopen = model.reopen
    one, two = reopen(1), reopen(2)
    return Speed(
        load_ms=_median_ms(lambda: reopen(1), patience.loads),
        latency_ms=_median_ms(lambda: one.predict_proba(frames[:1]), patience.singles),
        frames_per_second=_rate(one, batch, patience),
        frames_per_second_two=_rate(two, batch, patience),
    )


def _rate(model: ForeignModel, batch: UInt8Array, patience: Patience) -> float:
    return 1000 * len(batch) / _median_ms(lambda: model.predict_proba(batch), patience.batches)


def _median_ms(action: Callable[[], object], count: int) -> float:
    for _ in range(min(_WARM_UP, count)):
        action()
    times = np.empty(count)
    for index in range(count):
        start = time.perf_counter()
        action()
        times[index] = time.perf_counter() - start
    return 1000 * float(statistics.median(times))
