"""Each kind of harm is the same every time, keeps the form of a frame, and grows with its strength."""

import numpy as np
import pytest

from inkdigits.spec import UInt8Array
from inkdigits.training.benchmarking.corruptions import CORRUPTIONS, STRENGTHS, corrupt
from inkdigits.training.data.mnist import load_mnist


@pytest.fixture(scope="module")
def frames() -> UInt8Array:
    return load_mnist().validation.x[:60]


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_harm_is_repeated_exactly_and_leaves_the_frames_alone(frames: UInt8Array, kind: str) -> None:
    before = frames.copy()
    first, again = corrupt(frames, kind, 3), corrupt(frames, kind, 3)
    assert np.array_equal(first, again)
    assert np.array_equal(frames, before)
    assert first.dtype == np.uint8
    assert first.shape == frames.shape
    assert not np.shares_memory(first, frames)
    assert corrupt(frames[:0], kind, 3).shape == (0, 28, 28)


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_harm_grows_with_its_strength(frames: UInt8Array, kind: str) -> None:
    away = [np.abs(corrupt(frames, kind, strength).astype(int) - frames).mean() for strength in STRENGTHS]
    assert away[0] > 0
    assert away[0] < away[2] < away[4]


def test_kinds_do_what_they_are_called(frames: UInt8Array) -> None:
    assert corrupt(frames, "contrast", 5).min() > 70
    assert corrupt(frames, "contrast", 5).max() < 190
    assert (corrupt(frames, "occlusion", 3) <= frames).all()
    assert (corrupt(frames, "lines", 3) >= frames).all()
    ink = frames.sum(dtype=np.int64)
    thicker = corrupt(frames, "stroke width", 4).sum(axis=(1, 2), dtype=np.int64) > frames.sum(axis=(1, 2))
    assert 0.3 < thicker.mean() < 0.7  # as many thinner as thicker
    assert abs(corrupt(frames, "shift", 1).sum(dtype=np.int64) / ink - 1) < 0.01


def test_ten_kinds_at_five_strengths() -> None:
    assert len(CORRUPTIONS) == 10
    assert all(len(amounts) == len(STRENGTHS) and amounts[0] < amounts[-1] for _, amounts in CORRUPTIONS.values())
    with pytest.raises(KeyError):
        corrupt(np.zeros((1, 28, 28), np.uint8), "rain", 1)
