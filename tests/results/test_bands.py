"""Bands say how often answers that are as sure are right; digits, lines, fields and rows tell theirs."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from inkdigits import DigitReader
from inkdigits.batch.corrections.digits import correct_row
from inkdigits.batch.outputs.rows import COLUMNS, to_row
from inkdigits.forms.results import FieldReading
from inkdigits.results import Box, Line
from inkdigits.results.bands import BANDS, find_band
from inkdigits.results.reading import Reading

SAMPLE = Path(__file__).parents[2] / "samples" / "photo-20741.jpg"
EDGES = {1.0: 0, 0.999: 0, 0.99899: 1, 0.99: 1, 0.98999: 2, 0.95: 2, 0.94999: 3, 0.0: 3}


@pytest.fixture(scope="module")
def read(reader: DigitReader) -> Reading:
    return reader.read(SAMPLE)


@pytest.mark.parametrize(("confidence", "place"), EDGES.items())
def test_a_band_begins_at_its_share(confidence: float, place: int) -> None:
    assert find_band(confidence) == BANDS[place]


def test_a_line_without_digits_has_no_band() -> None:
    assert Line(Box(0, 0, 9, 9), "").band is None
    assert Line(Box(0, 0, 9, 9), "7", confidence=0.96).band == "95 of 100"


def test_a_reading_tells_the_band_of_each_digit_and_line(read: Reading) -> None:
    values = json.loads(json.dumps(read.to_dict()))
    for entry in (*values["digits"], *values["lines"]):
        assert entry["band"] == find_band(entry["confidence"])


def test_a_row_has_the_band_of_its_weakest_line_in_its_last_column(read: Reading) -> None:
    sure, weak = replace(read.lines[0], confidence=0.9995), replace(read.lines[0], confidence=0.97)
    assert COLUMNS[-1] == "band"
    assert to_row("a.png", replace(read, lines=(sure, weak)))["band"] == "95 of 100"
    assert to_row("a.png", replace(read, lines=(sure,)))["band"] == "999 of 1000"
    assert to_row("a.png", replace(read, lines=(), digits=()))["band"] is None


def test_a_corrected_row_has_the_band_of_what_is_left(read: Reading) -> None:
    weak = replace(read.digits[1], confidence=0.6, outcome="unsure")
    row = to_row("a.png", replace(read, digits=(read.digits[0], weak, *read.digits[2:])))
    sure = correct_row(row, {place: str(digit.label) for place, digit in enumerate(read.digits)})
    assert sure["band"] == "999 of 1000"
    first = correct_row(row, {0: "3"})
    assert first["band"] == "fewer"  # the weak digit is still there


def test_a_field_tells_its_band_and_is_the_same_again() -> None:
    field = FieldReading("amount", "12", "sure", 0.991)
    values = field.to_dict()
    assert values["band"] == field.band == "99 of 100"
    assert FieldReading.from_dict("amount", values) == field
