"""The whole picture flow: what is drawn is read, however it is given; what is no picture is refused; nothing hangs."""

import concurrent.futures
import dataclasses
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from inkdigits import DigitReader
from inkdigits.errors import (
    BundleError,
    EmptyDigitError,
    ErrorBudgetError,
    InkdigitsError,
    PictureError,
    PictureTooLargeError,
)
from inkdigits.models.bundle import read_bundle, shipped_bundles
from inkdigits.models.confidence import confidences
from inkdigits.models.metadata import ErrorBudget
from inkdigits.reading.framing import frame_digit
from inkdigits.reading.pictures.decoding import Picture
from inkdigits.results import Reading
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.export.bundle_writing import write_bundle
from support.bad_pictures import ALL, encode, speckled
from support.drawing import blank, draw, flat, lies_on, write

PAGE = write(["0123456789", "4096"], 40, 5)
MNIST = load_mnist().validation.x[:1000]
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
texts = st.text("0123456789", min_size=1, max_size=5)


def labels(reading: Reading) -> str:
    """Return what the network took each mark for, whatever was decided."""
    return "".join(str(digit.label) for digit in reading.digits)


def resembles(frame: UInt8Array, other: UInt8Array) -> bool:
    """Return whether two frames show the same ink, strokes up to about a pixel apart."""
    one, two = (cv2.GaussianBlur(each, (0, 0), 1.5).ravel().astype(np.float64) for each in (frame, other))
    return bool(np.corrcoef(one, two)[0, 1] > 0.85)


def judged(bundle: Path, folder: Path, *, unsure_below: float = 0.5, slope: float = 1.0) -> DigitReader:
    """Return a reader with the same network and another policy."""
    read = read_bundle(bundle)
    info = dataclasses.replace(read.info, unsure_below=unsure_below, confidence_slope=slope)
    return DigitReader(write_bundle(folder, read.onnx, info, "# Card\n"))


