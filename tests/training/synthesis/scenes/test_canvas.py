"""A canvas: what is cut is not asked for, what is crossed out is other ink, and everything stands where it was put."""

import numpy as np
import pytest

from inkdigits.spec import UInt8Array
from inkdigits.training.synthesis.scenes.canvas import IGNORED, Box, Canvas, MarkRow, Scene, to_places, to_rows

INK = np.full((20, 12), 255, dtype=np.uint8)


def _finish(canvas: Canvas) -> Scene:
    return canvas.finish(np.asarray(255 * (1 - canvas.ink), dtype=np.uint8))


def _with_mark(x: float, y: float, ink: UInt8Array = INK) -> Canvas:
    canvas = Canvas((64, 96))
    canvas.put_mark(MarkRow(7, x, y, x, y, 1.0, 3.0), ink, 0.8)
    return canvas


def test_a_mark_has_the_box_of_its_ink() -> None:
    canvas = _with_mark(30.4, 10.6)
    np.testing.assert_array_equal(_finish(canvas).marks, [[7, 30, 11, 42, 31, 1, 3]])
    inked = np.argwhere(canvas.ink > 0)
    np.testing.assert_array_equal([inked.min(axis=0), inked.max(axis=0)], [[11, 30], [30, 41]])
    assert canvas.ink.max() == np.float32(0.8)
    assert not _finish(canvas).other.any()


@pytest.mark.parametrize(
    ("x", "marks", "ignored"),
    [
        (-2, 1, False),  # 10 of 12 columns are seen
        (-6, 0, True),  # half of it
        (-11, 0, False),  # a column
        (-40, 0, False),
        (88, 0, True),
        (200, 0, False),
    ],
)
def test_of_a_cut_mark_much_is_found_a_half_is_not_asked_for_and_a_bit_is_nothing(
    x: float, marks: int, *, ignored: bool
) -> None:
    scene = _finish(_with_mark(x, 10))
    assert len(scene.marks) == marks
    assert (scene.other == IGNORED).any() == ignored
    for row in scene.marks:
        assert 0 <= row[1] < row[3] <= 96


def test_places_that_a_cut_mark_covers_are_ignored_and_no_others() -> None:
    other = _finish(_with_mark(-6, 12)).other
    wanted = np.zeros_like(other)
    wanted[3:8, :2] = IGNORED  # rows 12 to 32, columns 0 to 6
    np.testing.assert_array_equal(other, wanted)


def test_other_ink_is_told_place_by_place() -> None:
    canvas = Canvas((64, 96))
    canvas.put_other(INK, 40, 20, 0.5)
    canvas.put_other(np.full((4, 4), 50, dtype=np.uint8), 4, 4, 0.5)  # too pale to count
    canvas.put(INK, 60, 20, 0.5)  # part of the paper
    other = _finish(canvas).other
    wanted = np.zeros_like(other)
    wanted[5:10, 10:13] = 1
    np.testing.assert_array_equal(other, wanted)


def test_ink_lies_over_ink_and_is_no_darker() -> None:
    canvas = _with_mark(30, 10)
    canvas.put(INK, 30, 10, 0.3)
    assert canvas.ink.max() == np.float32(0.8)


@pytest.mark.parametrize(("x", "share"), [(10, 1.0), (-6, 0.5), (93, 0.25), (96, 0.0)])
def test_the_share_inside_is_told(x: float, share: float) -> None:
    assert Canvas((64, 96)).put(INK, x, 0, 1.0) == share


def test_crossed_out_marks_become_other_ink() -> None:
    canvas = _with_mark(30, 10)
    canvas.put_mark(MarkRow(4, 60, 10, 60, 10), INK, 0.8)
    canvas.strike_marks(Box(20, 5, 50, 40))
    scene = _finish(canvas)
    np.testing.assert_array_equal(scene.marks[:, 0], [4])
    assert scene.other[4, 8] == 1
    assert scene.other[4, 16] == 0


def test_what_a_smaller_picture_leaves_out_is_forgotten() -> None:
    canvas = _with_mark(30, 10)  # columns 30 to 42
    canvas.put_other(INK, 70, 10, 1.0)
    canvas.keep_inside(Box(33, 0, 66, 64))
    scene = _finish(canvas)
    np.testing.assert_array_equal(scene.marks, [[7, 33, 10, 42, 30, 1, 3]])
    assert not (scene.other == 1).any()
    canvas.keep_inside(Box(37, 0, 66, 64))
    scene = _finish(canvas)
    assert len(scene.marks) == 0
    assert (scene.other == IGNORED).any()


def test_pressure_varies_by_a_quarter_at_the_most() -> None:
    canvas = Canvas((64, 96))
    canvas.put(np.full((64, 96), 255, dtype=np.uint8), 0, 0, 0.8)
    canvas.vary_pressure(np.random.default_rng(1))
    assert 0.6 - 1e-6 <= canvas.ink.min() < canvas.ink.max() <= 0.88 + 1e-6


def test_a_place_counts_from_so_many_pixels() -> None:
    mask = np.zeros((8, 8), dtype=np.bool_)
    mask[0, :3], mask[5, 5] = True, True
    np.testing.assert_array_equal(to_places(mask), [[1, 0], [0, 1]])
    np.testing.assert_array_equal(to_places(mask, least=2), [[1, 0], [0, 0]])


def test_no_marks_are_rows_too() -> None:
    assert to_rows([]).shape == (0, 7)
    assert MarkRow(1, 2, 3, 4, 5).box == Box(2, 3, 4, 5)


def test_a_mark_that_the_picture_does_not_show_is_not_asked_for() -> None:
    canvas = _with_mark(30, 10)
    hidden = canvas.finish(np.full((canvas.rows, canvas.columns), 200, dtype=np.uint8))
    assert len(hidden.marks) == 0
    assert hidden.other[4, 9] == IGNORED
