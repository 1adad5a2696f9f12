"""A `TrainConfig` goes in; a network with its optimizer, loss and schedule, ready to be trained, comes out."""

from typing import TypeAlias

import keras

from inkdigits.training.config import TrainConfig
from inkdigits.training.networks import BUILDERS

__all__ = ["compile_network", "compile_twin"]

_Rate: TypeAlias = float | keras.optimizers.schedules.LearningRateSchedule

_RISING_SHARE = 0.2  # of the steps of "one_cycle", in which the learning rate rises
_RISING_FACTOR = 10.0  # peak of the learning rate over its start


def compile_network(config: TrainConfig, steps: int) -> keras.Model:
    """Build and compile the network that trains.

    Args:
        config: Not of a `random_forest`.
        steps: Of one epoch, 1 or more.
    """
    peak = float(config.learning_rate)  # Keras' schedules would count in whole numbers from an int
    rate: _Rate = peak
    total = steps * config.epochs
    if config.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(peak, decay_steps=total)
    elif config.schedule == "one_cycle":
        rise = round(_RISING_SHARE * total)
        rate = keras.optimizers.schedules.CosineDecay(
            peak / _RISING_FACTOR, total - rise, warmup_target=peak, warmup_steps=rise
        )
    precision = {} if config.precision == "float32" else {"precision": config.precision}
    return _compiled(BUILDERS[config.network](seed=config.seed, **precision), config, rate)


def compile_twin(config: TrainConfig, network: keras.Model) -> keras.Model:
    """Return the network that is kept and measured: in float32, compiled alike, whatever precision trains.

    Args:
        config: Not of a `random_forest`.
        network: The one that trains; it is its own twin when it trains in float32.
    """
    if config.precision == "float32":
        return network
    return _compiled(BUILDERS[config.network](seed=config.seed), config, float(config.learning_rate))


def _compiled(network: keras.Model, config: TrainConfig, rate: _Rate) -> keras.Model:
    optimizer = keras.optimizers.Adam(learning_rate=rate)
    optimizer.build(network.trainable_variables)  # so that a checkpoint finds its variables before the first step
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=config.smoothing)
    network.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return network
