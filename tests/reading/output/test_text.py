"""The text of a reading is one line, whatever the lines of the picture."""

from inkdigits.reading.output.text import to_text
from support.readings import MIXED, reading


def test_text_is_one_line() -> None:
    assert to_text(MIXED) == "3? 1"
    assert to_text(reading()) == ""


def test_separators_and_words_are_kept_on_demand() -> None:
    assert to_text(MIXED, separators=True) == "3.? 1"
    assert to_text(MIXED, words=True) == "3? 1"
