"""Pictures that ask much of detection: more marks than are read, one bit a pixel, the coarse rows of a fax."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.reading.detection import detector
from inkdigits.spec import UInt8Array
from support.drawing import write


@pytest.fixture(scope="module")
def reader() -> DigitReader:
    return DigitReader()


def test_more_marks_than_a_picture_may_hold_are_left_out_with_a_note(
    reader: DigitReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = write(["35294", "1687"], 60, leading=2.4).picture
    whole = reader.read(picture)
    assert (len(whole.digits), whole.notes) == (9, ())
    monkeypatch.setattr(detector, "MOST_MARKS", 4)
    reading = reader.read(picture)
    assert len(reading.digits) == 4
    (note,) = reading.notes
    assert note.startswith("5 of 9 marks were left out")
    assert reading.to_dict()["notes"] == [note]


def to_one_bit(gray: UInt8Array) -> UInt8Array:
    return np.where(gray > 127, 255, 0).astype(np.uint8)


def dither(gray: UInt8Array) -> UInt8Array:
    """Dither by Bayer's matrix of 4 x 4, as old printers and some scanners do."""
    matrix = 16 * np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) + 8
    across, down = -(-gray.shape[1] // 4), -(-gray.shape[0] // 4)
    return np.where(gray > np.tile(matrix, (down, across))[: gray.shape[0], : gray.shape[1]], 255, 0).astype(np.uint8)


def fax(gray: UInt8Array) -> UInt8Array:
    """Send as a fax of half the rows, and show it in its true shape."""
    coarse = cv2.resize(gray, (gray.shape[1], gray.shape[0] // 2), interpolation=cv2.INTER_AREA)
    small = to_one_bit(np.asarray(coarse, dtype=np.uint8))
    return np.asarray(cv2.resize(small, gray.shape[::-1], interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


@pytest.mark.parametrize("spoil", [to_one_bit, dither, fax])
def test_pictures_of_one_bit_are_read(reader: DigitReader, spoil: Callable[[UInt8Array], UInt8Array]) -> None:
    picture = write(["35294"], 40).picture
    paper = np.asarray(cv2.GaussianBlur(np.clip(picture, 60, 205), (0, 0), 1.0), dtype=np.uint8)
    reading = reader.read(spoil(paper))
    assert reading.outcome == "digits"
    assert all(read in {"?", wanted} for read, wanted in zip(reading.text, "35294", strict=True))
