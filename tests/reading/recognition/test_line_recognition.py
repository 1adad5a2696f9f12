"""Which lines the line network has to look at, and what comes of it: marks of one digit each."""

import pytest

from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.reading.detection.detector import detect_marks
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.fields import make_field
from inkdigits.reading.recognition.line_recognition import find_asked_lines, recognize_lines
from support.drawing import blank, draw, write
from support.evidence import Said

NETWORK = LineRecognizer()


def sparse(said: Said) -> Mark:
    """Return a mark whose box is not full of ink, as a digit's is not."""
    mark = said.mark
    mark.crop[::2] = 0
    return mark


WIDE, NARROW = sparse(Said(width=60, height=40)), sparse(Said(width=20, height=40))


class TestAskedLines:
    def test_a_wide_mark_by_itself_may_be_two_digits_and_a_narrow_one_may_not(self) -> None:
        assert find_asked_lines([[WIDE], [NARROW], [NARROW, NARROW]]) == [0, 2]

    def test_a_solid_bar_is_no_digits_that_touch(self) -> None:
        assert find_asked_lines([[Said(width=60, height=40).mark]]) == []

    def test_what_is_too_low_to_read_is_not_looked_at(self) -> None:
        assert find_asked_lines([[sparse(Said(width=20, height=7)), sparse(Said(width=20, height=7))]]) == []

    def test_a_texture_of_many_marks_is_not_looked_at(self) -> None:
        assert find_asked_lines([[NARROW] * 300, [NARROW] * 300]) == [0, 1]
        assert find_asked_lines([[NARROW] * 300, [NARROW] * 301]) == []

    def test_with_a_field_it_is_the_line_of_most_marks_that_could_be_digits(self) -> None:
        dash = Said(width=60, height=10).mark
        assert find_asked_lines([[dash, dash, dash], [NARROW, NARROW], [NARROW]], make_field(2)) == [1]
        assert find_asked_lines([], make_field(2)) == []


def touching() -> list[Mark]:
    """Return the one mark that two zeros and a bar across them make."""
    page = write(["00"], 60)
    boxes = page.boxes[0]
    top = (boxes[0].y_min + boxes[0].y_max) // 2
    page.picture[top - 3 : top + 3, boxes[0].x_max - 4 : boxes[1].x_min + 4] = 0
    return list(detect_marks(page.picture).marks)


class TestHypotheses:
    def test_touching_digits_are_cut_and_say_so(self) -> None:
        marks = touching()
        assert len(marks) == 1
        (hypotheses,) = recognize_lines([marks], NETWORK)
        assert hypotheses[0].labels == (0, 0)
        assert [(mark.was_cut, mark.place) for mark in hypotheses[0].marks] == [(True, 0), (True, 1)]
        assert [int(mark.labels.argmax()) for mark in hypotheses[0].marks if mark.labels is not None] == [0, 0]

    def test_marks_apart_keep_their_ink_and_get_labels(self) -> None:
        marks = detect_marks(write(["275"], 60).picture).marks
        (hypotheses,) = recognize_lines([marks], NETWORK)
        assert hypotheses[0].labels == (2, 7, 5)
        for before, after in zip(marks, hypotheses[0].marks, strict=True):
            assert after.box == before.box
            assert after.crop is before.crop
            assert not after.was_cut

    def test_with_a_field_there_is_one_hypothesis_that_fits(self) -> None:
        marks = detect_marks(write(["275"], 60).picture).marks
        (hypotheses,) = recognize_lines([marks], NETWORK, make_field(pattern="dd5"))
        assert [hypothesis.labels for hypothesis in hypotheses] == [(2, 7, 5)]
        (none,) = recognize_lines([marks], NETWORK, make_field(7))
        assert [mark.labels for mark in none[0].marks] == [None] * 3

    def test_several_lines_are_answered_as_each_alone(self) -> None:
        lines = [detect_marks(write([text], 60).picture).marks for text in ("275", "41", "0063")]
        together = recognize_lines(lines, NETWORK)
        for line, found in zip(lines, together, strict=True):
            (alone,) = recognize_lines([line], NETWORK)
            assert [hypothesis.labels for hypothesis in found] == [hypothesis.labels for hypothesis in alone]
            for one, other in zip(found, alone, strict=True):
                assert one.log_probability == pytest.approx(other.log_probability, abs=1e-4)

    def test_no_lines_no_answers(self) -> None:
        assert recognize_lines([], NETWORK) == []


def test_blank_paper_has_no_lines_to_look_at() -> None:
    picture = blank(60, 80)
    assert detect_marks(picture).marks == ()
    draw(picture, "7", (20, 10), 40, 5)
    assert len(detect_marks(picture).marks) == 1
