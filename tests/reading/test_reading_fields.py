"""Pictures of fields: what is told of them, boxes, print, and dates between printed slashes as people write them."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.errors import FieldError, PictureRegionError
from support.drawing import write

CASES = Path(__file__).parents[3] / "shared" / "cases"
DATES = CASES / "31-date-fields"
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not here: ../shared/cases")


def dates() -> list[tuple[str, str]]:
    if not DATES.is_dir():
        return []
    return [(entry["file"], entry["text"]) for entry in json.loads((DATES / "truth.json").read_text())["fields"]]


@needs_cases
@pytest.mark.parametrize(("name", "text"), dates())
def test_a_date_between_printed_slashes(reader: DigitReader, name: str, text: str) -> None:
    assert reader.read(DATES / name, pattern="dd/dd/dddd").text == text
    assert reader.read(DATES / name, kind="date", order="dmy").text == text


@needs_cases
@pytest.mark.parametrize("name", ["10-printed-label/input.png"])
def test_a_printed_label_gives_no_digits(reader: DigitReader, name: str) -> None:
    expected = json.loads((CASES / name).with_name("expect.json").read_text())["expected"]
    assert reader.read(CASES / name, handwritten=True).text == expected


def test_a_box_is_read_by_itself_and_placed_in_the_picture(reader: DigitReader) -> None:
    one, two = write(["20"], 60).picture, write(["741"], 60).picture
    height = max(len(one), len(two))
    sides = [np.pad(part, ((0, height - len(part)), (0, 0)), constant_values=255) for part in (one, two)]
    picture = np.hstack(sides)
    middle = one.shape[1]
    box = (middle, 0, picture.shape[1], height)
    alone = reader.read(sides[1])
    right = reader.read(picture, box=box)
    assert right.text == alone.text == "741"
    assert (right.width, right.height) == (picture.shape[1], height)
    assert [digit.box.x_min for digit in right.digits] == [digit.box.x_min + middle for digit in alone.digits]
    left, again = reader.read(picture, box=[(0, 0, middle / picture.shape[1], 1.0), box])
    assert (left.text, again) == ("20", right)
    assert reader.read_many([picture], box=box) == [right]
    assert reader.explain(picture, box=box).reading == right


def test_a_box_outside_the_picture_is_refused_for_that_picture(reader: DigitReader) -> None:
    picture = write(["20"], 60).picture
    with pytest.raises(PictureRegionError):
        reader.read(picture, box=(5000, 0, 5001, 9))
    (found,) = reader.read_many([picture], box=(5000, 0, 5001, 9))
    assert isinstance(found, PictureRegionError)
    with pytest.raises(FieldError, match="expected a box of four numbers"):
        reader.read(picture, box=(1, 2, 3))


def test_no_box_among_several_has_an_answer(reader: DigitReader) -> None:
    with pytest.raises(FieldError):
        reader.read(write(["20"], 60).picture, box=[])


def test_a_check_says_what_is_sure(reader: DigitReader) -> None:
    picture = write(["79927398713"], 60).picture
    assert reader.read(picture, length=11, check="luhn").text == "79927398713"
    assert set(reader.read(picture, length=11, check=lambda text: text.endswith("0")).text) == {"?"}


def test_printed_digits_are_left_out_on_request(reader: DigitReader) -> None:
    written = write(["528"], 60).picture
    printed = np.full((len(written), 260), 255, np.uint8)
    cv2.putText(printed, "2024", (10, 80), cv2.FONT_HERSHEY_COMPLEX, 2.2, 0, 5, cv2.LINE_AA)
    picture = np.hstack([written, np.full((len(written), 200), 255, np.uint8), printed])
    digits = reader.read(picture).digits
    assert all(0 <= digit.printed <= 1 for digit in digits)
    reading = reader.read(picture, handwritten=True)
    left_out = [digit for digit in reading.digits if digit.reason == "printed"]
    assert all(digit.printed >= 0.5 and digit.outcome == "not_a_digit" for digit in left_out)
    assert reading.text == "".join(str(digit.label) for digit in digits if digit.printed < 0.5)
