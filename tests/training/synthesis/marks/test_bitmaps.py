"""Crops and bitmaps: their ink is found, neighbors are left out, and they keep their form at any size."""

import numpy as np
import pytest

from inkdigits.training.synthesis.marks.bitmaps import crop_ink, scale_ink, stamp_bitmap, stamp_gray
from inkdigits.training.synthesis.marks.hands import Hand

HAND = Hand(source="mnist", pen=0.12, slant=0.0, aspect=1.0, unsteadiness=0.0, grain=0.0)


def test_the_ink_of_a_crop_is_light_on_black_and_trimmed() -> None:
    picture = np.full((60, 50), 220, dtype=np.uint8)
    picture[20:45, 15:35] = 70
    ink = crop_ink(picture)
    assert ink.shape == (25, 20)
    assert ink.min() == 255


def test_ink_of_neighbors_is_left_out() -> None:
    picture = np.full((60, 50), 220, dtype=np.uint8)
    picture[20:45, 20:30] = 70
    picture[10:50, :4], picture[:3, :] = 70, 70
    assert crop_ink(picture).shape == (25, 10)


def test_empty_paper_has_no_ink_to_speak_of() -> None:
    assert crop_ink(np.full((30, 30), 200, dtype=np.uint8)).size == 1


@pytest.mark.parametrize("height", [10, 40, 150])
def test_a_ring_stays_a_ring(height: int) -> None:
    rows, columns = np.mgrid[0:20, 0:20] - 9.5
    radius = np.hypot(rows, columns)
    ring = (np.clip(3 - np.abs(radius - 7), 0, 1) * 255).astype(np.uint8)
    for stamp in (
        stamp_bitmap(ring, height, HAND, np.random.default_rng(1)),
        stamp_gray(ring, height, HAND, np.random.default_rng(1)),
    ):
        middle = stamp.ink.shape[0] // 2, stamp.ink.shape[1] // 2
        assert stamp.ink[middle] < 30
        assert stamp.ink[middle[0]].max() > 120
        assert abs(stamp.ink.shape[0] - height) < 3 + 0.15 * height


def test_a_stretched_bitmap_gets_its_aspect_back() -> None:
    square = np.full((16, 16), 255, dtype=np.uint8)
    stamp = stamp_bitmap(square, 60, Hand("semeion", 0.12, 0.0, 1.0, 0.0, 0.0), np.random.default_rng(1))
    assert 0.4 < stamp.ink.shape[1] / stamp.ink.shape[0] < 0.9


def test_an_empty_bitmap_is_a_pixel() -> None:
    assert stamp_bitmap(np.zeros((16, 16), dtype=np.uint8), 40, HAND, np.random.default_rng(1)).ink.max() == 0


def test_masks_scale_as_a_whole() -> None:
    ink = np.full((10, 20), 255, dtype=np.uint8)
    assert scale_ink(ink, 0.5).shape == (5, 10)
    assert scale_ink(ink, 2).shape == (20, 40)
    assert scale_ink(ink, 0.01).shape == (2, 2)
