"""A `TrainConfig` goes in; a trained, measured network in a run's folder comes out.

Two things differ from the tutorial on purpose. It passed the test digits as validation data and so showed test accuracy
after every epoch; here the test split is read once, after the last epoch, and validation digits come out of the
training ones (`split="train"`). And a run can be interrupted: everything drawn at random comes from (seed, epoch) or
from the checkpoint, so a resumed run ends with the same bits as one that was never stopped. Keras' global seed is left
alone, and its slower deterministic mode is not needed: on two cores the networks came out bit for bit the same without.
"""

import importlib.util
import os
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias

import keras
import numpy as np

from inkdigits.errors import MissingExtraError, RunError
from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.compilation import compile_network, compile_twin
from inkdigits.training.config import FOREST, TrainConfig
from inkdigits.training.dataset import LabeledFrames, load_mnist
from inkdigits.training.epochs import draw_pool, epoch_length, one_hot, prepare_epochs
from inkdigits.training.forest import fit_forest, predict_forest
from inkdigits.training.output_files import write_in_place
from inkdigits.training.prediction import predict_network
from inkdigits.training.results import Trained, finish_run, share_right
from inkdigits.training.run_lock import hold_lock
from inkdigits.training.runs import Checkpoint, EpochRow, Run, create_run
from inkdigits.training.splits import load_splits

__all__ = ["Listener", "StepReport", "train"]

_VALIDATION_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class StepReport:
    """How far training is, after each step.

    Attributes:
        epoch: The running one, 1 to `epochs`.
        epochs: In all.
        step: Steps done in this epoch, 1 to `steps`.
        steps: Of one epoch.
        loss: Mean over the epoch's steps so far.
        accuracy: Mean over the epoch's steps so far, 0 to 1.
    """

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    accuracy: float


# first the run, once its folder is there; then steps, and a row after the last step of each epoch
Listener: TypeAlias = Callable[[Run | StepReport | EpochRow], None]


@dataclass(frozen=True, eq=False, slots=True)
class _Digits:
    """All digits of a run."""

    train: LabeledFrames
    validation: LabeledFrames | None
    test: LabeledFrames


@dataclass(frozen=True, eq=False, slots=True)
class _Plan:
    """What every epoch of a run has in common."""

    config: TrainConfig
    steps: int
    held_out: tuple[UInt8Array, Float32Array] | None
    listener: Listener
    callbacks: list[keras.callbacks.Callback]


def train(
    config: TrainConfig,
    *,
    out: str | os.PathLike[str] = "runs",
    resume: Run | None = None,
    on_progress: Listener | None = None,
    tensorboard: str | os.PathLike[str] | None = None,
) -> Run:
    """Train, measure once on MNIST test, and keep everything in a run's folder.

    An interruption (KeyboardInterrupt passes through) loses no complete epoch: each is written when it is done.

    Args:
        config: What to train and how.
        out: Folder in which the run's folder is made; not used with `resume`.
        resume: An unfinished run of the same config to go on with, from its last complete epoch.
        on_progress: Called with the `Run`, then after each step and each epoch.
        tensorboard: Folder for Keras' TensorBoard callback; None writes none.

    Returns:
        The finished run.

    Raises:
        RunError: The run to resume is finished, of another config, damaged, or in training by another process; or there
            are too few digits to hold some out.
        DataError: `config.data` cannot be read.
        MissingExtraError: `tensorboard` is given and the package of that name is not installed.
        OutputError: The run's folder cannot be written.
    """
    callbacks = _tensorboard_callbacks(tensorboard)
    if resume is not None:
        _check_resumable(resume, config)
    digits = _Digits(*load_splits(config), load_mnist().test)
    run = resume or create_run(config, out)
    with hold_lock(run.path) as touch_lock:
        _check_resumable(run, config)  # another process may have finished it meanwhile
        _train_into(run, digits, _listen(on_progress, touch_lock), callbacks)
    return run


def _train_into(run: Run, digits: _Digits, listener: Listener, callbacks: list[keras.callbacks.Callback]) -> None:
    listener(run)
    is_forest = run.config.network == FOREST
    trained = _train_forest(run.config, digits) if is_forest else _train_network(run, digits, listener, callbacks)
    finish_run(run, digits.test, trained)


def _train_forest(config: TrainConfig, digits: _Digits) -> Trained:
    start = time.perf_counter()
    forest = fit_forest(digits.train, seed=config.seed)
    seconds = time.perf_counter() - start
    held_out = digits.validation
    return Trained(
        probabilities=predict_forest(forest, digits.test.x),
        validation_accuracy=None if held_out is None else share_right(held_out, predict_forest(forest, held_out.x)),
        trained_on=len(digits.train),
        parameters=None,
        fit_seconds=seconds,
    )


