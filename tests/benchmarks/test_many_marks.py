"""Pages of many marks take time in proportion to them, and are read as a look at every pair reads them."""

import itertools

import numpy as np
import pytest

import many_marks
from inkdigits.models.peaks import DetectedMark, join_marks
from inkdigits.reading.decision.strings import make_line
from inkdigits.reading.detection.detector import make_marks
from inkdigits.reading.detection.ink_crops import cut_ink
from inkdigits.reading.detection.looks import merge_marks, trust
from inkdigits.reading.detection.reading_order import order_marks
from inkdigits.reading.detection.text_lines import group_lines
from inkdigits.results import Box, Digit

GENERATOR = np.random.default_rng(3)


def scattered(count: int) -> list[DetectedMark]:
    heat = np.full(10, 0.1, dtype=np.float32)
    rows = GENERATOR.uniform((0, 0, 4, 4, 0.3), (400, 300, 60, 60, 1), (count, 5))
    return [
        DetectedMark(int(label), score, x, y, width, height, heat, 0.0, 0.0, 0.0, float(scale))
        for (x, y, width, height, score), label, scale in zip(
            rows.tolist(), GENERATOR.integers(0, 12, count), GENERATOR.choice([0.5, 1.0, 2.0], count), strict=True
        )
    ]


def are_joined(one: DetectedMark, other: DetectedMark) -> bool:
    return abs(one.x - other.x) <= 0.38 * min(one.width, other.width) and abs(one.y - other.y) <= 0.4 * min(
        one.height, other.height
    )


def are_merged(one: DetectedMark, other: DetectedMark) -> bool:
    sides = [
        min(a + a_side / 2, b + b_side / 2) - max(a - a_side / 2, b - b_side / 2)
        for a, a_side, b, b_side in (
            (one.x, one.width, other.x, other.width),
            (one.y, one.height, other.y, other.height),
        )
    ]
    smaller = min(one.width * one.height, other.width * other.height)
    return min(sides) > 0 and sides[0] * sides[1] > 0.6 * smaller


@pytest.mark.parametrize("run", range(5))
def test_marks_are_joined_and_merged_as_pair_by_pair(run: int) -> None:
    marks = scattered(150 + 10 * run)
    for function, key, is_same in (
        (join_marks, lambda mark: mark.score, are_joined),
        (merge_marks, trust, are_merged),
    ):
        kept: list[DetectedMark] = []
        for mark in sorted(marks, key=key, reverse=True):
            if not any(is_same(mark, other) for other in kept):
                kept.append(mark)
        assert [id(mark) for mark in function(marks)] == [id(mark) for mark in kept]


def test_ink_is_cut_as_with_all_other_marks() -> None:
    gray, marks = many_marks.make_page(60)
    found = merge_marks(marks)
    boxes = [(m.x - m.width / 2, m.y - m.height / 2, m.x + m.width / 2, m.y + m.height / 2) for m in found]
    cut = make_marks(gray, found)[0]
    assert len(cut) == len(found)
    for place, mark in enumerate(cut):
        whole = cut_ink(gray, boxes[place], boxes[:place] + boxes[place + 1 :])
        assert whole is not None
        assert np.array_equal(mark.crop, whole.ink)


def test_lines_are_those_of_the_page() -> None:
    gray, marks = many_marks.make_page(600, rows=12)
    ordered = order_marks(gray, make_marks(gray, merge_marks(marks))[0])
    assert [mark.line for mark in ordered] == [line for line in range(12) for _ in range(50)]
    for one, other in itertools.pairwise(ordered):
        assert one.line < other.line or one.box.x_min < other.box.x_min


def test_boxes_share_a_line_where_a_taller_one_reaches_over_their_middle() -> None:
    boxes = [Box(x, y, x + 5, y + height) for x, y, height in GENERATOR.integers(1, 90, (9, 3)).tolist()]
    lines = group_lines(boxes)
    assert sorted(place for line in lines for place in line) == list(range(9))


def test_the_next_best_strings_are_those_of_all_strings() -> None:
    shares = GENERATOR.dirichlet(np.full(10, 0.3), 5)
    digits = [
        Digit(Box(9 * at, 0, 9 * at + 5, 9), 0, int(row.argmax()), tuple(row), float(row.max()), "digit")
        for at, row in enumerate(shares)
    ]
    chances = sorted(
        (
            (float(np.prod([max(shares[at, label], 1e-9) for at, label in enumerate(labels)])), labels)
            for labels in itertools.product(range(10), repeat=5)
        ),
        reverse=True,
    )
    line = make_line(digits)
    assert [other.text for other in line.alternatives] == ["".join(map(str, labels)) for _, labels in chances[1:5]]
    assert [other.confidence for other in line.alternatives] == pytest.approx([chance for chance, _ in chances[1:5]])


@pytest.mark.parametrize("rows", [None, 1, 4000])
def test_four_times_as_many_marks_take_little_more_than_four_times_as_long(rows: int | None) -> None:
    least = None if rows is None else min(rows, 1000)
    few = many_marks.measure_stages(1000, least)
    many = many_marks.measure_stages(4000, rows)
    # shorter times say little; of the square the ratio would be 16; a loaded machine is measured once more
    if _find_slow(few, many):
        few, many = many_marks.measure_stages(1000, least), many_marks.measure_stages(4000, rows)
    assert _find_slow(few, many) == {}


def _find_slow(few: many_marks.Stages, many: many_marks.Stages) -> many_marks.Stages:
    return {name: many[name] / few[name] for name in few if many[name] > 0.15 and many[name] > 9 * few[name]}
