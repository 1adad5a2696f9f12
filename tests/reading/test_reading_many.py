"""Many pictures at once get the same answers as each one alone."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.errors import FieldError, FrameError, PictureError
from inkdigits.results import Reading
from inkdigits.spec import FRAME_SIDE, UInt8Array
from inkdigits.training.data.mnist import load_mnist
from support.bad_pictures import ALL, encode
from support.drawing import blank, write

PICTURES = [
    write(["0123456789", "4096"]).picture,
    blank(40, 60),
    255 - write(["58"], 60, 7).picture,
    write(["7"], 24, 3).picture,
    np.asarray(np.kron(write(["205"], 40, 5).picture, np.ones((30, 30))), dtype=np.uint8),  # over 4 megapixels
    write(["1", "2", "3"]).picture,
]
FRAMES = load_mnist().validation.x[:300, :, :, None]


def draw_scribbles(count: int) -> UInt8Array:
    """Return frames, (N, 28, 28), of random strokes with paper around them."""
    generator = np.random.default_rng(5)
    frames = np.zeros((count, FRAME_SIDE, FRAME_SIDE), dtype=np.uint8)
    for frame in frames:
        points = generator.integers(5, FRAME_SIDE - 5, (int(generator.integers(3, 9)), 2), dtype=np.int32)
        cv2.polylines(frame, [points], isClosed=False, color=(255,), thickness=2)
    return frames


def same(found: Reading | PictureError, alone: Reading) -> None:
    assert isinstance(found, Reading)
    assert (found.text, found.outcome, found.width, found.height) == (
        alone.text,
        alone.outcome,
        alone.width,
        alone.height,
    )
    assert [line.box for line in found.lines] == [line.box for line in alone.lines]
    assert [(d.box, d.line, d.label, d.outcome) for d in found.digits] == [
        (d.box, d.line, d.label, d.outcome) for d in alone.digits
    ]
    for one, other in zip(found.digits, alone.digits, strict=True):
        assert np.allclose(one.probabilities, other.probabilities, rtol=0, atol=1e-6)
        assert one.confidence == pytest.approx(other.confidence, abs=1e-5)


class TestReadMany:
    def test_lines(self, reader: DigitReader) -> None:
        for found, picture in zip(reader.read_many(iter(PICTURES)), PICTURES, strict=True):
            same(found, reader.read(picture))

    def test_single_digits(self, reader: DigitReader) -> None:
        for found, picture in zip(reader.read_many(PICTURES, single=True), PICTURES, strict=True):
            same(found, reader.read_digit(picture))

    def test_fields(self, reader: DigitReader) -> None:
        for found, picture in zip(reader.read_many(PICTURES, length=2), PICTURES, strict=True):
            same(found, reader.read(picture, length=2))
        with pytest.raises(FieldError):
            reader.read_many(PICTURES, length=0)

    def test_none(self, reader: DigitReader) -> None:
        assert reader.read_many([]) == []

    def test_what_cannot_be_read_has_its_place(self, reader: DigitReader, tmp_path: Path) -> None:
        bad, error = next((data, error) for data, error in ALL.values() if issubclass(error, PictureError))
        good = encode(write(["58"]).picture, "PNG")
        answers = reader.read_many([bad, good, tmp_path / "none.png", good])
        assert [type(answer).__name__ for answer in answers][1::2] == ["Reading", "Reading"]
        assert isinstance(answers[0], error)
        assert isinstance(answers[2], PictureError)
        assert str(answers[2]).startswith(str(tmp_path / "none.png"))


class TestReadFrames:
    def test_frames_are_read_as_pictures_of_them_are(self, reader: DigitReader) -> None:
        readings = reader.read_frames(FRAMES)
        assert len(readings) == len(FRAMES)
        alike = 0
        for found, frame in zip(readings, FRAMES, strict=True):
            picture = frame[:, :, 0]
            one, *others = reader.read_digit(picture), reader.read(picture), reader.read(255 - picture)
            assert found.digits[0].box == one.digits[0].box
            alike += found.text == one.text  # of a picture, both networks name the digit
            for other in others:
                same(one, other)
        assert alike >= 0.95 * len(FRAMES)

    def test_what_is_no_digit_is_told_alike(self, reader: DigitReader) -> None:
        frames = draw_scribbles(60)
        readings = reader.read_frames(frames[:, :, :, np.newaxis])
        assert "not_a_digit" in {reading.digits[0].outcome for reading in readings}
        for found, frame in zip(readings, frames, strict=True):
            assert found.digits[0].box == reader.read_digit(frame).digits[0].box
            same(reader.read_digit(frame), reader.read(frame))

    def test_box_and_size(self, reader: DigitReader) -> None:
        frame = np.zeros((1, 28, 28, 1), dtype=np.uint8)
        frame[0, 4:7, 7:21] = 255
        for row in range(17):
            frame[0, 7 + row, 18 - 2 * row // 5 : 21 - 2 * row // 5] = 255
        (reading,) = reader.read_frames(frame)
        box = reading.digits[0].box
        assert (box.x_min, box.y_min, box.x_max, box.y_max) == (7, 4, 21, 24)
        assert (reading.width, reading.height, reading.text, reading.lines[0].text) == (28, 28, "7", "7")
        assert reading.lines[0].box == box

    def test_a_frame_without_ink_is_blank(self, reader: DigitReader) -> None:
        frames = np.stack([FRAMES[0], np.zeros_like(FRAMES[0]), FRAMES[1]])
        first, second, third = reader.read_frames(frames)
        assert (second.outcome, second.digits, second.lines) == ("blank", (), ())
        assert [first, third] == reader.read_frames(FRAMES[:2])

    def test_none(self, reader: DigitReader) -> None:
        assert reader.read_frames(FRAMES[:0]) == []

    def test_what_are_no_frames(self, reader: DigitReader) -> None:
        with pytest.raises(FrameError):
            reader.read_frames(FRAMES[:, :, :, 0])
