"""Finishes a run: measures it on MNIST test where that can be done, and writes `metrics.json` and its pictures."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inkdigits.spec import MISTAKES_FILE, Float32Array
from inkdigits.training.config.classifier import NETWORKS
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.evaluation.evaluating import Evaluation, draw_mistakes, evaluate, evaluation_from_json
from inkdigits.training.evaluation.plots import plot_confusion, plot_history
from inkdigits.training.runs.run import EpochRow, Run

__all__ = ["CONFUSION_FILE", "CURVES_FILE", "Trained", "finish_run", "finish_without_test", "read_evaluation"]

CURVES_FILE = "learning-curves.png"
CONFUSION_FILE = "confusion-matrix.png"


@dataclass(frozen=True, eq=False, slots=True)
class Trained:
    """What training leaves besides its files.

    Attributes:
        probabilities: float32, shape (10,000, 10): the answers on MNIST test, in its order.
        trained_on: Digits in the training set.
        parameters: Trained numbers of the network; None for a forest.
        fit_seconds: Wall clock of all epochs, of fitting a forest, or of all of an ensemble's members together.
        validation_accuracy: Of a network without epochs of its own, 0 to 1; None takes the last epoch's.
    """

    probabilities: Float32Array
    trained_on: int
    parameters: int | None
    fit_seconds: float
    validation_accuracy: float | None = None


def finish_run(run: Run, test: LabeledFrames, trained: Trained) -> Evaluation:
    """Measure, draw, and write `metrics.json` last.

    Args:
        run: All of its epochs are done.
        test: MNIST's test split, 10,000 digits.
        trained: What the training left.

    Raises:
        OutputError: A file cannot be written.
    """
    evaluation = evaluate(test, trained.probabilities, is_mnist_test=True)
    history = run.history
    name = f"{run.config.network}, seed {run.config.seed}"
    if history:
        plot_history(history, run.path / CURVES_FILE, title=name)
    title = f"{name}: {100 * evaluation.raw.accuracy:.2f} % of {evaluation.raw.n:,} test digits"
    plot_confusion(evaluation.confusion_matrix, run.path / CONFUSION_FILE, title=title)
    draw_mistakes(test, trained.probabilities, run.path / MISTAKES_FILE, name=name)
    run.finish(_describe(run, evaluation, trained))
    return evaluation


def finish_without_test(run: Run, *, trained_on: int, parameters: int) -> None:
    """Draw the loss and write `metrics.json` for a network that MNIST's test digits cannot measure as they are.

    Args:
        run: All of its epochs are done.
        trained_on: Samples of an epoch.
        parameters: Trained numbers of the network.

    Raises:
        OutputError: A file cannot be written.
    """
    history = run.history
    plot_history(history, run.path / CURVES_FILE, title=f"{run.config.network}, seed {run.config.seed}")
    run.finish(
        {
            "loss": history[-1].loss,
            "trained_on": trained_on,
            "parameters": parameters,
            "fit_seconds": round(sum(row.seconds for row in history), 2),
            "seconds_per_epoch": _seconds_per_epoch(history),
        }
    )


def read_evaluation(run: Run) -> Evaluation:
    """Return what a finished run measured on MNIST test.

    Raises:
        RunError: The run is not finished, or its metrics are damaged.
    """
    return evaluation_from_json(run.metrics["test"])


def _describe(run: Run, evaluation: Evaluation, trained: Trained) -> dict[str, Any]:
    history = run.history
    return {
        "test": evaluation.to_json(),
        "tutorial_accuracy": NETWORKS[run.config.network],
        "validation_accuracy": history[-1].validation_accuracy if history else trained.validation_accuracy,
        "trained_on": trained.trained_on,
        "parameters": trained.parameters,
        "fit_seconds": round(trained.fit_seconds, 2),
        "seconds_per_epoch": _seconds_per_epoch(history),
    }


def _seconds_per_epoch(history: Sequence[EpochRow]) -> float | None:
    return round(statistics.median(row.seconds for row in history), 2) if history else None
