"""Which digits train and which validate: none twice, none lost, none of the test split."""

from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import DataError, RunError
from inkdigits.training.config import TrainConfig
from inkdigits.training.dataset import load_mnist
from inkdigits.training.splits import load_splits


def _write(folder: Path, count: int) -> str:
    x = np.zeros((count, 28, 28), np.uint8)
    x[:, 0, 0], x[:, 0, 1] = np.arange(count) % 256, np.arange(count) // 256
    np.savez(folder / "own.npz", x_train=x, y_train=(np.arange(count) % 10).astype(np.uint8))
    return str(folder / "own.npz")


def test_mnist_is_whole_by_default() -> None:
    digits, validation = load_splits(TrainConfig(network="mlp"))
    assert len(digits) == 60_000
    assert validation is None


def test_mnist_holds_its_last_5000_out() -> None:
    digits, validation = load_splits(TrainConfig(network="mlp", split="train"))
    assert validation is not None
    assert (len(digits), len(validation)) == (55_000, 5_000)
    assert np.array_equal(validation.x, load_mnist().whole.x[55_000:])


def test_own_data_holds_one_in_twelve_out(tmp_path: Path) -> None:
    data = _write(tmp_path, 601)
    digits, validation = load_splits(TrainConfig(network="mlp", data=data, split="train"))
    assert validation is not None
    assert (len(digits), len(validation)) == (551, 50)
    numbers = [int(x[0, 0]) + 256 * int(x[0, 1]) for part in (digits, validation) for x in part.x]
    assert sorted(numbers) == list(range(601))
    labels = [*digits.y, *validation.y]
    assert [number % 10 for number in numbers] == labels


def test_every_seed_holds_the_same_digits_out(tmp_path: Path) -> None:
    data = _write(tmp_path, 120)
    parts = [load_splits(TrainConfig(network="mlp", data=data, split="train", seed=seed))[1] for seed in (1, 2)]
    assert parts[0] is not None
    assert parts[1] is not None
    assert np.array_equal(parts[0].x, parts[1].x)


def test_own_data_can_train_whole(tmp_path: Path) -> None:
    digits, validation = load_splits(TrainConfig(network="mlp", data=_write(tmp_path, 11)))
    assert len(digits) == 11
    assert validation is None


def test_too_few_digits_to_hold_one_out_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"expected 12 digits or more.*got 11"):
        load_splits(TrainConfig(network="mlp", data=_write(tmp_path, 11), split="train"))


def test_missing_data_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        load_splits(TrainConfig(network="mlp", data=str(tmp_path / "none.npz")))
