"""A reading is built of judged digits: lines, separators with their reason, boxes in the picture as decoded."""

from dataclasses import replace

from inkdigits.reading.decision.building import find_separators, make_readings
from inkdigits.reading.decision.outcomes import decide
from inkdigits.reading.fields import make_field
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.results import Box, Digit
from support.evidence import DETECTOR, POLICY, Said, evidence_of


def row(*marks: tuple[Box, str]) -> list[Digit]:
    return [
        Digit(box, 0, 1, (0, 1, *[0] * 8), 0.9, "digit" if outcome == "digit" else "not_a_digit")
        for box, outcome in marks
    ]


ONE, TWO = (Box(0, 0, 20, 40), "digit"), (Box(50, 0, 70, 40), "digit")


def test_a_small_mark_low_between_two_digits_is_a_point_and_a_long_one_a_comma() -> None:
    (point,) = find_separators(row(ONE, (Box(30, 35, 35, 40), "none"), TWO))
    assert (point.character, point.after) == (".", 1)
    (comma,) = find_separators(row(ONE, (Box(30, 32, 34, 46), "none"), TWO))
    assert comma.character == ","


def test_a_mark_that_is_high_or_large_or_at_the_end_is_no_separator() -> None:
    assert find_separators(row(ONE, (Box(30, 5, 35, 10), "none"), TWO)) == ()
    assert find_separators(row(ONE, (Box(25, 10, 45, 40), "none"), TWO)) == ()
    assert find_separators(row(ONE, TWO, (Box(80, 35, 85, 40), "none"))) == ()


def evidence() -> Evidence:
    return evidence_of([Said(), Said(place=1), Said(line=1)], [], [Said(label=7)])


def test_each_page_has_its_own_lines_and_digits() -> None:
    found = evidence()
    one, blank, other = make_readings(found, decide(found, POLICY, DETECTOR), "tiny 1.0.0")
    assert (one.text, blank.text, other.text) == ("33\n3", "", "7")
    assert [len(reading.lines) for reading in (one, blank, other)] == [2, 0, 1]
    assert (one.width, one.height, one.model) == (1000, 1000, "tiny 1.0.0")


def test_boxes_are_those_of_the_picture_as_decoded() -> None:
    found = evidence_of([Said()])
    larger = replace(found, pages=(replace(found.pages[0], size=(2000, 3000)),))
    (reading,) = make_readings(larger, decide(larger, POLICY, DETECTOR), "tiny 1.0.0")
    assert reading.digits[0].box == reading.lines[0].box == Box(0, 0, 80, 120)


def test_a_separator_is_a_mark_with_that_reason_but_not_in_a_field() -> None:
    speck = Said(place=1)
    found = evidence_of([Said(), speck, Said(place=2)])
    marks = list(found.marks)
    marks[1] = replace(marks[1], box=Box(55, 34, 60, 40))
    found = replace(found, marks=tuple(marks))
    (reading,) = make_readings(found, decide(found, POLICY, DETECTOR), "tiny 1.0.0")
    assert reading.join(separators=True) == "3.3"
    assert [digit.reason for digit in reading.digits] == [None, "separator", None]
    field = make_field(2)
    (reading,) = make_readings(found, decide(found, POLICY, DETECTOR, field), "tiny 1.0.0", field)
    assert reading.separators == ()
