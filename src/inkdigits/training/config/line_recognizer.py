"""What decides the weights of the network that reads whole lines."""

from dataclasses import dataclass
from typing import ClassVar

from inkdigits.training.checks import check_setting
from inkdigits.training.config.composed import ComposedConfig

__all__ = ["LINE_RECOGNIZER", "LineRecognizerConfig"]

LINE_RECOGNIZER = "line_recognizer"


@dataclass(frozen=True, kw_only=True, slots=True)
class LineRecognizerConfig(ComposedConfig):
    """The line recognizer's settings, beside those of every network that learns from composed batches.

    Args:
        lines: Composed anew for each epoch, real ones among them, 1 or more.

    Raises:
        RunError: A value is of another type or range.
    """

    samples: ClassVar[str] = "lines"

    network: str = LINE_RECOGNIZER
    epochs: int = 60
    batch_size: int = 32
    learning_rate: float = 0.0025
    lines: int = 16_000

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        ComposedConfig.__post_init__(self)
        check_setting("network", self.network, self.network == LINE_RECOGNIZER, LINE_RECOGNIZER)
