"""Knows the kinds of fields: how dates, times, amounts and whole numbers are written, and which of them are valid."""

import calendar
import itertools
from collections.abc import Collection, Iterator
from typing import Literal, TypeAlias, get_args

from inkdigits.reading.fields.layouts import ANY, Layout, Slot

__all__ = ["KINDS", "ORDERS", "Kind", "find_layouts", "is_valid", "name_parts", "signs_fit"]

Kind: TypeAlias = Literal["date", "time", "amount", "integer"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ORDERS = ("dmy", "mdy", "ymd")
MOST_DIGITS = 64

_DATE_SIGNS = "/-."
_TIME_SIGNS = ":.-"
_YEARS = range(1583, 3000)  # of the calendar whose leap years are counted here; before it, nobody wrote so
_MARKERS = "$€£¥₹"
_BEFORE = ("", "-", "+", "(", *_MARKERS, *(f"-{marker}" for marker in _MARKERS))
_AFTER = ("", "-", ")", "%", "=", "/-", "/=", *_MARKERS)
_GROUP = 3  # digits between thousands separators


def find_layouts(kind: Kind, orders: tuple[str, ...], counts: range, signs: Collection[str]) -> Iterator[Layout]:
    """Yield the ways to write a value of a kind.

    Args:
        kind: Of the field.
        orders: Of a date's parts, some of `ORDERS`.
        counts: How many digits it may have.
        signs: Those that may stand in the picture; layouts with others are left out.
    """
    found: Iterator[Layout]
    if kind == "date":
        found = itertools.chain.from_iterable(map(_find_dates, orders))
    elif kind == "time":
        found = _find_times()
    else:
        found = itertools.chain.from_iterable(_find_numbers(kind, count, signs) for count in counts)
    for layout in found:
        if len(layout.parts or layout.allowed) in counts and signs_fit(layout, signs):
            yield layout


def signs_fit(layout: Layout, signs: Collection[str]) -> bool:
    """Return whether all signs of a layout are among some."""
    return all(sign in signs for sign in layout.signs)


def is_valid(kind: Kind, layout: Layout, digits: str) -> bool:
    """Return whether digits are a date that there is, or a time of the day; numbers always are.

    Args:
        kind: Of the field.
        layout: How it is written; with parts where the kind has some.
        digits: "0" to "9", as many as the layout has.

    >>> date = next(find_layouts("date", ("dmy",), range(8, 9), "/"))
    >>> is_valid("date", date, "29022024"), is_valid("date", date, "29022023")
    (True, False)
    """
    if kind == "date":
        day, month, year = (layout.part(letter, digits) for letter in "dmy")
        return _is_date(int(day), int(month), year)
    if kind == "time":
        hour, minute, second = (int(layout.part(letter, digits) or 0) for letter in "hms")
        return hour < 24 and minute < 60 and second < 60
    return True


def name_parts(kind: Kind, orders: tuple[str, ...], groups: list[int]) -> tuple[str, ...]:
    """Return the parts that the digits of a pattern are, one string for each order; none where the kind does not fit.

    Args:
        kind: Of the field.
        orders: Of a date's parts.
        groups: How many digits stand between the pattern's signs.

    >>> name_parts("date", ("ymd",), [4, 2, 2])
    ('yyyymmdd',)
    """
    if kind in ("amount", "integer"):
        return ("n" * sum(groups),)
    names = ("hms"[: len(groups)],) if kind == "time" else orders
    if len(groups) == 1:
        known = [layout.parts for layout in find_layouts(kind, orders, range(groups[0], groups[0] + 1), "")]
        return tuple(dict.fromkeys(known))
    lengths = {"y": (2, 4)}
    return tuple(
        "".join(letter * count for letter, count in zip(name, groups, strict=True))
        for name in names
        if len(name) == len(groups)
        and all(count in lengths.get(letter, (1, 2)) for letter, count in zip(name, groups, strict=True))
    )


def _is_date(day: int, month: int, year: str) -> bool:
    if len(year) == 4 and int(year) not in _YEARS:
        return False
    if not 1 <= month <= 12:
        return False
    whole = int(year) if len(year) == 4 else 2000 + int(year)  # 1900 was no leap year, but 00 may be 2000
    return 1 <= day <= calendar.monthrange(whole, month)[1]


def _find_dates(order: str) -> Iterator[Layout]:
    """Yield a date's layouts: with signs day and month may have one digit; without, all parts are whole."""
    for sign, day, month, year in itertools.product(_DATE_SIGNS, (2, 1), (2, 1), (4, 2)):
        yield _join(order, {"d": day, "m": month, "y": year}, sign)
    for year in (4, 2):
        yield _join(order, {"d": 2, "m": 2, "y": year}, "")


def _find_times() -> Iterator[Layout]:
    for sign, hour, names in itertools.product(_TIME_SIGNS, (2, 1), ("hm", "hms")):
        yield _join(names, {"h": hour, "m": 2, "s": 2}, sign, shown=":")
    for names in ("hm", "hms"):
        yield _join(names, {"h": 2, "m": 2, "s": 2}, "", shown=":")


def _join(names: str, lengths: dict[str, int], sign: str, *, shown: str = "") -> Layout:
    """Return the layout of some parts with a sign between, as the text shows it."""
    parts = [letter * lengths[letter] for letter in names]
    return Layout(_place(parts, sign), _place(parts, shown or sign), "".join(parts))


def _place(parts: list[str], sign: str) -> tuple[Slot, ...]:
    return tuple(ANY if letter.isalpha() else letter for letter in sign.join(parts))


def _find_numbers(kind: Kind, count: int, signs: Collection[str]) -> Iterator[Layout]:
    """Yield the ways to write a number of so many digits with signs that may stand in the picture."""
    before = [text for text in _BEFORE if _are_in(text, signs) and (kind == "amount" or text in ("", "-", "+"))]
    after = [text for text in _AFTER if _are_in(text, signs) and (kind == "amount" or not text)]
    for core in dict.fromkeys(_find_cores(kind, count)):
        if not _are_in(core.replace("d", ""), signs):
            continue
        for first, last in itertools.product(before, after):
            if (first == "(") == (last == ")"):
                slots: tuple[Slot, ...] = tuple(ANY if sign == "d" else sign for sign in first + core + last)
                yield Layout(slots, slots)


def _are_in(text: str, signs: Collection[str]) -> bool:
    return all(sign in signs for sign in text)


def _find_cores(kind: Kind, count: int) -> Iterator[str]:
    """Yield the digits with thousands separators and a decimal sign, as "d,ddd.dd"."""
    for decimals in (0, 1, 2) if kind == "amount" else (0,):
        whole = count - decimals
        if whole < 0 or (whole == 0 and decimals == 0):
            continue
        for point, comma in ((".", ","), (",", ".")):
            end = point + "d" * decimals if decimals else ""
            yield "d" * whole + end
            if whole > _GROUP:
                yield _group(whole, _GROUP, comma) + end
            if whole > _GROUP + 2:  # as in India: 12,34,567
                yield _group(whole - _GROUP, 2, comma) + comma + "d" * _GROUP + end


def _group(count: int, size: int, sign: str) -> str:
    first = count % size
    return sign.join(["d" * first] * bool(first) + ["d" * size] * (count // size))
