"""What decides the weights of the networks that name single digits, and the recipe of each of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args

from inkdigits.training.checks import check_setting, is_share, is_whole, parse_part
from inkdigits.training.config.base import NetworkConfig
from inkdigits.training.config.precision import Precision, multiplies_bfloat16

__all__ = [
    "COMPARED",
    "ENSEMBLE",
    "FOREST",
    "LADDER",
    "MEMBER",
    "NETWORKS",
    "QUICK",
    "RECIPES",
    "Schedule",
    "TrainConfig",
    "make_config",
]

Schedule = Literal["constant", "cosine", "one_cycle"]

ENSEMBLE = "ensemble"  # several networks of the same kind, whose answers are averaged
FOREST = "random_forest"  # not a Keras network: it has no epochs and no model file

# name -> accuracy on MNIST test, 0 to 1, that the tutorial printed for its own run; None: not in the tutorial
NETWORKS: Mapping[str, float | None] = MappingProxyType(
    {
        "softmax": None,
        FOREST: None,
        "mlp": 0.9817,
        "cnn_small": 0.9905,
        "cnn_large": 0.9918,
        "quick": None,
        "fast": None,
        "accurate": None,
        ENSEMBLE: None,
    }
)
LADDER = ("fast", "accurate", ENSEMBLE)  # the networks that read for users
MEMBER = "accurate"  # what an ensemble is made of
QUICK = "quick"  # learns in seconds; networks/quick.py says what each part of its recipe is worth
COMPARED = tuple(name for name in NETWORKS if name not in (*LADDER, QUICK))  # those that learn by the tutorial's recipe
_PRECISE = (QUICK, *LADDER)  # those that can multiply in bfloat16

# what a network's own recipe changes in the tutorial's, whose settings are `TrainConfig`'s defaults
_LADDER_RECIPE: Mapping[str, Any] = MappingProxyType(
    {
        "batch_size": 100,
        "learning_rate": 0.003,
        "schedule": "one_cycle",
        "augment": True,
        "rough": True,
        "drawn": 0.2,
        "settle": 0.3,
        "smoothing": 0.05,
        "split": "train",  # confidence and thresholds are fitted on what is held out
    }
)
_ACCURATE_RECIPE: Mapping[str, Any] = MappingProxyType({**_LADDER_RECIPE, "epochs": 20})
RECIPES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        QUICK: {"epochs": 3, "batch_size": 500, "learning_rate": 0.03, "schedule": "one_cycle", "smoothing": 0.05},
        # a network this small has room for fewer drawn forms beside MNIST's
        "fast": {**_LADDER_RECIPE, "epochs": 40, "drawn": 0.1},
        MEMBER: _ACCURATE_RECIPE,
        ENSEMBLE: {**_ACCURATE_RECIPE, "members": 3},
    }
)

_MAX_MEMBERS = 5
_NETWORK_SETTINGS = (
    "epochs",
    "batch_size",
    "learning_rate",
    "augment",
    "schedule",
    "rough",
    "drawn",
    "settle",
    "smoothing",
    "teacher",
    "handwriting",
    "strings",
    "start",
)  # what a forest has no use for


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainConfig(NetworkConfig):
    """Everything that decides a classifier's weights, with the tutorial's values as defaults.

    Args:
        network: A name of `NETWORKS`.
        epochs: Passes over the training digits, 1 or more.
        batch_size: Digits per step, 1 or more; the tutorial's text says 100, its code 200.
        learning_rate: Of Adam, above 0; the first one when the schedule is "cosine".
        seed: Of weights, order, dropout and augmentation, 0 to 2**31 - 1.
        data: Path of a data set to train on (see `load_dataset`); None is MNIST.
        invert: Whether paper is high and ink is low in the arrays of `data`.
        scale: The value of full ink in the arrays of `data`; None takes 1, 16 or 255 by the largest value.
        transpose: Whether rows and columns are exchanged in the arrays of `data`.
        split: "whole" trains on all digits, as the tutorial does (60,000 of MNIST); "train" holds 1/12 out (MNIST: the
            last 5,000) and reports validation accuracy after each epoch; "1/6" holds the first of six parts out instead
            (MNIST: in the file's order), as cross-validation and the twins of a calibration do.
        augment: Whether each epoch sees newly turned, shifted, scaled, sheared, thinned or thickened digits.
        schedule: "constant"; "cosine": the learning rate falls to 0 along half a cosine; "one_cycle": it first rises
            for a fifth of the steps.
        rough: Whether each epoch's digits are also bent, blurred, faded, broken and so on (see `degradation`).
        drawn: Digits drawn by code in written forms that MNIST lacks (see `digit_strokes`), added to each epoch, as a
            share of the training digits, 0 to 1.
        settle: Share of the epochs, the last ones, in which digits are changed less and fewer of them spoiled, 0 to
            1. So the network ends with frames as the reader makes them.
        smoothing: Share of each label's probability that is spread over all ten, 0 to 0.5.
        precision: "float32", or "mixed_bfloat16" for quick and the ladder's networks: faster where the processor
            multiplies bfloat16.
        teacher: A bundle (its name, or its folder's path) or a run. Its answers on the changed digits stand in for
            the larger part of each label. None learns from the labels alone.
        handwriting: Folder of real handwriting, as docs/data.md describes it, whose digits join each epoch as the
            reader frames them; for the ladder's networks. None learns without.
        strings: File of real numbers with their boxes, which a run of the detector keeps (`strings.npz`); their digits
            join those of `handwriting`. None does without.
        start: A run of the same network, or its `.keras` file, whose weights the training begins with; None draws them.
        members: Networks of an ensemble, 2 to 5, of the seeds `seed`, `seed` + 1, ...; 0 for all other networks.

    Raises:
        RunError: A value is of another type or range, or `random_forest` is given settings of a network.

    >>> TrainConfig(network="mlp").batch_size
    200
    """

    epochs: int = 10
    batch_size: int = 200
    learning_rate: float = 0.001
    data: str | None = None
    invert: bool = False
    scale: float | None = None
    transpose: bool = False
    split: str = "whole"
    augment: bool = False
    schedule: Schedule = "constant"
    rough: bool = False
    drawn: float = 0.0
    settle: float = 0.0
    smoothing: float = 0.0
    precision: Precision = "float32"
    teacher: str | None = None
    handwriting: str | None = None
    strings: str | None = None
    start: str | None = None
    members: int = 0

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        is_known = isinstance(self.network, str) and self.network in NETWORKS
        check_setting("network", self.network, is_known, f"one of {', '.join(NETWORKS)}")
        NetworkConfig.__post_init__(self)
        check_setting("data", self.data, self.data is None or isinstance(self.data, str), "a path or null")
        self._check_form()
        is_split = self.split in ("whole", "train") or parse_part(self.split) is not None
        check_setting("split", self.split, is_split, 'whole, train, or a part held out, as "1/6"')
        check_setting("augment", self.augment, isinstance(self.augment, bool), "true or false")
        check_setting("schedule", self.schedule, self.schedule in get_args(Schedule), f"one of {get_args(Schedule)}")
        check_setting("rough", self.rough, isinstance(self.rough, bool), "true or false")
        check_setting("drawn", self.drawn, is_share(self.drawn, 1.0), "a number from 0 to 1")
        check_setting("settle", self.settle, is_share(self.settle, 1.0), "a number from 0 to 1")
        check_setting("smoothing", self.smoothing, is_share(self.smoothing, 0.5), "a number from 0 to 0.5")
        is_precision = self.precision == "float32" or (self.precision == "mixed_bfloat16" and self.network in _PRECISE)
        allowed = f"float32, or mixed_bfloat16 for {', '.join(_PRECISE)}"
        check_setting("precision", self.precision, is_precision, allowed)
        check_setting(
            "teacher", self.teacher, self.teacher is None or isinstance(self.teacher, str), "a bundle, a run or null"
        )
        self._check_beginnings()
        low, high = (2, _MAX_MEMBERS) if self.network == ENSEMBLE else (0, 0)
        is_count = is_whole(self.members, low, high)
        check_setting("members", self.members, is_count, f"2 to {_MAX_MEMBERS} for {ENSEMBLE}, 0 for any other network")
        if self.network == FOREST:
            for name in _NETWORK_SETTINGS:
                value, default = getattr(self, name), type(self).__dataclass_fields__[name].default
                check_setting(name, value, value == default, f"{name} left alone, since {FOREST} is no network")

    def _check_form(self) -> None:
        """Refuse what is said of arrays where there are none, or what cannot be."""
        for name in ("invert", "transpose"):
            value = getattr(self, name)
            is_used = value is False or (value is True and self.data is not None)
            check_setting(name, value, is_used, "true or false; true for your own data only")
        is_scale = isinstance(self.scale, int | float) and 0 < self.scale < math.inf and self.data is not None
        check_setting(
            "scale", self.scale, self.scale is None or is_scale, "a number above 0 for your own data, or null"
        )

    def _check_beginnings(self) -> None:
        """Refuse paths that are none, or that are of no use to this network."""
        for name in ("handwriting", "strings", "start"):
            value = getattr(self, name)
            is_path = isinstance(value, str) and value != "" and self.network in LADDER
            check_setting(name, value, value is None or is_path, f"null, or a path for {', '.join(LADDER)}")
        is_used = self.strings is None or self.handwriting is not None
        check_setting("strings", self.strings, is_used, "null where there is no handwriting")


def make_config(network: str, **settings: Any) -> TrainConfig:  # noqa: ANN401 - checked by the config
    """Return the network's own recipe with some settings changed.

    Quick and the ladder's networks multiply in bfloat16 where the processor does (twice as fast there), else in
    float32: without such instructions bfloat16 is imitated, and an epoch took 1,840 s instead of 220.

    Args:
        network: A name of `NETWORKS`; the tutorial's have the tutorial's recipe.
        settings: Fields of `TrainConfig` to set otherwise.

    Raises:
        RunError: As `TrainConfig`.

    >>> make_config("fast", seed=8).batch_size
    100
    """
    recipe = dict(RECIPES.get(network, {}))
    if network in _PRECISE and multiplies_bfloat16():
        recipe["precision"] = "mixed_bfloat16"
    return TrainConfig(network=network, **{**recipe, **settings})
