"""What decides the weights of the network that finds digits and signs in pictures."""

from dataclasses import dataclass
from typing import ClassVar

from inkdigits.training.checks import check_setting, is_whole
from inkdigits.training.config.base import NetworkConfig

__all__ = ["DETECTOR", "DetectorConfig"]

DETECTOR = "detector"


@dataclass(frozen=True, kw_only=True, slots=True)
class DetectorConfig(NetworkConfig):
    """The detector's settings, beside those of every network.

    Args:
        scenes: Composed anew for each epoch, 1 or more.
        handwriting: Folder of real handwriting, as docs/data.md describes it; None learns from MNIST, forms in code and
            this machine's fonts alone.

    Raises:
        RunError: A value is of another type or range.
    """

    samples: ClassVar[str] = "scenes"

    network: str = DETECTOR
    epochs: int = 60
    batch_size: int = 32
    learning_rate: float = 0.0025
    scenes: int = 16_000
    handwriting: str | None = None

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        NetworkConfig.__post_init__(self)
        check_setting("network", self.network, self.network == DETECTOR, DETECTOR)
        check_setting("scenes", self.scenes, is_whole(self.scenes, 1), "a whole number of 1 or more")
        is_folder = self.handwriting is None or (isinstance(self.handwriting, str) and self.handwriting != "")
        check_setting("handwriting", self.handwriting, is_folder, "a folder or None")

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return -(-self.scenes // self.batch_size)
