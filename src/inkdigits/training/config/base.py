"""The settings that every network's training has, and their checks."""

from dataclasses import dataclass
from typing import ClassVar

from inkdigits.training.checks import MAX_SEED, check_setting, is_whole

__all__ = ["NetworkConfig"]


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkConfig:
    """What decides the weights of any network; the kinds of networks add settings and give defaults.

    Args:
        network: Name of the network.
        epochs: Passes over what is learned from, 1 or more.
        batch_size: Samples of a step, 1 or more.
        learning_rate: Of Adam, above 0; the highest one where it rises and falls.
        seed: Of everything that is drawn at random, 0 to 2**31 - 1.

    Attributes:
        samples: What the network learns from, in a word.

    Raises:
        RunError: A value is of another type or range.
    """

    samples: ClassVar[str] = "digits"

    network: str
    epochs: int
    batch_size: int
    learning_rate: float
    seed: int = 7

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        check_setting("epochs", self.epochs, is_whole(self.epochs, 1), "a whole number of 1 or more")
        check_setting("batch_size", self.batch_size, is_whole(self.batch_size, 1), "a whole number of 1 or more")
        is_rate = isinstance(self.learning_rate, float) and 0 < self.learning_rate < float("inf")
        check_setting("learning_rate", self.learning_rate, is_rate, "a number above 0")
        is_seed = is_whole(self.seed, 0, MAX_SEED)
        check_setting("seed", self.seed, is_seed, f"a whole number from 0 to {MAX_SEED}")
