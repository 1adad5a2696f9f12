"""What to train and how: one frozen `TrainConfig`, checked when made, to JSON and back. Standard library only."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Literal, get_args

from inkdigits.errors import RunError

__all__ = ["FOREST", "NETWORKS", "Schedule", "Split", "TrainConfig", "config_from_json", "config_to_json"]

Schedule = Literal["constant", "cosine"]
Split = Literal["whole", "train"]

FOREST = "random_forest"  # the one that is no Keras network: no epochs, no model file

# name -> accuracy on MNIST test, 0 to 1, that the tutorial printed for its own run; None: not in the tutorial
NETWORKS: Mapping[str, float | None] = MappingProxyType(
    {"softmax": None, FOREST: None, "mlp": 0.9817, "cnn_small": 0.9905, "cnn_large": 0.9918}
)

_MAX_SEED = 2**31 - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainConfig:
    """Everything that decides the weights, with the tutorial's values as defaults.

    Args:
        network: A name of `NETWORKS`.
        epochs: Passes over the training digits, 1 or more.
        batch_size: Digits per step, 1 or more; the tutorial's text says 100, its code 200.
        learning_rate: Of Adam, above 0; the first one when the schedule is "cosine".
        seed: Of weights, order, dropout and augmentation, 0 to 2**31 - 1.
        data: Path of a data set to train on (see `load_dataset`); None is MNIST.
        split: "whole" trains on all digits, as the tutorial does (60,000 of MNIST); "train" holds 1/12 out (MNIST: the
            last 5,000) and reports validation accuracy after each epoch.
        augment: Whether each epoch sees newly turned, shifted, scaled, sheared, thinned or thickened digits.
        schedule: "constant", or "cosine": the learning rate falls to 0 along half a cosine.

    Raises:
        RunError: A value is of another type or range, or `random_forest` is given settings of a network.

    >>> TrainConfig(network="mlp").batch_size
    200
    """

    network: str
    epochs: int = 10
    batch_size: int = 200
    learning_rate: float = 0.001
    seed: int = 7
    data: str | None = None
    split: Split = "whole"
    augment: bool = False
    schedule: Schedule = "constant"

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        _check("network", self.network, self.network in NETWORKS, f"one of {', '.join(NETWORKS)}")
        _check("epochs", self.epochs, _is_int(self.epochs, 1), "a whole number of 1 or more")
        _check("batch_size", self.batch_size, _is_int(self.batch_size, 1), "a whole number of 1 or more")
        is_rate = isinstance(self.learning_rate, float) and 0 < self.learning_rate < float("inf")
        _check("learning_rate", self.learning_rate, is_rate, "a number above 0")
        is_seed = _is_int(self.seed, 0) and self.seed <= _MAX_SEED
        _check("seed", self.seed, is_seed, f"a whole number from 0 to {_MAX_SEED}")
        _check("data", self.data, self.data is None or isinstance(self.data, str), "a path or null")
        _check("split", self.split, self.split in get_args(Split), f"one of {', '.join(get_args(Split))}")
        _check("augment", self.augment, isinstance(self.augment, bool), "true or false")
        _check("schedule", self.schedule, self.schedule in get_args(Schedule), f"one of {get_args(Schedule)}")
        if self.network == FOREST:
            for name in ("epochs", "batch_size", "learning_rate", "augment", "schedule"):
                value, default = getattr(self, name), type(self).__dataclass_fields__[name].default
                _check(name, value, value == default, f"{name} left alone, since {FOREST} is no network")


def config_to_json(config: TrainConfig) -> str:
    """Return the config as JSON text, one key a line."""
    return json.dumps(asdict(config), indent=2) + "\n"


def config_from_json(text: str, source: str) -> TrainConfig:
    """Return the config in `text`.

    Args:
        text: A JSON object. A key that is not there has its default: a new key's default is what happened before it.
        source: Where the text comes from, for the message.

    Raises:
        RunError: No JSON object, an unknown key, or a value that `TrainConfig` refuses.
    """
    try:
        values = json.loads(text)
    except ValueError as error:
        msg = f"{source}: expected JSON, {error}; train again"
        raise RunError(msg) from error
    known = [entry.name for entry in fields(TrainConfig)]
    if not isinstance(values, dict) or "network" not in values:
        msg = f"{source}: expected an object with the key network, got {text[:60].strip()!r}; train again"
        raise RunError(msg)
    unknown = sorted(set(values) - set(known))
    if unknown:
        msg = f"{source}: expected the keys {', '.join(known)}, got also {', '.join(unknown)}; remove them"
        raise RunError(msg)
    return TrainConfig(**values)


def _is_int(value: object, low: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= low


def _check(name: str, value: object, accepted: bool, expected: str) -> None:  # noqa: FBT001 - private, always a comparison
    if not accepted:
        msg = f"{name}: expected {expected}, got {value!r}"
        raise RunError(msg)
