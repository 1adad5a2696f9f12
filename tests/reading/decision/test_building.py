"""A reading is built of judged digits: lines, signs with their places, boxes in the picture as decoded."""

from dataclasses import replace

import numpy as np
import pytest

from inkdigits.reading.decision.building import make_readings
from inkdigits.reading.decision.outcomes import decide
from inkdigits.reading.detection.page import Turn
from inkdigits.reading.fields import FieldOptions, make_field
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.reading.recognition.field_search import place_in_field
from inkdigits.results import Box, Reading
from inkdigits.spec import SIGNS
from support.evidence import DETECTOR, POLICY, Said, evidence_of

NUMBER = [Said(), Said(place=1, sign="."), Said(place=2)]


def read(*rows: Said) -> Reading:
    evidence = evidence_of(rows)
    (reading,) = make_readings(evidence, decide(evidence, POLICY, DETECTOR), "tiny 1.0.0")
    return reading


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_between_two_digits_has_its_place(sign: str) -> None:
    reading = read(Said(), Said(place=1, sign=sign), Said(place=2))
    (found,) = reading.signs
    assert (found.character, found.after, found.line, found.box) == (sign, 1, 0, Box(50, 0, 90, 40))
    assert (reading.text, reading.join(signs=True)) == ("33", f"3{sign}3")


def test_a_sign_before_the_first_and_behind_the_last_digit_counts_too() -> None:
    reading = read(Said(sign="("), Said(place=1), Said(place=2), Said(place=3, sign=")"), Said(line=1))
    assert [(sign.character, sign.after, sign.line) for sign in reading.signs] == [("(", 0, 0), (")", 2, 0)]
    assert reading.join(signs=True) == "(33)\n3"
    assert reading.lines[0].number() == -33


def test_signs_of_each_line_count_its_own_digits() -> None:
    reading = read(Said(), Said(place=1), Said(line=1, sign="-"), Said(line=1, place=1))
    assert [(sign.character, sign.after, sign.line) for sign in reading.signs] == [("-", 0, 1)]


def test_what_is_no_digit_is_nothing_that_a_sign_stands_behind() -> None:
    (found,) = read(Said(0.01), Said(place=1, sign="."), Said(place=2)).signs
    assert found.after == 0
    (found,) = read(Said(), Said(0.01, place=1), Said(place=2), Said(place=3, sign="."), Said(place=4)).signs
    assert found.after == 2


def test_a_line_of_signs_alone_has_no_text() -> None:
    reading = read(Said(sign="-"), Said(place=1, sign="-"))
    assert (reading.text, reading.join(signs=True), reading.outcome, len(reading.signs)) == ("", "", "blank", 2)


def evidence() -> Evidence:
    return evidence_of([Said(), Said(place=1), Said(line=1)], [], [Said(label=7)])


def test_each_page_has_its_own_lines_and_digits() -> None:
    found = evidence()
    one, blank, other = make_readings(found, decide(found, POLICY, DETECTOR), "tiny 1.0.0")
    assert (one.text, blank.text, other.text) == ("33\n3", "", "7")
    assert [len(reading.lines) for reading in (one, blank, other)] == [2, 0, 1]
    assert (one.width, one.height, one.model) == (1000, 1000, "tiny 1.0.0")


def test_boxes_are_those_of_the_picture_as_decoded() -> None:
    found = evidence_of(NUMBER)
    quarter = Turn(90.0, np.array([[0.0, -1.0, 999.0], [1.0, 0.0, 0.0]]), 1000, 1000)
    turned = replace(found, pages=(replace(found.pages[0], turn=quarter),))
    (reading,) = make_readings(turned, decide(turned, POLICY, DETECTOR), "tiny 1.0.0")
    assert [digit.box for digit in reading.digits] == [
        Box(959, 0, 999, 40),
        Box(959, 50, 999, 90),
        Box(959, 100, 999, 140),
    ]
    assert reading.signs[0].box == reading.digits[1].box


def test_a_sign_is_a_mark_with_that_reason_and_the_text_has_it_once_where_the_pattern_has_it_already() -> None:
    found = evidence_of(NUMBER)
    (reading,) = make_readings(found, decide(found, POLICY, DETECTOR), "tiny 1.0.0")
    assert reading.join(signs=True) == "3.3"
    assert [digit.reason for digit in reading.digits] == [None, "sign", None]
    for field in (make_field(FieldOptions(length=2)), make_field(FieldOptions(pattern="d.d"))):
        assert field is not None
        placed = place_in_field(found, field)
        (reading,) = make_readings(placed, decide(placed, POLICY, DETECTOR), "tiny 1.0.0")
        assert reading.join(signs=True) == "3.3"
        assert reading.digits[1].outcome == "not_a_digit"