def _train_network(run: Run, digits: _Digits, listener: Listener, callbacks: list[keras.callbacks.Callback]) -> Trained:
    config, held_out = run.config, digits.validation
    steps = -(-epoch_length(len(digits.train), config) // config.batch_size)
    frames = None if held_out is None else (held_out.x[..., np.newaxis], one_hot(held_out.y))
    plan = _Plan(config, steps, frames, listener, callbacks)
    network = compile_network(config, steps)
    twin = compile_twin(config, network)
    done = _restore(run, network)
    twin.set_weights(network.get_weights())
    rows = list(run.history[:done])  # an interruption between history and checkpoint leaves a row too many
    sources = (digits.train, draw_pool(config, len(digits.train)))
    with closing(prepare_epochs(sources, config, done)) as epochs:
        for x, y in epochs:
            rows.append(_fit_epoch(network, plan, len(rows) + 1, (x, y)))
            twin.set_weights(network.get_weights())
            _keep(run, network, twin, rows)
            listener(rows[-1])
    return Trained(
        probabilities=predict_network(twin, digits.test.x),
        validation_accuracy=None if held_out is None else share_right(held_out, predict_network(twin, held_out.x)),
        trained_on=len(digits.train),
        parameters=network.count_params(),
        fit_seconds=sum(row.seconds for row in rows),
    )


def _fit_epoch(network: keras.Model, plan: _Plan, epoch: int, digits: tuple[UInt8Array, Float32Array]) -> EpochRow:
    """Train one epoch, 1 or more, and return its line of the history."""
    config = plan.config
    start = time.perf_counter()
    history = network.fit(
        *digits,
        batch_size=config.batch_size,
        initial_epoch=epoch - 1,
        epochs=epoch,
        shuffle=False,
        validation_data=plan.held_out,
        validation_batch_size=_VALIDATION_BATCH,
        callbacks=[*plan.callbacks, _report_steps(plan, epoch)],
        verbose=0,
    )
    seconds = time.perf_counter() - start
    return _make_row(epoch, history.history, seconds, float(network.optimizer.learning_rate))


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


def _keep(run: Run, network: keras.Model, twin: keras.Model, rows: list[EpochRow]) -> None:
    run.write_history(rows)
    write_in_place(run.model_path, twin.save)
    arrays = tuple(keras.ops.convert_to_numpy(variable) for variable in _variables(network))
    run.write_checkpoint(Checkpoint(rows[-1].epoch, arrays))


def _make_row(epoch: int, history: dict[str, list[float]], seconds: float, learning_rate: float) -> EpochRow:
    last = {name: float(values[-1]) for name, values in history.items()}
    return EpochRow(
        epoch=epoch,
        loss=last["loss"],
        accuracy=last["accuracy"],
        validation_loss=last.get("val_loss"),
        validation_accuracy=last.get("val_accuracy"),
        seconds=round(seconds, 3),
        learning_rate=learning_rate,
    )


def _report_steps(plan: _Plan, epoch: int) -> keras.callbacks.Callback:
    def report(batch: int, logs: dict[str, float]) -> None:
        loss, accuracy = float(logs["loss"]), float(logs["accuracy"])
        plan.listener(StepReport(epoch, plan.config.epochs, batch + 1, plan.steps, loss, accuracy))

    return keras.callbacks.LambdaCallback(on_train_batch_end=report)


def _listen(on_progress: Listener | None, touch_lock: Callable[[], None]) -> Listener:
    def listen(report: Run | StepReport | EpochRow) -> None:
        if isinstance(report, EpochRow):
            touch_lock()
        if on_progress is not None:
            on_progress(report)

    return listen


def _tensorboard_callbacks(folder: str | os.PathLike[str] | None) -> list[keras.callbacks.Callback]:
    if folder is None:
        return []
    if importlib.util.find_spec("tensorboard") is None:
        msg = "--tensorboard needs the package tensorboard, not installed here; run: pip install tensorboard"
        raise MissingExtraError(msg)
    return [keras.callbacks.TensorBoard(log_dir=os.fspath(folder))]


def _check_resumable(run: Run, config: TrainConfig) -> None:
    if run.is_finished:
        msg = f"{run.path}: expected a run to go on with, this one has finished; start a new one without --resume"
        raise RunError(msg)
    if run.config != config:
        msg = f"{run.path}: expected the config of the run, {run.config}, got {config}; leave the settings as they were"
        raise RunError(msg)
