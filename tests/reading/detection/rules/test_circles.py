"""A circle around a number is no digit; a zero is one, whatever lies in it."""

import cv2
import numpy as np
import pytest

from inkdigits.reading.detection.rules.circles import find_rings
from inkdigits.reading.reader import DigitReader
from inkdigits.spec import UInt8Array
from support.drawing import blank, draw, write


def circled(text: str, *, pen: int = 5, gap_degrees: int = 0, grow: float = 1.0) -> UInt8Array:
    """Return a number with an ellipse around it, of which a piece may be missing."""
    picture = write([text], 60, 7).picture
    rows, columns = np.nonzero(picture < 128)
    height, width = np.ptp(rows), np.ptp(columns)
    axes = int(grow * (0.65 * width + 25)), int(grow * (0.6 * height + 22))
    picture = np.pad(picture, 60, constant_values=255)
    center = int(columns.mean()) + 60, int(rows.mean()) + 60
    cv2.ellipse(picture, center, axes, 0, gap_degrees, 360, 0, pen, cv2.LINE_AA)
    return picture


@pytest.fixture(scope="module")
def reader() -> DigitReader:
    return DigitReader()


@pytest.mark.parametrize("text", ["7", "27", "4036", "85021"])
@pytest.mark.parametrize("gap_degrees", [0, 20])
def test_a_circled_number_is_that_number(reader: DigitReader, text: str, gap_degrees: int) -> None:
    picture = circled(text, gap_degrees=gap_degrees)
    assert reader.read(picture).text == text
    assert reader.read(255 - picture).text == text


def test_the_circle_of_one_digit_is_left_out(reader: DigitReader) -> None:
    assert reader.read_digit(circled("5")).text == "5"


def test_a_circled_number_among_others(reader: DigitReader) -> None:
    ringed = circled("27")
    page = blank(3 * ringed.shape[0], ringed.shape[1] + 300)
    for place in range(3):
        draw(page, "4", (40, 60 + place * ringed.shape[0]), 60, 7)
    page[ringed.shape[0] : 2 * ringed.shape[0], 300:] = ringed
    assert [line.text for line in reader.read(page).lines] == ["4", "427", "4"]


@pytest.mark.parametrize("inner", [0, 12, 16])
def test_a_zero_with_something_small_in_it_stays(reader: DigitReader, inner: int) -> None:
    picture = blank(160, 140)
    cv2.ellipse(picture, (70, 80), (32, 48), 0, 0, 360, 0, 8, cv2.LINE_AA)
    cv2.line(picture, (70, 80 - inner), (70, 80 + inner), 0, 6 * (inner > 0) or 1, cv2.LINE_AA)
    assert reader.read_digit(picture).digits[0].label == 0


def test_what_stands_beside_is_not_ringed() -> None:
    picture = blank(100, 200)
    cv2.circle(picture, (50, 50), 40, 0, 5)
    cv2.circle(picture, (150, 50), 20, 0, 5)
    _, pieces, stats, _ = cv2.connectedComponentsWithStats((picture < 128).astype(np.uint8))
    assert find_rings(np.asarray(pieces), np.asarray(stats)) == []
    cv2.circle(picture, (50, 50), 18, 0, 5)
    _, pieces, stats, _ = cv2.connectedComponentsWithStats((picture < 128).astype(np.uint8))
    assert find_rings(np.asarray(pieces), np.asarray(stats)) == [1]


def test_half_a_circle_is_none() -> None:
    picture = blank(100, 100)
    cv2.ellipse(picture, (50, 50), (40, 40), 0, 0, 200, 0, 5)
    cv2.circle(picture, (50, 50), 18, 0, 5)
    _, pieces, stats, _ = cv2.connectedComponentsWithStats((picture < 128).astype(np.uint8))
    assert find_rings(np.asarray(pieces), np.asarray(stats)) == []
