"""Lines: strips whose text is what can be seen in them, the same for the same generator."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from inkdigits.spec import DETECTOR_STEP, MARK_LABELS
from inkdigits.training.synthesis import line_batches
from inkdigits.training.synthesis.composing import compose_ahead
from inkdigits.training.synthesis.labeled_strings import save_strings
from inkdigits.training.synthesis.line_batches import (
    GROUP,
    LineComposer,
    LineMixture,
    LineRecipe,
    compose_batches,
    stack_lines,
)
from inkdigits.training.synthesis.lines import Line, cut_composed, cut_real, guess_rows
from inkdigits.training.synthesis.scenes.canvas import MarkRow, Scene, to_rows
from inkdigits.training.synthesis.scenes.real_pictures import RealPicture
from support.handwriting_sets import draw_number, mnist, write_folder
from support.supplies import tiny_supplies

pytestmark = pytest.mark.train


def scene_of(*marks: MarkRow) -> Scene:
    """Return a scene of bare paper that is said to hold some marks."""
    shape = (64, 192)
    other = np.zeros((shape[0] // DETECTOR_STEP, shape[1] // DETECTOR_STEP), dtype=np.uint8)
    return Scene(np.full(shape, 220, dtype=np.uint8), to_rows(marks), other)


def row_of(text: str, x: float, y: float, height: float = 20, line: int = 0) -> list[MarkRow]:
    """Return marks side by side, each half as wide as it is high and as far from the next."""
    step = height
    boxes = [(x + step * place, y, x + step * (place + 0.5), y + height) for place in range(len(text))]
    return [MarkRow(MARK_LABELS.index(sign), *box, 0.0, line) for sign, box in zip(text, boxes, strict=True)]


def texts_of(scene: Scene, count: int = 60) -> set[str]:
    """Return what is said of strips cut out of a scene; what nobody can read is left out."""
    lines = [cut_composed(scene, np.random.default_rng(seed)) for seed in range(count)]
    return {line.text for line in lines if line is not None}


def test_a_line_reads_its_digits_from_left_to_right_without_signs() -> None:
    found = texts_of(scene_of(*row_of("1/25", 20, 20)))
    assert "125" in found
    assert found <= {"125", "12", "25", "1", "2", "5", ""}  # a part of the line; or bare paper


def test_lines_above_and_beside_are_not_read() -> None:
    found = texts_of(scene_of(*row_of("12", 20, 2, 16), *row_of("34", 20, 34, 16), *row_of("56", 120, 34, 16, 1)))
    assert {"12", "34", "56"} <= found
    assert not any(len(text) > 2 for text in found)


def test_digits_that_are_half_in_the_strip_leave_it_undecided() -> None:
    near = [*row_of("3", 20, 20), *row_of("4", 32.3, 20, line=1)]  # the margin ends in the middle of the 4
    assert texts_of(scene_of(*near), 40) <= {"3", "4", "34", ""}
    assert sum(cut_composed(scene_of(*near), np.random.default_rng(seed)) is None for seed in range(40)) > 10


def test_composed_lines_are_of_all_kinds_and_decided_by_the_generator() -> None:
    composer = LineComposer(tiny_supplies())
    lines = [composer.compose(np.random.default_rng([3, place])) for place in range(60)]
    again = composer.compose(np.random.default_rng([3, 7]))
    np.testing.assert_array_equal(lines[7].strip, again.strip)
    assert lines[7].text == again.text
    assert {line.strip.shape[0] for line in lines} == {32}
    assert {0, 1, 2, 3} <= {len(line.text) for line in lines}
    assert 0.05 < np.mean([line.text == "" for line in lines]) < 0.45


def test_a_real_number_keeps_its_text_and_fits_into_the_strip() -> None:
    gray = draw_number("407")
    for seed in range(20):
        line = cut_real(gray, "407", None, np.random.default_rng(seed))
        assert line.text == "407"
        assert line.strip.shape[0] == 32
        assert line.strip.shape[1] >= 32
    box = guess_rows(gray)
    assert (box.x_min, box.x_max) == (0, gray.shape[1])
    assert box.y_min + box.y_max == pytest.approx(gray.shape[0])


def test_a_stack_is_as_wide_as_its_widest_line() -> None:
    narrow, wide = np.full((32, 16), 7, dtype=np.uint8), np.zeros((32, 48), dtype=np.uint8)
    x, y = stack_lines([Line(narrow, ""), Line(wide, "09")])
    assert x.shape == (2, 32, 48, 1)
    assert (x[0] == 7).all()
    np.testing.assert_array_equal(y, [[0, 0], [1, 10]])


def test_other_processes_compose_what_this_one_does(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_batches, "load_mnist", mnist)
    folder = write_folder(tmp_path_factory.mktemp("lines"))
    strings = folder / "strings.npz"
    save_strings(strings, [RealPicture(draw_number("03"), to_rows(row_of("03", 10, 5, 38)))])
    recipe = LineRecipe(2, folder, strings)
    mixture = LineMixture(recipe)
    assert [box is not None for _, _, box in mixture._numbers].count(True) == 0  # "03" is of a writer held out
    wanted = mixture.compose_group((7, 0))
    found = list(compose_batches([(7, 0)], recipe))
    assert len(found) == len(wanted) == GROUP
    for (x, y), (own_x, own_y) in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(x, own_x)
        np.testing.assert_array_equal(y, own_y)


def test_places_come_in_their_order() -> None:
    places = [(place, 1) for place in range(9)]
    assert list(compose_ahead(sum, places, processes=2)) == [place + 1 for place in range(9)]
