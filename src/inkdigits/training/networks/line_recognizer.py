"""The network that reads whole lines, before it is trained: a strip in, logits of blank and ten labels out."""

import keras
from keras import initializers, layers

from inkdigits.spec import CLASS_COUNT, STRIP_HEIGHT, STRIP_INPUT_NAME
from inkdigits.training.networks.tutorial import layer_seeds

__all__ = ["build_line_recognizer"]

_BLOCKS = (((16,), (2, 2)), ((32, 32), (2, 2)), ((64, 64), (2, 1)), ((96, 96), (2, 1)))  # filters; rows, columns pooled
_ALONG = 128  # filters of the two layers along the line


def build_line_recognizer(*, seed: int | None = None) -> keras.Model:
    """Build the network: 334,000 parameters, 0.36 million multiplications a column of the strip.

    Height is pooled 16 times, width 4 times; an answer sees some 60 columns, 2.5 digits. Class 0 is blank, class 1 + d
    the digit d, as Keras' CTC loss wants it.

    Args:
        seed: Of the first weights and of dropout, 0 or more; None draws others each time.
    """
    seeds = iter(layer_seeds(seed, 11))
    stack: list[keras.Layer] = []
    for place, (filters, pool) in enumerate(_BLOCKS, start=1):
        for step, width in enumerate(filters, start=1):
            stack += _convolution(layers.Conv2D, width, f"{place}_{step}", next(seeds))
        stack.append(layers.MaxPooling2D(pool, name=f"pool_{place}"))
    rows = STRIP_HEIGHT // 16
    stack += [
        layers.Permute((2, 1, 3), name="columns_first"),
        layers.Reshape((-1, rows * _BLOCKS[-1][0][-1]), name="columns"),
    ]
    for step in (1, 2):
        stack += _convolution(layers.Conv1D, _ALONG, f"along_{step}", next(seeds))
    glorot = initializers.GlorotUniform(seed=next(seeds))
    stack += [
        layers.Dropout(0.2, seed=next(seeds), name="dropout"),
        layers.Dense(1 + CLASS_COUNT, kernel_initializer=glorot, name="logits"),
    ]
    strips = keras.Input((STRIP_HEIGHT, None, 1), dtype="uint8", name=STRIP_INPUT_NAME)
    return keras.Sequential([strips, layers.Rescaling(1 / 255, name="rescaling"), *stack], name="line_recognizer")


def _convolution(
    layer: type[layers.Conv1D] | type[layers.Conv2D], filters: int, name: str, seed: int | None
) -> list[keras.Layer]:
    return [
        layer(
            filters,
            3,
            padding="same",
            use_bias=False,  # the normalization after it has one
            kernel_initializer=initializers.HeNormal(seed=seed),
            name=f"filters_{name}",
        ),
        layers.BatchNormalization(name=f"normalization_{name}"),
        layers.ReLU(name=f"relu_{name}"),
    ]
