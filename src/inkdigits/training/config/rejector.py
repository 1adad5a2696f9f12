"""What decides the weights of the network that tells digits from what is no digit."""

from dataclasses import dataclass
from typing import ClassVar

from inkdigits.training.checks import check_setting, is_share, is_whole
from inkdigits.training.config.base import NetworkConfig

__all__ = ["REJECTOR", "RejectorConfig"]

REJECTOR = "rejector"
_MAX_FRAMES = 60_000


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectorConfig(NetworkConfig):
    """The rejector's settings, beside those of every network.

    Args:
        frames: Drawn frames that are no digit, 10 to 60,000, drawn once. An epoch adds 0.75 times as many MNIST digits,
            0.3 times as many digits drawn by code, 0.2 times as many in two coarse levels, and as many turned digits.
        rejected: Share of MNIST's validation digits, 0 to 1, that may be left out as no digits.
        doubted: Share, `rejected` included, that may be unsure because they hardly look like digits.
        rejected_in_clutter: Takes the place of `rejected` in pictures most of whose marks are no digits.

    Raises:
        RunError: A value is of another type or range.
    """

    samples: ClassVar[str] = "frames"

    network: str = REJECTOR
    epochs: int = 20
    batch_size: int = 128
    learning_rate: float = 0.003
    frames: int = 60_000
    rejected: float = 0.0016
    doubted: float = 0.006
    rejected_in_clutter: float = 0.05

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        NetworkConfig.__post_init__(self)
        check_setting("network", self.network, self.network == REJECTOR, REJECTOR)
        is_count = is_whole(self.frames, 10, _MAX_FRAMES)
        check_setting("frames", self.frames, is_count, f"a whole number from 10 to {_MAX_FRAMES}")
        check_setting("rejected", self.rejected, is_share(self.rejected), "a number from 0 to 1")
        is_more = is_share(self.doubted) and self.doubted >= self.rejected
        check_setting("doubted", self.doubted, is_more, f"a number from {self.rejected} to 1")
        clutter = self.rejected_in_clutter
        is_more = is_share(clutter) and clutter >= self.doubted
        check_setting("rejected_in_clutter", clutter, is_more, f"a number from {self.doubted} to 1")
