"""What an epoch shows: every training digit once, drawn ones beside them, the same for the same seed and number."""

from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import DataError
from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.fitting.epochs import (
    Sources,
    draw_pool,
    epoch_length,
    frame_handwriting,
    one_hot,
    prepare_epoch,
)


@pytest.fixture(scope="module")
def digits() -> LabeledFrames:
    return load_mnist().validation.slice(0, 200)


def test_a_plain_epoch_has_every_digit_once(digits: LabeledFrames) -> None:
    config = TrainConfig(network="mlp")
    x, y = prepare_epoch(Sources(digits, draw_pool(config, len(digits))), config, 0)
    assert x.shape == (200, 28, 28, 1)
    assert sorted(frame.tobytes() for frame in x) == sorted(frame.tobytes() for frame in digits.x)
    np.testing.assert_array_equal(np.sort(y.argmax(axis=1)), np.sort(digits.y))


def test_seed_and_number_decide_an_epoch(digits: LabeledFrames) -> None:
    config = TrainConfig(network="fast", augment=True, rough=True, drawn=0.1)
    pool = draw_pool(config, len(digits))
    first, again, next_one = (prepare_epoch(Sources(digits, pool), config, epoch)[0] for epoch in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert (first != next_one).any()


def test_drawn_digits_come_on_top(digits: LabeledFrames) -> None:
    config = TrainConfig(network="fast", drawn=0.25)
    pool = draw_pool(config, len(digits))
    assert pool is not None
    assert len(pool) == 100
    x, _ = prepare_epoch(Sources(digits, pool), config, 0)
    assert len(x) == epoch_length(Sources(digits, pool), config) == 250
    own = {frame.tobytes() for frame in digits.x}
    drawn = {frame.tobytes() for frame in pool.x}
    assert sum(frame.tobytes() in own for frame in x) == 200
    assert sum(frame.tobytes() in drawn for frame in x) == 50


def test_real_digits_come_on_top_and_keep_their_labels_beside_a_teacher(digits: LabeledFrames) -> None:
    config = TrainConfig(network="fast")
    real = LabeledFrames(np.flip(load_mnist().validation.x[1_000:1_100], axis=2), np.full(100, 6, dtype=np.uint8))
    taught: list[int] = []

    def teacher(frames: UInt8Array) -> Float32Array:
        taught.append(len(frames))
        return np.full((len(frames), 10), 0.1, dtype=np.float32)

    sources = Sources(digits, real=real, teacher=teacher)
    x, y = prepare_epoch(sources, config, 0)
    assert len(x) == epoch_length(sources, config) == 280  # 0.4 of 200 digits
    known = {frame.tobytes() for frame in real.x}
    is_real = np.array([frame.tobytes() in known for frame in x])
    assert is_real.sum() == 80
    np.testing.assert_array_equal(y[is_real], one_hot(np.full(80, 6, dtype=np.uint8)))
    assert taught == [200]
    assert not is_real[:200].all()  # mixed among the others
    assert 20 < is_real[:140].sum() < 60


def test_a_config_without_handwriting_frames_none(digits: LabeledFrames) -> None:
    config = TrainConfig(network="fast")
    assert frame_handwriting(config) is None
    assert epoch_length(Sources(digits), config) == 200


def test_strings_that_are_missing_are_told(tmp_path: Path) -> None:
    config = TrainConfig(network="fast", handwriting=str(tmp_path), strings=str(tmp_path / "strings.npz"))
    with pytest.raises(DataError, match=r"strings\.npz: expected the numbers that a run of the detector keeps"):
        frame_handwriting(config)


def test_labels_become_one_hot() -> None:
    hot = one_hot(np.array([0, 9], dtype=np.uint8))
    assert hot.dtype == np.float32
    np.testing.assert_array_equal(hot, np.eye(10)[[0, 9]])


def test_a_teacher_answers_for_the_larger_part_of_a_label(digits: LabeledFrames) -> None:
    config = TrainConfig(network="fast", augment=True)
    seen: list[UInt8Array] = []

    def teacher(frames: UInt8Array) -> Float32Array:
        seen.append(frames)
        return np.full((len(frames), 10), 0.1, dtype=np.float32)

    x, y = prepare_epoch(Sources(digits, teacher=teacher), config, 0)
    np.testing.assert_array_equal(seen[0], x[..., 0])  # the changed digits, as the network sees them
    assert y.dtype == np.float32
    np.testing.assert_allclose(y.sum(axis=1), 1, atol=1e-6)
    _, plain = prepare_epoch(Sources(digits), config, 0)
    np.testing.assert_allclose(y, 0.3 * plain + 0.07, atol=1e-6)


def test_the_last_epochs_of_a_run_that_settles_show_digits_nearer_to_what_they_were(digits: LabeledFrames) -> None:
    config = TrainConfig(network="fast", epochs=10, augment=True, rough=True, settle=0.3)
    repeated = LabeledFrames(np.repeat(digits.x[:1], 200, axis=0), np.repeat(digits.y[:1], 200))

    def distance(epoch: int) -> float:
        x, _ = prepare_epoch(Sources(repeated), config, epoch)
        return float(np.abs(x[..., 0].astype(np.float64) - digits.x[0]).mean())

    early, settled = [distance(epoch) for epoch in (0, 5, 6)], [distance(epoch) for epoch in (7, 8, 9)]
    assert max(settled) < 0.85 * min(early)
