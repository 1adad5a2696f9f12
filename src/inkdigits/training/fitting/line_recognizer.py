"""Trains the line recognizer on lines that are composed anew for each epoch.

The lines are made of MNIST's digits, digits drawn by code and other marks (`text_lines`), and go through the reader's
own strips.
"""

import functools
import os
from collections.abc import Iterator, Sequence

import keras
import numpy as np

from inkdigits.spec import CLASS_COUNT, STRIP_HEIGHT, UInt8Array
from inkdigits.training.config.line_recognizer import LineRecognizerConfig
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.evaluation.run_metrics import finish_without_test
from inkdigits.training.fitting.resumable import Learning, check_resumable, fit_epochs, ignore_progress
from inkdigits.training.networks.line_recognizer import build_line_recognizer
from inkdigits.training.networks.schedules import one_cycle
from inkdigits.training.runs.lock import hold_run
from inkdigits.training.runs.progress import Listener, StepReport
from inkdigits.training.runs.run import Run, create_run
from inkdigits.training.synthesis.augmentation import Augmentation, augment
from inkdigits.training.synthesis.digit_strokes import draw_digits_by_pen
from inkdigits.training.synthesis.non_digits import KINDS, draw_no_digits
from inkdigits.training.synthesis.text_lines import ComposedString, compose_string

__all__ = ["draw_other_marks", "train_line_recognizer"]

_CHANGES = Augmentation(turn_degrees=8.0, shift=0.0, scale_min=0.95, scale_max=1.05, shear=0.1)
_RISING_SHARE = 0.15  # of the steps, in which the learning rate rises
_WIDTH_STEP = 32  # columns: strips of a batch are padded to a multiple, so that there are few shapes
_DRAWN = 12_000  # digits drawn by code, beside MNIST's 55,000
_DRAWN_SHARES = np.array([0.14, 0.2, 0.06, 0.06, 0.12, 0.07, 0.05, 0.14, 0.04, 0.12])  # of each label among them
_OTHERS = 4_000  # frames of letters and scribbles
_POOL_STREAM = 2**32 - 1  # names the pool's random numbers beside those of the epochs 0, 1, 2, ...
Batch = tuple[UInt8Array, UInt8Array]  # strips (n, 32, W, 1); labels (n, L), 1 + the digit, 0 after the last


def train_line_recognizer(
    config: LineRecognizerConfig,
    *,
    out: str | os.PathLike[str] = "runs",
    resume: Run | None = None,
    on_progress: Listener | None = None,
) -> Run:
    """Train, and keep everything in a run's folder; the network gives logits of blank and the labels 0 to 9.

    Args:
        config: Everything that decides the weights.
        out: Folder in which the run's folder is made; not used with `resume`.
        resume: An unfinished run of the same config to go on with, from its last complete epoch.
        on_progress: Called with the `Run`, with each step and with each epoch, as `runs.progress` says.

    Returns:
        The finished run.

    Raises:
        RunError: The run to resume is finished, of another config, damaged, or being trained by another process.
        OutputError: The run's folder cannot be written.
    """
    check_resumable(resume, config)
    run = resume or create_run(config, out)
    listener = on_progress or ignore_progress
    with hold_run(run):
        listener(run)
        network = _compile(config)
        prepare = functools.partial(_compose_epoch, _draw_pools(config), config)
        fit = functools.partial(_fit, network, config, listener)
        fit_epochs(run, Learning(network, prepare, fit, lambda: network), listener)
        finish_without_test(run, trained_on=config.lines, parameters=network.count_params())
    return run


def _compile(config: LineRecognizerConfig) -> keras.Model:
    network = build_line_recognizer(seed=config.seed)
    steps = -(-config.lines // config.batch_size)
    rate = one_cycle(config.learning_rate, steps * config.epochs, rising_share=_RISING_SHARE)
    optimizer = keras.optimizers.Adam(rate)
    optimizer.build(network.trainable_variables)
    network.compile(optimizer, loss=keras.losses.CTC())
    return network


def _fit(
    network: keras.Model,
    config: LineRecognizerConfig,
    listener: Listener,
    epoch: int,
    lines: Sequence[ComposedString],
) -> dict[str, float]:
    steps = -(-len(lines) // config.batch_size)
    losses: list[float] = []
    for x, y in _batches(lines, config, epoch):
        losses.append(float(network.train_on_batch(x, y)))
        listener(StepReport(epoch + 1, config.epochs, len(losses), steps, float(np.mean(losses)), None))
    return {"loss": float(np.mean(losses))}


def _draw_pools(config: LineRecognizerConfig) -> tuple[LabeledFrames, UInt8Array]:
    """Return the digits to choose from and the frames of what is none."""
    generator = np.random.default_rng([config.seed, _POOL_STREAM])
    mnist = load_mnist().train
    labels = generator.choice(CLASS_COUNT, _DRAWN, p=_DRAWN_SHARES).astype(np.uint8)
    drawn = draw_digits_by_pen(labels, generator)
    others = draw_other_marks(_OTHERS, generator)
    return LabeledFrames(np.concatenate([mnist.x, drawn]), np.concatenate([mnist.y, labels])), others


def draw_other_marks(n: int, generator: np.random.Generator) -> UInt8Array:
    """Return frames of letters and scribbles, which stand between digits and read as nothing.

    Args:
        n: How many at most, 10 or more; at least half as many.
        generator: Where every choice comes from: the same state gives the same frames.

    Returns:
        uint8, shape (at most n, 28, 28), 0 for paper to 255 for ink.
    """
    others, kinds = draw_no_digits(2 * n, generator)
    is_written = np.array([len(name) == 1 or name == "scribble" for name in KINDS])[kinds]
    return np.asarray(others[is_written][:n], dtype=np.uint8)


def _compose_epoch(
    pools: tuple[LabeledFrames, UInt8Array], config: LineRecognizerConfig, epoch: int
) -> list[ComposedString]:
    digits, others = pools
    generator = np.random.default_rng([config.seed, epoch])
    changed = LabeledFrames(augment(digits.x, generator, _CHANGES), digits.y)
    return [compose_string(changed, others, generator) for _ in range(config.lines)]


def _batches(lines: Sequence[ComposedString], config: LineRecognizerConfig, epoch: int) -> Iterator[Batch]:
    """Yield lines of like width together, the batches in random order."""
    order = np.argsort([line.strip.shape[1] for line in lines], kind="stable")
    starts = np.arange(0, len(lines), config.batch_size)
    for start in np.random.default_rng([config.seed, epoch, 1]).permutation(starts):
        yield _stack([lines[place] for place in order[start : start + config.batch_size]])


def _stack(lines: Sequence[ComposedString]) -> Batch:
    width = -(-max(line.strip.shape[1] for line in lines) // _WIDTH_STEP) * _WIDTH_STEP
    x = np.zeros((len(lines), STRIP_HEIGHT, width, 1), dtype=np.uint8)
    y = np.zeros((len(lines), max(1, *(len(line.labels) for line in lines))), dtype=np.uint8)
    for row, line in enumerate(lines):
        x[row, :, : line.strip.shape[1], 0] = line.strip
        y[row, : len(line.labels)] = 1 + line.labels
    return x, y
