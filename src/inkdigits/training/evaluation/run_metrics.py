"""A trained run and its answers on MNIST test go in; `metrics.json` and the run's pictures come out."""

import statistics
from dataclasses import dataclass
from typing import Any

from inkdigits.spec import MISTAKES_FILE, Float32Array
from inkdigits.training.config import NETWORKS
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.evaluation.accuracy import Evaluation, draw_mistakes, evaluate, evaluation_from_json
from inkdigits.training.evaluation.plots import plot_confusion, plot_history
from inkdigits.training.runs.run import Run

__all__ = ["CONFUSION_FILE", "CURVES_FILE", "Trained", "finish_run", "read_evaluation"]

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
        "seconds_per_epoch": round(statistics.median(row.seconds for row in history), 2) if history else None,
    }
