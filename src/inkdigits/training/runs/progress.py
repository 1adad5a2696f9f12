"""What a training tells whoever watches it: how far a step, an epoch or a whole run is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from inkdigits.training.config.base import NetworkConfig
from inkdigits.training.runs.run import EpochRow, Run

__all__ = ["Listener", "RunState", "StepReport", "name_run"]


@dataclass(frozen=True, slots=True)
class StepReport:
    """How far training is, after each step.

    Attributes:
        epoch: The running one, 1 to `epochs`.
        epochs: In all.
        step: Steps done in this epoch, 1 to `steps`.
        steps: Of one epoch.
        loss: Mean over the epoch's steps so far.
        accuracy: Mean over the epoch's steps so far, 0 to 1; None of a network without.
    """

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class RunState:
    """How far the training of a config is.

    Attributes:
        config: What is trained.
        row: Its last complete epoch; None before the first one.
        is_finished: Whether it is trained and measured.
    """

    config: NetworkConfig
    row: EpochRow | None
    is_finished: bool


# called with the run once its folder is there, then with each step, and with a row after each epoch's last step
Listener: TypeAlias = Callable[[Run | StepReport | EpochRow], None]


def name_run(config: NetworkConfig) -> str:
    """Return what a config is called beside others of its kind."""
    return f"{config.network} seed {config.seed}"