class TestDrawings:
    def test_a_page_is_read_line_by_line(self, reader: DigitReader) -> None:
        reading = reader.read(PAGE.picture)
        assert reading.text == "0123456789\n4096"
        assert reading.outcome == "digits"
        assert all(lies_on(digit.box, box) for digit, box in zip(reading.digits, flat(PAGE), strict=True))
        assert (reading.height, reading.width) == PAGE.picture.shape
        assert reading.model == f"{reader.info.name} {reader.info.version}"
        for number, line in enumerate(reading.lines):
            boxes = [digit.box for digit in reading.digits if digit.line == number]
            assert (line.box.x_min, line.box.x_max) == (boxes[0].x_min, boxes[-1].x_max)

    @few
    @given(text=texts, height=st.integers(28, 90), share=st.sampled_from([0.08, 0.12, 0.16]))
    def test_light_on_dark_reads_the_same(self, reader: DigitReader, text: str, height: int, share: float) -> None:
        page = write([text], height, max(2, round(share * height)), margin=height)
        dark, light = reader.read(page.picture), reader.read(255 - page.picture)
        assert labels(dark) == labels(light) == text
        for one, other in zip(light.digits, dark.digits, strict=True):
            assert lies_on(one.box, other.box)

    @few
    @given(text=texts, margins=st.tuples(*[st.integers(0, 80)] * 4))
    def test_paper_around_changes_no_digit(self, reader: DigitReader, text: str, margins: tuple[int, ...]) -> None:
        page = write([text], 40, 5)
        above, below, left, right = margins
        wide = np.pad(page.picture, ((above, below), (left, right)), constant_values=255)
        assert reader.read(wide).text == reader.read(page.picture).text
        assert labels(reader.read(wide)) == text

    @few
    @given(text=texts, factor=st.sampled_from([2, 3]))
    def test_a_larger_copy_reads_the_same(self, reader: DigitReader, text: str, factor: int) -> None:
        page = write([text], 40, 5)
        large = cv2.resize(page.picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        assert labels(reader.read(np.asarray(large, dtype=np.uint8))) == labels(reader.read(page.picture)) == text

    @pytest.mark.parametrize("mark", "0123456789")
    @pytest.mark.parametrize("at", [(10, 15), (90, 80)])
    def test_one_digit_is_read_wherever_it_is(self, reader: DigitReader, mark: str, at: tuple[int, int]) -> None:
        picture = blank(160, 150)
        box = draw(picture, mark, at, 60, 7)
        for gray in (picture, np.asarray(255 - picture, dtype=np.uint8)):
            reading = reader.read_digit(gray)
            assert labels(reading) == mark
            assert lies_on(reading.digits[0].box, box)
            assert reading.digits[0].outcome != "not_a_digit"

    def test_dashes_and_dots_are_no_digits(self, reader: DigitReader) -> None:
        page = write([["4", "-", "2"]], 60, 7)
        center = (page.boxes[0][2].x_max + 18, page.boxes[0][2].y_max - 6)
        wide = np.pad(page.picture, ((0, 0), (0, 30)), constant_values=255)
        cv2.circle(wide, center, 6, (0,), -1)
        reading = reader.read(wide)
        assert reading.text == "42"
        assert {digit.outcome for digit in reading.digits} == {"digit", "not_a_digit"}
        assert "sign" in {digit.reason for digit in reading.digits}

    def test_a_dash_alone_is_blank(self, reader: DigitReader) -> None:
        reading = reader.read(write([["-"]], 60, 7).picture)
        assert (reading.outcome, reading.text) == ("blank", "")
        assert {digit.reason for digit in reading.digits} <= {"sign", "unlike a digit"}

    @pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (28, 28), (300, 200)])
    @pytest.mark.parametrize("level", [0, 128, 255])
    def test_a_flat_picture_is_blank(self, reader: DigitReader, shape: tuple[int, int], level: int) -> None:
        paper = np.full(shape, level, dtype=np.uint8)
        for reading in (reader.read(paper), reader.read_digit(paper)):
            assert (reading.outcome, reading.text, reading.digits, reading.lines) == ("blank", "", (), ())
            assert (reading.height, reading.width) == shape


class TestSources:
    def test_path_bytes_array_and_pillow_read_the_same(self, reader: DigitReader, tmp_path: Path) -> None:
        path = tmp_path / "page.png"
        path.write_bytes(encode(PAGE.picture, "PNG"))
        color = np.dstack([PAGE.picture] * 3)
        sources: list[Picture] = [
            path,
            str(path),
            path.read_bytes(),
            PAGE.picture,
            PAGE.picture[..., np.newaxis],
            color,
            np.dstack([color, np.full_like(PAGE.picture, 255)]),
            PAGE.picture / 255,
            PAGE.picture.astype(np.float64),
            PAGE.picture > 0,
            PAGE.picture.astype(np.uint16) * 257,
            Image.fromarray(PAGE.picture),
            Image.fromarray(color),
            Image.open(path),
        ]
        assert {reader.read(source) for source in sources} == {reader.read(PAGE.picture)}

    @pytest.mark.parametrize("name", ALL)
    def test_what_is_no_picture_is_refused(self, reader: DigitReader, name: str) -> None:
        data, expected = ALL[name]
        for read in (reader.read, reader.read_digit):
            with pytest.raises(PictureError) as caught:
                read(data)
            assert type(caught.value) is expected

    def test_the_limits_are_the_readers(self, tiny_bundle: Path) -> None:
        small = DigitReader(tiny_bundle, max_pixels=100, max_bytes=2000)
        with pytest.raises(PictureTooLargeError, match="at most 100 pixels"):
            small.read(np.zeros((11, 10), dtype=np.uint8))
        with pytest.raises(PictureTooLargeError, match="at most 2,000 bytes"):
            small.read_digit(encode(speckled(), "PNG"))


