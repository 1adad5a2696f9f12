"""Trains a network that names single digits, measures it once on MNIST test, and keeps everything in a run's folder.

Two things differ from the tutorial on purpose. It passed the test digits as validation data and so showed test
accuracy after every epoch. Here the test split is read once, after the last epoch. Validation digits come out of the
training ones (`split="train"`). And a run can be interrupted (`resumable`): it ends with the same bits as one that
was never stopped. Keras' global seed is left alone, and its slower deterministic mode is not needed: on two cores the
networks came out bit for bit the same without.
"""

import functools
import importlib.util
import os
import time
from typing import TypeAlias

import keras
import numpy as np

from inkdigits.errors import MissingExtraError, RunError
from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.config.classifier import ENSEMBLE, FOREST, TrainConfig
from inkdigits.training.data.mnist import LabeledFrames, load_test
from inkdigits.training.data.splits import load_splits
from inkdigits.training.evaluation.prediction import load_network, load_predictor, predict_network
from inkdigits.training.evaluation.run_metrics import Trained, finish_run
from inkdigits.training.fitting.epochs import (
    Sources,
    draw_pool,
    epoch_length,
    frame_handwriting,
    one_hot,
    prepare_epoch,
)
from inkdigits.training.fitting.resumable import (
    Learning,
    check_resumable,
    fit_epochs,
    ignore_progress,
    report_steps,
)
from inkdigits.training.networks.forest import fit_forest, predict_forest
from inkdigits.training.networks.registry import BUILDERS
from inkdigits.training.networks.schedules import one_cycle
from inkdigits.training.runs.lock import hold_run
from inkdigits.training.runs.progress import Listener
from inkdigits.training.runs.run import Run, create_run

__all__ = ["train"]

_Rate: TypeAlias = float | keras.optimizers.schedules.LearningRateSchedule

_RISING_SHARE = 0.2  # of the steps of "one_cycle", in which the learning rate rises
_VALIDATION_BATCH = 1_000


def train(
    config: TrainConfig,
    *,
    out: str | os.PathLike[str] = "runs",
    resume: Run | None = None,
    on_progress: Listener | None = None,
    tensorboard: str | os.PathLike[str] | None = None,
) -> Run:
    """Train, measure once on MNIST test, and keep everything in a run's folder.

    After each epoch history, `model.keras` and checkpoint are written, so an interruption (KeyboardInterrupt passes
    through) loses no complete epoch.

    Args:
        config: What to train and how.
        out: Folder in which the run's folder is made; not used with `resume`.
        resume: An unfinished run of the same config to go on with, from its last complete epoch.
        on_progress: Called with the `Run` once its folder is made, after each step with a `StepReport`, after each
            epoch with its `EpochRow`.
        tensorboard: Folder for Keras' TensorBoard callback; None writes none.

    Returns:
        The finished run.

    Raises:
        RunError: The run to resume is finished, of another config, damaged, or being trained by another process; the
            config is of an ensemble, which `train_ensemble` trains; or the teacher is a run without a network of ours;
            or the weights to start with are not of this network.
        BundleError: The teacher is no bundle, or a damaged one.
        DataError: `config.data` cannot be read, or holds too few digits; or the handwriting cannot.
        MissingExtraError: `tensorboard` is given and the package of that name is not installed.
        OutputError: The run's folder cannot be written.
    """
    if config.network == ENSEMBLE:
        msg = f"expected one network, got {ENSEMBLE}; call training.ensemble.train_ensemble, or run `inkdigits train`"
        raise RunError(msg)
    callbacks = _tensorboard_callbacks(tensorboard)
    check_resumable(resume, config)
    teacher = None if config.teacher is None else load_predictor(config.teacher)
    digits, validation = load_splits(config)
    sources = Sources(digits, draw_pool(config, len(digits)), frame_handwriting(config), teacher)
    network = None if config.network == FOREST else _compile(config, _count_steps(sources, config))
    run = resume or create_run(config, out)
    with hold_run(run):
        listener = on_progress or ignore_progress
        listener(run)
        test = load_test()
        trained = (
            _train_forest(config, digits, test)
            if network is None
            else _train_network(run, network, sources, (validation, test), (listener, callbacks))
        )
        finish_run(run, test, trained)
    return run


