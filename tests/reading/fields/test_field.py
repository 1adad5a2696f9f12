"""What is told of a field: what cannot be is refused, the rest says what each digit may be."""

import dataclasses
import pickle
from typing import Any

import pytest

from inkdigits.errors import FieldError
from inkdigits.reading.fields import Field, FieldOptions, make_field
from inkdigits.reading.fields.layouts import ANY, Layout
from inkdigits.reading.fields.locales import find_order


def made(**told: Any) -> Field:  # noqa: ANN401
    field = make_field(FieldOptions(**told))
    assert field is not None
    return field


def layouts(signs: str = "", **told: Any) -> list[Layout]:  # noqa: ANN401
    return list(made(**told).layouts(range(1, 65), signs))


def show(layout: Layout) -> str:
    return "".join(slot if isinstance(slot, str) else "d" for slot in layout.slots)


def test_nothing_known_is_no_field() -> None:
    assert make_field() is None
    assert make_field(FieldOptions(box=(0, 0, 5, 5))) is None


def test_a_length_allows_any_digit() -> None:
    (layout,) = layouts(length=3)
    assert layout.allowed == (ANY, ANY, ANY)
    assert layout.format("4?2") == "4?2"


def test_a_pattern_has_digits_and_signs_at_all_of_their_places_or_at_none() -> None:
    found = layouts(pattern="(dd)-20d-")
    assert {show(layout) for layout in found} == {
        "(dd)-ddd-", "(dd)ddd", "(dd-ddd-", "(ddddd", "dd)-ddd-", "dd)ddd", "dd-ddd-", "ddddd",
    }  # fmt: skip
    assert {layout.allowed for layout in found} == {(ANY, ANY, frozenset({2}), frozenset({0}), ANY)}
    assert {layout.format("31209") for layout in found} == {"(31)-209-"}


def test_a_pattern_and_its_own_length_agree() -> None:
    assert layouts(length=4, pattern="dd.dd") == layouts(pattern="dd.dd")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"length": 0}, "expected a length from 1 to 64 digits, got 0"),
        ({"length": -1}, "expected a length"),
        ({"length": 65}, "expected a length"),
        ({"length": 2.5}, "expected a length"),
        ({"pattern": ""}, "expected a pattern of 1 to 64 digits"),
        ({"pattern": "--"}, "expected a pattern of 1 to 64 digits"),
        ({"pattern": "d" * 65}, "expected a pattern of 1 to 64 digits"),
        ({"pattern": "²"}, "expected a pattern of 1 to 64 digits"),
        ({"pattern": "dd", "length": 3}, "expected a pattern of 3 digits, as the length says"),
        ({"kind": "word"}, "expected one of the kinds date, time, amount, integer, got 'word'"),
        ({"kind": "date", "order": "dym"}, "expected an order of day, month and year from dmy, mdy, ymd, locale"),
        ({"kind": "time", "order": "dmy"}, 'expected an order with kind "date" only'),
        ({"order": "dmy"}, 'expected an order with kind "date" only'),
        ({"kind": "date", "pattern": "ddd/dd"}, "expected a pattern that a date can have"),
        ({"kind": "time", "length": 7}, "expected a length that a time can have, got 7"),
        ({"check": "nonsense"}, "expected a check as"),
        ({"check": 7}, "expected a check's name or a function"),
    ],
)
def test_what_cannot_be_is_refused(told: dict[str, Any], message: str) -> None:
    with pytest.raises(FieldError, match=message):
        make_field(FieldOptions(**told))


