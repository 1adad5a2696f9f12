"""A reading is built of judged digits: lines, separators with their reason, boxes in the picture as decoded."""

from dataclasses import replace

import numpy as np
import pytest

from inkdigits.reading.decision.building import find_separators, make_readings
from inkdigits.reading.decision.outcomes import decide
from inkdigits.reading.detection.page import Turn
from inkdigits.reading.fields import FieldOptions, make_field
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.reading.recognition.field_search import place_in_field
from inkdigits.results import Box, Separator
from support.evidence import DETECTOR, POLICY, Said, evidence_of

NUMBER = [Said(), Said(place=1, sign="."), Said(place=2)]


def separators(*rows: Said) -> tuple[Separator, ...]:
    evidence = evidence_of(rows)
    return find_separators(decide(evidence, POLICY, DETECTOR), evidence.marks)


@pytest.mark.parametrize("sign", [".", ","])
def test_a_point_or_a_comma_between_two_digits_parts_them(sign: str) -> None:
    (found,) = separators(Said(), Said(place=1, sign=sign), Said(place=2))
    assert (found.character, found.after, found.line, found.box) == (sign, 1, 0, Box(50, 0, 90, 40))


def test_a_sign_at_the_end_or_of_another_line_or_another_kind_parts_nothing() -> None:
    assert separators(Said(), Said(place=1), Said(place=2, sign=".")) == ()
    assert separators(Said(place=0, sign=","), Said(place=1), Said(place=2)) == ()
    assert separators(Said(), Said(place=1, line=1, sign="."), Said(place=2)) == ()
    assert separators(Said(), Said(place=1, sign="-"), Said(place=2)) == ()


def test_what_is_no_digit_is_nothing_that_a_point_stands_between() -> None:
    assert separators(Said(0.01), Said(place=1, sign="."), Said(place=2)) == ()
    (found,) = separators(Said(), Said(0.01, place=1), Said(place=2), Said(place=3, sign="."), Said(place=4))
    assert found.after == 2


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
    assert reading.separators[0].box == reading.digits[1].box


def test_a_separator_is_a_mark_with_that_reason_but_not_where_the_pattern_has_it_already() -> None:
    found = evidence_of(NUMBER)
    (reading,) = make_readings(found, decide(found, POLICY, DETECTOR), "tiny 1.0.0")
    assert reading.join(separators=True) == "3.3"
    assert [digit.reason for digit in reading.digits] == [None, "separator", None]
    for field in (make_field(FieldOptions(length=2)), make_field(FieldOptions(pattern="d.d"))):
        assert field is not None
        placed = place_in_field(found, field)
        (reading,) = make_readings(placed, decide(placed, POLICY, DETECTOR), "tiny 1.0.0")
        assert reading.join(separators=True) == "3.3"
        assert reading.digits[1].outcome == "not_a_digit"