class TestNoise:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        array=hnp.arrays(
            st.one_of(st.just(np.dtype(np.uint8)), hnp.scalar_dtypes()),
            hnp.array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=40),
        )
    )
    def test_any_array_is_read_or_refused(self, reader: DigitReader, array: npt.NDArray[Any]) -> None:
        for read in (reader.read, reader.read_digit):
            try:
                reading = read(array)
            except PictureError:
                continue
            assert (reading.height, reading.width) == array.shape[:2]
            assert np.allclose([sum(digit.probabilities) for digit in reading.digits], 1, atol=1e-5)
            assert all(digit.label == int(np.argmax(digit.probabilities)) for digit in reading.digits)
            boxes = [digit.box for digit in reading.digits]
            assert all(box.x_max <= reading.width and box.y_max <= reading.height for box in boxes)

    @pytest.mark.parametrize("shape", [(1, 5000), (5000, 1), (3, 4000), (60, 60), (400, 500), (700, 700)])
    @pytest.mark.parametrize("density", [0.01, 0.5])
    def test_noise_is_borne(self, reader: DigitReader, shape: tuple[int, int], density: float) -> None:
        rng = np.random.default_rng(5)
        noise = rng.integers(0, 256, shape, dtype=np.uint8)
        picture = np.where(rng.random(shape) < density, noise, 255).astype(np.uint8)
        assert reader.read(picture).height == shape[0]
        assert len(reader.read_digit(picture).digits) <= 1


class TestReader:
    def test_it_may_be_shared_by_threads(self, reader: DigitReader) -> None:
        pages = [write([f"{number:04d}"], 40, 5).picture for number in range(0, 9999, 611)]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            together = list(pool.map(reader.read, pages))
        assert together == [reader.read(page) for page in pages]

    def test_reading_leaves_the_picture_and_the_reader_as_they_were(self, reader: DigitReader) -> None:
        before = PAGE.picture.copy()
        first = reader.read(PAGE.picture)
        reader.read(255 - before)
        assert np.array_equal(PAGE.picture, before)
        assert reader.read(PAGE.picture) == first

    def test_the_bundle_sets_the_threshold(self, tiny_bundle: Path, tmp_path: Path) -> None:
        for name, unsure_below, outcome in (("bold", 0.0, "digit"), ("shy", 1.0, "unsure")):
            reader = judged(tiny_bundle, tmp_path / name, unsure_below=unsure_below, slope=1.5)
            reading = reader.read(write(["25"], 60, 7).picture)
            assert {digit.outcome for digit in reading.digits} == {outcome}
            assert reading.text == (labels(reading) if outcome == "digit" else "??")

    def test_a_budget_sets_the_threshold_and_tells_its_price(self, tiny_bundle: Path, tmp_path: Path) -> None:
        read = read_bundle(tiny_bundle)
        rows = (ErrorBudget(0.001, 1.0, 0.4, 0.3, 0.004), ErrorBudget(0.05, 0.0, 1.0, 1.0, 0.04))
        folder = write_bundle(tmp_path / "two", read.onnx, dataclasses.replace(read.info, budgets=rows), "# Card\n")
        page = write(["25"], 60, 7).picture
        for max_error, row, text in ((0.001, rows[0], "??"), (0.049, rows[0], "??"), (0.05, rows[1], None)):
            reader = DigitReader(folder, max_error=max_error)
            reading = reader.read(page)
            assert reading.text == (text or labels(reading))
            assert (reader.policy.budget, reader.expected_coverage) == (row, row.coverage)
        with pytest.raises(
            ErrorBudgetError, match=r"tiny cannot promise 0\.0005 wrong answers; it can promise 0\.001 or"
        ):
            DigitReader(folder, max_error=0.0005)
        assert DigitReader(folder).expected_coverage is None
        with pytest.raises(ErrorBudgetError, match="it can promise none: no digits were held out"):
            DigitReader(tiny_bundle, max_error=0.5)

    @pytest.mark.parametrize("name", shipped_bundles())
    def test_shipped_bundles_promise_one_error_in_a_thousand(self, name: str) -> None:
        thousandth, default = DigitReader(name, max_error=0.001), DigitReader(name)
        assert thousandth.policy.budget is not None
        assert thousandth.policy.budget.max_error == 0.001
        assert default.policy.budget is not None
        assert default.policy.budget.holds_on_pictures
        assert thousandth.expected_coverage is not None
        assert default.expected_coverage is not None
        assert 0.85 < thousandth.expected_coverage <= default.expected_coverage

    def test_confidence_of_a_frame_is_calibrated_its_probabilities_are_not(
        self, tiny_bundle: Path, tmp_path: Path
    ) -> None:
        frames = MNIST[:5, :, :, np.newaxis]
        steep = judged(tiny_bundle, tmp_path / "steep").read_frames(frames)
        shallow = judged(tiny_bundle, tmp_path / "shallow", slope=0.3).read_frames(frames)
        for (one,), (other,) in [(a.digits, b.digits) for a, b in zip(steep, shallow, strict=True)]:
            assert one.probabilities == other.probabilities
            raw = np.array([one.probabilities], dtype=np.float32)
            assert one.confidence == pytest.approx(confidences(raw, 1.0, 0.0)[0], abs=1e-6)
            assert other.confidence == pytest.approx(confidences(raw, 0.3, 0.0)[0], abs=1e-6)
            assert other.confidence < one.confidence

    def test_what_is_answered_is_as_sure_as_the_limits_say(self, reader: DigitReader) -> None:
        reading, policy = reader.read(PAGE.picture), reader.policy
        assert all(digit.confidence >= policy.digit_below for digit in reading.digits if digit.outcome == "digit")
        answered = [line for line in reading.lines if len(line.text) > 1 and "?" not in line.text]
        assert answered
        assert all(line.confidence >= policy.line_below for line in answered)

    def test_a_bundle_that_is_no_bundle(self, tmp_path: Path) -> None:
        with pytest.raises(BundleError):
            DigitReader(tmp_path)


