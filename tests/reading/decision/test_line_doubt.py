"""A line that is not sure enough has an unsure digit: the weakest; frames have no lines to doubt."""

from dataclasses import replace

import numpy as np
import pytest

from inkdigits.reading.decision.building import make_readings
from inkdigits.reading.decision.outcomes import decide
from inkdigits.reading.recognition.evidence import Answered, Evidence
from inkdigits.results import Reading
from support.evidence import DETECTOR, POLICY, Said, evidence_of

LINES = [Said(label=1, place=0), Said(label=2, place=1), Said(label=3, line=1), Said(label=4, place=1, line=1)]
SURE = [0.95, 0.8, 0.97, 0.9]


def answered(lines: list[float]) -> Evidence:
    """Return two lines, "12" and "34", of which each is as sure as told."""
    found = evidence_of(LINES, is_joined=True)
    by_mark = np.array([lines[mark.line] for mark in found.marks])
    return replace(found, answered=Answered(np.array([1, 2, 3, 4]), np.array(SURE), by_mark, np.ones(4, np.bool_)))


def read(evidence: Evidence, line_below: float) -> Reading:
    policy = replace(POLICY, line_below=line_below)
    (reading,) = make_readings(evidence, decide(evidence, policy, DETECTOR), "tiny 1.0.0")
    return reading


@pytest.mark.parametrize(
    ("lines", "text"), [([0.9, 0.9], "12\n34"), ([0.7, 0.9], "1?\n34"), ([0.9, 0.7], "12\n3?"), ([0.1, 0.2], "1?\n3?")]
)
def test_the_weakest_digit_of_a_line_that_is_not_sure_enough_is_unsure(lines: list[float], text: str) -> None:
    reading = read(answered(lines), 0.8)
    assert reading.text == text
    assert [line.confidence for line in reading.lines] == lines
    assert {digit.reason for digit in reading.digits if digit.outcome == "unsure"} <= {"low confidence"}


def test_a_line_that_has_an_unsure_digit_gets_no_other_one() -> None:
    found = answered([0.1, 0.9])
    assert found.answered is not None
    weak = replace(found.answered, confidence=np.array([0.3, 0.9, 0.97, 0.9]))
    assert read(replace(found, answered=weak), 0.8).text == "?2\n34"


def test_a_lone_digit_has_a_limit_of_its_own() -> None:
    found = answered([0.7, 0.7])
    assert found.answered is not None
    lone = replace(found, answered=replace(found.answered, is_heard=np.array([True, True, False, False])))
    for lone_below, text in ((0.6, "1?\n34"), (0.75, "1?\n3?")):
        policy = replace(POLICY, line_below=0.8, lone_below=lone_below)
        (reading,) = make_readings(lone, decide(lone, policy, DETECTOR), "tiny 1.0.0")
        assert reading.text == text


def test_a_line_of_one_digit_is_held_to_the_limit_of_lone_digits() -> None:
    found = evidence_of([Said(label=1)], is_joined=True)
    one = replace(found, answered=Answered(np.array([1]), np.array([0.8]), np.array([0.7]), np.ones(1, np.bool_)))
    for lone_below, text in ((0.6, "1"), (0.75, "?")):
        policy = replace(POLICY, line_below=0.8, lone_below=lone_below)
        (reading,) = make_readings(one, decide(one, policy, DETECTOR), "tiny 1.0.0")
        assert reading.text == text


def test_without_a_limit_lines_are_as_their_digits_say() -> None:
    assert read(answered([0.1, 0.1]), 0.0).text == "12\n34"


def test_frames_are_as_sure_as_their_digit() -> None:
    found = evidence_of([Said(share=0.9)], is_single=True)
    reading = read(found, 0.999)
    assert reading.text == "3"
    assert reading.lines[0].confidence == reading.digits[0].confidence


def test_other_strings_share_what_the_line_leaves() -> None:
    line = read(answered([0.7, 0.9]), 0.0).lines[0]
    assert line.confidence == 0.7
    assert 0 < sum(other.confidence for other in line.alternatives) <= 0.3 + 1e-9
