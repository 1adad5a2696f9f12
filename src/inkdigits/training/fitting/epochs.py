"""Makes what a classifier sees in an epoch; the same config and epoch give the same digits."""

from collections.abc import Callable

import numpy as np

from inkdigits.spec import CLASS_COUNT, Float32Array, UInt8Array
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.synthesis.augmentation import Augmentation, augment
from inkdigits.training.synthesis.degradation import roughen
from inkdigits.training.synthesis.digit_strokes import draw_digits_by_pen

__all__ = ["Sources", "Teacher", "draw_pool", "epoch_length", "one_hot", "prepare_epoch"]

Teacher = Callable[[UInt8Array], Float32Array]  # frames (n, 28, 28) to probabilities (n, 10)
Sources = tuple[LabeledFrames, LabeledFrames | None, Teacher | None]  # digits, the pool of drawn ones, the teacher

# share of each label that is the teacher's answer; the rest is the truth, for where the teacher errs
_TEACHER_SHARE = 0.7

# share of each label among the drawn digits: most of the forms that MNIST lacks are written 1, 7, 4 and 9
_DRAWN_SHARES = np.array([0.05, 0.22, 0.05, 0.05, 0.14, 0.06, 0.05, 0.2, 0.04, 0.14])
# how much digits are changed in the last epochs of a run that settles, in which most frames are clean
_SETTLED = Augmentation(turn_degrees=10.0, shift=1.0, scale_min=0.9, scale_max=1.1, shear=0.2, thinner=0.3, thicker=0.5)
_SETTLED_ROUGH = 1 / 3  # share of the frames that may be spoiled in those epochs
_POOL_EPOCHS = 2  # epochs' worth of drawn digits; drawing is slow, so they are drawn once and chosen from
_POOL_STREAM = 2**32 - 1  # names the pool's random numbers beside those of the epochs 0, 1, 2, ...


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


def epoch_length(n: int, config: TrainConfig) -> int:
    """Return how many digits an epoch has for n training digits."""
    return n + _drawn_count(n, config)


def prepare_epoch(sources: Sources, config: TrainConfig, epoch: int) -> tuple[UInt8Array, Float32Array]:
    """Return an epoch's frames, changed as the config says, in the epoch's own order.

    Args:
        sources: Training digits, the pool of drawn ones, and the teacher; the last two where the config wants them.
        config: What is done to them.
        epoch: 0 or more; with the seed it decides everything random.

    Returns:
        uint8 frames, shape (n, 28, 28, 1), and float32 labels, shape (n, 10), rows sum to 1: one-hot, or with a teacher
        mixed with its answers.
    """
    digits, pool, teacher = sources
    generator = np.random.default_rng([config.seed, epoch])
    x, y = digits.x, digits.y
    if pool is not None:
        chosen = generator.choice(len(pool), _drawn_count(len(digits), config), replace=False)
        x, y = np.concatenate([x, pool.x[chosen]]), np.concatenate([y, pool.y[chosen]])
    order = generator.permutation(len(x))
    x = x[order]
    is_settled = epoch >= config.epochs - round(config.settle * config.epochs)
    if config.augment:
        x = augment(x, generator, _SETTLED if is_settled else None)
    if config.rough:
        x = roughen(x, generator, _SETTLED_ROUGH if is_settled else 1.0)
    labels = one_hot(y[order])
    if teacher is not None:
        labels = ((1 - _TEACHER_SHARE) * labels + _TEACHER_SHARE * teacher(x)).astype(np.float32)
    return x[..., np.newaxis], labels


def one_hot(y: UInt8Array) -> Float32Array:
    """Return labels (n,) as float32 (n, 10), 1 at the label."""
    return np.eye(CLASS_COUNT, dtype=np.float32)[y]


def _drawn_count(n: int, config: TrainConfig) -> int:
    return round(n * config.drawn)
