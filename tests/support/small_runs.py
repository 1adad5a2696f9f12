"""A few hundred MNIST digits on disk, and one finished run on them that several test modules read."""

import functools
import os
import time
from pathlib import Path
from typing import IO

import numpy as np

from inkdigits.system.file_lock import is_held_elsewhere, lock_file
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.fitting.classifier import train
from inkdigits.training.runs.run import Run, find_runs


def write_small_digits(folder: Path, count: int = 240) -> Path:
    """Write `count` training and as many test digits, all from MNIST's validation split, as an .npz file."""
    digits = load_mnist().validation
    path = folder / "small.npz"
    first, second = digits.slice(0, count), digits.slice(count, 2 * count)
    np.savez(path, x_train=first.x, y_train=first.y, x_test=second.x, y_test=second.y)
    return path


@functools.cache
def finished_run() -> Run:
    """Return `cnn_large` trained for two epochs on 220 digits, validated on 20; read it, do not change it.

    The first test process that asks trains it, the others wait for it.
    """
    folder = Path(os.environ["INKDIGITS_TEST_FOLDER"]) / "finished-run"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("wb") as lock:
        while not _is_locked(lock):
            time.sleep(0.1)
        for run in find_runs(folder / "runs"):
            if run.is_finished:
                return run
        data = write_small_digits(folder)
        config = TrainConfig(network="cnn_large", epochs=2, batch_size=20, data=str(data), split="train")
        return train(config, out=folder / "runs")


def _is_locked(file: IO[bytes]) -> bool:
    """Lock the file unless another process holds it."""
    try:
        lock_file(file)
    except OSError as error:
        if is_held_elsewhere(error):
            return False
        raise
    return True
