"""How the learning rate rises and falls over the steps of a training."""

import keras

__all__ = ["one_cycle"]

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
