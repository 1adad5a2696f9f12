"""Drawn letters, scribbles and clothes, and MNIST's digits go in; the trained rejector comes out.

The network learns to tell the ten digits and every kind of no digit from one another, which teaches it more than yes
and no would; what is shipped answers with the sum over the ten digits.
"""

from collections.abc import Callable
from dataclasses import dataclass

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
from inkdigits.training.checks import MAX_SEED, check_setting, is_share, is_whole
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.networks.rejector import build_rejector
from inkdigits.training.networks.schedules import one_cycle
from inkdigits.training.synthesis.augmentation import Augmentation, augment
from inkdigits.training.synthesis.degradation import roughen, to_bitmaps
from inkdigits.training.synthesis.digit_strokes import draw_digits_by_pen
from inkdigits.training.synthesis.non_digits import KINDS, draw_no_digits, turn_digits

__all__ = ["RejectorConfig", "train_rejector"]

_CHANGES = Augmentation(turn_degrees=12.0, shift=1.5, scale_min=0.88, scale_max=1.12)
_PLAIN_SHARE = 0.15  # of the frames that are not moved
_RISING_SHARE = 0.15  # of the steps, in which the learning rate rises
_MAX_FRAMES = 60_000


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectorConfig:
    """Everything that decides the rejector's weights.

    Args:
        epochs: Passes, 1 or more.
        batch_size: Frames per step, 1 or more.
        learning_rate: Adam's highest, above 0.
        seed: Of drawings, weights, order and augmentation, 0 or more.
        frames: Drawn frames that are no digit, 10 to 60,000, drawn once. An epoch adds 0.75 times as many MNIST digits,
            0.3 times as many digits drawn by code, 0.2 times as many in two coarse levels, and as many turned digits.
        rejected: Share of MNIST's validation digits, 0 to 1, that may be left out as no digits.
        doubted: Share, `rejected` included, that may be unsure for looking like none.
        rejected_in_clutter: What `rejected` is of the threshold for pictures most of whose marks are no digits.

    Raises:
        RunError: A value is of another type or range.
    """

    epochs: int = 20
    batch_size: int = 128
    learning_rate: float = 0.003
    seed: int = 7
    frames: int = 60_000
    rejected: float = 0.0016
    doubted: float = 0.006
    rejected_in_clutter: float = 0.05

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        rate, clutter = self.learning_rate, self.rejected_in_clutter
        whole = "a whole number of 1 or more"
        check_setting("epochs", self.epochs, is_whole(self.epochs, 1), whole)
        check_setting("batch_size", self.batch_size, is_whole(self.batch_size, 1), whole)
        is_rate = isinstance(rate, float) and 0 < rate < float("inf")
        check_setting("learning_rate", rate, is_rate, "a number above 0")
        seeds = f"a whole number from 0 to {MAX_SEED}"
        check_setting("seed", self.seed, is_whole(self.seed, 0, MAX_SEED), seeds)
        is_count = is_whole(self.frames, 10, _MAX_FRAMES)
        check_setting("frames", self.frames, is_count, f"a whole number from 10 to {_MAX_FRAMES}")
        check_setting("rejected", self.rejected, is_share(self.rejected), "a number from 0 to 1")
        is_more = is_share(self.doubted) and self.doubted >= self.rejected
        check_setting("doubted", self.doubted, is_more, f"a number from {self.rejected} to 1")
        is_more = is_share(clutter) and clutter >= self.doubted
        check_setting("rejected_in_clutter", clutter, is_more, f"a number from {self.doubted} to 1")


def train_rejector(config: RejectorConfig, *, on_epoch: Callable[[int, float], None] | None = None) -> keras.Model:
    """Train the network.

    Args:
        config: Everything that decides the weights.
        on_epoch: Called after each epoch with its number, 1 to `epochs`, and its loss.

    Returns:
        A network that takes uint8 (N, 28, 28, 1) and gives (N, 1), the probability that it is a digit.
    """
    generator = np.random.default_rng(config.seed)
    pools = _draw_pools(config, generator)
    network = build_rejector(seed=config.seed)
    steps = -(-sum(count for _, _, count in pools) // config.batch_size) * config.epochs
    rate = one_cycle(config.learning_rate, steps, rising_share=_RISING_SHARE)
    network.compile(keras.optimizers.Adam(rate), loss="sparse_categorical_crossentropy")
    for epoch in range(1, config.epochs + 1):
        x, y = _make_epoch(pools, generator)
        history = network.fit(x, y, batch_size=config.batch_size, shuffle=False, verbose=0)
        if on_epoch is not None:
            on_epoch(epoch, float(history.history["loss"][0]))
    return _summed(network)


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
    pools: list[tuple[UInt8Array, UInt8Array, int]], generator: np.random.Generator
) -> tuple[UInt8Array, Int32Array]:
    picks = [generator.choice(len(x), count, replace=False) for x, _, count in pools]
    x = np.concatenate([x[pick] for (x, _, _), pick in zip(pools, picks, strict=True)])
    y = np.concatenate([y[pick] for (_, y, _), pick in zip(pools, picks, strict=True)]).astype(np.int32)
    moved = augment(x, generator, _CHANGES)
    plain = generator.random(len(x)) < _PLAIN_SHARE
    moved[plain] = x[plain]
    order = generator.permutation(len(x))
    return roughen(moved, generator)[order][..., np.newaxis], y[order]
