"""The checks of numbers: python-stdnum's by their names, or a function."""

import pytest

from inkdigits.errors import FieldError, MissingExtraError
from inkdigits.reading.fields.checks import find_check
from inkdigits.system import extras


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("luhn", "79927398713", "79927398710"),
        ("verhoeff", "1234567890120", "1234567890121"),
        ("iso7064.mod_97_10", "9999123456789012141490", "9999123456789012141491"),
        ("isbn", "978-9024538270", "978-9024538271"),
        ("ean", "73513537", "73513536"),
        ("iban", "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 33"),
        ("nl.bsn", "1112.22.333", "1112.52.333"),
        ("is.kennitala", "450401-3150", "450401-3151"),
    ],
)
def test_a_name_is_a_module_of_python_stdnum(name: str, right: str, wrong: str) -> None:
    check = find_check(name)
    assert check(right)
    assert not check(wrong)


@pytest.mark.parametrize("name", ["", "nonsense", "os.path", "..os", "util", "luhn.is_valid", "Luhn", "nl"])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(FieldError, match='expected a check as "luhn"'):
        find_check(name)


def test_a_function_is_its_own_check() -> None:
    assert find_check(str.isdigit) is str.isdigit


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(extras.EXTRAS, "fields", ("no_such_library",))
    with pytest.raises(MissingExtraError, match=r"inkdigits\[fields\]"):
        find_check("luhn")
    assert find_check(str.isdigit)
