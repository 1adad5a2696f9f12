"""A few hundred MNIST digits on disk, and one finished run on them that several test modules read."""

import atexit
import functools
import tempfile
from pathlib import Path

import numpy as np

from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.fitting.classifier import train
from inkdigits.training.runs.run import Run


def write_small_digits(folder: Path, count: int = 240) -> Path:
    """Write `count` training and as many test digits, all from MNIST's validation split, as an .npz file."""
    digits = load_mnist().validation
    path = folder / "small.npz"
    first, second = digits.slice(0, count), digits.slice(count, 2 * count)
    np.savez(path, x_train=first.x, y_train=first.y, x_test=second.x, y_test=second.y)
    return path


@functools.cache
def finished_run() -> Run:
    """Train `cnn_large` for two epochs on 220 digits, validated on 20; read it, do not change it."""
    folder = tempfile.TemporaryDirectory(prefix="inkdigits-test-")
    atexit.register(folder.cleanup)
    data = write_small_digits(Path(folder.name))
    config = TrainConfig(network="cnn_large", epochs=2, batch_size=20, data=str(data), split="train")
    return train(config, out=Path(folder.name) / "runs")
