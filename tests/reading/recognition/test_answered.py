"""What is answered of a page, and how surely it is right."""

import numpy as np

from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.reading.detection.detector import detect_digit, detect_marks
from inkdigits.reading.fields import FieldOptions, make_field
from inkdigits.reading.recognition.answered import find_answered, judge_answered
from inkdigits.reading.recognition.recognizer import Recognizer
from support.drawing import blank, write

RECOGNIZER = Recognizer(DEFAULT_BUNDLE)
LIMIT = RECOGNIZER.detector.info.reject_below
PAGES = [
    detect_marks(write(["275", "41"], 60).picture, RECOGNIZER.detector),
    detect_marks(blank(60, 80), RECOGNIZER.detector),
    detect_digit(write(["7"], 60).picture, RECOGNIZER.detector),
]


def test_lines_have_their_digits_and_what_the_line_recognizer_says_of_the_whole_string() -> None:
    answers = RECOGNIZER.ask(PAGES)
    rows = find_answered(answers, RECOGNIZER.join(answers), LIMIT)
    assert rows.lines == ((0, 1, 2), (3, 4), (5,))
    assert rows.labels.tolist() == [2, 7, 5, 4, 1, 7]
    assert rows.is_asked.tolist() == [True] * 5 + [False]
    heard = answers.heard[0][0]
    assert heard is not None
    assert rows.digits.string[0] == heard.find_probability([2, 7, 5])
    assert rows.digits.string[5] == 0.5, "of a lone digit nothing is said"
    assert (rows.digits.uneven >= 0).all()


def test_a_string_that_the_line_does_not_say_is_unlikely() -> None:
    heard = RECOGNIZER.ask(PAGES).heard[0][0]
    assert heard is not None
    assert heard.find_probability([2, 7, 5]) > 0.9
    assert heard.find_probability([2, 1, 5]) < 0.1
    assert heard.find_probability([]) < 1e-6
    assert heard.find_probability([1] * 1_000) == 0, "longer than the line"


def test_plain_numbers_are_surely_right_and_each_mark_has_its_lines_confidence() -> None:
    answered = RECOGNIZER.recognize(PAGES).answered
    assert answered is not None
    assert (answered.confidence > 0.8).all()
    assert answered.is_heard.tolist() == [True] * 5 + [False]
    assert len(set(answered.line_confidence[:3].tolist())) == 1
    assert answered.line_confidence[5] == answered.confidence[5], "a lone digit is its line"


def test_in_a_field_the_string_of_the_field_is_judged() -> None:
    answers = RECOGNIZER.ask(PAGES[:1])
    evidence = RECOGNIZER.join(answers, make_field(FieldOptions(pattern="279")))
    rows = find_answered(answers, evidence, LIMIT)
    judged = judge_answered(rows, RECOGNIZER.detector.info)
    if evidence.placements[0] is not None:
        assert rows.labels[:3].tolist() == [2, 7, 9]
        assert judged.line_confidence[0] < 0.5, "another digit is written there"


def test_a_blank_page_answers_nothing() -> None:
    answered = RECOGNIZER.recognize(PAGES[1:2]).answered
    assert answered is not None
    assert np.array_equal(answered.line_confidence, np.zeros(0))
