"""A short bar by itself on a sheet is doubted; beside other digits, or large, or no bar, it is a 1."""

import cv2
import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.reading.output.faults import find_faults
from inkdigits.spec import UInt8Array
from support.drawing import blank, draw, write


def sheet(height: int, width: int) -> UInt8Array:
    """Return photographed paper: its gray level differs from pixel to pixel."""
    grain = np.random.default_rng(3).normal(0, 2.5, (height, width))
    return (225 + grain).round().astype(np.uint8)


def staple(side: int = 600, length: int = 60, thickness: int = 7) -> UInt8Array:
    picture = sheet(side, side)
    cv2.line(picture, (80, 60), (80 + length // 4, 60 + length), 60, thickness, cv2.LINE_AA)
    return picture


def outcomes(reader: DigitReader, picture: UInt8Array) -> list[tuple[str, str]]:
    return [(str(digit.label), digit.outcome) for digit in reader.read(picture).digits]


class TestStrays:
    def test_a_short_bar_alone_on_a_sheet_is_unsure(self, reader: DigitReader) -> None:
        assert outcomes(reader, staple()) == [("1", "unsure")]
        assert reader.read(staple()).text == "?"

    def test_a_bar_that_runs_to_the_rim_is_unsure(self, reader: DigitReader) -> None:
        picture = sheet(300, 400)
        cv2.line(picture, (200, 120), (206, 299), 90, 5, cv2.LINE_AA)
        assert "digit" not in {outcome for _, outcome in outcomes(reader, picture)}

    def test_a_large_one_is_sure(self, reader: DigitReader) -> None:
        assert outcomes(reader, staple(side=200, length=90)) == [("1", "digit")]

    def test_beside_another_digit_it_is_one(self, reader: DigitReader) -> None:
        picture = sheet(600, 600)
        draw(picture, "|", (80, 60), 60, 7)
        draw(picture, "5", (140, 60), 60, 7)
        assert outcomes(reader, picture) == [("1", "digit"), ("5", "digit")]

    def test_on_flat_paper_which_was_drawn_it_is_one(self, reader: DigitReader) -> None:
        picture = blank(600, 600)
        draw(picture, "|", (80, 60), 60, 7)
        assert outcomes(reader, picture) == [("1", "digit")]

    def test_known_digits_are_not_doubted(self, reader: DigitReader) -> None:
        assert reader.read(staple(), length=1).text == "1"
        assert reader.read_digit(staple()).text == "1"

    @pytest.mark.parametrize("name", ["2", "5", "7"])
    def test_another_small_digit_is_sure(self, reader: DigitReader, name: str) -> None:
        picture = sheet(600, 600)
        draw(picture, name, (80, 60), 60, 6)
        assert outcomes(reader, picture) == [(name, "digit")]

    def test_the_explanation_says_why(self, reader: DigitReader) -> None:
        assert "a straight line by itself" in find_faults(reader.trace(staple()))[0]
        assert "a straight line" not in " ".join(find_faults(reader.trace(write(["5"], 60, 7).picture)))
