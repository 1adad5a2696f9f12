"""The settings of networks that learn from batches composed while they train, with real handwriting among them."""

from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from inkdigits.training.checks import check_setting, is_whole
from inkdigits.training.config.base import NetworkConfig
from inkdigits.training.config.precision import Precision, multiplies_bfloat16

__all__ = ["ComposedConfig", "make_composed_config"]

ConfigT = TypeVar("ConfigT", bound="ComposedConfig")


@dataclass(frozen=True, kw_only=True, slots=True)
class ComposedConfig(NetworkConfig):
    """Settings beside those of every network; a kind of network adds how many samples an epoch has, named `samples`.

    Args:
        handwriting: Folder of real handwriting, as docs/data.md describes it; None learns from MNIST, forms in code and
            this machine's fonts alone.
        precision: "float32", or "mixed_bfloat16": faster where the processor multiplies bfloat16.
        start: A run of the same network, or its `.keras` file, whose weights the training begins with; None draws them.
        halfway: Whether the finished weights are the mean of those that it began with and those that it learned: less
            is forgotten of what new scenes show less often.

    Raises:
        RunError: A value is of another type or range.
    """

    handwriting: str | None = None
    precision: Precision = "float32"
    start: str | None = None
    halfway: bool = False

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        NetworkConfig.__post_init__(self)
        check_setting(self.samples, self.count, is_whole(self.count, 1), "a whole number of 1 or more")
        check_setting("handwriting", self.handwriting, _is_path(self.handwriting), "a folder or None")
        check_setting(
            "precision", self.precision, self.precision in get_args(Precision), f"one of {get_args(Precision)}"
        )
        check_setting("start", self.start, _is_path(self.start), "a run or None")
        can_be = isinstance(self.halfway, bool) and (self.start is not None or not self.halfway)
        check_setting("halfway", self.halfway, can_be, "True or False, and True only with start")

    @property
    def count(self) -> int:
        """Samples of an epoch."""
        count: int = getattr(self, self.samples)
        return count

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return -(-self.count // self.batch_size)


def _is_path(value: object) -> bool:
    return value is None or (isinstance(value, str) and value != "")


def make_composed_config(form: type[ConfigT], **settings: Any) -> ConfigT:  # noqa: ANN401 - checked by the config
    """Return a network's recipe with some settings changed; it multiplies in bfloat16 where the processor does.

    Args:
        form: The network's class of settings.
        settings: Its fields to set otherwise.

    Raises:
        RunError: As `form`.
    """
    precision = "mixed_bfloat16" if multiplies_bfloat16() else "float32"
    return form(**{"precision": precision, **settings})
