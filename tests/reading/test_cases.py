"""Small pictures that were once read wrongly; `expected` is the number with its signs."""

from decimal import Decimal
from pathlib import Path

import pytest

from inkdigits import DigitReader

FOLDER = Path(__file__).parent / "cases"


@pytest.fixture(scope="module")
def reader() -> DigitReader:
    return DigitReader()


@pytest.mark.parametrize(
    ("name", "text", "written", "number"),
    [
        ("comma", "87", "8,7", "8.7"),
        ("decimal-point", "87", "8.7", "8.7"),
        ("parentheses", "87", "(87)", "-87"),
        ("minus", "87", "-87", "-87"),
        ("dollar", "18", "$18", "18"),
        ("touched-box", "4", "4", "4"),
        ("amount", "2753", "27.53", "27.53"),
    ],
)
def test_a_number_is_read_with_its_signs(reader: DigitReader, name: str, text: str, written: str, number: str) -> None:
    reading = reader.read(next(FOLDER.glob(f"{name}.*")))
    assert (reading.text, reading.join(signs=True)) == (text, written)
    assert reading.lines[0].number() == Decimal(number)
    assert all(digit.outcome == "digit" for digit in reading.digits if digit.reason != "sign")
