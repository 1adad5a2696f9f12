"""Builds the detector: gray pixels of any size to a map of which digit, sign or other ink stands where.

Three resolutions (4, 8 and 16 pixels a place) are brought together at 4 pixels a place, as U-shaped networks do
(Ronneberger et al. 2015), and each mark is a peak at its middle (Zhou et al. 2019, "Objects as Points").
"""

import keras
from keras import initializers, layers, ops

from inkdigits.spec import DETECTOR_CHANNELS, DETECTOR_INPUT_NAME, DETECTOR_SIDE, MARK_LABELS
from inkdigits.training.networks.tutorial import layer_seeds

__all__ = ["LocalContrast", "build_detector"]

_CONTRAST_FLOOR = 0.04  # of the gray range: below this spread, paper's grain is not made louder
_BLOCKS_AROUND = 7  # squares along each side of the neighborhood: 112 pixels, nearly two of the largest digits
_START_LOGIT = -4.0  # of peaks: 2 % at first, since nearly all places hold none


@keras.saving.register_keras_serializable("inkdigits")
class LocalContrast(layers.Layer):
    """Gray values, less the mean of their neighborhood, by its spread; light, shadow and polarity's level vanish."""

    def call(self, pictures: keras.KerasTensor) -> keras.KerasTensor:
        """Return float32, the shape of `pictures`, which are uint8 (N, H, W, 1) with H and W multiples of 16."""
        gray = ops.cast(pictures, "float32") / 255
        mean = self._around(gray)
        spread = ops.sqrt(ops.maximum(self._around(gray * gray) - mean * mean, 0.0))
        return (gray - mean) / (spread + _CONTRAST_FLOOR)

    @staticmethod
    def _around(values: keras.KerasTensor) -> keras.KerasTensor:
        blocks = ops.average_pool(values, DETECTOR_SIDE, DETECTOR_SIDE, padding="valid")
        blocks = ops.average_pool(blocks, _BLOCKS_AROUND, 1, padding="same")
        return ops.repeat(ops.repeat(blocks, DETECTOR_SIDE, axis=1), DETECTOR_SIDE, axis=2)


def build_detector(*, seed: int | None = None, widths: tuple[int, ...] = (16, 24, 40, 64, 96, 64)) -> keras.Model:
    """Build the network: pictures `(N, H, W, 1)` of bytes to answers `(N, H / 4, W / 4, DETECTOR_CHANNELS)` of logits.

    Args:
        seed: Of the first weights, 0 or more; None draws others each time.
        widths: Filters at 2 pixels a place (two layers), at 4, 8 and 16, and of the joined map.
    """
    seeds = iter(layer_seeds(seed, 24))
    first, second, quarter, eighth, sixteenth, joined = widths

    def block(x: keras.KerasTensor, filters: int, name: str, stride: int = 1, size: int = 3) -> keras.KerasTensor:
        kernel = initializers.HeNormal(seed=next(seeds))
        x = layers.Conv2D(filters, size, stride, "same", use_bias=False, kernel_initializer=kernel, name=name)(x)
        return layers.ReLU(name=f"{name}_relu")(layers.BatchNormalization(name=f"{name}_norm")(x))

    pictures = keras.Input((None, None, 1), dtype="uint8", name=DETECTOR_INPUT_NAME)
    x = LocalContrast(name="local_contrast", dtype="float32")(pictures)
    x = block(block(x, first, "half_1", 2), second, "half_2")
    x = block(x, quarter, "quarter_1", 2)
    at_quarter = block(block(x, quarter, "quarter_2"), quarter, "quarter_3")
    x = block(at_quarter, eighth, "eighth_1", 2)
    at_eighth = block(block(block(x, eighth, "eighth_2"), eighth, "eighth_3"), eighth, "eighth_4")
    x = block(at_eighth, sixteenth, "sixteenth_1", 2)
    x = block(block(block(x, sixteenth, "sixteenth_2"), sixteenth, "sixteenth_3"), joined, "sixteenth_4")
    x = layers.Concatenate(name="join_eighth")([at_eighth, layers.UpSampling2D(2, name="up_sixteenth")(x)])
    x = block(x, joined, "joined_eighth")
    x = layers.Concatenate(name="join_quarter")([at_quarter, layers.UpSampling2D(2, name="up_eighth")(x)])
    x = block(block(x, joined, "joined_quarter_1"), joined, "joined_quarter_2")
    kernel = initializers.GlorotUniform(seed=next(seeds))
    answers = layers.Conv2D(
        DETECTOR_CHANNELS, 1, kernel_initializer=kernel, bias_initializer=_Biases(), name="answers", dtype="float32"
    )(x)
    return keras.Model(pictures, answers, name="detector")


class _Biases(initializers.Initializer):
    """Low logits for peaks and other ink, zero for the rest."""

    def __call__(self, shape: tuple[int, ...], dtype: str | None = None) -> keras.KerasTensor:
        peaks = len(MARK_LABELS) + 1
        return ops.cast(ops.array([_START_LOGIT] * peaks + [0.0] * (shape[0] - peaks)), dtype or "float32")

    def get_config(self) -> dict[str, object]:
        return {}
