"""Drawn letters, scribbles and clothes, and MNIST's digits go in; the rejector's folder for the reader comes out.

The network learns to tell the ten digits and every kind of no digit from one another, which teaches it more than yes
and no would; what is shipped answers with the sum over the ten digits. The threshold is chosen on MNIST's validation
digits alone.
"""

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
from keras import initializers, layers

from inkdigits.bundle_info import RejectorInfo
from inkdigits.spec import (
    CLASS_COUNT,
    FRAME_SIDE,
    INPUT_NAME,
    OUTPUT_NAME,
    REJECTOR_TENSORS,
    Float32Array,
    Int32Array,
    UInt8Array,
)
from inkdigits.training.architectures import layer_seeds
from inkdigits.training.augmentation import Augmentation, augment
from inkdigits.training.bundle_writing import write_bundle
from inkdigits.training.card_text import LICENSE, SHORT_LICENSE, wrap
from inkdigits.training.dataset import load_mnist
from inkdigits.training.environment import describe_environment
from inkdigits.training.no_digits import KINDS, draw_no_digits, turn_digits
from inkdigits.training.onnx_graph import check_parity, to_onnx
from inkdigits.training.pen import draw_digits_by_pen
from inkdigits.training.roughening import roughen, to_bitmaps
from inkdigits.training.schedules import one_cycle
from inkdigits.training.settings import MAX_SEED, check_setting, is_share, is_whole

__all__ = ["RejectorConfig", "build_rejector", "export_rejector", "find_rejection", "train_rejector"]

_CHANGES = Augmentation(turn_degrees=12.0, shift=1.5, scale_min=0.88, scale_max=1.12)
_PLAIN_SHARE = 0.15  # of the frames that are not moved
_RISING_SHARE = 0.15  # of the steps, in which the learning rate rises
_PARITY_COUNT = 1_000
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


def build_rejector(*, seed: int) -> keras.Model:
    """Build the network that learns: 57,000 parameters, 1.6 million multiplications a frame.

    Args:
        seed: Of the first weights and of dropout, 0 or more.
    """
    seeds = iter(layer_seeds(seed, 6))
    stack: list[keras.Layer] = []
    for place, (filters, side, step) in enumerate(((16, 5, 2), (32, 3, 2), (40, 3, 1), (40, 3, 1)), start=1):
        stack += [
            layers.Conv2D(
                filters,
                side,
                strides=step,
                padding="same",
                use_bias=False,  # the normalization after it has one
                kernel_initializer=initializers.HeNormal(seed=next(seeds)),
                name=f"filters_{place}",
            ),
            layers.BatchNormalization(momentum=0.98, name=f"normalization_{place}"),
            layers.ReLU(name=f"relu_{place}"),
        ]
    stack += [
        layers.MaxPooling2D(2, name="pool"),
        layers.Flatten(name="flatten"),
        layers.Dropout(0.2, seed=next(seeds), name="dropout"),
        layers.Dense(
            CLASS_COUNT + len(KINDS),
            activation="softmax",
            kernel_initializer=initializers.GlorotUniform(seed=next(seeds)),
            name="kinds",
        ),
    ]
    frames = keras.Input((FRAME_SIDE, FRAME_SIDE, 1), dtype="uint8", name=INPUT_NAME)
    return keras.Sequential([frames, layers.Rescaling(1 / 255, name="rescaling"), *stack], name="rejector")


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


def find_rejection(shares: Float32Array, rejected: float) -> float:
    """Return the highest threshold under which at most a given share of digits lies.

    Args:
        shares: float32, shape (n,), the digit shares of real digits, 0 to 1; n of 1 or more.
        rejected: Share of them that may be rejected, 0 to 1.

    Returns:
        The threshold, 0 to 1; 1 where all may be rejected.

    >>> find_rejection(np.array([0.1, 0.6, 0.8, 0.9], np.float32), 0.25)
    0.6
    """
    place = int(rejected * len(shares))
    return round(float(np.sort(shares)[place]), 6) if place < len(shares) else 1.0


def export_rejector(network: keras.Model, config: RejectorConfig, folder: str | os.PathLike[str]) -> Path:
    """Choose the threshold on MNIST's validation digits, convert, compare, and write the folder.

    Args:
        network: From `train_rejector`.
        config: What it was trained by.
        folder: Where to write; an older one there is replaced.

    Returns:
        The folder.

    Raises:
        ExportError: Graph and network differ by more than 1e-4 on 1,000 validation digits; nothing was written.
        OutputError: The folder cannot be written, or holds something else.
    """
    mnist = load_mnist()
    metadata = {"name": "rejector", "license": SHORT_LICENSE}
    graph = to_onnx(network, metadata, REJECTOR_TENSORS)
    difference = check_parity(graph, network, mnist.validation.x[:_PARITY_COUNT], REJECTOR_TENSORS)
    shares = _predict(network, mnist.validation.x)
    threshold = find_rejection(shares, config.rejected)
    doubt = find_rejection(shares, config.doubted)
    accepted = float((_predict(network, mnist.test.x) >= doubt).mean())
    info = RejectorInfo(
        name="rejector",
        version="1.1.0",
        parameters=network.count_params(),
        reject_below=threshold,
        doubt_below=doubt,
        reject_below_in_clutter=find_rejection(shares, config.rejected_in_clutter),
        training={"config": asdict(config), "environment": describe_environment()},
        metrics={"mnist_test_accepted": accepted, "onnx_difference": difference},
    )
    return write_bundle(folder, graph, info, _write_card(info, config, accepted))


def _predict(network: keras.Model, x: UInt8Array) -> Float32Array:
    return np.asarray(network.predict(x[..., np.newaxis], batch_size=1_000, verbose=0)[:, 0], dtype=np.float32)


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


def _write_card(info: RejectorInfo, config: RejectorConfig, accepted: float) -> str:
    return f"""# {info.name} {info.version}

Tells digits from what is none: uint8 frames `(N, 28, 28, 1)`, framed as MNIST frames them, go in; the probability that
each is a digit, whichever, `(N, 1)`, comes out. {info.parameters:,} numbers.

## Data

Digits: MNIST's first 55,000, some of them in two coarse levels, and {3 * (config.frames // 5) // 2:,} drawn by code
(`inkdigits.training.pen`). No digits, all drawn by code: {config.frames:,} letters and signs (`letters`), scribbles,
clothes and other filled shapes (`silhouettes`), textures and blots (`no_digits`); and MNIST's digits turned or mirrored
into what is none. Left out are letters that a person reads as a digit when they stand alone: O Q I l Z S G b B g q.

## Recipe

`inkdigits train-rejector`: Adam, {config.epochs} epochs of batches of {config.batch_size}, seed {config.seed}, frames
moved and roughened as the reading networks' are. The network learns to name the digit or the kind of what is none;
shipped is the sum over the ten digits.

## Figures

Under a share of {info.reject_below:g} a mark is not a digit, chosen so that at most {100 * config.rejected:g} % of
MNIST's 5,000 validation digits are left out; under {info.doubt_below:g} it is unsure ({100 * config.doubted:g} %). In a
picture most of whose marks are doubtful, it is not a digit under {info.reject_below_in_clutter:g}
({100 * config.rejected_in_clutter:g} %). Of MNIST's 10,000 test digits {100 * accepted:.2f} % are beyond doubt.
What else `benchmarks/rejection.py` measures is in docs/results.md of the project.

## Limits

- A letter that looks like a digit is taken for one: O, l, S and their like always, a hasty U, T or y now and then.
- A digit in a form that neither MNIST nor our drawings have may be rejected.

## License

{wrap(LICENSE)}
"""
