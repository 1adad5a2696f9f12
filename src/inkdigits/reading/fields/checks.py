"""Finds the check that a number has to pass: one of python-stdnum's, or the caller's own."""

import importlib
import keyword
import re
from collections.abc import Callable
from types import ModuleType
from typing import TypeAlias

from inkdigits.errors import FieldError
from inkdigits.system.extras import require_extra
from inkdigits.system.text import show_value

__all__ = ["Check", "find_check"]

Check: TypeAlias = Callable[[str], bool]
_NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_EXAMPLES = '"luhn", "verhoeff", "iso7064.mod_97_10", "isbn", "ean", "iban", or a national number as "nl.bsn"'


def find_check(check: str | Check) -> Check:
    """Return the function that says whether a text passes.

    Args:
        check: A module of python-stdnum, as "luhn" or "nl.bsn", or a function that takes the text.

    Raises:
        FieldError: There is no such check.
        MissingExtraError: python-stdnum is not installed.

    >>> find_check("luhn")("79927398713")
    True
    """
    if not isinstance(check, str):
        if not callable(check):
            msg = f"expected a check's name or a function of a text, got {show_value(check)}; names are {_EXAMPLES}"
            raise FieldError(msg)
        return check
    require_extra("fields")
    is_passed: Check | None = getattr(_find_module(check), "is_valid", None)
    if is_passed is None:
        msg = f"expected a check as {_EXAMPLES}, got {show_value(check)}; python-stdnum's documentation lists all"
        raise FieldError(msg)
    return is_passed


def _find_module(name: str) -> ModuleType | None:
    """Return python-stdnum's module; None when there is none of that name."""
    if not _NAME.fullmatch(name):
        return None
    parts = [f"{part}_" if keyword.iskeyword(part) else part for part in name.split(".")]  # Iceland's is "is_"
    try:
        return importlib.import_module(".".join(["stdnum", *parts]))
    except ModuleNotFoundError:
        return None
