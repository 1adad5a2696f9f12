"""A number as people write it: what point and comma mean, minus and parentheses, what stays open."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.results import Box, Line
from inkdigits.results.numbers import DecimalSign, parse_number

OPEN = None
CASES: list[tuple[str, str | None, str | None, str | None]] = [
    # text, told nothing, told ".", told ","
    ("7", "7", "7", "7"),
    ("007", "7", "7", "7"),
    ("12.5", "12.5", "12.5", None),
    ("12,5", "12.5", None, "12.5"),
    ("12,345", OPEN, "12345", "12.345"),
    ("12.345", OPEN, "12.345", "12345"),
    ("0.345", "0.345", "0.345", None),
    ("0,345", "0.345", None, "0.345"),
    ("1234,567", "1234.567", None, "1234.567"),
    ("1234.5678", "1234.5678", "1234.5678", None),
    ("12,345.50", "12345.50", "12345.50", None),
    ("12.345,50", "12345.50", None, "12345.50"),
    ("1,234,567", "1234567", "1234567", None),
    ("1.234.567", "1234567", None, "1234567"),
    ("1,234,567.8", "1234567.8", "1234567.8", None),
    ("12,34,567", "1234567", "1234567", None),
    ("1,25,000.50", "125000.50", "125000.50", None),
    ("1,23,45", None, None, None),
    ("12,3456,789", None, None, None),
    ("1.234,567.8", None, None, None),
    ("1,234.567,8", None, None, None),
    ("12.34,5", None, None, None),
    (".5", "0.5", "0.5", None),
    (",50", "0.50", None, "0.50"),
    ("12.", "12", "12", "12"),
    ("12,", "12", "12", "12"),
    ("-7", "-7", "-7", "-7"),
    ("+7", "7", "7", "7"),
    ("-12,345", OPEN, "-12345", "-12.345"),
    ("(12)", "-12", "-12", "-12"),
    ("(12.50)", "-12.50", "-12.50", None),
    ("(12", None, None, None),
    ("12)", None, None, None),
    ("(-12)", None, None, None),
    ("--7", None, None, None),
    ("7-", None, None, None),
    ("$150", "150", "150", "150"),
    ("$-150", "-150", "-150", "-150"),
    ("-$150", "-150", "-150", "-150"),
    ("($150)", "-150", "-150", "-150"),
    ("$(150)", "-150", "-150", "-150"),
    ("150€", "150", "150", "150"),
    ("45%", "45", "45", "45"),
    ("-4.5%", "-4.5", "-4.5", None),
    ("500/-", "500", "500", "500"),
    ("₹1,500/-", OPEN, "1500", "1.500"),
    ("500.-", "500", "500", "500"),
    ("500---", "500", "500", "500"),
    ("19/10/2024", None, None, None),
    ("12:30", None, None, None),
    ("(865)230-0018", None, None, None),
    ("92+81=173", None, None, None),
    ("3-1", None, None, None),
    ("12?", None, None, None),
    ("12 345", None, None, None),
    ("", None, None, None),
    (".", None, None, None),
    ("-", None, None, None),
    ("()", None, None, None),
    ("١٢", None, None, None),
]


@pytest.mark.parametrize(("text", "alone", "point", "comma"), CASES)
def test_each_form_is_understood_or_stays_open(
    text: str, alone: str | None, point: str | None, comma: str | None
) -> None:
    signs: list[DecimalSign | None] = [None, ".", ","]
    found = [parse_number(text, sign) for sign in signs]
    assert found == [None if value is None else Decimal(value) for value in (alone, point, comma)]


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_what_python_groups_is_read_back_when_the_decimal_sign_is_told(whole: int, cents: int) -> None:
    point = f"{whole:,}.{cents:02d}"
    comma = point.translate(str.maketrans(",.", ".,"))
    assert parse_number(point, ".") == parse_number(comma, ",") == Decimal(point.replace(",", ""))


@given(st.text("0123456789.,-/:()%+=$€£¥₹", max_size=12))
def test_no_text_of_signs_fails_and_what_is_told_never_contradicts(text: str) -> None:
    alone, point, comma = (parse_number(text, sign) for sign in (None, ".", ","))
    assert alone is None or alone in {point, comma}


def test_a_decimal_sign_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r'expected "\." or ",".*got ";"'.replace('";"', "';'")):
        parse_number("12", ";")  # type: ignore[arg-type]  # what is not allowed


def test_a_line_of_several_words_or_with_doubt_is_no_number() -> None:
    box = Box(0, 0, 9, 9)
    assert Line(box, "12", ("12",), written="-12").number() == -12
    assert Line(box, "12", ("12",)).number() == 12
    assert Line(box, "12345", ("12", "345"), written="12 345").number() is None
    assert Line(box, "1?", ("1?",), written="1?").number() is None
    assert Line(box, "").number() is None
