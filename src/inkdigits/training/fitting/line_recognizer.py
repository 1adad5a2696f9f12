"""MNIST's digits, digits drawn by code and other marks go in; a line reader's trained network comes out.

What it learns from are lines composed anew for each epoch (`text_lines`), through the reader's own strips.
"""

import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from inkdigits.errors import RunError
from inkdigits.spec import CLASS_COUNT, STRIP_HEIGHT, UInt8Array
from inkdigits.system.atomic_files import write_in_place
from inkdigits.training.checks import MAX_SEED, check_setting, is_whole
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.networks.line_recognizer import build_line_reader
from inkdigits.training.networks.schedules import one_cycle
from inkdigits.training.synthesis.augmentation import Augmentation, augment
from inkdigits.training.synthesis.digit_strokes import draw_digits_by_pen
from inkdigits.training.synthesis.non_digits import KINDS, draw_no_digits
from inkdigits.training.synthesis.text_lines import ComposedString, compose_string

__all__ = ["LineReaderConfig", "draw_other_marks", "train_line_reader"]

_CHANGES = Augmentation(turn_degrees=8.0, shift=0.0, scale_min=0.95, scale_max=1.05, shear=0.1)
_RISING_SHARE = 0.15  # of the steps, in which the learning rate rises
_WIDTH_STEP = 32  # columns: strips of a batch are padded to a multiple, so that there are few shapes
_DRAWN = 12_000  # digits drawn by code, beside MNIST's 55,000
_DRAWN_SHARES = np.array([0.14, 0.2, 0.06, 0.06, 0.12, 0.07, 0.05, 0.14, 0.04, 0.12])  # of each label among them
_OTHERS = 4_000  # frames of letters and scribbles
_POOL_STREAM = 2**32 - 1  # names the pool's random numbers beside those of the epochs 0, 1, 2, ...
Batch = tuple[UInt8Array, UInt8Array]  # strips (n, 32, W, 1); labels (n, L), 1 + the digit, 0 after the last


@dataclass(frozen=True, kw_only=True, slots=True)
class LineReaderConfig:
    """Everything that decides the line reader's weights.

    Args:
        epochs: 1 or more.
        lines: Composed for each epoch, 1 or more.
        batch_size: Lines a step, 1 or more.
        learning_rate: Adam's highest, above 0.
        seed: Of drawings, weights and lines, 0 or more.

    Raises:
        RunError: A value is of another type or range.
    """

    epochs: int = 20
    lines: int = 16_000
    batch_size: int = 32
    learning_rate: float = 0.003
    seed: int = 7

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        for name in ("epochs", "lines", "batch_size"):
            value = getattr(self, name)
            check_setting(name, value, is_whole(value, 1), "a whole number of 1 or more")
        rate = self.learning_rate
        check_setting("learning_rate", rate, isinstance(rate, float) and 0 < rate < float("inf"), "a number above 0")
        check_setting("seed", self.seed, is_whole(self.seed, 0, MAX_SEED), f"a whole number from 0 to {MAX_SEED}")


def train_line_reader(
    config: LineReaderConfig,
    *,
    checkpoint: Path | None = None,
    on_epoch: Callable[[int, float], None] | None = None,
) -> keras.Model:
    """Train the network.

    Args:
        config: Everything that decides the weights.
        checkpoint: A file that is written after each epoch; when it is there already, training goes on from it.
        on_epoch: Called after each epoch with its number, 1 to `epochs`, and its mean loss.

    Returns:
        The network of `line_recognizer.build_line_reader`, trained.

    Raises:
        RunError: The checkpoint is damaged, or of another config.
        OutputError: The checkpoint cannot be written.
    """
    network = build_line_reader(seed=config.seed)
    steps = -(-config.lines // config.batch_size)
    rate = one_cycle(config.learning_rate, steps * config.epochs, rising_share=_RISING_SHARE)
    optimizer = keras.optimizers.Adam(rate)
    optimizer.build(network.trainable_variables)  # so that a checkpoint finds its variables before the first step
    network.compile(optimizer, loss=keras.losses.CTC())
    done = _restore(network, config, checkpoint)
    pools = _draw_pools(config)
    with ThreadPoolExecutor(max_workers=1) as executor:
        prepared = executor.submit(_compose_epoch, pools, config, done)
        for epoch in range(done, config.epochs):
            lines = prepared.result()
            if epoch + 1 < config.epochs:  # the next epoch's lines are composed while this one trains
                prepared = executor.submit(_compose_epoch, pools, config, epoch + 1)
            losses = [float(network.train_on_batch(x, y)) for x, y in _batches(lines, config, epoch)]
            if checkpoint is not None:
                _keep(network, config, checkpoint, epoch + 1)
            if on_epoch is not None:
                on_epoch(epoch + 1, float(np.mean(losses)))
    return network


def _draw_pools(config: LineReaderConfig) -> tuple[LabeledFrames, UInt8Array]:
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
    pools: tuple[LabeledFrames, UInt8Array], config: LineReaderConfig, epoch: int
) -> list[ComposedString]:
    digits, others = pools
    generator = np.random.default_rng([config.seed, epoch])
    changed = LabeledFrames(augment(digits.x, generator, _CHANGES), digits.y)
    return [compose_string(changed, others, generator) for _ in range(config.lines)]


def _batches(lines: Sequence[ComposedString], config: LineReaderConfig, epoch: int) -> Iterator[Batch]:
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


def _keep(network: keras.Model, config: LineReaderConfig, path: Path, epoch: int) -> None:
    variables = [*network.variables, *network.optimizer.variables]
    arrays: dict[str, Any] = {f"v{index:04d}": keras.ops.convert_to_numpy(v) for index, v in enumerate(variables)}
    arrays |= {"epoch": np.int64(epoch), "config": np.array(json.dumps(asdict(config)))}
    write_in_place(path, lambda fresh: np.savez(fresh, **arrays))


def _restore(network: keras.Model, config: LineReaderConfig, path: Path | None) -> int:
    """Put the checkpoint, if any, into the network; return the complete epochs."""
    if path is None or not path.is_file():
        return 0
    variables = [*network.variables, *network.optimizer.variables]
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = json.loads(str(arrays["config"]))
            if found != asdict(config):
                msg = f"{path}: expected the checkpoint's own settings, {found}; leave them as they were, or delete it"
                raise RunError(msg)
            for index, variable in enumerate(variables):
                variable.assign(arrays[f"v{index:04d}"])
            return int(arrays["epoch"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        msg = f"{path}: expected a checkpoint of a line reader, {error}; delete it and train again"
        raise RunError(msg) from error
