"""Settles what signs are: each is one mark, and what stands beside it tells a slash or a parenthesis from a 1.

The detector sees a sign at every scale, and of two dots or bars it may see the parts. It gives 1, slash and parenthesis
alike high probabilities where a hand leans; then the other marks of the line decide, or the mark stays in doubt.

The limits were measured with detector 1.0.0 on numbers of `benchmarks/sign_forms.py` (indices 1000 to 1039, which the
table does not use: 2,800 marks, 284 of them 1s) and on 1,043 digits of the development sets, 165 of them 1s.
"""

import itertools
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from inkdigits.models.peaks import DetectedMark
from inkdigits.reading.detection.looks import trust, trust_at
from inkdigits.reading.detection.page import Mark
from inkdigits.spec import CLASS_COUNT, MARK_LABELS, SIGNS, Float64Array

__all__ = ["join_signs", "settle_line", "tell_bars"]

_TRUSTED = 0.5  # trust from which a digit tells how large the writing is
_SAME = (0.3, 0.22)  # heights of a digit, across and down: two signs closer than that were one in all 96 pairs seen
_COLON = 0.85  # heights between two dots above one another, at most: written colons had 0.45 to 0.65
_HIGH = 0.2  # heights below the middle of the digits, at most, of a colon's upper dot; a comma is 0.35 or more below
_EQUALS = 0.4  # of the minus' probability that "=" has: 12 of 15 "=" taken for "-" had it, and none of 210 minus (0.34)
_BAR, _GAP = (
    0.5,
    0.25,
)  # of a sign's darkest row: rows of a bar have more than the first, those between bars less than the other
# share of a sign beside the digit at the same place
_PARENTHESIS = 0.3  # true 1s had 0.24 or less but for one, true parentheses 0.33 or more
# the same where the line has the other parenthesis, ends in a dash, or becomes a date by its second slash
_PAIR = 0.08
_ALONE = 0.2  # of both slashes of a date that has no other one: 95 % of true slashes had more
_MOST_OF_DATE = 10  # marks
# share from which a parenthesis without its partner, or a slash at an end, leaves a 1 in doubt; of 165 1s of the
# development sets 98 % had less than 0.3
_STRAY = 0.5
_MOST_OF_FRACTION = 5  # marks: 12/25; of 60 composed numbers of 2 to 10 digits three had a 1 that was taken for a slash
_DOTS, _DASH, _SLASH, _COLON_SIGN, _EQUAL_SIGN = ".,", "-", "/", ":", "="
_DIGIT = "d"
_DATE = re.compile(r"d{1,2}/d{1,2}/(?:d{2}|d{4})|d{4}/d{1,2}/d{1,2}")
_FORMS = re.compile(rf"{_DATE.pattern}|[^/]+/-")
_ENDS = ((-1, min), (1, max))


def join_signs(found: Sequence[DetectedMark]) -> list[DetectedMark]:
    """Return the marks with each sign once: doubles of other scales left out, parts of ":" and "=" joined.

    Args:
        found: Of a whole picture, in any order.
    """
    digits = [mark for mark in found if mark.label < CLASS_COUNT and trust(mark) >= _TRUSTED]
    signs = [mark for mark in found if mark.label >= CLASS_COUNT]
    if not digits or not signs:
        return list(found)
    places = np.array([(mark.x, mark.y, mark.height) for mark in digits])
    sized = [(mark, *_find_digit(mark, places)) for mark in signs]
    sized.sort(key=lambda row: -trust_at(row[0], row[2]))
    kept: list[DetectedMark] = []
    middles = np.full((len(signs), 2), np.inf)
    for mark, level, height in sized:
        near = np.abs(middles[: len(kept)] - (mark.x, mark.y)) < (_SAME[0] * height, _COLON * height)
        rivals = np.flatnonzero(near.all(axis=1)).tolist()
        place = next((at for at in rivals if _are_one(kept[at], mark, height)), len(kept))
        kept[place : place + 1] = [_join(kept[place], mark, level, height) if place < len(kept) else mark]
        middles[place] = kept[place].x, kept[place].y
    return [*(mark for mark in found if mark.label < CLASS_COUNT), *map(_tell_equals, kept)]


