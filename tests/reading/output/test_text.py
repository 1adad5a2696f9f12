"""The text of a reading is a line of output for each line of the picture."""

from dataclasses import replace

from inkdigits.reading.output.text import to_lines
from support.readings import MIXED, reading


def test_each_line_of_the_picture_is_a_line_and_a_blank_picture_an_empty_one() -> None:
    assert to_lines(MIXED) == ["3?", "1"]
    assert to_lines(reading()) == [""]


def test_signs_are_kept_when_asked_and_words_unless_told_otherwise() -> None:
    first, second = MIXED.lines
    written = replace(MIXED, lines=(replace(first, words=("3", "?"), written="$3. ?"), second))
    assert to_lines(written) == ["3 ?", "1"]
    assert to_lines(written, words=False) == ["3?", "1"]
    assert to_lines(written, signs=True) == ["$3. ?", "1"]
    assert to_lines(written, signs=True, words=False) == ["$3.?", "1"]
