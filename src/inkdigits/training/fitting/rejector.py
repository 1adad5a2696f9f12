"""Trains the rejector: MNIST's digits against drawn letters, scribbles and clothes.

The network learns to tell the ten digits and every kind of non-digit from one another, which teaches it more than yes
and no would; the network that is kept answers with the sum over the ten digits.
"""

import functools
import os

import keras
import numpy as np
from keras import layers

from inkdigits.spec import (
    CLASS_COUNT,
    FRAME_SIDE,
    INPUT_NAME,
    OUTPUT_NAME,
    Int32Array,
    UInt8Array,
)
from inkdigits.training.config.rejector import RejectorConfig
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.run_metrics import finish_without_test
from inkdigits.training.fitting.resumable import (
    Learning,
    check_resumable,
    fit_epochs,
    ignore_progress,
    report_steps,
)
from inkdigits.training.networks.rejector import build_rejector
from inkdigits.training.networks.schedules import one_cycle
from inkdigits.training.runs.lock import hold_run
from inkdigits.training.runs.progress import Listener
from inkdigits.training.runs.run import Run, create_run
from inkdigits.training.synthesis.augmentation import Augmentation, augment
from inkdigits.training.synthesis.degradation import roughen, to_bitmaps
from inkdigits.training.synthesis.digit_strokes import draw_digits_by_pen
from inkdigits.training.synthesis.non_digits import KINDS, draw_no_digits, turn_digits

__all__ = ["train_rejector"]

_CHANGES = Augmentation(turn_degrees=12.0, shift=1.5, scale_min=0.88, scale_max=1.12)
_PLAIN_SHARE = 0.15  # of the frames that are not moved
_RISING_SHARE = 0.15  # of the steps, in which the learning rate rises


def train_rejector(
    config: RejectorConfig,
    *,
    out: str | os.PathLike[str] = "runs",
    resume: Run | None = None,
    on_progress: Listener | None = None,
) -> Run:
    """Train, and keep everything in a run's folder.

    The network that is kept takes uint8 (N, 28, 28, 1) and gives (N, 1), the probability that it is a digit.

    Args:
        config: Everything that decides the weights.
        out: Folder in which the run's folder is made; not used with `resume`.
        resume: An unfinished run of the same config to go on with, from its last complete epoch.
        on_progress: Called with the `Run`, with each step and with each epoch, as `runs.progress` says.

    Returns:
        The finished run.

    Raises:
        RunError: The run to resume is finished, of another config, damaged, or being trained by another process.
        OutputError: The run's folder cannot be written.
    """
    check_resumable(resume, config)
    run = resume or create_run(config, out)
    listener = on_progress or ignore_progress
    with hold_run(run):
        listener(run)
        pools = _draw_pools(config, np.random.default_rng(config.seed))
        samples = sum(count for _, _, count in pools)
        network = _compile(config, samples)
        whole = _summed(network)
        fit = functools.partial(_fit, network, config, listener)
        fit_epochs(run, Learning(network, functools.partial(_make_epoch, pools, config), fit, lambda: whole), listener)
        finish_without_test(run, trained_on=samples, parameters=whole.count_params())
    return run


def _compile(config: RejectorConfig, samples: int) -> keras.Model:
    network = build_rejector(seed=config.seed)
    steps = -(-samples // config.batch_size) * config.epochs
    optimizer = keras.optimizers.Adam(one_cycle(config.learning_rate, steps, rising_share=_RISING_SHARE))
    optimizer.build(network.trainable_variables)
    network.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return network


def _fit(
    network: keras.Model, config: RejectorConfig, listener: Listener, epoch: int, data: tuple[UInt8Array, Int32Array]
) -> dict[str, float]:
    steps = -(-len(data[0]) // config.batch_size)
    history = network.fit(
        *data,
        batch_size=config.batch_size,
        shuffle=False,
        callbacks=[report_steps(listener, epoch + 1, config.epochs, steps)],
        verbose=0,
    )
    return {name: float(values[-1]) for name, values in history.history.items()}


def _summed(network: keras.Model) -> keras.Model:
    """Return the network with the sum over the ten digits as its answer."""
    kernel = np.zeros((CLASS_COUNT + len(KINDS), 1), dtype=np.float32)
    kernel[:CLASS_COUNT] = 1
    total = layers.Dense(1, use_bias=False, trainable=False, name=OUTPUT_NAME)
    frames = keras.Input((FRAME_SIDE, FRAME_SIDE, 1), dtype="uint8", name=INPUT_NAME)
    whole = keras.Sequential([frames, *network.layers, total], name=network.name)
    total.set_weights([kernel])
    return whole


def _draw_pools(config: RejectorConfig, generator: np.random.Generator) -> list[tuple[UInt8Array, UInt8Array, int]]:
    """Return frames, their classes, and how many of them an epoch sees."""
    mnist = load_mnist().train
    fewer = config.frames // 5
    labels = generator.integers(0, CLASS_COUNT, 3 * fewer // 2).astype(np.uint8)
    coarse = generator.choice(len(mnist), fewer, replace=False)
    drawn, kinds = draw_no_digits(config.frames, generator)
    turned, turned_kinds = turn_digits(mnist)
    return [
        (mnist.x, mnist.y, 3 * config.frames // 4),
        (draw_digits_by_pen(labels, generator), labels, len(labels)),
        (to_bitmaps(mnist.x[coarse], generator), mnist.y[coarse], fewer),
        (drawn, CLASS_COUNT + kinds, config.frames),
        (turned, CLASS_COUNT + turned_kinds, fewer),
    ]


def _make_epoch(
    pools: list[tuple[UInt8Array, UInt8Array, int]], config: RejectorConfig, epoch: int
) -> tuple[UInt8Array, Int32Array]:
    generator = np.random.default_rng([config.seed, epoch])
    picks = [generator.choice(len(x), count, replace=False) for x, _, count in pools]
    x = np.concatenate([x[pick] for (x, _, _), pick in zip(pools, picks, strict=True)])
    y = np.concatenate([y[pick] for (_, y, _), pick in zip(pools, picks, strict=True)]).astype(np.int32)
    moved = augment(x, generator, _CHANGES)
    plain = generator.random(len(x)) < _PLAIN_SHARE
    moved[plain] = x[plain]
    order = generator.permutation(len(x))
    return roughen(moved, generator)[order][..., np.newaxis], y[order]
