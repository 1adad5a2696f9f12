"""Builds the network that reads whole lines: gray strips to logits of blank and ten labels for every 4 columns."""

import keras
from keras import initializers, layers

from inkdigits.spec import CLASS_COUNT, STRIP_HEIGHT, STRIP_INPUT_NAME
from inkdigits.training.networks.convolutions import LayerMaker, LocalContrast
from inkdigits.training.networks.tutorial import layer_seeds

__all__ = ["WIDTHS", "build_line_recognizer"]

WIDTHS = (
    16,
    32,
    56,
    80,
    96,
)  # filters at the strip's own size, at half, at a quarter, at an eighth of its rows, and along
_ALONG = (3, 5, 5)  # steps of 4 columns that each layer along the line sees: together with the others some 70 columns
_LAYERS = 16  # seeds: more than there are layers


def build_line_recognizer(
    *, seed: int | None = None, widths: tuple[int, ...] = WIDTHS, precision: str = "float32"
) -> keras.Model:
    """Build the network: strips `(N, 32, W, 1)` of bytes to answers `(N, W / 4, 11)`; 298,000 parameters.

    Height shrinks 16 times, width 4 times. Class 0 is blank, class 1 + d the digit d, as Keras' CTC loss wants it.

    Args:
        seed: Of the first weights, 0 or more; None draws others each time.
        widths: Five numbers of filters, in the order of `WIDTHS`.
        precision: "float32", or "mixed_bfloat16" to multiply in bfloat16; the weights are float32 in both.
    """
    make = LayerMaker(iter(layer_seeds(seed, _LAYERS)), precision)
    whole, half, quarter, eighth, along = widths
    strips = keras.Input((STRIP_HEIGHT, None, 1), dtype="uint8", name=STRIP_INPUT_NAME)
    x = LocalContrast(name="local_contrast", dtype="float32")(strips)
    x = make.convolve(x, "whole", whole)
    x = make.stack(x, "half", (half, half), shrink=True)
    x = make.stack(x, "quarter", (quarter, quarter), shrink=True)
    x = make.convolve(x, "eighth_1", eighth, stride=(2, 1))
    x = make.convolve(x, "eighth_2", eighth)
    x = layers.MaxPooling2D((2, 1), name="pool", dtype=precision)(x)
    x = layers.Permute((2, 1, 3), name="columns_first", dtype=precision)(x)
    x = layers.Reshape((-1, STRIP_HEIGHT // 16 * eighth), name="columns", dtype=precision)(x)
    for number, steps in enumerate(_ALONG, start=1):
        y = make.convolve_along(x, f"along_{number}", along, steps)
        x = y if number == 1 else layers.Add(name=f"add_{number}", dtype=precision)([x, y])
    glorot = initializers.GlorotUniform(seed=next(make.seeds))
    logits = layers.Dense(1 + CLASS_COUNT, kernel_initializer=glorot, name="logits", dtype="float32")(x)
    return keras.Model(strips, logits, name="line_recognizer")
