"""A frame is what MNIST's are: 28 x 28, the ink 20 long, its mass in the middle; MNIST itself passes unchanged."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inkdigits.errors import EmptyDigitError, FrameError
from inkdigits.models.frames import center_by_mass, to_frame, to_frames
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from support.drawing import blank, draw

MNIST = load_mnist().validation.x[:3000]


def ink_box(frame: UInt8Array) -> tuple[int, int]:
    """Return width and height of the ink."""
    _, _, width, height = cv2.boundingRect(frame)
    return width, height


def mass_center(frame: UInt8Array) -> tuple[float, float]:
    moments = cv2.moments(frame)
    return moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]


def crop_of(mark: str, height: int, share: float = 0.12) -> UInt8Array:
    """Return the ink of a drawn digit, 255 for ink."""
    picture = blank(2 * height, 2 * height)
    draw(picture, mark, (height // 2, height // 2), height, max(1, round(share * height)))
    return np.asarray(255 - picture, dtype=np.uint8)


class TestMnist:
    def test_at_least_999_of_1000_digits_pass_bit_for_bit(self) -> None:
        unchanged = [np.array_equal(to_frame(digit), digit) for digit in MNIST]
        assert np.mean(unchanged) >= 0.999

    @settings(max_examples=80, deadline=None)
    @given(st.integers(0, len(MNIST) - 1), st.integers(0, 40), st.integers(0, 40), st.integers(0, 9))
    def test_a_shift_is_undone(self, index: int, right: int, down: int, margin: int) -> None:
        moved = np.pad(MNIST[index], ((down, margin), (right, margin)))
        assert np.array_equal(to_frame(moved), to_frame(MNIST[index]))

    def test_centering_leaves_it_as_it_is_and_undoes_a_shift(self) -> None:
        unchanged = 0
        for digit in MNIST[:1000]:
            x, y, width, height = cv2.boundingRect(digit)
            cornered = np.zeros_like(digit)
            cornered[:height, :width] = digit[y : y + height, x : x + width]
            unchanged += all(np.array_equal(center_by_mass(frame), digit) for frame in (digit, cornered))
        assert unchanged >= 999

    def test_shapes_like_mnist_come_from_pictures_of_any_size(self) -> None:
        large = [cv2.resize(digit, None, fx=6, fy=6, interpolation=cv2.INTER_CUBIC) for digit in MNIST[:100]]
        frames = to_frames([np.asarray(digit, dtype=np.uint8) for digit in large])[..., 0]
        assert np.abs(frames.astype(int) - MNIST[:100]).mean() < 12


class TestFrames:
    @settings(max_examples=100, deadline=None)
    @given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=60)))
    def test_any_crop_with_ink_becomes_a_frame_with_ink(self, crop: UInt8Array) -> None:
        crop[0, 0] = max(crop[0, 0], 200)
        frame = to_frame(crop)
        assert frame.shape == (28, 28)
        assert frame.dtype == np.uint8
        assert frame.any()

    @pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 2), (700, 3), (19, 19), (20, 20), (21, 21)])
    @pytest.mark.parametrize("value", [1, 20, 255])
    def test_solid_crops_of_odd_sizes(self, shape: tuple[int, int], value: int) -> None:
        frame = to_frame(np.full(shape, value, dtype=np.uint8))
        assert frame.any()
        assert frame.shape == (28, 28)

    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from("0123456789"), st.integers(15, 300), st.sampled_from([0.04, 0.08, 0.12, 0.2]))
    def test_a_drawn_digit_is_20_long_and_in_the_middle(self, mark: str, height: int, share: float) -> None:
        frame = to_frame(crop_of(mark, height, share))
        assert max(ink_box(frame)) == 20
        assert np.allclose(mass_center(frame), 14, atol=0.51)
        assert frame.max() > 200

    @settings(max_examples=40, deadline=None)
    @given(st.sampled_from("0123456789"), st.sampled_from([2, 3, 5]))
    def test_size_does_not_matter(self, mark: str, factor: int) -> None:
        crop = crop_of(mark, 60)
        large = np.kron(crop, np.ones((factor, factor), dtype=np.uint8))
        assert np.abs(to_frame(large).astype(int) - to_frame(crop)).mean() < 6

    def test_hairlines_are_widened_and_brushes_thinned(self) -> None:
        thin, middle, thick = (to_frame(crop_of("7", 200, share)) for share in (0.01, 0.12, 0.45))
        ink = [int((frame > 127).sum()) for frame in (thin, middle, thick)]
        assert ink[0] > 25
        assert ink[2] < 3 * ink[1]

    def test_the_argument_is_left_alone(self) -> None:
        crop = crop_of("5", 50)
        before = crop.copy()
        to_frame(crop)[:] = 1
        assert np.array_equal(crop, before)


class TestBatches:
    def test_a_batch_is_its_frames_in_order(self) -> None:
        crops = [crop_of(mark, 30 + 7 * int(mark)) for mark in "0123456789"]
        frames = to_frames(crops)
        assert frames.shape == (10, 28, 28, 1)
        assert all(np.array_equal(frames[index, :, :, 0], to_frame(crop)) for index, crop in enumerate(crops))

    def test_no_crops_make_no_frames(self) -> None:
        frames = to_frames([])
        assert frames.shape == (0, 28, 28, 1)
        assert frames.dtype == np.uint8


class TestRefusals:
    @pytest.mark.parametrize(
        "crop",
        [
            np.full((5, 5), 255, dtype=np.int64),
            np.ones((5, 5)),
            np.ones((5, 5), dtype=bool),
            np.full((5, 5, 1), 255, dtype=np.uint8),
            np.full(5, 255, dtype=np.uint8),
        ],
        ids=lambda crop: f"{crop.dtype}{crop.shape}",
    )
    def test_what_is_no_crop(self, crop: npt.NDArray[np.generic]) -> None:
        with pytest.raises(FrameError, match=r"expected a uint8 crop of shape \(H, W\), got"):
            to_frame(crop)  # type: ignore[arg-type]

    @pytest.mark.parametrize("shape", [(28, 28), (1, 1), (0, 5), (5, 0)])
    def test_paper_alone(self, shape: tuple[int, int]) -> None:
        with pytest.raises(EmptyDigitError, match="expected some ink, got an all-paper crop"):
            to_frame(np.zeros(shape, dtype=np.uint8))
        with pytest.raises(EmptyDigitError):
            to_frames([crop_of("1", 30), np.zeros(shape, dtype=np.uint8)])

    def test_a_frame_without_mass(self) -> None:
        with pytest.raises(EmptyDigitError, match="all-paper frame"):
            center_by_mass(np.zeros((28, 28), dtype=np.uint8))
