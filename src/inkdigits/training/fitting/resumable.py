"""Trains a network epoch by epoch so that an interruption loses no complete one; what all kinds of networks share.

After each epoch history, `model.keras` and checkpoint are written, the checkpoint last. Everything that an epoch draws
at random comes from its number or from the checkpoint, so a resumed run ends as one that was never stopped.
"""

import math
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

import keras

from inkdigits.errors import RunError
from inkdigits.system.atomic_files import write_in_place
from inkdigits.training.config.base import NetworkConfig
from inkdigits.training.runs.progress import Listener, StepReport
from inkdigits.training.runs.run import Checkpoint, EpochRow, Run

__all__ = ["Learning", "check_resumable", "fit_epochs", "ignore_progress", "report_steps"]

DataT = TypeVar("DataT")


@dataclass(frozen=True, eq=False, slots=True)
class Learning(Generic[DataT]):
    """How a network learns.

    Attributes:
        network: Compiled, its optimizer built, so that a checkpoint finds all variables before the first step.
        prepare: Makes what is learned in an epoch, of which it is told the number, 0 or more. It runs in a thread
            beside the epoch before.
        fit: Trains one epoch; told its number and what was prepared, returns "loss" and, where there are such,
            "accuracy", "val_loss" and "val_accuracy".
        kept: Returns the network that is written as `model.keras`.
    """

    network: keras.Model
    prepare: Callable[[int], DataT]
    fit: Callable[[int, DataT], Mapping[str, float]]
    kept: Callable[[], keras.Model]


def fit_epochs(run: Run, learning: Learning[DataT], listener: Listener) -> list[EpochRow]:
    """Train the epochs that the run has not done yet.

    Args:
        run: Held by this process.
        learning: How.
        listener: Told of each epoch; steps are told by `learning.fit`.

    Returns:
        A row for each epoch, those of earlier processes included.

    Raises:
        RunError: The run's checkpoint is damaged or of another network, or the training diverged.
        OutputError: The run's folder cannot be written.
    """
    network, epochs = learning.network, run.config.epochs
    done = _restore(run, network)
    rows = list(run.history[:done])  # an interruption between history and checkpoint leaves a row too many
    with ThreadPoolExecutor(max_workers=1) as executor:
        prepared = executor.submit(learning.prepare, done)
        for epoch in range(done, epochs):
            data = prepared.result()
            if epoch + 1 < epochs:  # what the next epoch sees is made while this one trains
                prepared = executor.submit(learning.prepare, epoch + 1)
            start = time.perf_counter()
            figures = learning.fit(epoch, data)
            seconds = time.perf_counter() - start
            _check_finite(run, epoch + 1, figures)
            rows.append(_make_row(epoch + 1, figures, seconds, float(network.optimizer.learning_rate)))
            _keep(run, network, learning.kept(), rows)
            listener(rows[-1])
    return rows


def check_resumable(resume: Run | None, config: NetworkConfig) -> None:
    """Refuse to go on with a run that has finished or is of another config; None is a new run.

    Raises:
        RunError: It is such a run.
    """
    if resume is None:
        return
    if resume.is_finished:
        msg = f"{resume.path}: expected a run to go on with, this one has finished; start a new one without --resume"
        raise RunError(msg)
    if resume.config != config:
        expected = f"expected the config of the run, {resume.config}, got {config}"
        msg = f"{resume.path}: {expected}; leave the settings as they were"
        raise RunError(msg)


def report_steps(listener: Listener, epoch: int, epochs: int, steps: int) -> keras.callbacks.Callback:
    """Return a callback for `keras.Model.fit` that tells each step of an epoch, 1 to `epochs`, of so many steps."""

    def report(batch: int, logs: dict[str, float]) -> None:
        listener(StepReport(epoch, epochs, batch + 1, steps, float(logs["loss"]), float(logs["accuracy"])))

    return keras.callbacks.LambdaCallback(on_train_batch_end=report)


def ignore_progress(_report: Run | StepReport | EpochRow) -> None:
    """Be told of progress and do nothing with it."""


def _check_finite(run: Run, epoch: int, figures: Mapping[str, float]) -> None:
    """End a training that diverged; the epochs before stay as they were written."""
    odd = [name for name, value in figures.items() if not math.isfinite(value)]
    if odd:
        rate = run.config.learning_rate
        found = f"in epoch {epoch} the {odd[0]} became {figures[odd[0]]}"
        advice = f"try a learning rate under {rate:g}, or a larger batch"
        msg = f"{run.path}: expected a training that converges, {found}: it diverged; {advice}"
        raise RunError(msg)


def _restore(run: Run, network: keras.Model) -> int:
    """Put the run's checkpoint, if any, into the network; return the complete epochs."""
    checkpoint = run.checkpoint
    if checkpoint is None:
        return 0
    variables = _variables(network)
    expected, found = [tuple(v.shape) for v in variables], [array.shape for array in checkpoint.variables]
    if expected != found or len(run.history) < checkpoint.epoch:
        msg = f"{run.path}: expected a checkpoint of {run.config.network} with its history, found another; train again"
        raise RunError(msg)
    for variable, array in zip(variables, checkpoint.variables, strict=True):
        variable.assign(array)
    return checkpoint.epoch


def _variables(network: keras.Model) -> list[keras.Variable]:
    return [*network.variables, *network.optimizer.variables]  # the network's include the state of dropout


def _keep(run: Run, network: keras.Model, kept: keras.Model, rows: list[EpochRow]) -> None:
    run.write_history(rows)
    write_in_place(run.model_path, kept.save)
    arrays = tuple(keras.ops.convert_to_numpy(variable) for variable in _variables(network))
    run.write_checkpoint(Checkpoint(rows[-1].epoch, arrays))


def _make_row(epoch: int, figures: Mapping[str, float], seconds: float, learning_rate: float) -> EpochRow:
    return EpochRow(
        epoch=epoch,
        loss=figures["loss"],
        accuracy=figures.get("accuracy"),
        validation_loss=figures.get("val_loss"),
        validation_accuracy=figures.get("val_accuracy"),
        seconds=round(seconds, 3),
        learning_rate=learning_rate,
    )
