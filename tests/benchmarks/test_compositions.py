"""Composed numbers are what they say: so many digits, apart or touching, of the size asked for."""

import cv2
import numpy as np
import pytest

from compositions import MAX_LENGTH, NEIGHBORS, PAPERS, STYLES, choose_overlaps, compose, set_line
from inkdigits.spec import Float64Array
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from strings import LENGTHS, compose_all
from transcripts import edit_distance, wanted_text


@pytest.fixture(scope="module")
def digits() -> LabeledFrames:
    return load_mnist().validation


def count_pieces(ink: Float64Array) -> int:
    return cv2.connectedComponents((ink > 0.5).astype(np.uint8), connectivity=8)[0] - 1


def blobs(count: int, generator: np.random.Generator) -> list[Float64Array]:
    """Return ellipses of many shapes, each one piece, as digits are drawn: 152 x 152."""
    shapes = []
    for _ in range(count):
        shape = np.zeros((152, 152), np.uint8)
        axes = generator.integers(8, 40, 2).tolist()
        cv2.ellipse(shape, (76, 76), axes, float(generator.uniform(0, 180)), 0, 360, 255, 9, cv2.LINE_AA)
        shapes.append(shape.astype(np.float64) / 255)
    return shapes


@pytest.mark.parametrize("seed", range(10))
def test_neighbors_meet_where_they_touch_and_nowhere_else(seed: int) -> None:
    generator = np.random.default_rng(seed)
    shapes = blobs(MAX_LENGTH, generator)
    assert count_pieces(set_line(shapes, [0] * 9, generator, least_gap=3.0)) == 10
    assert count_pieces(set_line(shapes, [1] * 9, generator, least_gap=3.0)) == 1
    assert count_pieces(set_line(shapes, [0, 2, 0] * 3, generator, least_gap=3.0)) == 7


def test_a_line_is_in_order_and_keeps_the_gap() -> None:
    wide, tall = np.zeros((152, 152)), np.zeros((152, 152))
    wide[70:80, 30:120] = 1
    tall[40:110, 70:80] = 1
    ink = set_line([wide, tall], [0], np.random.default_rng(3), least_gap=40.0)
    columns = np.flatnonzero(ink.max(axis=0))
    (gap,) = np.diff(columns)[np.diff(columns) > 1] - 1
    assert gap == 40  # the least gap is more than any that is drawn
    assert columns[-1] - columns[0] + 1 == 90 + 40 + 10


def test_an_overlap_is_so_many_columns() -> None:
    bar = np.zeros((152, 152))
    bar[40:110, 70:80] = 1
    widths = [set_line([bar, bar], [overlap], np.random.default_rng(3), least_gap=2.0).shape[1] for overlap in (1, 4)]
    assert widths == [19, 16]


def test_a_third_of_the_neighbors_touch_but_one_at_least() -> None:
    generator = np.random.default_rng(5)
    drawn = {pairs: [choose_overlaps(generator, pairs, (1, 3)) for _ in range(300)] for pairs in (1, 3, 5, 9)}
    counts = {pairs: [int((overlaps > 0).sum()) for overlaps in found] for pairs, found in drawn.items()}
    assert set(counts[1]) == set(counts[3]) == {1}
    assert set(counts[9]) == {3}
    assert np.mean(counts[5]) == pytest.approx(5 / 3, abs=0.1)
    assert set(np.concatenate(drawn[9]).tolist()) == {0, 1, 2, 3}
    assert not choose_overlaps(generator, 9, (0, 0)).any()


@pytest.mark.parametrize("style", STYLES)
def test_a_composition_says_what_it_is(digits: LabeledFrames, style: str) -> None:
    generator = np.random.default_rng(7)
    for neighbors in NEIGHBORS:
        item = compose(digits, generator, length=6, style=style, neighbors=neighbors)
        assert len(item.text) == 6
        assert item.text.isdigit()
        assert (item.touching > 0) == (neighbors != "apart")
        assert item.picture.dtype == np.uint8
        assert item.picture.shape[2] == 3
        assert item.digit_height <= (30 if style == "low resolution" else 80)
        assert 1.5 * item.digit_height < item.picture.shape[0] < 6 * item.digit_height
        assert (item.paper in PAPERS) == (style == "patterned paper")
        assert item.picture.min() + 60 < np.median(item.picture)  # dark ink on lighter paper


def test_the_first_numbers_are_the_same_whatever_the_limit(digits: LabeledFrames) -> None:
    few, many = (compose_all(digits, "plain", "touching", limit) for limit in (3, len(LENGTHS)))
    assert [item.text for item in few] == [item.text for item in many[:3]]
    assert np.array_equal(few[2].picture, many[2].picture)
    assert [len(item.text) for item in many] == list(LENGTHS)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("", "", 0),
        ("123", "123", 0),
        ("123", "", 3),
        ("", "12", 2),
        ("123", "1?3", 1),
        ("123", "23", 1),
        ("12", "21", 2),
    ],
)
def test_edit_distance(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) == distance


def test_of_a_sum_the_digits_are_wanted_and_lines_stay_lines() -> None:
    assert wanted_text("5+3*7/2-1") == "53721"
    assert wanted_text("12|34") == "12\n34"
