"""Makes what a classifier sees in an epoch; the same config and epoch give the same digits."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkdigits.errors import DataError
from inkdigits.spec import CLASS_COUNT, Float32Array, UInt8Array
from inkdigits.system.folders import is_file
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.data.handwriting import load_handwriting
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.synthesis.augmentation import Augmentation, augment
from inkdigits.training.synthesis.degradation import roughen
from inkdigits.training.synthesis.digit_strokes import draw_digits_by_pen
from inkdigits.training.synthesis.labeled_strings import load_strings
from inkdigits.training.synthesis.real_frames import frame_real_digits

__all__ = ["Sources", "Teacher", "draw_pool", "epoch_length", "frame_handwriting", "one_hot", "prepare_epoch"]

Teacher = Callable[[UInt8Array], Float32Array]  # frames (n, 28, 28) to probabilities (n, 10)

# share of each label that is the teacher's answer; the rest is the truth, for where the teacher errs
_TEACHER_SHARE = 0.7

# share of each label among the drawn digits: most of the forms that MNIST lacks are written 1, 7, 4 and 9
_DRAWN_SHARES = np.array([0.05, 0.22, 0.05, 0.05, 0.14, 0.06, 0.05, 0.2, 0.04, 0.14])
# how much digits are changed in the last epochs of a run that settles, in which most frames are clean
_SETTLED = Augmentation(turn_degrees=10.0, shift=1.0, scale_min=0.9, scale_max=1.1, shear=0.2, thinner=0.3, thicker=0.5)
_SETTLED_ROUGH = 1 / 3  # share of the frames that may be spoiled in those epochs
_POOL_EPOCHS = 2  # epochs' worth of drawn digits; drawing is slow, so they are drawn once and chosen from
_POOL_STREAM = 2**32 - 1  # names the pool's random numbers beside those of the epochs 0, 1, 2, ...
_REAL_STREAM = 2**32 - 2  # names those of the real digits
_REAL_SHARE = 0.4  # of the training digits, at most: real digits of an epoch, chosen from those framed once for a run


@dataclass(frozen=True, eq=False, slots=True)
class Sources:
    """What epochs are made of.

    Attributes:
        digits: Training digits; each is in each epoch.
        drawn: Pool of drawn digits, where the config wants some.
        real: Pool of framed real digits, where the config has handwriting.
        teacher: Where the config has one.
    """

    digits: LabeledFrames
    drawn: LabeledFrames | None = None
    real: LabeledFrames | None = None
    teacher: Teacher | None = None


def draw_pool(config: TrainConfig, n: int) -> LabeledFrames | None:
    """Draw the digits that the epochs of a run choose from; None when the config wants none.

    Args:
        config: Its `drawn` and `seed`.
        n: Training digits.
    """
    count = _drawn_count(n, config)
    if count == 0:
        return None
    generator = np.random.default_rng([config.seed, _POOL_STREAM])
    labels = generator.choice(CLASS_COUNT, _POOL_EPOCHS * count, p=_DRAWN_SHARES).astype(np.uint8)
    return LabeledFrames(draw_digits_by_pen(labels, generator), labels)


def frame_handwriting(config: TrainConfig) -> LabeledFrames | None:
    """Frame the real digits that the epochs of a run choose from; None when the config wants none.

    35,000 digits take a minute of one core.

    Args:
        config: Its `handwriting`, `strings` and `seed`.

    Raises:
        DataError: The handwriting or the strings are missing or cannot be loaded.
    """
    if config.handwriting is None:
        return None
    strings = None if config.strings is None else Path(config.strings)
    if strings is not None and not is_file(strings):
        msg = (
            f"{strings}: expected the numbers that a run of the detector keeps, found no file; train the detector first"
        )
        raise DataError(msg)
    generator = np.random.default_rng([config.seed, _REAL_STREAM])
    return frame_real_digits(load_handwriting(config.handwriting), load_strings(strings), generator)


def epoch_length(sources: Sources, config: TrainConfig) -> int:
    """Return how many digits an epoch has."""
    return len(sources.digits) + _drawn_count(len(sources.digits), config) + _real_count(sources)


def prepare_epoch(sources: Sources, config: TrainConfig, epoch: int) -> tuple[UInt8Array, Float32Array]:
    """Return an epoch's frames, changed as the config says, in the epoch's own order.

    Args:
        sources: What the epoch is made of.
        config: What is done to it.
        epoch: 0 or more; with the seed it decides everything random.

    Returns:
        uint8 frames, shape (n, 28, 28, 1), and float32 labels, shape (n, 10), rows sum to 1: one-hot, or with a teacher
        mixed with its answers. Real digits keep their labels: the teacher may not know their hands.
    """
    digits, drawn = sources.digits, sources.drawn
    generator = np.random.default_rng([config.seed, epoch])
    x, y = digits.x, digits.y
    if drawn is not None:
        chosen = generator.choice(len(drawn), _drawn_count(len(digits), config), replace=False)
        x, y = np.concatenate([x, drawn.x[chosen]]), np.concatenate([y, drawn.y[chosen]])
    order = generator.permutation(len(x))
    is_settled = epoch >= config.epochs - round(config.settle * config.epochs)
    x = _change(x[order], config, generator, is_mild=is_settled)
    labels = one_hot(y[order])
    if sources.teacher is not None:
        labels = ((1 - _TEACHER_SHARE) * labels + _TEACHER_SHARE * sources.teacher(x)).astype(np.float32)
    if sources.real is not None:
        chosen = generator.choice(len(sources.real), _real_count(sources), replace=False)
        real = _change(sources.real.x[chosen], config, generator, is_mild=True)
        order = generator.permutation(len(x) + len(real))
        x, labels = np.concatenate([x, real])[order], np.concatenate([labels, one_hot(sources.real.y[chosen])])[order]
    return x[..., np.newaxis], labels


def _change(x: UInt8Array, config: TrainConfig, generator: np.random.Generator, *, is_mild: bool) -> UInt8Array:
    """Return frames moved and spoiled as the config says; real ones, and those of the last epochs, mildly."""
    if config.augment:
        x = augment(x, generator, _SETTLED if is_mild else None)
    if config.rough:
        x = roughen(x, generator, _SETTLED_ROUGH if is_mild else 1.0)
    return x


def one_hot(y: UInt8Array) -> Float32Array:
    """Return labels (n,) as float32 (n, 10), 1 at the label."""
    return np.eye(CLASS_COUNT, dtype=np.float32)[y]


def _drawn_count(n: int, config: TrainConfig) -> int:
    return round(n * config.drawn)


def _real_count(sources: Sources) -> int:
    return 0 if sources.real is None else min(len(sources.real), round(_REAL_SHARE * len(sources.digits)))
