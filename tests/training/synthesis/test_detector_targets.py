"""What is asked of a scene: a peak at each mark's middle, its box around it, nothing where it is ignored."""

import numpy as np
import pytest

from inkdigits.spec import DETECTOR_STEP, UInt8Array
from inkdigits.training.synthesis.detector_targets import (
    ASKED,
    BOX,
    BOX_ASKED,
    HEAT,
    OTHER,
    PRINTED,
    TARGET_CHANNELS,
    make_target,
)
from inkdigits.training.synthesis.scenes.canvas import IGNORED, MarkRow, Scene, to_rows


def _scene(*marks: MarkRow, other: UInt8Array | None = None) -> Scene:
    places = np.zeros((24, 48), dtype=np.uint8) if other is None else other
    return Scene(np.zeros((96, 192), dtype=np.uint8), to_rows(marks), places)


def test_a_mark_is_a_peak_of_its_label_with_its_box_around() -> None:
    target = make_target(_scene(MarkRow(4, 40, 20, 60, 60, 1.0)))
    assert target.shape == (24, 48, TARGET_CHANNELS)
    heat = target[..., HEAT]
    assert np.argwhere(heat == 1).tolist() == [[10, 12, 4]]  # middle (50, 40), place 12 | 10
    assert not heat[..., [*range(4), *range(5, heat.shape[2])]].any()
    core = target[..., BOX_ASKED] == 1
    assert core[10, 12]
    assert 3 <= core.sum() < 40
    assert (target[core][:, PRINTED] == 1).all()
    for row, column in np.argwhere(core):
        to_x, to_y, wide, tall = target[row, column, BOX]
        assert (column + 0.5 + to_x) * DETECTOR_STEP == pytest.approx(50)
        assert (row + 0.5 + to_y) * DETECTOR_STEP == pytest.approx(40)
        assert 16 * np.exp(wide) == pytest.approx(20)
        assert 32 * np.exp(tall) == pytest.approx(40)


def test_larger_marks_have_wider_peaks() -> None:
    small, large = (make_target(_scene(MarkRow(1, 50, 50, 50 + s, 50 + 2 * s))) for s in (8, 24))
    assert (large[..., 1] > 0.5).sum() > 3 * (small[..., 1] > 0.5).sum()


def test_between_two_marks_each_place_tells_the_box_of_the_nearer() -> None:
    target = make_target(_scene(MarkRow(1, 20, 20, 36, 52), MarkRow(2, 36, 20, 52, 52)))
    middles = (np.arange(48) + 0.5 + target[8, :, BOX][:, 0]) * DETECTOR_STEP
    told = {column: round(float(middles[column])) for column in np.flatnonzero(target[8, :, BOX_ASKED])}
    assert set(told.values()) == {28, 44}
    assert all((x == 28) == (column < 8.5) for column, x in told.items())


def test_other_ink_is_asked_for_and_ignored_places_are_not() -> None:
    other = np.zeros((24, 48), dtype=np.uint8)
    other[2, 3], other[5:8, 5:8] = 1, IGNORED
    target = make_target(_scene(other=other))
    assert np.argwhere(target[..., OTHER]).tolist() == [[2, 3]]
    np.testing.assert_array_equal(target[..., ASKED] == 0, other == IGNORED)


def test_a_mark_is_asked_for_even_where_another_is_cut() -> None:
    other = np.full((24, 48), IGNORED, dtype=np.uint8)
    target = make_target(_scene(MarkRow(3, 40, 20, 60, 60), other=other))
    assert np.argwhere(target[..., ASKED]).tolist() == [[10, 12]]


def test_a_mark_in_the_corner_has_its_peak_inside() -> None:
    target = make_target(_scene(MarkRow(0, 0, 0, 2, 2), MarkRow(1, 190, 94, 192, 96)))
    assert target[0, 0, 0] == 1
    assert target[23, 47, 1] == 1
