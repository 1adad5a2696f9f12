"""What decides the weights of the network that finds digits and signs in pictures."""

from dataclasses import dataclass
from typing import Any, ClassVar, get_args

from inkdigits.training.checks import check_setting, is_whole
from inkdigits.training.config.base import NetworkConfig
from inkdigits.training.config.precision import Precision, multiplies_bfloat16

__all__ = ["DETECTOR", "DetectorConfig", "make_detector_config"]

DETECTOR = "detector"


@dataclass(frozen=True, kw_only=True, slots=True)
class DetectorConfig(NetworkConfig):
    """The detector's settings, beside those of every network.

    Args:
        scenes: Composed anew for each epoch, 1 or more.
        handwriting: Folder of real handwriting, as docs/data.md describes it; None learns from MNIST, forms in code and
            this machine's fonts alone.
        precision: "float32", or "mixed_bfloat16": faster where the processor multiplies bfloat16.
        start: A run of the detector, or its `.keras` file, whose weights the training begins with; None draws them.

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
    precision: Precision = "float32"
    start: str | None = None

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        NetworkConfig.__post_init__(self)
        check_setting("network", self.network, self.network == DETECTOR, DETECTOR)
        check_setting("scenes", self.scenes, is_whole(self.scenes, 1), "a whole number of 1 or more")
        check_setting("handwriting", self.handwriting, _is_path(self.handwriting), "a folder or None")
        check_setting(
            "precision", self.precision, self.precision in get_args(Precision), f"one of {get_args(Precision)}"
        )
        check_setting("start", self.start, _is_path(self.start), "a run or None")

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return -(-self.scenes // self.batch_size)


def _is_path(value: object) -> bool:
    return value is None or (isinstance(value, str) and value != "")


def make_detector_config(**settings: Any) -> DetectorConfig:  # noqa: ANN401 - checked by the config
    """Return the detector's recipe with some settings changed; it multiplies in bfloat16 where the processor does.

    Args:
        settings: Fields of `DetectorConfig` to set otherwise.

    Raises:
        RunError: As `DetectorConfig`.
    """
    precision = "mixed_bfloat16" if multiplies_bfloat16() else "float32"
    return DetectorConfig(**{"precision": precision, **settings})
