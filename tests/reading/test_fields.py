"""What is known of a field: lengths and patterns that cannot be are refused, the others say what each digit may be."""

import pytest

from inkdigits.errors import FieldError
from inkdigits.reading.fields import make_field

ANY = frozenset(range(10))


def test_nothing_known_is_no_field() -> None:
    assert make_field() is None


def test_a_length_allows_any_digit() -> None:
    field = make_field(3)
    assert field is not None
    assert field.allowed == (ANY, ANY, ANY)
    assert field.format("4?2") == "4?2"


def test_a_pattern_has_digits_and_signs() -> None:
    field = make_field(pattern="(dd) 20d-")
    assert field is not None
    assert field.allowed == (ANY, ANY, frozenset({2}), frozenset({0}), ANY)
    assert field.format("31209") == "(31) 209-"


def test_a_pattern_and_its_own_length_agree() -> None:
    assert make_field(4, "dd.dd") == make_field(pattern="dd.dd")


@pytest.mark.parametrize("length", [0, -1, 65, 2.5])
def test_a_length_out_of_range_is_refused(length: int) -> None:
    with pytest.raises(FieldError, match="expected a length from 1 to 64 digits, got"):
        make_field(length)


@pytest.mark.parametrize("pattern", ["", "--", "d" * 65, "²"])
def test_a_pattern_without_digits_is_refused(pattern: str) -> None:
    with pytest.raises(FieldError, match="expected a pattern of 1 to 64 digits"):
        make_field(pattern=pattern)


def test_a_length_and_a_pattern_that_disagree_are_refused() -> None:
    with pytest.raises(FieldError, match="expected a pattern of 3 digits, as the length says"):
        make_field(3, "dd")
