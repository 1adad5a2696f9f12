"""Parts of scenes: writing, other ink and printed lines put on a canvas what they say."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from inkdigits.spec import MARK_LABELS, SIGNS
from inkdigits.training.synthesis.scenes.canvas import Box, Canvas, Scene
from inkdigits.training.synthesis.scenes.composer import SCENE_SHAPE
from inkdigits.training.synthesis.scenes.draft import Draft, Place, Supplies
from inkdigits.training.synthesis.scenes.layouts.fields import put_grid
from inkdigits.training.synthesis.scenes.other_ink import cross_out, print_text, put_other
from inkdigits.training.synthesis.scenes.printed_lines import Pen, draw_line, print_cell, rule_paper
from inkdigits.training.synthesis.scenes.writing import draw_writing, write
from support.supplies import tiny_supplies

pytestmark = pytest.mark.train


def _draft(seed: int, supplies: Supplies | None = None) -> Draft:
    return Draft(Canvas(SCENE_SHAPE), supplies or tiny_supplies(), np.random.default_rng(seed))


def _finish(draft: Draft) -> Scene:
    return draft.canvas.finish(np.asarray(255 * (1 - draft.canvas.ink), dtype=np.uint8))


@pytest.mark.parametrize("printed", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(8))
def test_every_written_mark_has_ink_in_its_box(seed: int, printed: float) -> None:
    draft = _draft(seed)
    writing = draw_writing(draft, printed=printed)
    write(draft, "31/5", Place(5, 30, 30), writing, line=4)
    marks = _finish(draft).marks
    assert [MARK_LABELS[int(label)] for label in marks[:, 0]] == list("31/5")
    assert set(marks[marks[:, 0] < 10, 5]) == {printed}
    assert set(marks[:, 6]) == {4}
    for _, left, top, right, bottom, _, _ in marks.astype(int):
        ink = draft.canvas.ink[top:bottom, left:right]
        assert ink.max() > 0.04
        assert all(line.any() for line in (*ink[[0, -1]], *ink.T[[0, -1]]))  # the box is no larger than the ink
    assert (np.diff((marks[:, 1] + marks[:, 3]) / 2) > 0).all()


@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_can_be_written(sign: str) -> None:
    draft = _draft(5)
    write(draft, f"4{sign}4", Place(10, 20, 40), draw_writing(draft, printed=0.0))
    first, middle, _ = _finish(draft).marks
    assert MARK_LABELS[int(middle[0])] == sign
    if sign in ".,":  # below the middle of the digits
        assert middle[2] > (first[2] + first[4]) / 2


def test_a_space_is_a_gap_without_a_mark() -> None:
    close, wide = _draft(6), _draft(6)
    writing = draw_writing(close, printed=0.0)
    write(close, "44", Place(5, 30, 30), writing)
    write(wide, "4 4", Place(5, 30, 30), writing)
    gaps = [marks[1, 1] - marks[0, 3] for marks in (_finish(close).marks, _finish(wide).marks)]
    assert gaps[1] > gaps[0] + 5


def test_writing_ends_at_the_edge_of_the_picture() -> None:
    draft = _draft(7)
    end = write(draft, "5" * 40, Place(0, 30, 30), draw_writing(draft, printed=0.0))
    assert SCENE_SHAPE[1] < end < SCENE_SHAPE[1] + 80
    assert len(_finish(draft).marks) < 20


@pytest.mark.parametrize("seed", range(30))
def test_other_ink_is_no_mark_and_takes_its_place(seed: int) -> None:
    draft = _draft(seed)
    end = put_other(draft, Place(30, 30, 36), draw_writing(draft))
    scene = _finish(draft)
    assert end > 30
    assert len(scene.marks) == 0
    assert (scene.other == 1).any()


def test_a_crossed_out_number_is_other_ink() -> None:
    draft = _draft(9)
    writing = draw_writing(draft, printed=0.0)
    end = write(draft, "482", Place(20, 30, 30), writing)
    assert len(_finish(draft).marks) == 3
    cross_out(draft, Box(10, 30, end, 60), writing)
    scene = _finish(draft)
    assert len(scene.marks) == 0
    assert (scene.other == 1).sum() > 10


def test_without_fonts_nothing_is_printed() -> None:
    supplies = tiny_supplies()
    draft = _draft(10, Supplies(supplies.pool, (), supplies.words))
    assert print_text(draft, "Total", Place(12, 30, 20), 0.8) == 12
    assert draw_writing(draft, printed=1.0).font is None
    assert not draft.canvas.ink.any()


def test_printed_lines_are_neither_marks_nor_other_ink() -> None:
    draft = _draft(11)
    rule_paper(draft, 20, 10)
    for kind, left in (("box", 5), ("comb", 60), ("dotted", 120)):
        print_cell(draft, Box(left, 30, left + 40, 70), kind, Pen(0.9, 2))
    scene = _finish(draft)
    assert (draft.canvas.ink > 0.85).sum() > 200
    assert len(scene.marks) == 0
    assert not scene.other.any()


def test_a_comb_is_open_at_its_top() -> None:
    draft = _draft(12)
    print_cell(draft, Box(20, 20, 60, 70), "comb", Pen(1.0, 1))
    assert not draft.canvas.ink[18:40].any()
    assert draft.canvas.ink[69:72, 21:59].max(axis=0).min() > 0.4


def test_a_dotted_line_has_gaps() -> None:
    canvas = Canvas(SCENE_SHAPE)
    draw_line(canvas, (0, 40), (190, 40), Pen(1.0, 1), dotted=True)
    row = canvas.ink[40] > 0
    assert 40 < row.sum() < 170


@pytest.mark.parametrize("seed", range(5))
def test_cells_of_a_grid_hold_marks_apart_from_one_another(seed: int) -> None:
    draft = _draft(100 + seed)
    put_grid(draft)
    digits = [row for row in _finish(draft).marks if row[0] < 10 and not row[6]]
    for place, one in enumerate(digits):
        for other in digits[place + 1 :]:
            apart_x = abs(one[1] + one[3] - other[1] - other[3]) / 2
            apart_y = abs(one[2] + one[4] - other[2] - other[4]) / 2
            assert max(apart_x, apart_y) > 8