def _train_forest(config: TrainConfig, digits: LabeledFrames, test: LabeledFrames) -> Trained:
    start = time.perf_counter()
    forest = fit_forest(digits, seed=config.seed)
    seconds = time.perf_counter() - start
    return Trained(predict_forest(forest, test.x), len(digits), None, seconds)


def _train_network(
    run: Run,
    network: keras.Model,
    sources: Sources,
    measured_on: tuple[LabeledFrames | None, LabeledFrames],
    told: tuple[Listener, list[keras.callbacks.Callback]],
) -> Trained:
    (validation, test), (listener, callbacks) = measured_on, told
    config = run.classifier_config
    steps = _count_steps(sources, config)
    twin = _make_twin(config, network)
    held_out = None if validation is None else (validation.x[..., np.newaxis], one_hot(validation.y))

    def fit(epoch: int, data: tuple[UInt8Array, Float32Array]) -> dict[str, float]:
        history = network.fit(
            *data,
            batch_size=config.batch_size,
            initial_epoch=epoch,
            epochs=epoch + 1,
            shuffle=False,
            validation_data=held_out,
            validation_batch_size=_VALIDATION_BATCH,
            callbacks=[*callbacks, report_steps(listener, epoch + 1, config.epochs, steps)],
            verbose=0,
        )
        return {name: float(values[-1]) for name, values in history.history.items()}

    def keep() -> keras.Model:
        twin.set_weights(network.get_weights())
        return twin

    learning = Learning(network, functools.partial(prepare_epoch, sources, config), fit, keep)
    seconds = sum(row.seconds for row in fit_epochs(run, learning, listener))
    return Trained(predict_network(keep(), test.x), len(sources.digits), network.count_params(), seconds)


def _count_steps(sources: Sources, config: TrainConfig) -> int:
    return -(-epoch_length(sources, config) // config.batch_size)


def _compile(config: TrainConfig, steps: int) -> keras.Model:
    rate: _Rate = config.learning_rate
    total = steps * config.epochs
    if config.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(config.learning_rate, decay_steps=total)
    elif config.schedule == "one_cycle":
        rate = one_cycle(config.learning_rate, total, rising_share=_RISING_SHARE)
    precision = {} if config.precision == "float32" else {"precision": config.precision}
    network = BUILDERS[config.network](seed=config.seed, **precision)
    if config.start is not None:
        _begin_with(network, config.start)
    return _compiled(network, config, rate)


def _begin_with(network: keras.Model, start: str) -> None:
    """Give a network the weights of a run."""
    trained = load_network(start)
    if [value.shape for value in trained.get_weights()] != [value.shape for value in network.get_weights()]:
        msg = f"{start}: expected a run of {network.name}, got one of {trained.name}; choose another"
        raise RunError(msg)
    network.set_weights(trained.get_weights())


def _compiled(network: keras.Model, config: TrainConfig, rate: _Rate) -> keras.Model:
    optimizer = keras.optimizers.Adam(learning_rate=rate)
    optimizer.build(network.trainable_variables)  # so that a checkpoint finds its variables before the first step
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=config.smoothing)
    network.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return network


def _make_twin(config: TrainConfig, network: keras.Model) -> keras.Model:
    """Return the network that is kept and measured: in float32, compiled alike, whatever precision trains."""
    if config.precision == "float32":
        return network
    twin = BUILDERS[config.network](seed=config.seed)
    return _compiled(twin, config, config.learning_rate)


def _tensorboard_callbacks(folder: str | os.PathLike[str] | None) -> list[keras.callbacks.Callback]:
    if folder is None:
        return []
    if importlib.util.find_spec("tensorboard") is None:
        msg = "--tensorboard needs the package tensorboard, not installed here; run: pip install tensorboard"
        raise MissingExtraError(msg)
    return [keras.callbacks.TensorBoard(log_dir=os.fspath(folder))]
