"""Augmented digits: the same from the same generator, changed as far as the settings say and no further."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.synthesis.augmentation import Augmentation, augment

STILL = {
    "turn_degrees": 0.0,
    "shift": 0.0,
    "scale_min": 1.0,
    "scale_max": 1.0,
    "shear": 0.0,
    "thinner": 0.0,
    "thicker": 0.0,
}


@pytest.fixture(scope="module")
def digits() -> UInt8Array:
    return load_mnist().validation.x[:300]


def _augment(digits: UInt8Array, seed: int = 0, **changes: float) -> UInt8Array:
    return augment(digits, np.random.default_rng(seed), Augmentation(**{**STILL, **changes}))


def _centers(digits: UInt8Array) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    moments = [cv2.moments(digit) for digit in digits]
    return np.array([(m["m10"] / m["m00"], m["m01"] / m["m00"]) for m in moments])


def test_the_same_generator_gives_the_same_digits(digits: UInt8Array) -> None:
    first, again, other = (augment(digits, np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_original_stays_as_it_was(digits: UInt8Array) -> None:
    before = digits.copy()
    result = augment(digits, np.random.default_rng(0))
    assert np.array_equal(digits, before)
    assert result.dtype == np.uint8
    assert result.shape == digits.shape
    assert not np.shares_memory(result, digits)


def test_no_change_asked_for_is_no_change(digits: UInt8Array) -> None:
    assert np.array_equal(_augment(digits), digits)


def test_no_digits_are_no_digits() -> None:
    assert augment(np.empty((0, 28, 28), np.uint8), np.random.default_rng(0)).shape == (0, 28, 28)


def test_every_digit_is_changed_and_none_is_lost(digits: UInt8Array) -> None:
    result = augment(digits, np.random.default_rng(0))
    assert not any(np.array_equal(one, two) for one, two in zip(result, digits, strict=True))
    ink = result.sum(axis=(1, 2), dtype=np.int64) / digits.sum(axis=(1, 2), dtype=np.int64)
    assert ink.min() > 0.3
    assert ink.max() < 2.5


def test_a_shift_moves_the_center_by_that_much(digits: UInt8Array) -> None:
    moved = np.abs(_centers(_augment(digits, shift=2.0)) - _centers(digits))
    assert moved.max() < 2.05
    assert moved.max() > 1.8  # 600 draws come near the end
    assert abs(moved.mean() - 1) < 0.1  # evenly drawn


def test_a_scale_changes_the_ink_by_its_square(digits: UInt8Array) -> None:
    ink = _augment(digits, scale_min=0.8, scale_max=0.8).sum(dtype=np.int64) / digits.sum(dtype=np.int64)
    assert abs(ink - 0.64) < 0.02


def test_a_turn_goes_both_ways_and_keeps_the_ink() -> None:
    bar = np.zeros((200, 28, 28), np.uint8)
    bar[:, 4:24, 12:16] = 255
    turned = _augment(bar, turn_degrees=15.0)
    moments = [cv2.moments(frame) for frame in turned]
    degrees = np.rad2deg([0.5 * np.arctan2(2 * m["mu11"], m["mu02"] - m["mu20"]) for m in moments])
    assert -15.1 < degrees.min() < -14
    assert 14 < degrees.max() < 15.1
    ink = turned.sum(axis=(1, 2), dtype=np.int64) / bar.sum(axis=(1, 2), dtype=np.int64)
    assert np.abs(ink - 1).max() < 0.02


def test_a_shear_moves_rows_and_not_the_middle() -> None:
    bar = np.zeros((200, 28, 28), np.uint8)
    bar[:, 4:24, 12:17] = 255
    sheared = _augment(bar, shear=0.3)
    columns = np.arange(28)
    top, middle = (sheared[:, row] @ columns / sheared[:, row].sum(axis=1) for row in (6, 14))
    assert np.abs(top - 14).max() > 2.0
    assert np.abs(top - 14).max() < 0.3 * 8 + 0.2
    assert np.abs(middle - 14).max() < 0.1


def test_strokes_get_thinner_and_thicker(digits: UInt8Array) -> None:
    thin = _augment(digits, thinner=1.0)
    thick = _augment(digits, thicker=1.0)
    assert np.all(thin <= digits)
    assert np.all(thick >= digits)
    assert thin.sum(dtype=np.int64) < 0.9 * digits.sum(dtype=np.int64)
    assert thick.sum(dtype=np.int64) > 1.1 * digits.sum(dtype=np.int64)


@settings(max_examples=20)
@given(count=st.integers(1, 5), seed=st.integers(0, 1000))
def test_a_digit_does_not_depend_on_its_neighbors_pixels(count: int, seed: int) -> None:
    frames = np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    others = frames.copy()
    others[1:] = 0
    first = augment(frames, np.random.default_rng(seed))[0]
    assert np.array_equal(first, augment(others, np.random.default_rng(seed))[0])


def test_chunks_do_not_show() -> None:
    digits = load_mnist().train.x[:2_100]  # one chunk of 2,000 and a part
    result = _augment(digits, thicker=1.0)
    assert np.all(result >= digits)
    assert not np.array_equal(result[2_000:], digits[2_000:])
