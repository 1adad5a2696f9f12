"""Rules compare fields, run nothing, and propose the one digit that mends them."""

import pytest

from inkdigits.errors import FormError
from inkdigits.forms.judging import apply_rules
from inkdigits.forms.results import CellReading, FieldReading
from inkdigits.forms.rules import holds, parse_rule
from inkdigits.results import Box
from support.forms import tally

NAMES = ["valid", "invalid", "total", "due date"]


@pytest.mark.parametrize(
    ("rule", "is_true"),
    [
        ("valid + invalid == total", True),
        ("valid == total - invalid and valid > 0", True),
        ("total < valid or total < 10", False),
        ("0 <= invalid <= 100", True),
        ("not valid == total", True),
        ("total % 10 == 7 and total // 10 == 6", True),
        ("valid / 0 == 1", False),
        ("-valid < invalid", True),
        ('field("due date") >= 20260101', True),
    ],
)
def test_a_rule_holds_or_not(rule: str, is_true: object) -> None:
    values = {"valid": 48, "invalid": 19, "total": 67, "due date": 20260228}
    assert holds(parse_rule(rule, NAMES), values) is is_true


@pytest.mark.parametrize(
    "rule",
    [
        "valid + invalid",
        "1 == 1",
        "valid = total",
        "__import__('os').system('true') == 0",
        "valid.real == total",
        "valid ** 999999999 == 1",
        "sum([valid]) == total",
        "valid == 'x'",
        "valid == 1.5",
        "other == valid",
        "(lambda: valid)() == 1",
        "valid is total",
        "(" * 3000 + "valid" + ")" * 3000 + " == 1",
        "valid == " + "9" * 70,
        "",
    ],
)
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(FormError, match="rules: expected"):
        parse_rule(rule, NAMES)


def read_as(name: str, text: str, unsure: int | None = None) -> FieldReading:
    cells = tuple(
        CellReading(
            Box(0, 0, 9, 9),
            "unsure" if at == unsure else "digit",
            int(digit),
            0.4 if at == unsure else 0.99,
            (0.1,) * 10,
        )
        for at, digit in enumerate(text)
    )
    return FieldReading(name, text, "sure", 0.9, guess=text, cells=cells)


def judge(*fields: FieldReading) -> tuple[FieldReading, ...]:
    template = tally()
    return apply_rules(fields, template.fields, template.rules, 0.6)


def test_a_rule_that_holds_changes_nothing() -> None:
    fields = (read_as("valid", "48"), read_as("invalid", "19"), read_as("total", "67"))
    assert judge(*fields) == fields


def test_a_broken_rule_makes_its_fields_doubtful_and_one_digit_is_proposed() -> None:
    valid, invalid, total = judge(read_as("valid", "48"), read_as("invalid", "19", 0), read_as("total", "77"))
    assert {field.outcome for field in (valid, invalid, total)} == {"doubtful"}
    assert valid.reason == "breaks the rule valid + invalid == total"
    assert (valid.proposal, invalid.proposal, total.proposal) == (None, "29", None)
    assert invalid.text == "19"  # never taken silently


def test_nothing_is_proposed_where_several_digits_would_do() -> None:
    fields = judge(read_as("valid", "48"), read_as("invalid", "19"), read_as("total", "77"))
    assert {field.outcome for field in fields} == {"doubtful"}
    assert [field.proposal for field in fields] == [None] * 3


def test_a_rule_with_an_empty_field_is_not_asked() -> None:
    fields = (read_as("valid", "48"), FieldReading("invalid", "", "sure", 1.0), read_as("total", "77"))
    assert judge(*fields) == fields
