"""Reads a number as people write it, with its signs: amounts, negative numbers, groups of thousands."""

import re
from decimal import Decimal
from typing import Literal, TypeAlias

__all__ = ["DecimalSign", "parse_number"]

DecimalSign: TypeAlias = Literal[".", ","]

_CURRENCY = "[$€£¥₹]?"
# what an amount without a fraction may end in, so that nobody adds a digit; a single "-" may be a minus and stays open
_ENDING = r"/-+|/=|[.,]-+|--+"
_WRITTEN = re.compile(
    rf"{_CURRENCY}(?P<open>\()?{_CURRENCY}(?P<sign>[-+])?{_CURRENCY}(?P<body>[\d.,]*\d[\d.,]*?)(?:{_ENDING})?"
    rf"{_CURRENCY}%?(?P<close>\))?%?{_CURRENCY}",
    re.ASCII,
)
# thousands: groups of three as in 1,234,567, or, as in India, of two before the last three: 12,34,567
_GROUPED = {
    sign: re.compile(rf"[1-9]\d{{0,2}}(?:\{sign}\d{{3}})+|[1-9]\d?(?:\{sign}\d{{2}})+\{sign}\d{{3}}", re.ASCII)
    for sign in ".,"
}


def parse_number(text: str, decimal: DecimalSign | None = None) -> Decimal | None:
    """Return the number that a text says; None where it says none, or where point and comma leave it open.

    A minus, parentheses around the whole and a currency are understood. A percent sign changes nothing: "45%" is 45.
    What fills an amount up ("/-", ".-", a row of dashes) is left out. A single minus behind the digits stays open.

    Args:
        text: Digits and signs without spaces, as `Line.written`.
        decimal: The decimal sign, "." or ","; the other one then parts thousands. None tells it from the text alone.

    Raises:
        ValueError: `decimal` is another character.

    >>> parse_number("$12,345.50"), parse_number("1.234.567"), parse_number("(12)")
    (Decimal('12345.50'), Decimal('1234567'), Decimal('-12'))
    >>> parse_number("12,345"), parse_number("12,345", decimal=",")
    (None, Decimal('12.345'))
    """
    if decimal not in {None, ".", ","}:
        msg = f'expected "." or "," as the decimal sign, got {decimal!r}; None tells it from the text where that can be'
        raise ValueError(msg)
    found = _WRITTEN.fullmatch(text)
    if found is None or (found["open"] is None) != (found["close"] is None) or (found["open"] and found["sign"]):
        return None
    plain = _to_plain(found["body"], decimal)
    return None if plain is None else Decimal(f"-{plain}" if found["open"] or found["sign"] == "-" else plain)


def _to_plain(body: str, decimal: DecimalSign | None) -> str | None:
    """Return digits with points and commas as Python writes a number; None where they stay open or make none."""
    body = body[:-1] if body[-1] in ".," else body  # of a sentence or a list
    last = max(body.rfind("."), body.rfind(","))
    if last < 0:
        return body
    sign, other = (".", ",") if body[last] == "." else (",", ".")
    whole, fraction = body[:last], body[last + 1 :]
    is_grouped = bool(_GROUPED[sign].fullmatch(body))
    if other in whole:  # then the last sign is the decimal one
        is_number = decimal in {None, sign} and bool(_GROUPED[other].fullmatch(whole))
        return f"{whole.replace(other, '')}.{fraction}" if is_number else None
    if sign in whole or decimal == other:
        return body.replace(sign, "") if is_grouped and decimal != sign else None
    if decimal is None and is_grouped:  # "12,345": either of two numbers
        return None
    return f"{whole or '0'}.{fraction}"
