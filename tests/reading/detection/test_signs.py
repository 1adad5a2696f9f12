"""A sign is one mark however often it was seen, and its line tells a slash or a parenthesis from a 1."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from inkdigits.models.peaks import DetectedMark
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.detection.signs import join_signs, settle_line, tell_bars
from inkdigits.results import Box
from inkdigits.spec import MARK_LABELS, SIGNS, Float32Array, Float64Array

HEIGHT = 40.0


def heats(shares: Mapping[str, float]) -> Float32Array:
    return np.array([shares.get(sign, 0.01) for sign in SIGNS], dtype=np.float32)


def seen(
    name: str, x: float, y: float, size: tuple[float, float] = (6, 6), scale: float = 1.0, **more: float
) -> DetectedMark:
    """Return a mark; rows count from the middle of the digits."""
    label = MARK_LABELS.index(name)
    score = more.pop("score", 0.7)
    shares = {"=": more.get("equals", 0.01), "-": 0.5, **({name: score} if name in SIGNS else {})}
    none = np.zeros(10, np.float32)
    return DetectedMark(label, score, x, 100 + y, *size, none, 0.0, 0.0, 0.0, scale, heats(shares))


DIGITS = [seen("3", 20, 0, (24, HEIGHT), score=0.9), seen("7", 80, 0, (24, HEIGHT), score=0.9)]


def names(*signs: DetectedMark) -> list[str]:
    joined = join_signs([*DIGITS, *signs])
    assert joined[:2] == DIGITS
    return [MARK_LABELS[mark.label] for mark in joined[2:]]


def test_a_sign_seen_at_two_scales_is_one_and_the_scale_that_knows_it_best_names_it() -> None:
    assert names(seen(",", 50, 20, score=0.6), seen(".", 51, 24, scale=0.25, score=0.65)) == [","]
    assert names(seen("-", 50, 0, (20, 6), score=0.7), seen("-", 51, 4, (20, 8), scale=0.5, score=0.7)) == ["-"]


def test_two_dots_above_one_another_are_a_colon_and_a_dot_of_it_is_no_sign_of_its_own() -> None:
    (colon,) = join_signs([*DIGITS, seen(".", 50, -8), seen(".", 51, 14)])[2:]
    assert MARK_LABELS[colon.label] == ":"
    assert colon.y == pytest.approx(103)
    assert colon.height == pytest.approx(28)
    assert names(seen(":", 50, 4, (6, 30)), seen(".", 50, 16)) == [":"]
    assert names(seen(".", 50, 16, score=0.8), seen(":", 50, 4, (6, 30), score=0.5)) == [":"]


def test_a_comma_seen_as_two_dots_is_no_colon() -> None:
    assert names(seen(",", 50, 18), seen(".", 50, 28, scale=0.5)) == [","]


def test_bars_of_one_copy_and_a_minus_that_is_nearly_one_are_an_equals_sign() -> None:
    assert names(seen("-", 50, -4, (20, 4)), seen("-", 50, 4, (20, 4))) == ["="]
    assert names(seen("-", 50, 0, (20, 14), equals=0.35)) == ["="]
    assert names(seen("-", 50, 0, (20, 14), equals=0.2)) == ["-"]


def test_signs_beside_one_another_stay_apart() -> None:
    assert names(*(seen("-", 110 + 25 * place, 0, (18, 5)) for place in range(3))) == ["-"] * 3
    assert names(seen("/", 110, 0, (14, 44)), seen("-", 130, 0, (16, 5))) == ["/", "-"]


def test_without_digits_or_signs_nothing_changes() -> None:
    assert join_signs([]) == []
    assert join_signs(DIGITS) == DIGITS
    dots = [seen(".", 50, -8), seen(".", 51, 14)]
    assert join_signs(dots) == dots


def mark(text: str, place: int, **shares: float) -> Mark:
    sign = text if text in SIGNS else None
    labels: Float64Array = np.full(10, 0.01)
    if sign is None:
        labels[int(text)] = 0.9
    given = {{"slash": "/", "left": "(", "right": ")"}[name]: share for name, share in shares.items()}
    values = heats(given).astype(np.float64)
    box = Box(20 * place, 0, 20 * place + 12, 40)
    reason = None if sign is None else "sign"
    return Mark(box, 0, np.zeros((1, 1), np.uint8), 0.9, labels, sign, reason, signs=values)  # type: ignore[arg-type]


def settled(text: str, **shares: Mapping[int, float]) -> str:
    """Settle a line; `slash={2: 0.3}` gives the mark at place 2 that share of a slash."""
    line = [
        mark(character, place, **{name: given[place] for name, given in shares.items() if place in given})
        for place, character in enumerate(text)
    ]
    found = settle_line(line)
    assert all(one.reason == ("sign" if one.sign else None) for one in found)
    return "".join(one.sign or str(one.labels.argmax()) for one in found)


def test_a_1_that_looks_like_a_parenthesis_is_one_and_needs_less_where_the_other_stands() -> None:
    assert settled("1681", left={0: 0.4}, right={3: 0.35}) == "(68)"
    assert settled("168", left={0: 0.2}) == "168"
    assert settled("168)", left={0: 0.2}) == "(68)"
    assert settled("(681", right={3: 0.2}) == "(68)"
    assert settled("168)", left={0: 0.02}) == "168)"
    assert settled("268)", left={0: 0.4}) == "268)"


def test_a_slash_is_told_by_the_dash_behind_it() -> None:
    assert settled("5001-", slash={3: 0.3}) == "500/-"
    assert settled("5001-", slash={3: 0.03}) == "5001-"
    assert settled("5001-3", slash={3: 0.3}) == "5001-3"


@pytest.mark.parametrize(
    ("text", "shares", "expected"),
    [
        ("17/0512014", {5: 0.2}, "17/05/2014"),
        ("1710512014", {2: 0.3, 5: 0.3}, "17/05/2014"),
        ("11103/1981", {2: 0.1}, "11/03/1981"),
        ("3/4198", {3: 0.2}, "3/4/98"),
        ("17/0512014", {5: 0.02}, "17/0512014"),
        ("17/05120145", {5: 0.2}, "17/05120145"),
        ("1710512014", {2: 0.3}, "1710512014"),
        ("17/05/1014", {6: 0.3}, "17/05/1014"),
    ],
)
def test_a_slash_is_told_by_the_date_that_it_makes(text: str, shares: dict[int, float], expected: str) -> None:
    assert settled(text, slash=shares) == expected


def test_the_1s_of_a_whole_date_are_in_no_doubt() -> None:
    line = [
        mark(character, place, slash=0.35 if character == "1" else 0.0) for place, character in enumerate("1/1/2011")
    ]
    assert max(float(one.signs.max()) for one in settle_line(line) if one.sign is None) <= 0.01
    assert float(settle_line(line[:1])[0].signs.max()) > 0.3


def test_an_empty_line_stays_empty() -> None:
    assert settle_line([]) == []


@pytest.mark.parametrize(("bars", "sign"), [([(4, 8)], "-"), ([(2, 5), (11, 14)], "="), ([(2, 5), (6, 9)], "-")])
def test_two_bars_of_ink_are_an_equals_sign(bars: list[tuple[int, int]], sign: str) -> None:
    ink = np.zeros((16, 24), np.uint8)
    for top, bottom in bars:
        ink[top:bottom, 2:22] = 255
    if len(bars) == 2 and sign == "-":  # one bar with a pale row
        ink[5:6, 2:22] = 120
    assert tell_bars(replace(mark("-", 0), crop=ink)).sign == sign
    assert tell_bars(replace(mark("/", 0), crop=ink)).sign == "/"
