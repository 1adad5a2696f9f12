"""Pictures are continued to the sides that the detector takes, and frames are judged as one batch."""

import numpy as np
import pytest

from inkdigits.errors import FrameError
from inkdigits.models.detector import Detector, detect_marks, fit_to_detector
from inkdigits.spec import DETECTOR_CHANNELS, Float32Array, UInt8Array
from inkdigits.training.data.mnist import load_mnist


@pytest.mark.parametrize("shape", [(1, 1), (64, 64), (65, 130), (96, 17)])
def test_sides_are_multiples_of_16_and_at_least_64(shape: tuple[int, int]) -> None:
    gray = np.random.default_rng(1).integers(0, 255, shape).astype(np.uint8)
    fitted, (left, top) = fit_to_detector(gray)
    assert all(side % 16 == 0 and side >= 64 for side in fitted.shape)
    assert all(side - old < 64 for side, old in zip(fitted.shape, shape, strict=True))
    np.testing.assert_array_equal(fitted[top : top + shape[0], left : left + shape[1]], gray)
    assert fitted[0, 0] == gray[0, 0]
    assert fitted[-1, -1] == gray[-1, -1]


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_marks_are_told_in_pixels_of_the_picture_at_any_scale(scale: float) -> None:
    gray = np.full((70, 120), 220, dtype=np.uint8)
    gray[25:45, 75:95] = 10  # its middle is (85, 35)

    def answer(fitted: UInt8Array) -> Float32Array:
        places = np.zeros((fitted.shape[0] // 4, fitted.shape[1] // 4, DETECTOR_CHANNELS), dtype=np.float32)
        dark = fitted.reshape(places.shape[0], 4, places.shape[1], 4).mean(axis=(1, 3)) < 100
        row, column = np.argwhere(dark).mean(axis=0)
        places[round(row), round(column), 6] = 0.9
        return places

    (mark,) = detect_marks(answer, gray, scale=scale)
    assert (mark.label, mark.scale) == (6, scale)
    assert abs(mark.x - 85) < 6 / scale
    assert abs(mark.y - 35) < 6 / scale


class TestJudgeFrames:
    DETECTOR = Detector()
    DIGITS = load_mnist().validation

    def test_most_digits_are_named_and_paper_is_none(self) -> None:
        frames = self.DIGITS.x[:300, :, :, np.newaxis]
        heats = self.DETECTOR.judge_frames(frames)
        assert np.mean(heats.argmax(axis=1) == self.DIGITS.y[:300]) > 0.95
        assert self.DETECTOR.judge_frames(np.zeros((1, 28, 28, 1), dtype=np.uint8)).max() < 0.25

    def test_a_frame_alone_is_judged_as_among_others(self) -> None:
        frames = self.DIGITS.x[:5, :, :, np.newaxis]
        together = self.DETECTOR.judge_frames(frames)
        for place in range(5):
            alone = self.DETECTOR.judge_frames(frames[place : place + 1])
            np.testing.assert_allclose(together[place : place + 1], alone, rtol=0, atol=1e-5)

    def test_no_frames(self) -> None:
        assert self.DETECTOR.judge_frames(np.zeros((0, 28, 28, 1), dtype=np.uint8)).shape == (0, 10)

    @pytest.mark.parametrize("shape", [(2, 28, 28), (2, 28, 27, 1)])
    def test_what_are_no_frames(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(FrameError, match=r"expected uint8 frames of shape \(N, 28, 28, 1\), got"):
            self.DETECTOR.judge_frames(np.zeros(shape, dtype=np.uint8))
