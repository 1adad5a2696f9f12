"""Splits the digits of a `TrainConfig` into those that train and those that validate, never the test split."""

import numpy as np
import numpy.typing as npt

from inkdigits.errors import RunError
from inkdigits.training.checks import parse_part
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.data.array_form import ArrayForm
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.data.sources import load_dataset

__all__ = ["held_out_parts", "held_out_span", "load_splits"]

_HOLD_OUT = 12  # one digit in twelve validates, as 5,000 of MNIST's 60,000
_HOLD_OUT_SEED = 0  # not the run's seed: runs of several seeds validate on the same digits


def load_splits(config: TrainConfig) -> tuple[LabeledFrames, LabeledFrames | None]:
    """Load the digits of a run.

    Args:
        config: Its `data` says where from, its `split` whether some are held out.

    Returns:
        Training digits, and validation digits or None when all of them train.

    Raises:
        DataError: The data cannot be read.
        RunError: Too few digits to hold one out.
    """
    form = ArrayForm(config.invert, config.scale, config.transpose)
    digits = load_mnist().whole if config.data is None else load_dataset(config.data, split="train", form=form)
    if config.split == "whole":
        return digits, None
    held_out = held_out_span(config.split, len(digits), is_mnist=config.data is None)
    if not held_out:
        expected = f"expected {held_out_parts(config.split)} digits or more to hold some out"
        msg = f"{config.data}: {expected}, got {len(digits)}; use the split whole"
        raise RunError(msg)
    places = np.arange(len(digits))
    # MNIST's own order keeps the digits of one hand together; of other data nothing is known
    order = places if config.data is None else np.random.default_rng(_HOLD_OUT_SEED).permutation(places)
    rest = np.concatenate([order[: held_out.start], order[held_out.stop :]])
    return _choose(digits, rest), _choose(digits, order[held_out.start : held_out.stop])


def held_out_span(split: str, count: int, *, is_mnist: bool) -> range:
    """Return which of `count` digits are held out: places in MNIST's training file, or in a shuffled order of others.

    Args:
        split: "train" or "i/k" (see `TrainConfig`).
        count: Of all digits.
        is_mnist: Whether "train" holds the last twelfth out, as everyone does with MNIST, or the first.

    >>> held_out_span("train", 60_000, is_mnist=True), held_out_span("2/6", 60_000, is_mnist=True)
    (range(55000, 60000), range(10000, 20000))
    """
    part, parts = parse_part(split) or ((_HOLD_OUT, _HOLD_OUT) if is_mnist else (1, _HOLD_OUT))
    size = count // parts
    return range(count - size, count) if part == parts else range((part - 1) * size, part * size)


def held_out_parts(split: str) -> int:
    """Return of how many parts one is held out."""
    part = parse_part(split)
    return part[1] if part else _HOLD_OUT


def _choose(digits: LabeledFrames, places: npt.NDArray[np.int64]) -> LabeledFrames:
    chosen = np.sort(places)
    if len(chosen) and chosen[-1] - chosen[0] == len(chosen) - 1:
        return digits.slice(int(chosen[0]), int(chosen[-1]) + 1)  # in a row: no copy
    return LabeledFrames(digits.x[chosen], digits.y[chosen])
