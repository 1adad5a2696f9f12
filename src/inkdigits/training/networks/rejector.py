"""The network that tells digits from everything else, before it is trained."""

import keras
from keras import initializers, layers

from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, INPUT_NAME
from inkdigits.training.networks.tutorial import layer_seeds
from inkdigits.training.synthesis.non_digits import KINDS

__all__ = ["build_rejector"]


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
