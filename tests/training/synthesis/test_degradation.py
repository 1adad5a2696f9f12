"""Roughened digits: the same from the same generator, some untouched, none turned into something else."""

import numpy as np
import pytest

from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.synthesis.degradation import _SPOILS, Spoil, roughen


@pytest.fixture(scope="module")
def digits() -> UInt8Array:
    return load_mnist().validation.x[:400]


def test_the_generator_decides_every_choice(digits: UInt8Array) -> None:
    first, again, other = (roughen(digits, np.random.default_rng(seed)) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_the_original_stays_as_it_was(digits: UInt8Array) -> None:
    before = digits.copy()
    result = roughen(digits, np.random.default_rng(0))
    np.testing.assert_array_equal(digits, before)
    assert result.shape == digits.shape
    assert result.dtype == np.uint8


def test_some_digits_are_left_alone_and_most_are_not(digits: UInt8Array) -> None:
    result = roughen(digits, np.random.default_rng(1))
    untouched = (result == digits).all(axis=(1, 2)).mean()
    assert 0.1 < untouched < 0.4


def test_a_share_of_the_digits_may_be_spared(digits: UInt8Array) -> None:
    result = roughen(digits, np.random.default_rng(1), 0.25)
    assert 0.75 < (result == digits).all(axis=(1, 2)).mean() < 0.9
    np.testing.assert_array_equal(roughen(digits, np.random.default_rng(1), 0.0), digits)


def test_digits_keep_their_likeness(digits: UInt8Array) -> None:
    """Each result correlates more with its own digit than with most others."""
    result = roughen(digits, np.random.default_rng(2)).reshape(len(digits), -1).astype(np.float64)
    flat = digits.reshape(len(digits), -1).astype(np.float64)
    similarity = np.asarray(np.corrcoef(np.vstack([flat, result])))[: len(digits), len(digits) :]
    own = np.diag(similarity)
    assert np.mean(own[:, None] >= similarity.T) > 0.95


def test_no_digits_are_no_digits() -> None:
    assert roughen(np.empty((0, 28, 28), np.uint8), np.random.default_rng(0)).shape == (0, 28, 28)


@pytest.mark.parametrize("spoil", [spoil for spoil, _ in _SPOILS], ids=lambda spoil: spoil.__name__)
def test_each_change_changes_and_keeps_the_form(spoil: Spoil, digits: UInt8Array) -> None:
    generator = np.random.default_rng(3)
    results = [spoil(digit, generator) for digit in digits[:20]]
    assert all(result.shape == (28, 28) and result.dtype == np.uint8 for result in results)
    assert sum(bool((result != digit).any()) for result, digit in zip(results, digits, strict=False)) >= 15


@pytest.mark.parametrize("spoil", [spoil for spoil, _ in _SPOILS], ids=lambda spoil: spoil.__name__)
def test_paper_is_no_trouble(spoil: Spoil) -> None:
    assert spoil(np.zeros((28, 28), np.uint8), np.random.default_rng(3)).shape == (28, 28)
