"""Pictures are made to fit the detector, frames judged as the reader judges them, and its folder is verified."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.errors import BundleError, FrameError
from inkdigits.models.bundle import DETECTOR_FOLDER, find_bundle, read_bundle, shipped_bundles
from inkdigits.models.detector import Detector, detect_marks, fit_to_detector
from inkdigits.spec import DETECTOR_CHANNELS, Float32Array, UInt8Array
from inkdigits.training.data.mnist import load_mnist

BUDGET = {
    "per": "line",
    "max_error": 0.01,
    "unsure_below": 0.9,
    "coverage": 0.8,
    "error": 0.009,
    "rough_coverage": 0.5,
    "rough_error": 0.02,
}


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


class TestFrames:
    def test_what_is_a_digit_is_what_read_frames_says(self, reader: DigitReader) -> None:
        noise = np.random.default_rng(3).integers(0, 256, (40, 28, 28), dtype=np.uint8)
        specks = np.where(noise > 240, noise, 0).astype(np.uint8)
        parts = [load_mnist().validation.x[:160], noise, specks, np.zeros((5, 28, 28), np.uint8)]
        frames = np.concatenate(parts)[..., np.newaxis]
        found = Detector().digit_probabilities(frames)
        assert found.shape == (len(frames),)
        assert found.dtype == np.float32
        inked = np.any(frames, axis=(1, 2, 3))
        expected = [reading.digits[0].digit_probability for reading in reader.read_frames(frames) if reading.digits]
        np.testing.assert_allclose(found[inked], expected, rtol=1e-5)
        assert found[:160].mean() > 0.8
        assert found[160:].mean() < 0.1
        assert np.all(found[~inked] < Detector().info.doubt_below)

    def test_nearly_all_digits_are_digits(self) -> None:
        digits, detector = load_mnist().validation.x[:500, ..., np.newaxis], Detector()
        assert np.mean(detector.digit_probabilities(digits) >= detector.info.doubt_below) > 0.97

    def test_no_frames_have_no_probabilities(self) -> None:
        none = np.empty((0, 28, 28, 1), dtype=np.uint8)
        assert Detector().judge_frames(none).shape == (0, 10)
        assert Detector().digit_probabilities(none).shape == (0,)

    @pytest.mark.parametrize("shape", [(2, 28, 28), (2, 27, 28, 1), (2, 28, 28, 3)])
    def test_other_arrays_are_refused(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(FrameError, match=r"expected uint8 frames of shape \(N, 28, 28, 1\)"):
            Detector().judge_frames(np.zeros(shape, dtype=np.uint8))


class TestFolder:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return Path(shutil.copytree(DETECTOR_FOLDER, tmp_path / "detector"))

    def test_it_is_no_reading_bundle(self) -> None:
        assert "detector" not in shipped_bundles()
        with pytest.raises(BundleError, match="expected a shipped bundle"):
            find_bundle("detector")
        with pytest.raises(BundleError, match="expected format 2, found 3"):
            read_bundle(DETECTOR_FOLDER)

    @pytest.mark.parametrize("name", ["model.onnx", "model.json", "README.md", "SHA256SUMS"])
    def test_a_changed_byte_is_found(self, folder: Path, name: str) -> None:
        data = bytearray((folder / name).read_bytes())
        data[5] ^= 1
        (folder / name).write_bytes(data)
        with pytest.raises(BundleError, match=r"expected SHA-256 .*, found .*install the bundle again"):
            Detector(folder)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"reject_below": -0.1}, "expected limits from 0 to 1, doubt no less than rejection"),
            ({"doubt_below": 1.5}, "expected limits from 0 to 1"),
            ({"reject_below": "low"}, "expected limits from 0 to 1"),
            ({"reject_below": 0.6, "doubt_below": 0.5}, "expected limits from 0 to 1"),
            ({"doubt_below": float("nan")}, "expected limits from 0 to 1"),
            ({"label_weights": [1.0]}, "expected 3 numbers as label_weights"),
            ({"digit_weights": [1.0, 1.0, "much"]}, "expected 7 numbers as digit_weights"),
            ({"digit_weights": 1.0}, "expected 7 numbers as digit_weights"),
            ({"color": "blue"}, "expected the keys"),
            ({"format": 2}, "expected format 3, found 2"),
            ({"line_weights": [1.0]}, "expected 6 numbers as line_weights"),
            ({"doubt_line_below": 1.5}, "expected limits from 0 to 1"),
            ({"budgets": [{"per": "page"}]}, "expected budgets of shares"),
            ({"budgets": [BUDGET | {"per": "page"}]}, "expected budgets of shares"),
            ({"budgets": [BUDGET, BUDGET]}, "the strictest first"),
            (None, "expected a JSON object"),
        ],
    )
    def test_what_cannot_be_is_refused(self, folder: Path, change: dict[str, object] | None, message: str) -> None:
        path, sums = folder / "model.json", folder / "SHA256SUMS"
        old = path.read_bytes()
        fresh = b"{" if change is None else json.dumps(json.loads(old) | change).encode()
        path.write_bytes(fresh)
        before, after = (hashlib.sha256(data).hexdigest() for data in (old, fresh))
        sums.write_text(sums.read_text(encoding="ascii").replace(before, after), encoding="ascii")
        with pytest.raises(BundleError, match=message):
            Detector(folder)