class TestFrameDigit:
    @pytest.mark.parametrize("inverted", [False, True])
    def test_mnist_comes_through_a_png_of_either_polarity(self, inverted: bool) -> None:  # noqa: FBT001 - parametrized
        pictures = 255 - MNIST if inverted else MNIST
        frames = np.stack([frame_digit(encode(picture, "PNG")) for picture in pictures])
        assert np.mean([np.array_equal(frame, digit) for frame, digit in zip(frames, MNIST, strict=True)]) >= 0.99

    def test_a_shift_is_undone(self) -> None:
        same = []
        for index, digit in enumerate(MNIST[:100]):
            moved = np.pad(digit, ((5 + index % 31, 12), (7, 5 + index % 23)))
            same.append(resembles(frame_digit(moved), digit))
        assert np.mean(same) >= 0.9

    @few
    @given(mark=st.sampled_from("0123456789"), height=st.integers(40, 120), place=st.integers(16, 60))
    def test_polarity_and_paper_do_not_matter(self, mark: str, height: int, place: int) -> None:
        picture = blank(height + 80, height + 80)
        draw(picture, mark, (place, place), height, height // 9)
        wide = np.pad(picture, ((50, 20), (10, 40)), constant_values=255)
        frame = frame_digit(picture)
        assert resembles(frame_digit(np.asarray(255 - picture, dtype=np.uint8)), frame)
        assert resembles(frame_digit(wide), frame)

    def test_it_is_what_the_reader_classifies(self, reader: DigitReader) -> None:
        picture = write(["7"], 80, 9).picture
        (frame,) = reader.trace(picture).frames
        assert np.array_equal(frame_digit(picture), frame[:, :, 0])

    def test_nothing_written_is_told(self) -> None:
        with pytest.raises(EmptyDigitError, match="expected a picture of one digit, found no ink"):
            frame_digit(blank(60, 60))

    def test_no_picture_is_told(self) -> None:
        with pytest.raises(InkdigitsError):
            frame_digit(b"")
