"""How the learning rate rises and falls over the steps of a training."""

import math

import keras
from keras import ops

__all__ = ["WarmCosine", "one_cycle"]

_RISING_FACTOR = 10.0  # peak over start


def one_cycle(peak: float, steps: int, *, rising_share: float) -> keras.optimizers.schedules.LearningRateSchedule:
    """Return a learning rate that rises in a line from a tenth of its peak and falls to 0 along a cosine.

    Args:
        peak: Above 0.
        steps: In all, 1 or more.
        rising_share: Of the steps, 0 to 1, in which it rises.
    """
    rise = round(rising_share * steps)
    return keras.optimizers.schedules.CosineDecay(
        peak / _RISING_FACTOR, steps - rise, warmup_target=peak, warmup_steps=rise
    )


@keras.saving.register_keras_serializable("inkdigits")
class WarmCosine(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]  # Keras has no types
    """A learning rate that rises in a line from nearly 0, stays at its peak, and falls to 0 along a cosine.

    Args:
        peak: Above 0.
        steps: In all, 1 or more.
        warm_up: Steps in which it rises; no more than a tenth of all.
        falling_share: Of the steps, the last ones, above 0 to 1, in which it falls.
    """

    def __init__(self, peak: float, steps: int, *, warm_up: int, falling_share: float) -> None:
        """Keep the arguments, for `get_config`."""
        self._config = {"peak": peak, "steps": steps, "warm_up": warm_up, "falling_share": falling_share}
        self._peak, self._steps = peak, steps
        self._rising = min(warm_up, max(steps // 10, 1))
        self._falling = falling_share * steps

    def __call__(self, step: keras.KerasTensor) -> keras.KerasTensor:
        """Return the rate of a step, 0 or more."""
        at = ops.cast(step, "float32")
        rise = ops.minimum(1.0, (at + 1) / self._rising)
        left = ops.clip((self._steps - at) / self._falling, 0.0, 1.0)
        return self._peak * rise * (0.5 - 0.5 * ops.cos(math.pi * left))

    def get_config(self) -> dict[str, float]:
        """Return the arguments."""
        return dict(self._config)
