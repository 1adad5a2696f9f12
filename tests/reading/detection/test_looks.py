"""The detector's marks over scales: MNIST's test digits of every size are found, once each, at their places."""

import cv2
import numpy as np
import pytest

from inkdigits.models.detector import Detector
from inkdigits.models.peaks import DetectedMark
from inkdigits.reading.detection.looks import find_marks, merge_marks, trust
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist

NO_DIGITS = np.zeros(10, dtype=np.float32)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


def _mark(x: float, y: float, height: float, *, score: float = 0.9, scale: float = 1.0) -> DetectedMark:
    return DetectedMark(3, score, x, y, 0.6 * height, height, NO_DIGITS, 0.0, 0.0, 0.0, scale)


def _draw(labels: list[int], height: int, sheet: tuple[int, int]) -> tuple[UInt8Array, list[float]]:
    """Return a white sheet with test digits in a row, black, and their middles' columns."""
    test = load_mnist().test
    gray = np.full(sheet, 255, dtype=np.uint8)
    middles = []
    for place, label in enumerate(labels):
        frame = test.x[np.flatnonzero(test.y == label)[3]]
        side = round(height * 1.4)  # ink is 20 of 28 pixels
        digit = 255 - cv2.resize(frame, (side, side), interpolation=cv2.INTER_CUBIC)
        x, y = 10 + round(1.3 * place * side), sheet[0] // 2 - side // 2
        gray[y : y + side, x : x + side] = digit
        middles.append(x + side / 2)
    return gray, middles


@pytest.mark.parametrize("height", [14, 24, 40, 80, 160])
def test_digits_of_every_size_are_found_once_and_at_their_places(detector: Detector, height: int) -> None:
    labels = [2, 0, 7, 4]
    gray, middles = _draw(labels, height, (3 * height, 9 * height))
    marks, looks = find_marks(gray, detector)
    digits = sorted((mark for mark in marks if mark.label < 10 and mark.score >= 0.4), key=lambda mark: mark.x)
    assert [mark.label for mark in digits] == labels
    assert all(abs(mark.x - middle) < 0.3 * height for mark, middle in zip(digits, middles, strict=True))
    assert all(0.6 * height < mark.height < 1.5 * height for mark in digits)
    assert [look.scale for look in looks] == sorted(look.scale for look in looks)


def test_light_on_dark_is_found_as_dark_on_light(detector: Detector) -> None:
    gray, _ = _draw([5, 3], 40, (100, 200))
    for picture in (gray, 255 - gray):
        marks, _ = find_marks(picture, detector)
        digits = sorted((mark for mark in marks if mark.label < 10 and mark.score >= 0.4), key=lambda mark: mark.x)
        assert [mark.label for mark in digits] == [5, 3]


def test_an_empty_sheet_has_no_mark_and_is_looked_at_once(detector: Detector) -> None:
    marks, looks = find_marks(np.full((600, 900), 240, dtype=np.uint8), detector)
    assert marks == []
    assert len(looks) == 1


def test_of_a_large_sheet_only_what_is_written_is_looked_at_closely(detector: Detector) -> None:
    gray, _ = _draw([8, 6], 30, (1200, 1600))
    marks, looks = find_marks(gray, detector)
    assert sorted(mark.label for mark in marks if mark.label < 10 and mark.score >= 0.4) == [6, 8]
    area = sum((right - left) * (bottom - top) for look in looks for left, top, right, bottom in look.tiles)
    assert area < gray.size / 4


def test_of_two_looks_at_one_mark_the_one_at_the_better_height_stays() -> None:
    small, good = _mark(50, 50, 30, score=0.95, scale=0.25), _mark(51, 50, 30, scale=1.0)
    assert merge_marks([small, good]) == [good]
    assert merge_marks([good, _mark(90, 50, 30)])[0] == good
    assert len(merge_marks([good, _mark(90, 50, 30)])) == 2


def test_trust_is_the_score_at_usual_heights_and_less_at_others() -> None:
    assert trust(_mark(0, 0, 30)) == 0.9
    assert trust(_mark(0, 0, 10)) < 0.45
    assert trust(_mark(0, 0, 100)) < 0.45


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1), (70, 20_000)])
def test_a_thread_of_noise_is_looked_at_in_small_pieces(detector: Detector, shape: tuple[int, int]) -> None:
    noise = np.full(shape, 255, dtype=np.uint8)
    noise.flat[:200] = np.random.default_rng(3).integers(0, 256, 200)
    _, looks = find_marks(noise, detector)
    assert looks != []
    tiles = [(right - left, bottom - top) for look in looks for left, top, right, bottom in look.tiles]
    # what the network sees of each: at least 48 pixels each way, and no more than a tile of 320 x 320
    assert max(max(width, 48) * max(height, 48) for width, height in tiles) <= 320 * 320
    assert len(tiles) < 30


def test_a_thread_as_long_as_a_picture_may_be_is_not_looked_at(detector: Detector) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (1, 20_000_000), dtype=np.uint8)
    assert find_marks(noise, detector) == ([], [])
