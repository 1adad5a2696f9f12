"""The tutorial's three networks and a linear one, before they are trained.

Each takes uint8 frames (N, 28, 28, 1), divides by 255 in its first layer, and answers float32 probabilities (N, 10).
"""

import keras
import numpy as np
from keras import initializers, layers

from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, INPUT_NAME, OUTPUT_NAME

__all__ = ["build_cnn_large", "build_cnn_small", "build_mlp", "build_softmax", "layer_seeds"]

_DROPOUT_RATE = 0.2


def build_softmax(*, seed: int | None = None) -> keras.Model:
    """Build the network without a hidden layer: 7,850 parameters.

    Args:
        seed: Of the first weights, 0 or more; None draws other weights each time.

    >>> build_softmax().count_params()
    7850
    """
    (output_seed,) = layer_seeds(seed, 1)
    return _assemble("softmax", [layers.Flatten(name="flatten"), _output(_glorot(output_seed))])


def build_mlp(*, seed: int | None = None) -> keras.Model:
    """Build the tutorial's perceptron: 784 hidden units, 623,290 parameters.

    Args:
        seed: Of the first weights, 0 or more; None draws other weights each time.
    """
    hidden_seed, output_seed = layer_seeds(seed, 2)
    hidden = _dense(784, "hidden", initializers.RandomNormal(seed=hidden_seed))
    output = _output(initializers.RandomNormal(seed=output_seed))
    return _assemble("mlp", [layers.Flatten(name="flatten"), hidden, output])


def build_cnn_small(*, seed: int | None = None) -> keras.Model:
    """Build the tutorial's simple CNN: 32 filters of 5 x 5, 592,074 parameters.

    Args:
        seed: Of the first weights and of dropout, 0 or more; None draws others each time.
    """
    filter_seed, dropout_seed, hidden_seed, output_seed = layer_seeds(seed, 4)
    stack = [
        _convolution(32, 5, "filters", filter_seed),
        layers.MaxPooling2D(2, name="pool"),
        layers.Dropout(_DROPOUT_RATE, seed=dropout_seed, name="dropout"),
        layers.Flatten(name="flatten"),
        _dense(128, "hidden", _glorot(hidden_seed)),
        _output(_glorot(output_seed)),
    ]
    return _assemble("cnn_small", stack)


def build_cnn_large(*, seed: int | None = None) -> keras.Model:
    """Build the tutorial's larger CNN: two convolutions, two hidden layers, 59,933 parameters.

    It is larger in layers, not in parameters: the second pooling leaves a tenth of the small one's weights.

    Args:
        seed: Of the first weights and of dropout, 0 or more; None draws others each time.
    """
    first_seed, second_seed, dropout_seed, wide_seed, narrow_seed, output_seed = layer_seeds(seed, 6)
    stack = [
        _convolution(30, 5, "filters_1", first_seed),
        layers.MaxPooling2D(2, name="pool_1"),
        _convolution(15, 3, "filters_2", second_seed),
        layers.MaxPooling2D(2, name="pool_2"),
        layers.Dropout(_DROPOUT_RATE, seed=dropout_seed, name="dropout"),
        layers.Flatten(name="flatten"),
        _dense(128, "hidden_1", _glorot(wide_seed)),
        _dense(50, "hidden_2", _glorot(narrow_seed)),
        _output(_glorot(output_seed)),
    ]
    return _assemble("cnn_large", stack)


def layer_seeds(seed: int | None, count: int) -> list[int | None]:
    """Return a seed for each of `count` layers, drawn from one; None for all when `seed` is None."""
    # one per layer, since Keras draws equal numbers for equal seeds; a global seed would tie builds to each other
    if seed is None:
        return [None] * count
    return [int(word >> 1) for word in np.random.SeedSequence(seed).generate_state(count)]


def _assemble(name: str, stack: list[keras.Layer]) -> keras.Model:
    frames = keras.Input((FRAME_SIDE, FRAME_SIDE, 1), dtype="uint8", name=INPUT_NAME)
    return keras.Sequential([frames, layers.Rescaling(1 / 255, name="rescaling"), *stack], name=name)


def _convolution(filters: int, side: int, name: str, seed: int | None) -> keras.Layer:
    return layers.Conv2D(
        filters, side, activation="relu", data_format="channels_last", kernel_initializer=_glorot(seed), name=name
    )


def _dense(units: int, name: str, initializer: initializers.Initializer) -> keras.Layer:
    return layers.Dense(units, activation="relu", kernel_initializer=initializer, name=name)


def _output(initializer: initializers.Initializer) -> keras.Layer:
    return layers.Dense(
        CLASS_COUNT, activation="softmax", dtype="float32", kernel_initializer=initializer, name=OUTPUT_NAME
    )


def _glorot(seed: int | None) -> initializers.Initializer:
    return initializers.GlorotUniform(seed=seed)
