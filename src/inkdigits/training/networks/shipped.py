"""The networks that read for users, before they are trained.

Like the tutorial's they take uint8 frames (N, 28, 28, 1) and answer float32 probabilities (N, 10).
"""

from collections.abc import Sequence

import keras
from keras import initializers, layers

from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, INPUT_NAME, OUTPUT_NAME
from inkdigits.training.networks.tutorial import layer_seeds

__all__ = ["build_accurate", "build_fast"]

_DROPOUT_RATE = 0.3


def build_fast(*, seed: int | None = None, precision: str = "float32") -> keras.Model:
    """Build the small network: an early pooling keeps it at 5 million multiplications a frame, 76,000 parameters.

    Args:
        seed: Of the first weights and of dropout, 0 or more; None draws others each time.
        precision: "float32", or "mixed_bfloat16" to multiply in bfloat16; the weights are float32 in both.
    """
    return _assemble("fast", ((16,), (32, 32), (64, 64)), seed, precision)


def build_accurate(*, seed: int | None = None, precision: str = "float32") -> keras.Model:
    """Build the default network: seven convolutions in three blocks, 447,000 parameters, 36 million multiplications.

    Args:
        seed: Of the first weights and of dropout, 0 or more; None draws others each time.
        precision: "float32", or "mixed_bfloat16" to multiply in bfloat16; the weights are float32 in both.
    """
    return _assemble("accurate", ((32, 32), (64, 64), (128, 128, 128)), seed, precision)


def _assemble(name: str, blocks: Sequence[Sequence[int]], seed: int | None, precision: str) -> keras.Model:
    seeds = iter(layer_seeds(seed, 2 + sum(len(block) for block in blocks)))
    stack: list[keras.Layer] = []
    for place, block in enumerate(blocks, start=1):
        for step, filters in enumerate(block, start=1):
            stack += _convolution(filters, f"{place}_{step}", next(seeds), precision)
        stack.append(layers.MaxPooling2D(2, dtype=precision, name=f"pool_{place}"))
    stack.append(layers.Flatten(dtype=precision, name="flatten"))
    stack.append(layers.Dropout(_DROPOUT_RATE, seed=next(seeds), dtype=precision, name="dropout"))
    glorot = initializers.GlorotUniform(seed=next(seeds))
    stack.append(
        layers.Dense(CLASS_COUNT, activation="softmax", dtype="float32", kernel_initializer=glorot, name=OUTPUT_NAME)
    )
    frames = keras.Input((FRAME_SIDE, FRAME_SIDE, 1), dtype="uint8", name=INPUT_NAME)
    return keras.Sequential([frames, layers.Rescaling(1 / 255, name="rescaling"), *stack], name=name)


def _convolution(filters: int, name: str, seed: int | None, precision: str) -> list[keras.Layer]:
    return [
        layers.Conv2D(
            filters,
            3,
            padding="same",
            use_bias=False,  # the normalization after it has one
            data_format="channels_last",
            kernel_initializer=initializers.HeNormal(seed=seed),
            dtype=precision,
            name=f"filters_{name}",
        ),
        layers.BatchNormalization(dtype=precision, name=f"normalization_{name}"),
        layers.ReLU(dtype=precision, name=f"relu_{name}"),
    ]
