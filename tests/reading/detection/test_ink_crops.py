"""The ink of one mark: its strokes, without paper, light and neighbors."""

import cv2
import numpy as np
import pytest

from inkdigits.models.peaks import Corners
from inkdigits.reading.detection.ink_crops import InkCrop, cut_ink
from inkdigits.spec import UInt8Array

BOX = (60.0, 30.0, 90.0, 80.0)


def _sheet(*, paper: int = 230, ink: int = 40) -> UInt8Array:
    """Return a sheet with a ring in `BOX`."""
    gray = np.full((110, 160), paper, dtype=np.uint8)
    cv2.ellipse(gray, (75, 55), (13, 23), 0, 0, 360, ink, 4, cv2.LINE_AA)
    return gray


def _as_mask(crop: InkCrop | None) -> UInt8Array:
    assert crop is not None
    return (crop.ink > 127).astype(np.uint8)


def test_a_ring_is_cut_out_as_a_ring() -> None:
    crop = _as_mask(cut_ink(_sheet(), BOX))
    truth = (_sheet()[26:85, 56:95] < 135).astype(np.uint8)
    assert abs(int(crop.sum()) - int(truth.sum())) < 0.12 * truth.sum()
    count, _ = cv2.connectedComponents(1 - crop)
    assert count == 3  # the ring itself, its inside and its outside


@pytest.mark.parametrize(("paper", "ink"), [(230, 40), (30, 220), (128, 100), (250, 225)])
def test_dark_on_light_light_on_dark_and_pale_ink_give_the_same(paper: int, ink: int) -> None:
    usual, other = _as_mask(cut_ink(_sheet(), BOX)), _as_mask(cut_ink(_sheet(paper=paper, ink=ink), BOX))
    assert usual.shape == other.shape
    assert np.mean(usual != other) < 0.03


def test_falling_light_does_not_become_ink() -> None:
    light = np.linspace(1.0, 0.45, 160)
    shaded = (_sheet() * light).astype(np.uint8)
    assert np.mean(_as_mask(cut_ink(_sheet(), BOX)) != _as_mask(cut_ink(shaded, BOX))) < 0.05


def test_a_neighbor_is_left_out() -> None:
    gray = _sheet()
    cv2.line(gray, (93, 30), (93, 80), 40, 4)
    crop = _as_mask(cut_ink(gray, BOX, [(91.0, 30.0, 96.0, 80.0)]))
    alone = _as_mask(cut_ink(_sheet(), BOX))
    assert np.mean(crop != alone) < 0.02


def test_a_mark_at_the_edge_of_the_picture_is_cut_out_as_far_as_it_goes() -> None:
    gray = _sheet()[:, 65:]
    crop = cut_ink(gray, (-5.0, 30.0, 25.0, 80.0))
    assert _as_mask(crop).any()


def test_paper_alone_has_no_ink() -> None:
    assert cut_ink(np.full((110, 160), 200, dtype=np.uint8), BOX) is None


def test_a_box_outside_the_picture_has_none() -> None:
    assert cut_ink(_sheet(), (400.0, 30.0, 430.0, 80.0)) is None


def test_a_large_mark_is_cut_out_of_a_smaller_copy() -> None:
    large = cv2.resize(_sheet(), None, fx=10, fy=10, interpolation=cv2.INTER_LINEAR)
    box: Corners = (600.0, 300.0, 900.0, 800.0)
    assert max(_as_mask(cut_ink(np.asarray(large, dtype=np.uint8), box)).shape) <= 140


def test_the_contrast_is_that_of_ink_against_paper() -> None:
    strong, pale = cut_ink(_sheet(paper=250, ink=10), BOX), cut_ink(_sheet(paper=250, ink=225), BOX)
    assert strong is not None
    assert pale is not None
    assert strong.contrast == pytest.approx(240 / 255, abs=0.05)
    assert pale.contrast == pytest.approx(25 / 255, abs=0.03)
