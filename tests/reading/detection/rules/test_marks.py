"""Marks are found where they were drawn, line by line and left to right, each with its own ink."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inkdigits.reading.detection.page import Mark
from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.marks import find_digits, isolate_digit
from inkdigits.results import Box
from inkdigits.spec import UInt8Array
from support.drawing import Page, blank, draw, flat, write


def found(gray: UInt8Array) -> list[Box]:
    return [mark.box for mark in find_digits(find_ink(gray))]


def moved(box: Box, right: int, down: int) -> Box:
    return Box(box.x_min + right, box.y_min + down, box.x_max + right, box.y_max + down)


class TestOrder:
    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(st.text("0123456789", min_size=1, max_size=6), min_size=1, max_size=4),
        st.integers(24, 90),
        st.sampled_from([0.08, 0.12, 0.16]),
    )
    def test_lines_from_the_top_and_marks_from_the_left(self, lines: list[str], height: int, share: float) -> None:
        page = write(lines, height, max(2, round(share * height)), margin=height)
        marks = find_digits(find_ink(page.picture))
        assert [mark.box for mark in marks] == flat(page)
        assert [mark.line for mark in marks] == [row for row, line in enumerate(lines) for _ in line]

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.integers(-9, 9), min_size=2, max_size=7), st.lists(st.integers(28, 44), min_size=7, max_size=7))
    def test_a_wavy_line_of_digits_of_several_sizes_is_one(self, lifts: list[int], heights: list[int]) -> None:
        picture = blank(140, 60 + 45 * len(lifts))
        boxes = [
            draw(picture, str(index + 2), (30 + 45 * index, 45 + lift), heights[index], 5)
            for index, lift in enumerate(lifts)
        ]
        marks = find_digits(find_ink(picture))
        assert [mark.box for mark in marks] == boxes
        assert {mark.line for mark in marks} == {0}
        assert {mark.line_height for mark in marks} == {max(box.height for box in boxes)}

    def test_lines_of_different_length_beside_each_other(self) -> None:
        picture = blank(200, 300)
        first = [draw(picture, mark, (20 + 40 * at, 20)) for at, mark in enumerate("25")]
        second = [draw(picture, mark, (140 + 40 * at, 120)) for at, mark in enumerate("368")]
        assert found(picture) == first + second


class TestBoxes:
    @settings(max_examples=40, deadline=None)
    @given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=60)))
    def test_they_lie_inside_any_picture_and_each_holds_ink(self, gray: UInt8Array) -> None:
        marks = find_digits(find_ink(gray))
        single = isolate_digit(find_ink(gray))
        for mark in (*marks, *([single] if single else [])):
            assert mark.box.x_max <= gray.shape[1]
            assert mark.box.y_max <= gray.shape[0]
            assert mark.crop.dtype == np.uint8
            assert mark.crop.any()
            assert mark.line_height >= mark.box.height
        assert [mark.line for mark in marks] == sorted(mark.line for mark in marks)

    @settings(max_examples=25, deadline=None)
    @given(st.text("23456789", min_size=1, max_size=4), st.tuples(*[st.integers(0, 60)] * 4))
    def test_paper_around_moves_them_and_changes_nothing(self, text: str, margins: tuple[int, int, int, int]) -> None:
        page = write([text], 40, 5)
        above, below, left, right = margins
        wide = np.pad(page.picture, ((above, below), (left, right)), constant_values=255)
        assert found(wide) == [moved(box, left, above) for box in flat(page)]

    @settings(max_examples=25, deadline=None)
    @given(st.text("23456789", min_size=1, max_size=4), st.sampled_from([2, 3]))
    def test_a_larger_copy_has_larger_boxes(self, text: str, factor: int) -> None:
        page = write([text], 40, 5)
        large = np.kron(page.picture, np.ones((factor, factor), dtype=np.uint8))
        expected = [
            Box(factor * box.x_min, factor * box.y_min, factor * box.x_max, factor * box.y_max) for box in flat(page)
        ]
        assert found(large) == expected

    @settings(max_examples=25, deadline=None)
    @given(st.text("0123456789", min_size=1, max_size=4), st.integers(24, 80))
    def test_light_on_dark_has_the_same(self, text: str, height: int) -> None:
        page = write([text], height, max(2, height // 8), margin=height)
        assert found(255 - page.picture) == flat(page)

    def test_crops_hold_their_own_ink_only(self) -> None:
        picture = blank(100, 120)
        draw(picture, "7", (20, 30), 40, 5)
        draw(picture, "4", (43, 34), 40, 5)  # its arm lies under the roof of the 7: the boxes overlap
        marks = find_digits(find_ink(picture))
        assert len(marks) == 2
        assert marks[0].box.x_max > marks[1].box.x_min
        ink = sum(int((mark.crop > 128).sum()) for mark in marks)
        assert ink == int((picture == 0).sum())


class TestParts:
    def test_a_5_with_a_detached_bar_is_one_mark(self) -> None:
        page = write([["3", "bar-5", "7"]], 60, 7)
        assert found(page.picture) == flat(page)

    def broken(self, page: Page) -> UInt8Array:
        """Return the page with a gap across its first mark."""
        gray, first = page.picture.copy(), flat(page)[0]
        gray[first.y_min + 30 : first.y_min + 34, first.x_min : first.x_max] = 255
        return gray

    def test_a_broken_stroke_is_one_mark(self) -> None:
        page = write(["3827"], 60, 7)
        assert found(self.broken(page)) == flat(page)

    def test_a_broken_stroke_is_one_mark_in_a_short_line_too(self) -> None:
        page = write(["38"], 60, 7)
        assert found(self.broken(page)) == flat(page)

    def test_dust_is_left_out(self) -> None:
        page = write(["2758"], 60, 7)
        dusty = page.picture.copy()
        places = np.random.default_rng(3).integers(0, [*page.picture.shape], (40, 2))
        for y, x in places:
            window = page.picture[max(y - 4, 0) : y + 5, max(x - 4, 0) : x + 5]
            if np.all(window == 255):
                dusty[y : y + 2, x : x + 2] = 60
        assert np.any(dusty != page.picture)
        assert found(dusty) == flat(page)

    def test_digits_side_by_side_stay_apart(self) -> None:
        picture = blank(90, 140)
        boxes = [draw(picture, "1", (30 + 14 * at, 20), 50, 5) for at in range(5)]
        assert found(picture) == boxes

    def test_blank_paper_has_none(self) -> None:
        for level in (0, 128, 255):
            empty = find_ink(np.full((80, 60), level, dtype=np.uint8))
            assert find_digits(empty) == ()
            assert isolate_digit(empty) is None


class TestFrames:
    def framed(self, page: Page, line: int = 2) -> UInt8Array:
        """Return the page with a printed box at its rim, from edge to edge."""
        gray = page.picture.copy()
        gray[5 : 5 + line] = gray[-5 - line : -5] = 0
        gray[:, 5 : 5 + line] = gray[:, -5 - line : -5] = 0
        return gray

    @pytest.mark.parametrize("text", ["2", "58", "3690"])
    def test_the_box_of_a_form_is_left_out(self, text: str) -> None:
        page = write([text], 60, 7, margin=40)
        assert found(self.framed(page)) == flat(page)

    def test_what_is_left_of_a_box_is_nothing_where_nothing_else_is(self) -> None:
        alone = blank(96, 96)
        alone[30:, 87:95] = 0
        assert found(alone) == []
        beside = alone.copy()
        box = draw(beside, "5", (30, 30), 40, 5)
        assert found(beside) == [box, Box(87, 30, 95, 96)]

    def test_a_stroke_that_crosses_it_is_not_cut(self) -> None:
        picture = blank(140, 120)
        box = draw(picture, "4", (40, 30), 90, 8)
        gray = picture.copy()
        gray[112:114] = 0  # runs through the foot of the 4
        marks = find_digits(find_ink(gray))
        tallest = max(marks, key=lambda mark: mark.box.height)
        assert tallest.box.y_max == box.y_max
        assert tallest.box.y_min == box.y_min


class TestOneDigit:
    def only(self, gray: UInt8Array) -> Mark:
        mark = isolate_digit(find_ink(gray))
        assert mark is not None
        return mark

    @pytest.mark.parametrize("name", [*"0123456789", "bar-5"])
    @pytest.mark.parametrize("at", [(20, 20), (90, 60), (150, 110)])
    def test_it_is_found_wherever_it_is(self, name: str, at: tuple[int, int]) -> None:
        picture = blank(200, 220)
        box = draw(picture, name, at, 60, 7)
        mark = self.only(picture)
        assert (mark.box, mark.line, mark.line_height) == (box, 0, box.height)

    def test_a_neighbor_cut_by_the_rim_is_left_out(self) -> None:
        picture = blank(120, 100)
        draw(picture, "8", (-22, 30), 60, 7)
        box = draw(picture, "5", (34, 30), 60, 7)
        assert self.only(picture).box == box

    def test_specks_are_left_out(self) -> None:
        picture = blank(160, 160)
        box = draw(picture, "3", (60, 40), 80, 9)
        cv2.circle(picture, (20, 140), 2, (0,), -1)
        cv2.circle(picture, (150, 12), 2, (0,), -1)
        assert self.only(picture).box == box

    @pytest.mark.parametrize("name", "0346")
    def test_what_nearly_fills_the_picture_is_found(self, name: str) -> None:
        picture = blank(80, 60)
        box = draw(picture, name, (12, 10), 60, 6)
        assert self.only(picture).box == box


class TestBars:
    def drawn(self, bar: tuple[int, int, int, int]) -> tuple[UInt8Array, Box]:
        """Return a 5 without its bar, with a bar from (x_min, y_min) to (x_max, y_max), and the body's box."""
        picture = blank(100, 100)
        body = draw(picture, "bar-5", (25, 20), 60, 5)
        picture[:32] = 255  # its own bar
        x_min, y_min, x_max, y_max = bar
        picture[y_min:y_max, x_min:x_max] = 0
        return picture, Box(body.x_min, 32, body.x_max, body.y_max)

    def test_the_bar_of_a_5_may_run_on_beyond_the_rim(self) -> None:
        picture, body = self.drawn((34, 24, 100, 29))
        mark = isolate_digit(find_ink(picture))
        assert mark is not None
        assert mark.box == Box(body.x_min, 24, 100, body.y_max)

    @pytest.mark.parametrize("bar", [(70, 60, 100, 65), (74, 24, 100, 29)], ids=["beside its middle", "further off"])
    def test_what_else_comes_from_the_rim_is_a_neighbors(self, bar: tuple[int, int, int, int]) -> None:
        picture, body = self.drawn(bar)
        mark = isolate_digit(find_ink(picture))
        assert mark is not None
        assert mark.box == body