def tell_bars(mark: Mark) -> Mark:
    """Return a minus whose ink is two bars, one above the other, as the equals sign that it is.

    Args:
        mark: With its ink.
    """
    if mark.sign != _DASH:
        return mark
    rows = mark.crop.mean(axis=1)
    is_bar, is_gap = rows >= _BAR * rows.max(initial=0), rows < _GAP * rows.max(initial=0)
    inked = np.flatnonzero(is_bar)
    has_gap = inked.size > 0 and bool(is_gap[inked[0] : inked[-1]].any())
    return replace(mark, sign=_EQUAL_SIGN) if has_gap else mark


def settle_line(line: Sequence[Mark]) -> list[Mark]:
    """Return the marks of a line, in which what is a slash or a parenthesis is no 1.

    Args:
        line: From left to right.
    """
    strays = _find_strays(line)
    told = [_take_back(mark) if place in strays else mark for place, mark in enumerate(line)]
    told = _pair_parentheses(told)
    names = [mark.sign for mark in told]
    for name, partner, place in (("(", ")", 0), (")", "(", -1)):
        if name not in names and partner in names and _can_be(told[place], name, _PAIR):
            told[place] = _take_for(told[place], name)
    for place, mark in enumerate(told[:-1]):
        if place == len(told) - 2 and told[-1].sign == _DASH and _can_be(mark, _SLASH, _PAIR):
            told[place] = _take_for(mark, _SLASH)
    for place in _find_slashes_of_date(told):
        told[place] = _take_for(told[place], _SLASH)
    # a line that has all its slashes holds no other: its 1s are no longer in doubt
    is_whole = _FORMS.fullmatch("".join(mark.sign or _DIGIT for mark in told)) is not None
    return [
        replace(mark, signs=np.zeros_like(mark.signs)) if is_whole and _looks_like_1(mark) else mark for mark in told
    ]


def _find_digit(sign: DetectedMark, digits: Float64Array) -> tuple[float, float]:
    """Return the middle row and the height of the digit nearest to a sign; rows count twice, as lines run across."""
    off = np.abs(digits[:, 0] - sign.x) + 2 * np.abs(digits[:, 1] - sign.y)
    _, level, height = digits[off.argmin()].tolist()
    return level, height


def _are_one(kept: DetectedMark, mark: DetectedMark, height: float) -> bool:
    """Return whether two signs near one another are one: seen twice, or two dots of a colon."""
    names, apart = {MARK_LABELS[kept.label], MARK_LABELS[mark.label]}, abs(kept.y - mark.y)
    return apart < _SAME[1] * height or names <= {*_DOTS, _COLON_SIGN}


def _join(kept: DetectedMark, mark: DetectedMark, level: float, height: float) -> DetectedMark:
    """Return the one sign that two are; `kept` is the more trusted one.

    Args:
        kept: A sign.
        mark: One near it.
        level: Middle row of the digits there.
        height: Their height.
    """
    one, other, apart = MARK_LABELS[kept.label], MARK_LABELS[mark.label], abs(kept.y - mark.y)
    if other == _COLON_SIGN and one in _DOTS:
        return mark
    is_high = min(kept.y, mark.y) < level + _HIGH * height
    if one in _DOTS and other in _DOTS and apart >= _SAME[1] * height and is_high:
        return _unite(kept, mark, _COLON_SIGN)
    if one == other == _DASH and kept.scale == mark.scale:  # in one copy they are two bars
        return _unite(kept, mark, _EQUAL_SIGN)
    return kept


def _unite(one: DetectedMark, other: DetectedMark, name: str) -> DetectedMark:
    """Return the sign that two parts make."""
    left, right = (pick(part.x + side * part.width / 2 for part in (one, other)) for side, pick in _ENDS)
    top, bottom = (pick(part.y + side * part.height / 2 for part in (one, other)) for side, pick in _ENDS)
    middle, size = ((left + right) / 2, (top + bottom) / 2), (right - left, bottom - top)
    signs = one.signs.copy()
    signs[SIGNS.index(name)] = signs.max()
    label = MARK_LABELS.index(name)
    return replace(one, label=label, x=middle[0], y=middle[1], width=size[0], height=size[1], signs=signs)


