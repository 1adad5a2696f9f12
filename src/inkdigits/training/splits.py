"""A `TrainConfig` goes in; the digits that train and those that validate come out, never the test split."""

import numpy as np

from inkdigits.errors import RunError
from inkdigits.training.config import TrainConfig
from inkdigits.training.dataset import LabeledFrames, load_mnist
from inkdigits.training.formats import load_dataset

__all__ = ["load_splits"]

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
    if config.data is None:
        mnist = load_mnist()
        return (mnist.whole, None) if config.split == "whole" else (mnist.train, mnist.validation)
    digits = load_dataset(config.data, split="train")
    if config.split == "whole":
        return digits, None
    count = len(digits) // _HOLD_OUT
    if count == 0:
        expected = f"expected {_HOLD_OUT} digits or more to hold some out"
        msg = f"{config.data}: {expected}, got {len(digits)}; use the split whole"
        raise RunError(msg)
    order = np.random.default_rng(_HOLD_OUT_SEED).permutation(len(digits))
    return _choose(digits, order[count:]), _choose(digits, order[:count])


def _choose(digits: LabeledFrames, places: np.ndarray[tuple[int], np.dtype[np.int64]]) -> LabeledFrames:
    chosen = np.sort(places)
    return LabeledFrames(digits.x[chosen], digits.y[chosen])
