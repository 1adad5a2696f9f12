"""What decides the weights of the network that finds digits and signs in pictures."""

from dataclasses import dataclass
from typing import ClassVar

from inkdigits.training.checks import check_setting
from inkdigits.training.config.composed import ComposedConfig

__all__ = ["DETECTOR", "DetectorConfig"]

DETECTOR = "detector"


@dataclass(frozen=True, kw_only=True, slots=True)
class DetectorConfig(ComposedConfig):
    """The detector's settings, beside those of every network that learns from composed batches.

    Args:
        scenes: Composed anew for each epoch, 1 or more.

    Raises:
        RunError: A value is of another type or range.
    """

    samples: ClassVar[str] = "scenes"

    network: str = DETECTOR
    epochs: int = 60
    batch_size: int = 32
    learning_rate: float = 0.0025
    scenes: int = 16_000

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        ComposedConfig.__post_init__(self)
        check_setting("network", self.network, self.network == DETECTOR, DETECTOR)
