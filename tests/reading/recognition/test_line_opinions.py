"""The line recognizer says of each digit which it is, and finds those that the detector missed."""

from dataclasses import replace

import numpy as np
import pytest

from inkdigits.models.detector import Detector
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.reading.detection.detector import detect_digit, detect_marks
from inkdigits.reading.detection.page import Page
from inkdigits.reading.recognition.line_opinions import ask_about_lines
from support.drawing import blank, write

NETWORK = LineRecognizer()
DETECTOR = Detector()
PAGE = detect_marks(write(["2752", "641"], 60).picture, DETECTOR)


def _without(page: Page, places: set[int]) -> Page:
    return replace(page, marks=tuple(mark for place, mark in enumerate(page.marks) if place not in places))


def test_it_names_each_digit_and_needs_it() -> None:
    opinions = ask_about_lines([PAGE], NETWORK)
    assert opinions.pages == (PAGE,)
    assert opinions.labels.argmax(axis=1).tolist() == [2, 7, 5, 2, 6, 4, 1]
    np.testing.assert_allclose(opinions.labels.sum(axis=1), 1)
    assert (opinions.odds > 0).all()


@pytest.mark.parametrize("missed", [{0}, {2}, {3}, {1, 2}, {4}])
def test_a_digit_that_was_missed_is_found_where_it_stands(missed: set[int]) -> None:
    (page,) = ask_about_lines([_without(PAGE, missed)], NETWORK).pages
    assert [int(mark.labels.argmax()) for mark in page.marks] == [2, 7, 5, 2, 6, 4, 1]
    assert {place for place, mark in enumerate(page.marks) if mark.is_heard} == missed
    for place in missed:
        found, true = page.marks[place].box, PAGE.marks[place].box
        assert true.x_min <= (found.x_min + found.x_max) / 2 <= true.x_max
        assert abs(found.y_min - true.y_min) + abs(found.y_max - true.y_max) < true.height
        assert page.marks[place].line == PAGE.marks[place].line


def test_of_signs_and_of_single_digits_it_says_nothing() -> None:
    sign = replace(PAGE.marks[1], sign="-", reason="sign")
    page = replace(PAGE, marks=(PAGE.marks[0], sign, *PAGE.marks[2:]), strips=(None, PAGE.strips[1]))
    single = detect_digit(write(["7"], 60).picture, DETECTOR)
    opinions = ask_about_lines([page, detect_marks(blank(60, 80), DETECTOR), single], NETWORK)
    assert opinions.pages[2] == single
    silent = [0, 1, 2, 3, 7]
    assert opinions.odds[silent].tolist() == [0] * 5
    np.testing.assert_allclose(opinions.labels[silent], 0.1)
    assert (opinions.odds[4:7] > 0).all()


def test_no_digit_is_heard_where_a_mark_stands() -> None:
    slash = replace(PAGE.marks[6], sign="/", reason="sign")  # the last digit, a 1, is taken for a slash
    (page,) = ask_about_lines([replace(PAGE, marks=(*PAGE.marks[:6], slash))], NETWORK).pages
    assert page.marks == (*PAGE.marks[:6], slash)


def test_pages_together_get_the_same_answers_as_alone() -> None:
    other = detect_marks(write(["83"], 60).picture, DETECTOR)
    together, alone = ask_about_lines([PAGE, other], NETWORK), ask_about_lines([other], NETWORK)
    np.testing.assert_allclose(together.labels[7:], alone.labels, atol=1e-5)
    np.testing.assert_allclose(together.odds[7:], alone.odds, atol=1e-3)
