"""Builds the detector: gray pixels of any size to a map of which digit, sign or other ink stands where.

Three resolutions (4, 8 and 16 pixels a place) are brought together at 4 pixels a place, as U-shaped networks do
(Ronneberger et al. 2015), and each mark is a peak at its middle (Zhou et al. 2019, "Objects as Points").
"""

import keras
from keras import initializers, layers, ops

from inkdigits.spec import DETECTOR_CHANNELS, DETECTOR_INPUT_NAME, PRINTED_CHANNEL
from inkdigits.training.networks.convolutions import LayerMaker, LocalContrast
from inkdigits.training.networks.tutorial import layer_seeds

__all__ = ["WIDTHS", "build_detector"]

WIDTHS = (16, 24, 40, 64, 96, 64)  # filters at 2 pixels a place (two layers), at 4, 8 and 16, and of the joined map
_START_LOGIT = -4.0  # of peaks and other ink: 2 % at first, since nearly all places hold none
_LAYERS = 24  # seeds: more than there are layers


def build_detector(
    *, seed: int | None = None, widths: tuple[int, ...] = WIDTHS, precision: str = "float32"
) -> keras.Model:
    """Build the network: pictures `(N, H, W, 1)` of bytes to answers `(N, H / 4, W / 4, DETECTOR_CHANNELS)`.

    In the answers, probabilities are logits, as the loss takes them; `export.detector` adds the sigmoid.

    Args:
        seed: Of the first weights, 0 or more; None draws others each time.
        widths: Six numbers of filters, in the order of `WIDTHS`.
        precision: "float32", or "mixed_bfloat16" to multiply in bfloat16; the weights are float32 in both.
    """
    make = LayerMaker(iter(layer_seeds(seed, _LAYERS)), precision)
    first, second, quarter, eighth, sixteenth, joined = widths
    pictures = keras.Input((None, None, 1), dtype="uint8", name=DETECTOR_INPUT_NAME)
    x = LocalContrast(name="local_contrast", dtype="float32")(pictures)
    x = make.stack(x, "half", (first, second), shrink=True)
    at_quarter = make.stack(x, "quarter", (quarter,) * 3, shrink=True)
    at_eighth = make.stack(at_quarter, "eighth", (eighth,) * 4, shrink=True)
    x = make.stack(at_eighth, "sixteenth", (*(sixteenth,) * 3, joined), shrink=True)
    x = make.join("eighth", at_eighth, layers.UpSampling2D(2, name="up_sixteenth", dtype=precision)(x))
    x = make.convolve(x, "joined_eighth", joined)
    x = make.join("quarter", at_quarter, layers.UpSampling2D(2, name="up_eighth", dtype=precision)(x))
    x = make.stack(x, "joined_quarter", (joined, joined))
    answers = layers.Conv2D(
        DETECTOR_CHANNELS,
        1,
        kernel_initializer=initializers.GlorotUniform(seed=next(make.seeds)),
        bias_initializer=_Biases(),
        name="answers",
        dtype="float32",
    )(x)
    return keras.Model(pictures, answers, name="detector")


@keras.saving.register_keras_serializable("inkdigits")
class _Biases(initializers.Initializer):  # type: ignore[misc]  # Keras has no types
    """Low logits for peaks and other ink, zero for print and boxes."""

    def __call__(self, shape: tuple[int, ...], dtype: str | None = None) -> keras.KerasTensor:
        rest = [0.0] * (shape[0] - PRINTED_CHANNEL)
        return ops.cast(ops.array([_START_LOGIT] * PRINTED_CHANNEL + rest), dtype or "float32")

    def get_config(self) -> dict[str, object]:
        return {}
