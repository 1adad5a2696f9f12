"""Layers that the networks on gray pixels share: local contrast first, then convolutions, each with its own seed."""

from collections.abc import Iterator
from dataclasses import dataclass

import keras
from keras import initializers, layers, ops

from inkdigits.spec import DETECTOR_SIDE

__all__ = ["LayerMaker", "LocalContrast"]

_CONTRAST_FLOOR = 0.04 * 255  # gray levels: where the spread is below it, paper's grain is not made louder
_BLOCKS_AROUND = 7  # squares of 16 pixels along each side of the neighborhood: nearly two of the largest digits


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


@dataclass(frozen=True, eq=False, slots=True)
class LayerMaker:
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

    def convolve(
        self, x: keras.KerasTensor, name: str, filters: int, *, stride: int | tuple[int, int] = 1
    ) -> keras.KerasTensor:
        """Convolve, normalize and cut below 0; a stride of two numbers is that of rows and of columns."""
        kernel = initializers.HeNormal(seed=next(self.seeds))
        layer = layers.Conv2D(
            filters, 3, stride, "same", use_bias=False, kernel_initializer=kernel, name=name, dtype=self.precision
        )
        return self._normalize(layer(x), name)

    def convolve_along(self, x: keras.KerasTensor, name: str, filters: int, steps: int) -> keras.KerasTensor:
        """Convolve so many steps of a line at a time, normalize and cut below 0."""
        kernel = initializers.HeNormal(seed=next(self.seeds))
        layer = layers.Conv1D(
            filters, steps, padding="same", use_bias=False, kernel_initializer=kernel, name=name, dtype=self.precision
        )
        return self._normalize(layer(x), name)

    def join(self, name: str, finer: keras.KerasTensor, coarser: keras.KerasTensor) -> keras.KerasTensor:
        """Put the answers of two resolutions beside each other."""
        return layers.Concatenate(name=f"join_{name}", dtype=self.precision)([finer, coarser])

    def _normalize(self, x: keras.KerasTensor, name: str) -> keras.KerasTensor:
        x = layers.BatchNormalization(name=f"{name}_norm", dtype=self.precision)(x)
        return layers.ReLU(name=f"{name}_relu", dtype=self.precision)(x)
