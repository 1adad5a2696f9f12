"""How networks learn from batches composed while they train: by AdamW, with weights averaged over the last steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import keras
import numpy as np
import numpy.typing as npt

from inkdigits.spec import Tensors, UInt8Array
from inkdigits.training.config.composed import ComposedConfig
from inkdigits.training.evaluation.prediction import load_network
from inkdigits.training.networks.schedules import WarmCosine
from inkdigits.training.runs.progress import Listener, StepReport

__all__ = ["ComposedLearning", "compile_network"]

ConfigT = TypeVar("ConfigT", bound=ComposedConfig)

_FALLING_SHARE = 0.5  # of all steps, the last ones, in which the learning rate falls to 0
_WARM_UP = 300  # steps in which it rises: losses of this kind are steep at first
_MOMENTUM = 0.995  # of the averaged weights that are kept; each step adds 0.5 %
_LARGEST_STEP = 10.0  # norm of a step's gradient
_WEIGHT_DECAY = 0.005


def compile_network(network: keras.Model, loss: object, config: ComposedConfig, tensors: Tensors) -> None:
    """Give a network its first weights, its loss, and an optimizer that averages the weights.

    Args:
        network: As it was built.
        loss: As `keras.Model.compile` takes it.
        config: Its settings; `start` may name a run whose weights it begins with.
        tensors: What that run's network takes and gives.

    Raises:
        RunError: The weights to start with are not of this network.
    """
    if config.start is not None:
        network.set_weights(load_network(config.start, tensors).get_weights())
    steps = config.steps * config.epochs
    optimizer = keras.optimizers.AdamW(
        WarmCosine(config.learning_rate, steps, warm_up=_WARM_UP, falling_share=_FALLING_SHARE),
        weight_decay=_WEIGHT_DECAY,
        clipnorm=_LARGEST_STEP,
        use_ema=True,
        ema_momentum=_MOMENTUM,
    )
    optimizer.build(network.trainable_variables)
    network.compile(optimizer, loss=loss)


@dataclass(frozen=True, eq=False, slots=True)
class ComposedLearning(Generic[ConfigT]):
    """One training on composed batches.

    Attributes:
        config: Its settings.
        listener: Told of each step.
        network: Of `compile_network`; it learns.
        averaged: Of the same form; it is given the averaged weights.
        tensors: What these networks take and give.
    """

    config: ConfigT
    listener: Listener
    network: keras.Model
    averaged: keras.Model
    tensors: Tensors

    def fit(self, epoch: int, batches: Iterable[tuple[UInt8Array, npt.NDArray[np.generic]]]) -> dict[str, float]:
        """Learn from an epoch's batches, of which the network's loss takes the second part; return the mean loss."""
        config = self.config
        losses: list[float] = []
        for x, y in batches:
            losses.append(float(self.network.train_on_batch(x, y)))
            mean = float(np.mean(losses))
            self.listener(StepReport(epoch + 1, config.epochs, len(losses), config.steps, mean, None))
        return {"loss": float(np.mean(losses))}

    def average(self) -> keras.Model:
        """Return `averaged` with the weights that the optimizer has averaged and the network's statistics.

        Where the config says so, they are the mean of these and of what the training began with (M. Wortsman et al.,
        "Robust fine-tuning of zero-shot models", 2022).
        """
        if int(self.network.optimizer.iterations) == 0:  # nothing was averaged yet
            self.averaged.set_weights(self.network.get_weights())
            return self.averaged
        pairs = zip(self.averaged.non_trainable_variables, self.network.non_trainable_variables, strict=True)
        for variable, value in pairs:
            variable.assign(value)
        self.network.optimizer.finalize_variable_values(self.averaged.trainable_variables)
        if self.config.halfway and self.config.start is not None:
            begun = load_network(self.config.start, self.tensors).get_weights()
            pairs = zip(begun, self.averaged.get_weights(), strict=True)
            self.averaged.set_weights([(one + other) / 2 for one, other in pairs])
        return self.averaged