def test_a_date_has_day_and_month_of_one_digit_only_between_signs() -> None:
    found = {show(layout) for layout in layouts("/", kind="date", order="dmy")}
    assert found == {
        "dd/dd/dddd", "dd/dd/dd", "dd/d/dddd", "dd/d/dd", "d/dd/dddd", "d/dd/dd", "d/d/dddd", "d/d/dd", "dddddddd", "dddddd",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("order", "digits", "is_valid"),
    [
        ("dmy", "31012024", True),
        ("dmy", "31042024", False),
        ("dmy", "00012024", False),
        ("dmy", "01132024", False),
        ("dmy", "29022024", True),
        ("dmy", "29022023", False),
        ("dmy", "29021900", False),
        ("dmy", "01010999", False),
        ("mdy", "12312024", True),
        ("mdy", "31122024", False),
        ("ymd", "20241231", True),
        ("ymd", "20243112", False),
        ("dmy", "290200", True),
        ("dmy", "290201", False),
    ],
)
def test_a_date_is_one_of_the_calendar(order: str, digits: str, is_valid: bool) -> None:  # noqa: FBT001
    field = made(kind="date", order=order, length=len(digits))
    assert [field.accepts(layout, digits) for layout in field.layouts(range(1, 9), "")] == [is_valid]


@pytest.mark.parametrize(("digits", "is_valid"), [("0000", True), ("2359", True), ("2400", False), ("1260", False)])
def test_a_time_is_one_of_the_day(digits: str, is_valid: bool) -> None:  # noqa: FBT001
    (layout,) = layouts(kind="time", length=4, pattern="dd:dd")[:1]
    assert made(kind="time").accepts(layout, digits) is is_valid


def test_a_pattern_may_be_a_date() -> None:
    field = made(pattern="dd/dd/20dd", kind="date", order="dmy")
    assert {field.accepts(layout, "31022024") for layout in field.layouts(range(1, 9), "/")} == {False}
    assert {field.accepts(layout, "28022024") for layout in field.layouts(range(1, 9), "/")} == {True}


def test_an_amount_has_groups_of_three_and_up_to_two_decimals() -> None:
    found = {show(layout) for layout in layouts(".,", kind="amount") if len(layout.allowed) == 6}
    assert found == {
        "dddddd", "ddd,ddd", "ddd.ddd", "d,dd,ddd", "d.dd.ddd",
        "ddddd.d", "ddddd,d", "dd,ddd.d", "dd.ddd,d", "dddd.dd", "dddd,dd", "d,ddd.dd", "d.ddd,dd",
    }  # fmt: skip


def test_an_integer_may_have_a_minus_and_groups() -> None:
    found = {show(layout) for layout in layouts(".,-/$", kind="integer") if len(layout.allowed) == 4}
    assert found == {"dddd", "-dddd", "d,ddd", "-d,ddd", "d.ddd", "-d.ddd"}


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("en_US.UTF-8", ("mdy",)),
        ("en_GB", ("dmy",)),
        ("ja_JP.UTF-8", ("ymd",)),
        ("de_DE@euro", ("dmy",)),
        ("C.UTF-8", ("dmy", "mdy", "ymd")),
        ("", ("dmy", "mdy", "ymd")),
    ],
)
def test_the_locale_tells_the_order(monkeypatch: pytest.MonkeyPatch, name: str, order: tuple[str, ...]) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LC_TIME", name)
    monkeypatch.setenv("LANG", "")
    assert find_order() == order
    assert made(kind="date", order="locale").orders == order


def test_options_go_into_plain_values_and_back() -> None:
    options = FieldOptions(4, kind="time", check="luhn", box=(0, 0, 0.5, 1), handwritten=True)
    values = options.to_dict()
    assert values == {
        "length": 4, "kind": "time", "check": "luhn", "box": [0.0, 0.0, 0.5, 1.0], "handwritten": True,
    }  # fmt: skip
    assert FieldOptions.from_dict(values).to_dict() == values
    assert FieldOptions().to_dict() == {}
    assert pickle.loads(pickle.dumps(options)) == options  # noqa: S301 - its own


def test_a_function_as_check_has_no_name_to_write_down() -> None:
    with pytest.raises(FieldError, match="a function works in Python only"):
        FieldOptions(check=str.isdigit).to_dict()


def test_what_is_told_without_the_box_are_keywords() -> None:
    options = FieldOptions(3, box=(0, 0, 9, 9))
    assert FieldOptions(**options.to_told()) == dataclasses.replace(options, box=None)
