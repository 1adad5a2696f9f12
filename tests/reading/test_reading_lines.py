"""What `read` makes of lines: touching digits, fields of known form, words and signs."""

import itertools
from decimal import Decimal

import cv2
import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.errors import FieldError
from inkdigits.spec import UInt8Array
from support.drawing import blank, draw, write


def write_close(text: str, step: int, height: int = 60) -> UInt8Array:
    """Return digits whose left sides are `step` columns apart; at 0.6 of the height they touch."""
    picture = blank(height + 60, 80 + step * len(text))
    for place, character in enumerate(text):
        draw(picture, character, (30 + place * step, 30), height, 6)
    return picture


@pytest.mark.parametrize("text", ["00", "38", "2074", "958", "9850", "5083"])
def test_touching_digits_are_cut_apart(reader: DigitReader, text: str) -> None:
    reading = reader.read(write_close(text, 36))
    assert reading.text == text
    assert len(reading.digits) == len(text)
    places = [(digit.box.x_min + digit.box.x_max) / 2 for digit in reading.digits]
    assert all(20 < two - one < 60 for one, two in itertools.pairwise(places))


def test_a_length_that_is_so_changes_nothing(reader: DigitReader) -> None:
    picture = write(["20741"], 60).picture
    assert reader.read(picture, length=5) == reader.read(picture)


def test_a_length_tells_touching_digits_from_one(reader: DigitReader) -> None:
    reading = reader.read(write_close("00", 36), length=2)
    assert (reading.text, len(reading.lines[0].alternatives[0].text)) == ("00", 2)


def test_a_pattern_is_what_the_text_looks_like(reader: DigitReader) -> None:
    picture = write(["12-03"], 60).picture
    assert reader.read(picture).text == "1203"
    reading = reader.read(picture, pattern="dd-dd")
    assert reading.text == reading.lines[0].text == "12-03"
    assert [digit.label for digit in reading.digits if digit.outcome == "digit"] == [1, 2, 0, 3]
    assert all(other.text[2] == "-" for other in reading.lines[0].alternatives)


def test_a_place_has_the_digit_that_the_pattern_says(reader: DigitReader) -> None:
    reading = reader.read(write(["2074"], 60).picture, pattern="207d")
    assert reading.text == "2074"
    assert all(other.text.startswith("207") for other in reading.lines[0].alternatives)


def test_a_digit_of_the_pattern_does_not_overrule_what_is_plainly_written(reader: DigitReader) -> None:
    reading = reader.read(write(["2074"], 60).picture, pattern="507d")
    assert reading.text == "?074"
    assert reading.digits[0].outcome == "unsure"


def test_what_is_not_part_of_the_field_is_left_out(reader: DigitReader) -> None:
    reading = reader.read(write(["2074", "1"], 60).picture, length=4)
    assert reading.text == "2074"
    assert [digit.outcome for digit in reading.digits if digit.line == 1] == ["not_a_digit"]


def test_where_no_string_fits_nothing_is_certain(reader: DigitReader) -> None:
    reading = reader.read(write(["1"], 60).picture, length=40)
    assert {digit.outcome for digit in reading.digits} <= {"unsure", "not_a_digit"}
    assert reader.read(np.full((100, 200), 255, np.uint8), length=4).outcome == "blank"


@pytest.mark.parametrize(
    ("text", "length"), [("20741", 4), ("20741", 3), ("20741", 6), ("20741", 7), ("38", 1), ("38", 4)]
)
def test_a_length_that_is_not_so_makes_nothing_sure(reader: DigitReader, text: str, length: int) -> None:
    reading = reader.read(write([text], 60).picture, length=length)
    assert {digit.outcome for digit in reading.digits} == {"unsure"}
    assert reading.text == "?" * len(text)


def test_what_a_sign_leaves_out_is_no_fault(reader: DigitReader) -> None:
    picture = blank(120, 380)
    for mark, x in zip("1203", (30, 84, 220, 274), strict=True):
        draw(picture, mark, (x, 30), 60)
    cv2.line(picture, (179, 26), (151, 96), (0,), 5)
    assert reader.read(picture, pattern="dd/dd").text == "12/03"
    assert reader.read(picture, length=4).text == "1203"
    upright = write(["12103"], 60).picture  # a sure 1, which no length leaves out
    assert set(reader.read(upright, length=4).text) == {"?"}


def test_fields_that_cannot_be_are_refused(reader: DigitReader) -> None:
    with pytest.raises(FieldError):
        reader.read(blank(40, 40), length=0)
    with pytest.raises(FieldError):
        reader.read(blank(40, 40), pattern="--")


def test_a_point_between_digits_is_a_sign(reader: DigitReader) -> None:
    picture = blank(120, 330)
    for x, mark in ((30, "2"), (85, "7"), (175, "5"), (230, "3")):
        draw(picture, mark, (x, 30), 60, 6)
    picture[82:91, 148:157] = 0
    reading = reader.read(picture)
    assert reading.text == "2753"
    assert [(mark.character, mark.after, mark.line) for mark in reading.signs] == [(".", 2, 0)]
    assert reading.join(signs=True) == "27.53"
    assert reading.lines[0].number() == Decimal("27.53")


@pytest.mark.parametrize("degrees", [-16, -5, 5, 16])
def test_a_tilted_number_is_read(reader: DigitReader, degrees: int) -> None:
    picture = write(["35294", "1687"], 60, leading=2.4).picture
    side = 2 * max(picture.shape)
    turn = cv2.getRotationMatrix2D((picture.shape[1] / 2, picture.shape[0] / 2), degrees, 1.0)
    turn[:, 2] += (side - picture.shape[1]) / 2, (side - picture.shape[0]) / 2
    turned = cv2.warpAffine(picture, turn, (side, side), borderValue=(255,))
    assert reader.read(np.asarray(turned, dtype=np.uint8)).text == "35294\n1687"


def test_a_wide_gap_parts_words(reader: DigitReader) -> None:
    picture = blank(120, 500)
    for x, mark in ((30, "2"), (85, "7"), (270, "5"), (325, "3"), (380, "8")):
        draw(picture, mark, (x, 30), 60, 6)
    reading = reader.read(picture)
    assert reading.text == "27538"
    assert reading.lines[0].words == ("27", "538")
    assert reading.join(words=True) == "27 538"


def test_another_line_does_not_make_a_field_unsure(reader: DigitReader) -> None:
    picture = write(["12", "3456"], 60).picture
    assert reader.read(picture, length=4).text == "3456"


def test_boxes_of_a_long_strip_lie_on_their_digits(reader: DigitReader) -> None:
    picture = blank(6000, 150)
    for row in (100, 2900, 5800):
        draw(picture, "5", (50, row), 60, 7)
    boxes = [digit.box for digit in reader.read(picture).digits if digit.outcome != "not_a_digit"]
    assert [(box.y_min + box.y_max) / 2 for box in boxes] == pytest.approx([130, 2930, 5830], abs=8)
    assert [box.height for box in boxes] == pytest.approx([60] * 3, rel=0.3)


def test_a_digit_at_the_end_of_a_very_long_strip_is_inside_it(reader: DigitReader) -> None:
    picture = blank(20_000, 300)
    draw(picture, "5", (100, 19_930), 60, 7)
    reading = reader.read(picture)
    assert all(digit.box.y_max <= 20_000 for digit in reading.digits)
