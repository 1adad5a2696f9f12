"""Pictures of digits are drawn again by the same seed, look unlike their frames, and mostly stay what they were."""

import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.synthesis.photos import draw_snapshot, through_snapshots

DIGITS = load_mnist().validation.slice(0, 60)


def test_the_same_seed_draws_the_same_and_leaves_its_frames_alone() -> None:
    x = DIGITS.x[:10].copy()
    first, found = through_snapshots(x, np.random.default_rng(7))
    again, found_again = through_snapshots(x, np.random.default_rng(7))
    other, _ = through_snapshots(x, np.random.default_rng(8))
    assert np.array_equal(first, again)
    assert np.array_equal(found, found_again)
    assert not np.array_equal(first, other)
    assert np.array_equal(x, DIGITS.x[:10])
    assert first.dtype == np.uint8
    assert first.shape == (10, 28, 28)


def test_most_are_still_read_right_and_none_is_the_frame_it_was(reader: DigitReader) -> None:
    frames, found = through_snapshots(DIGITS.x, np.random.default_rng(7))
    assert found.mean() > 0.95
    assert not (frames == DIGITS.x).all(axis=(1, 2)).any()
    right = [
        reading.digits[0].label == y
        for frame, y in zip(frames[found], DIGITS.y[found], strict=True)
        if (reading := reader.read_digit(frame)).digits
    ]
    assert np.mean(right) > 0.9


def test_pictures_differ_in_size_light_and_polarity() -> None:
    generator = np.random.default_rng(7)
    pictures = [draw_snapshot(frame, generator) for frame in DIGITS.x]
    assert len({picture.shape for picture in pictures}) > 50
    sides = [side for picture in pictures for side in picture.shape]
    assert min(sides) < 45
    assert max(sides) > 120
    dark_paper = np.mean([np.median(picture) < 128 for picture in pictures])
    assert 0.02 < dark_paper < 0.4


def test_without_ink_there_is_no_answer() -> None:
    frames, found = through_snapshots(np.zeros((3, 28, 28), np.uint8), np.random.default_rng(12))
    assert frames.shape == (3, 28, 28)
    assert not found.all()


@pytest.mark.parametrize("count", [0, 1])
def test_any_number_of_frames_goes_in(count: int) -> None:
    frames, found = through_snapshots(DIGITS.x[:count], np.random.default_rng(7))
    assert (len(frames), len(found)) == (count, count)
