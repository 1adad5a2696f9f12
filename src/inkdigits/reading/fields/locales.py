"""Says in which order people write day, month and year, by the language and country that the machine is set to."""

import os

__all__ = ["BY_LOCALE", "find_order"]

BY_LOCALE = "locale"  # the order that asks for it
_VARIABLES = ("LC_ALL", "LC_TIME", "LANG")  # the first that is set counts, as everywhere on POSIX
# short dates of CLDR 45: month first, and year first; all others have the day first
_MONTH_FIRST = frozenset({"US", "AS", "GU", "MH", "MP", "PR", "UM", "VI", "PH", "FM", "PW"})
_YEAR_FIRST = frozenset({"CN", "JP", "KR", "KP", "TW", "HU", "LT", "MN", "SE", "IR", "BT", "ZA", "CA"})
_UNKNOWN = frozenset({"", "C", "POSIX"})


def find_order() -> tuple[str, ...]:
    """Return the order that the locale tells, one of "dmy", "mdy", "ymd"; all of them where it tells none."""
    name = next((value for variable in _VARIABLES if (value := os.environ.get(variable))), "")
    place = name.split(".")[0].split("@")[0]
    country = place.partition("_")[2]
    if place in _UNKNOWN or not country:
        return ("dmy", "mdy", "ymd")
    return ("mdy",) if country in _MONTH_FIRST else ("ymd",) if country in _YEAR_FIRST else ("dmy",)
