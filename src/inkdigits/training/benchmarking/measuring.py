"""Measures a model on MNIST test: accuracy, calibration, risk, robustness, size and speed.

Nothing is chosen here: the test split is read as `evaluate` reads it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from inkdigits.models.confidence import confidences
from inkdigits.spec import Float32Array, Float64Array, Int64Array
from inkdigits.training.benchmarking.corruptions import CORRUPTIONS, STRENGTHS, corrupt
from inkdigits.training.benchmarking.speed import Patience, Speed, measure_speed
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.evaluation import metrics
from inkdigits.training.evaluation.evaluating import Evaluation, evaluate
from inkdigits.training.evaluation.foreign_models import ForeignModel

__all__ = ["FULL", "QUICK", "Effort", "Measured", "MeasuringListener", "measure"]

# called with what is measured now, how many frames have been read, and how many there are in all
MeasuringListener: TypeAlias = Callable[[str, int, int], object]

_CHUNK = 1_000  # frames between two reports of progress


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured.

    Attributes:
        every: Every so many-th digit of MNIST test is read, 1 for all 10,000.
        every_harmed: The same for the digits that are corrupted in each of the 50 ways.
        patience: How often a time is taken.
    """

    every: int = 1
    every_harmed: int = 5
    patience: Patience = field(default_factory=Patience)


FULL = Effort()
QUICK = Effort(10, 50, Patience(loads=2, singles=50, batches=3))


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """What was measured of one model.

    Attributes:
        model: The model.
        digits: The n digits of MNIST test that were read.
        places: int64, shape (n,): which ones.
        probabilities: float32, shape (n, 10): the answers.
        evaluation: Accuracy three ways and calibration of the network's own probabilities.
        calibrated_error: Calibration error of a bundle's confidence; None of any other model.
        harmed: Corrupted digits read for each accuracy in `robustness`.
        robustness: Kind of corruption -> accuracy at each of its five strengths, 0 to 1.
        speed: Times.
    """

    model: ForeignModel
    digits: LabeledFrames
    places: Int64Array
    probabilities: Float32Array
    evaluation: Evaluation
    calibrated_error: float | None
    harmed: int
    robustness: Mapping[str, tuple[float, ...]]
    speed: Speed

    @property
    def is_right(self) -> npt.NDArray[np.bool_]:
        """Whether each answer is the label, bool of shape (n,)."""
        return np.asarray(self.probabilities.argmax(axis=1) == self.digits.y)

    @property
    def confidence(self) -> Float64Array:
        """Probability of each answer, float64 of shape (n,): a bundle's confidence, else the network's own."""
        return _confidence(self.model, self.probabilities)

    @property
    def risk_curve(self) -> Float64Array:
        """Share of wrong ones among the k most confident answers, float64 of shape (n,)."""
        return metrics.risk_coverage_curve(self.is_right, self.confidence)

    @property
    def mean_robustness(self) -> float:
        """Mean accuracy over all kinds and strengths, 0 to 1."""
        return float(np.mean(list(self.robustness.values())))

    def to_json(self) -> dict[str, Any]:
        """Return plain values for `json.dumps`."""
        curve = self.risk_curve
        return {
            "name": self.model.name,
            "input": str(self.model.form),
            "gives_logits": self.model.gives_logits,
            "forms_tried": self.model.tried,
            "size_bytes": self.model.size_bytes,
            "parameters": self.model.parameters,
            "test": self.evaluation.to_json(),
            "calibration_error_calibrated": self.calibrated_error,
            "risk_at_99": metrics.risk_at_coverage(curve, 0.99),
            "risk_at_95": metrics.risk_at_coverage(curve, 0.95),
            "risk_area": float(curve.mean()),
            "robustness_mean": self.mean_robustness,
            "robustness_n": self.harmed,
            "robustness": {kind: list(shares) for kind, shares in self.robustness.items()},
            "load_ms": self.speed.load_ms,
            "latency_ms": self.speed.latency_ms,
            "frames_per_second": self.speed.frames_per_second,
            "frames_per_second_two_threads": self.speed.frames_per_second_two,
        }


def measure(model: ForeignModel, effort: Effort = FULL, progress: MeasuringListener | None = None) -> Measured:
    """Measure a model on MNIST test.

    Args:
        model: From `open_model`.
        effort: How much; all 10,000 digits and every fifth corrupted take a network of 0.1 ms a frame half a minute.
        progress: Is told of each thousand frames.
    """
    test = load_mnist().test
    places = np.arange(0, len(test), effort.every)
    digits = LabeledFrames(test.x[places], test.y[places])
    harmed = LabeledFrames(test.x[:: effort.every_harmed], test.y[:: effort.every_harmed])
    count = _Counter(len(digits) + len(CORRUPTIONS) * len(STRENGTHS) * len(harmed), progress)
    probabilities = count.read(model, digits, "accuracy")
    is_right = np.equal(probabilities.argmax(axis=1), digits.y)
    confidence = None if model.curve is None else _confidence(model, probabilities)
    return Measured(
        model=model,
        digits=digits,
        places=places,
        probabilities=probabilities,
        evaluation=evaluate(digits, probabilities, is_mnist_test=True, places=places),
        calibrated_error=None if confidence is None else metrics.confidence_error(is_right, confidence),
        harmed=len(harmed),
        robustness={kind: _harm(model, harmed, kind, count) for kind in CORRUPTIONS},
        speed=measure_speed(model, effort.patience),
    )


def _harm(model: ForeignModel, digits: LabeledFrames, kind: str, count: "_Counter") -> tuple[float, ...]:
    shares = []
    for strength in STRENGTHS:
        corrupted = LabeledFrames(corrupt(digits.x, kind, strength), digits.y)
        y_pred = count.read(model, corrupted, f"{kind} {strength}").argmax(axis=1).astype(np.uint8)
        shares.append(metrics.accuracy(digits.y, y_pred))
    return tuple(shares)


class _Counter:
    """Reads digits and tells how many of all have been read."""

    def __init__(self, total: int, progress: MeasuringListener | None) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def read(self, model: ForeignModel, digits: LabeledFrames, what: str) -> Float32Array:
        parts = []
        for start in range(0, len(digits), _CHUNK):
            parts.append(model.predict_proba(digits.x[start : start + _CHUNK]))
            self._done += len(parts[-1])
            if self._progress is not None:
                self._progress(what, self._done, self._total)
        return np.concatenate(parts)


def _confidence(model: ForeignModel, probabilities: Float32Array) -> Float64Array:
    if model.curve is None:
        return np.asarray(probabilities.max(axis=1), dtype=np.float64)
    return confidences(probabilities, *model.curve)
