"""Builds the detector: gray pixels of any size to a map of which digit, sign or other ink stands where.

Three resolutions (4, 8 and 16 pixels a place) are brought together at 4 pixels a place, as U-shaped networks do
(Ronneberger et al. 2015), and each mark is a peak at its middle (Zhou et al. 2019, "Objects as Points").
"""

from collections.abc import Iterator
from dataclasses import dataclass

import keras
from keras import initializers, layers, ops

from inkdigits.spec import DETECTOR_CHANNELS, DETECTOR_INPUT_NAME, DETECTOR_SIDE, PRINTED_CHANNEL
from inkdigits.training.networks.tutorial import layer_seeds

__all__ = ["WIDTHS", "LocalContrast", "build_detector"]

WIDTHS = (16, 24, 40, 64, 96, 64)  # filters at 2 pixels a place (two layers), at 4, 8 and 16, and of the joined map
_CONTRAST_FLOOR = 0.04 * 255  # gray levels: where the spread is below it, paper's grain is not made louder
_BLOCKS_AROUND = 7  # squares of 16 pixels along each side of the neighborhood: nearly two of the largest digits
_START_LOGIT = -4.0  # of peaks and other ink: 2 % at first, since nearly all places hold none
_LAYERS = 24  # seeds: more than there are layers


@keras.saving.register_keras_serializable("inkdigits")
class LocalContrast(layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Gray values, less the mean of their neighborhood, divided by its spread; so light and shadow play no part."""

    def call(self, pictures: keras.KerasTensor) -> keras.KerasTensor:
        """Return float32, the shape of `pictures`, which are uint8 (N, H, W, 1) with H and W multiples of 16."""
        gray = ops.cast(pictures, "float32")  # whole numbers, so that the sums of a block are exact in any order
        blocks, squares = (ops.cast(_average_blocks(values), "float64") for values in (gray, gray * gray))
        count = _sum_around(ops.ones_like(blocks))
        mean = _sum_around(blocks) / count
        # the small difference of large numbers: in float32 Keras and ONNX Runtime differed by 0.005 of a probability
        spread = ops.sqrt(ops.maximum(_sum_around(squares) / count - mean * mean, 0.0))
        return (gray - _enlarge(mean)) / (_enlarge(spread) + _CONTRAST_FLOOR)


def _average_blocks(values: keras.KerasTensor) -> keras.KerasTensor:
    return ops.average_pool(values, DETECTOR_SIDE, DETECTOR_SIDE, padding="valid")


def _sum_around(blocks: keras.KerasTensor) -> keras.KerasTensor:
    """Return for each block the sum over its neighborhood, as far as that lies inside."""
    reach = _BLOCKS_AROUND // 2
    for axis in (1, 2):
        padded = ops.pad(blocks, [(reach, reach) if place == axis else (0, 0) for place in range(4)])
        ends = [(start, start + 1 - _BLOCKS_AROUND or None) for start in range(_BLOCKS_AROUND)]
        blocks = sum(padded[:, start:end] if axis == 1 else padded[:, :, start:end] for start, end in ends)
    return blocks


def _enlarge(blocks: keras.KerasTensor) -> keras.KerasTensor:
    """Return a value for each pixel, float32."""
    return ops.repeat(ops.repeat(ops.cast(blocks, "float32"), DETECTOR_SIDE, axis=1), DETECTOR_SIDE, axis=2)


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
    make = _Maker(iter(layer_seeds(seed, _LAYERS)), precision)
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


@dataclass(frozen=True, eq=False, slots=True)
class _Maker:
    """Makes layers, each with the next seed.

    Attributes:
        seeds: One for each layer with weights.
        precision: Keras' name of the numbers in which layers multiply.
    """

    seeds: Iterator[int | None]
    precision: str

    def stack(
        self, x: keras.KerasTensor, name: str, filters: tuple[int, ...], *, shrink: bool = False
    ) -> keras.KerasTensor:
        """Convolve once for each number of filters; the first time at every second pixel where it is to shrink."""
        for number, count in enumerate(filters, start=1):
            x = self.convolve(x, f"{name}_{number}", count, stride=2 if shrink and number == 1 else 1)
        return x

    def convolve(self, x: keras.KerasTensor, name: str, filters: int, *, stride: int = 1) -> keras.KerasTensor:
        """Convolve, normalize and cut below 0."""
        kernel, dtype = initializers.HeNormal(seed=next(self.seeds)), self.precision
        x = layers.Conv2D(
            filters, 3, stride, "same", use_bias=False, kernel_initializer=kernel, name=name, dtype=dtype
        )(x)
        x = layers.BatchNormalization(name=f"{name}_norm", dtype=dtype)(x)
        return layers.ReLU(name=f"{name}_relu", dtype=dtype)(x)

    def join(self, name: str, finer: keras.KerasTensor, coarser: keras.KerasTensor) -> keras.KerasTensor:
        """Put the answers of two resolutions beside each other."""
        return layers.Concatenate(name=f"join_{name}", dtype=self.precision)([finer, coarser])


@keras.saving.register_keras_serializable("inkdigits")
class _Biases(initializers.Initializer):  # type: ignore[misc]  # as above
    """Low logits for peaks and other ink, zero for print and boxes."""

    def __call__(self, shape: tuple[int, ...], dtype: str | None = None) -> keras.KerasTensor:
        rest = [0.0] * (shape[0] - PRINTED_CHANNEL)
        return ops.cast(ops.array([_START_LOGIT] * PRINTED_CHANNEL + rest), dtype or "float32")

    def get_config(self) -> dict[str, object]:
        return {}
