"""Which digits train and which validate: none twice, none lost, none of the test split."""

from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import DataError, RunError
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.data.splits import load_splits


def _write(folder: Path, count: int) -> str:
    x = np.zeros((count, 28, 28), np.uint8)
    x[:, -1, -1] = 255  # the scale
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


def test_a_part_of_mnist_can_be_held_out_instead() -> None:
    whole = load_mnist().whole
    digits, validation = load_splits(TrainConfig(network="mlp", split="2/6"))
    assert validation is not None
    assert np.array_equal(validation.x, whole.x[10_000:20_000])
    assert np.array_equal(digits.x, np.concatenate([whole.x[:10_000], whole.x[20_000:]]))
    assert np.array_equal(digits.y, np.concatenate([whole.y[:10_000], whole.y[20_000:]]))


def test_parts_hold_each_digit_of_own_data_out_once(tmp_path: Path) -> None:
    data = _write(tmp_path, 100)
    parts = [load_splits(TrainConfig(network="mlp", data=data, split=f"{place}/3")) for place in (1, 2, 3)]
    held_out = [int(x[0, 0]) for _, validation in parts if validation is not None for x in validation.x]
    assert len(held_out) == len(set(held_out)) == 99  # one of 100 is left over and always trains
    assert [len(digits) for digits, _ in parts] == [67, 67, 67]


@pytest.mark.parametrize("split", ["0/6", "7/6", "1/1", "01/6", "1/", "/6", "1/101", "-1/6", "1/6/2", "half", "²/6"])
def test_what_is_no_split_is_an_error(split: str) -> None:
    with pytest.raises(RunError, match=r"split: expected whole, train, or a part held out"):
        TrainConfig(network="mlp", split=split)


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