def _tell_equals(mark: DetectedMark) -> DetectedMark:
    """Return a minus that the detector nearly takes for "=" as that."""
    minus, equals = (float(mark.signs[SIGNS.index(name)]) for name in (_DASH, _EQUAL_SIGN))
    is_equals = MARK_LABELS[mark.label] == _DASH and equals >= _EQUALS * minus
    return replace(mark, label=MARK_LABELS.index(_EQUAL_SIGN)) if is_equals else mark


def _find_strays(line: Sequence[Mark]) -> set[int]:
    """Return which signs of a line stand where none does: a lone parenthesis, a slash at an end or amid many digits."""
    names = [mark.sign for mark in line]
    # once for the line, not once a mark: a line may have thousands
    opened, closed = _find_ends(name == "(" for name in names), _find_ends(name == ")" for name in names)
    may_open = _find_ends(_can_be(mark, "(", _PAIR) for mark in line)
    may_close = _find_ends(_can_be(mark, ")", _PAIR) for mark in line)
    slashes = [place for place, name in enumerate(names) if name == _SLASH]
    # two or more part a date, one a fraction or an amount from its end; amid more digits a 1 is likelier
    is_amid = len(slashes) == 1 and len(names) > _MOST_OF_FRACTION and names[-1] != _DASH
    strays = {place for place in slashes if is_amid or place in (0, len(names) - 1)}
    for place, name in enumerate(names):
        has_partner = (closed[1] > place or may_close[1] > place) if name == "(" else True
        if name == ")":
            has_partner = opened[0] < place or may_open[0] < place
        if not has_partner:
            strays.add(place)
    return strays


def _find_ends(are: Iterable[bool]) -> tuple[float, float]:
    """Return the first and the last place that is true; where none is, no place lies behind or before them."""
    places = [place for place, is_one in enumerate(are) if is_one]
    return (places[0], places[-1]) if places else (math.inf, -math.inf)


def _take_back(mark: Mark) -> Mark:
    """Return a sign that stands where none does as the 1 that it nearly was; others stay."""
    if int(mark.labels.argmax()) != 1:
        return mark
    signs = np.where(mark.signs < _STRAY, 0.0, mark.signs)  # a surer one is a 1 in doubt
    return replace(mark, sign=None, reason=None, signs=signs)


def _pair_parentheses(line: Sequence[Mark]) -> list[Mark]:
    """Return the marks of a line, two that are read as 1s taken for parentheses where both may well be."""
    told = list(line)
    opens = [place for place, mark in enumerate(told) if mark.sign == "(" or _can_be(mark, "(", _PARENTHESIS)]
    closes = [place for place, mark in enumerate(told) if mark.sign == ")" or _can_be(mark, ")", _PARENTHESIS)]
    if opens and closes and opens[0] < closes[-1]:
        for place, name in ((opens[0], "("), (closes[-1], ")")):
            if told[place].sign is None:
                told[place] = _take_for(told[place], name)
    return told


def _looks_like_1(mark: Mark) -> bool:
    return mark.sign is None and int(mark.labels.argmax()) == 1


def _can_be(mark: Mark, sign: str, least: float) -> bool:
    """Return whether a mark read as a 1 may be a sign: whether that has a share of at least so much."""
    return _looks_like_1(mark) and mark.find_share(sign) >= least


def _find_slashes_of_date(line: Sequence[Mark]) -> tuple[int, ...]:
    """Return which marks read as a 1 are slashes, since the line is a date then: 17/05/2014, 3/4/98."""
    names = [mark.sign or _DIGIT for mark in line]
    count = names.count(_SLASH)
    if len(line) > _MOST_OF_DATE or count > 1:
        return ()
    least = _PAIR if count else _ALONE
    may_be = [place for place, mark in enumerate(line) if _can_be(mark, _SLASH, least)]
    found = []
    for places in itertools.combinations(may_be, 2 - count):
        text = "".join(_SLASH if place in places else name for place, name in enumerate(names))
        if _DATE.fullmatch(text):
            found.append((min(line[place].find_share(_SLASH) for place in places), places))
    return max(found, default=(0.0, ()))[1]


def _take_for(mark: Mark, sign: str | None) -> Mark:
    return mark if sign is None else replace(mark, sign=sign, reason="sign", sign_share=mark.find_share(sign))
