"""Boxes have an area; a reading's text and outcome follow from its digits."""

import dataclasses
import json
import pickle
import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.reading.decision.strings import make_line
from inkdigits.results import Box, Digit, DigitOutcome, Line, Reading, Reason, Sign

EVEN = (0.1,) * 10
sides = st.integers(0, 1000)
boxes = st.builds(
    lambda x, y, width, height: Box(x, y, x + width, y + height), sides, sides, st.integers(1, 500), st.integers(1, 500)
)


def digit(label: int, outcome: DigitOutcome = "digit", line: int = 0) -> Digit:
    return Digit(Box(0, 0, 1, 1), line, label, EVEN, 0.9, outcome)


def reading(*digits: Digit) -> Reading:
    rows = [[mark for mark in digits if mark.line == line] for line in range(3)]
    return Reading(9, 9, tuple(make_line(row) for row in rows if row), digits, "tiny 1.0.0")


@given(boxes)
def test_a_box_measures_itself(box: Box) -> None:
    assert (box.x_min + box.width, box.y_min + box.height) == (box.x_max, box.y_max)
    assert box.area == box.width * box.height > 0


@pytest.mark.parametrize(
    "corners", [(0, 0, 0, 1), (0, 0, 1, 0), (2, 0, 1, 1), (0, 2, 1, 1), (-1, 0, 1, 1), (0, -1, 1, 1)]
)
def test_a_box_without_area_or_outside_is_refused(corners: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"expected 0 <= x_min < x_max .*, got \("):
        Box(*corners)


@given(st.lists(boxes, min_size=1, max_size=5))
def test_the_box_around_others_is_the_smallest_that_holds_them(parts: list[Box]) -> None:
    around = Box.around(parts)
    for side, pick in (("x_min", min), ("y_min", min), ("x_max", max), ("y_max", max)):
        assert getattr(around, side) == pick(getattr(part, side) for part in parts)


@pytest.mark.parametrize(
    ("digits", "text", "outcome"),
    [
        ((), "", "blank"),
        ((digit(3), digit(0)), "30", "digits"),
        ((digit(3), digit(8, "unsure"), digit(1)), "3?1", "digits"),
        ((digit(3), digit(1, "not_a_digit"), digit(1)), "31", "digits"),
        ((digit(1, "not_a_digit"),), "", "blank"),
        ((digit(1, "unsure"),), "?", "digits"),
        ((digit(3), digit(4), digit(5, line=1)), "34\n5", "digits"),
        ((digit(3), digit(9, "not_a_digit", line=1), digit(5, line=2)), "3\n5", "digits"),
    ],
)
def test_text_and_outcome(digits: tuple[Digit, ...], text: str, outcome: str) -> None:
    assert (reading(*digits).text, reading(*digits).outcome) == (text, outcome)


@pytest.mark.parametrize("record", [Box(0, 0, 1, 1), digit(3), reading()])
def test_records_cannot_be_changed(record: Box | Digit | Reading) -> None:
    for entry in dataclasses.fields(record):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, entry.name, None)


def test_join_keeps_signs_and_words_when_asked() -> None:
    line = Line(Box(0, 0, 9, 9), "12345", ("12", "345"), written="$12. 34,5")
    marks = (Sign(Box(1, 1, 2, 2), 0, ".", 2), Sign(Box(1, 1, 2, 2), 0, ",", 4))
    result = Reading(9, 9, (line, replace(line, written="")), (), "tiny 1.0.0", marks)
    assert result.text == str(result) == "12345\n12345"
    assert result.join(words=True) == "12 345\n12 345"
    assert result.join(signs=True) == "$12.34,5\n12345"
    assert result.join(signs=True, words=True) == "$12. 34,5\n12 345"


def test_a_dictionary_has_all_that_was_read_and_survives_json() -> None:
    doubted = dataclasses.replace(digit(8, "unsure"), reason="low confidence", digit_probability=0.12345678)
    values = reading(digit(3), doubted).to_dict()
    assert json.loads(json.dumps(values)) == values
    assert (values["text"], values["outcome"], values["model"]) == ("3?", "digits", reading().model)
    entries = values["digits"]
    assert isinstance(entries, list)
    assert [entry["reason"] for entry in entries] == [None, "low confidence"]
    assert entries[1]["digit_probability"] == 0.123457
    assert set(entries[0]) == {field.name for field in dataclasses.fields(Digit)} | {"band"}


def test_the_documentation_lists_every_reason_and_no_other() -> None:
    text = (Path(__file__).parents[2] / "docs" / "reasons.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z ]+)` \|", text, re.MULTILINE) == sorted(get_args(Reason), key=text.index)


def test_repr_is_short_and_tells_what_was_found() -> None:
    assert repr(reading(digit(3), digit(4), digit(5, line=1))) == (
        "<Reading '34\\n5' of a picture of 9 x 9: 2 lines, 3 marks>"
    )
    assert repr(reading()) == "<Reading '' of a picture of 9 x 9: 0 marks>"
    assert len(repr(reading(*[digit(3)] * 500))) < 150
    assert "0.1" not in repr(digit(3))  # the ten probabilities


@pytest.mark.parametrize("record", [Box(0, 0, 1, 1), digit(3), reading(digit(3)), Sign(Box(0, 0, 1, 1), 0, ".", 1)])
def test_records_can_be_pickled(record: Box | Digit | Reading | Sign) -> None:
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301 - of our own
