"""Cloth, prints and filled shapes are told from strokes on paper."""

import cv2
import numpy as np
import pytest

from inkdigits.reading.detection.rules.appearance import find_inner_tone, find_outer_tone, find_thickness
from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.results import Box
from support.drawing import blank, draw


class TestInnerTone:
    @pytest.mark.parametrize("inverted", [False, True])
    @pytest.mark.parametrize("mark", "0468")
    def test_paper_between_the_strokes_is_as_the_paper_around(self, mark: str, inverted: bool) -> None:  # noqa: FBT001
        picture = blank(140, 120)
        box = draw(picture, mark, (30, 30), 80, 8)
        gray = np.asarray(255 - picture if inverted else picture, dtype=np.uint8)
        assert abs(find_inner_tone(gray, find_ink(gray), box)) < 0.05

    def test_a_shadow_over_the_paper_does_not_count(self) -> None:
        picture = blank(200, 300)
        box = draw(picture, "0", (60, 60), 80, 8)
        shade = np.linspace(0.45, 1, 300)[np.newaxis, :]
        gray = (picture * shade).astype(np.uint8)
        assert abs(find_inner_tone(gray, find_ink(gray), box)) < 0.15

    def test_gray_cloth_between_bright_seams_does(self) -> None:
        cloth = np.zeros((60, 60), dtype=np.uint8)
        cloth[10:50, 15:45] = 120
        cloth[10:50, 15:45][[0, 1, 2, -3, -2, -1]] = 230
        cloth[10:50, [15, 16, 17, 42, 43, 44]] = 230
        ink = find_ink(np.where(cloth == 230, 230, 0).astype(np.uint8))
        assert find_inner_tone(cloth, ink, Box(15, 10, 45, 50)) > 0.4

    def test_without_paper_there_is_nothing_to_tell(self) -> None:
        gray = np.full((30, 30), 255, dtype=np.uint8)
        gray[5:25, 10:20] = 0
        assert find_inner_tone(gray, find_ink(gray), Box(10, 5, 20, 25)) == 0.0


class TestOuterTone:
    @pytest.mark.parametrize("inverted", [False, True])
    @pytest.mark.parametrize("mark", "0468")
    def test_paper_beside_the_strokes_is_as_the_paper_at_the_rim(self, mark: str, inverted: bool) -> None:  # noqa: FBT001
        picture = blank(140, 120)
        box = draw(picture, mark, (30, 30), 80, 8)
        gray = np.asarray(255 - picture if inverted else picture, dtype=np.uint8)
        assert abs(find_outer_tone(gray, find_ink(gray), box)) < 0.03

    def test_a_fold_of_a_coat_lies_on_cloth(self) -> None:
        coat = np.zeros((60, 60), dtype=np.uint8)
        coat[8:54, 15:45] = 110
        coat[12:50, 28:32] = 230
        ink = find_ink(np.where(coat == 230, 230, 0).astype(np.uint8))
        assert find_outer_tone(coat, ink, Box(28, 12, 32, 50)) > 0.3

    def test_a_shadow_over_the_rim_does_not_count(self) -> None:
        picture = blank(160, 160)
        box = draw(picture, "5", (55, 45), 70, 7)
        light = np.full((160, 160), 0.55)
        light[25:135, 25:135] = 1
        gray = (picture * cv2.GaussianBlur(light, (0, 0), 6)).astype(np.uint8)
        assert find_outer_tone(gray, find_ink(gray), box) < 0.1

    def test_without_paper_there_is_nothing_to_tell(self) -> None:
        gray = np.full((24, 14), 255, dtype=np.uint8)
        gray[1:23, 1:13] = 0
        assert find_outer_tone(gray, find_ink(gray), Box(1, 1, 13, 23)) == 0.0


class TestThickness:
    @pytest.mark.parametrize("inverted", [False, True])
    @pytest.mark.parametrize("mark", "0468")
    def test_a_pen_line_is_thin(self, mark: str, inverted: bool) -> None:  # noqa: FBT001
        picture = blank(140, 120)
        box = draw(picture, mark, (30, 30), 80, 8)
        gray = np.asarray(255 - picture if inverted else picture, dtype=np.uint8)
        assert 0.08 < find_thickness(gray, find_ink(gray), box) < 0.25

    def test_a_filled_shape_is_thick_though_its_inside_counts_as_paper(self) -> None:
        coat = np.zeros((60, 60), dtype=np.uint8)
        coat[10:50, 15:45] = 180
        assert find_thickness(coat, find_ink(coat), Box(15, 10, 45, 50)) > 0.6

    def test_in_a_shadow_there_is_nothing_to_tell(self) -> None:
        gray = np.full((100, 100), 230, dtype=np.uint8)
        gray[:70] = 60
        assert find_thickness(gray, find_ink(gray), Box(40, 20, 60, 50)) == 0.0
