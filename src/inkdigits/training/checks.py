"""Checks one training setting; raises `RunError` that names it."""

from inkdigits.errors import RunError
from inkdigits.system.text import show_value

__all__ = ["MAX_SEED", "check_setting", "is_share", "is_whole", "parse_part"]

MAX_SEED = 2**31 - 1
_MOST_PARTS = 100
_LARGEST = 2**53  # whole numbers beyond are no longer exact as floats, and none can be meant


def check_setting(name: str, value: object, accepted: bool, expected: str) -> None:  # noqa: FBT001 - always a comparison
    """Refuse a value that cannot be meant.

    Args:
        name: Of the setting.
        value: As it was given.
        accepted: Whether it may be that.
        expected: What it may be, in words.

    Raises:
        RunError: It is not.
    """
    if not accepted:
        msg = f"{name}: expected {expected}, got {show_value(value)}"
        raise RunError(msg)


def is_whole(value: object, low: int, high: int | None = None) -> bool:
    """Tell whether a value is a whole number from `low` to `high`; None sets no upper end."""
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return low <= value <= (_LARGEST if high is None else high)


def is_share(value: object, high: float = 1.0) -> bool:
    """Tell whether a value is a number from 0 to `high`."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= high


def parse_part(split: object) -> tuple[int, int] | None:
    """Return i and k of a split written "i/k", the i-th of k parts, 1 <= i <= k, k from 2 to 100; None of another.

    >>> parse_part("1/6"), parse_part("7/6"), parse_part("train")
    ((1, 6), None, None)
    """
    first, slash, second = split.partition("/") if isinstance(split, str) else ("", "", "")
    if not slash or not all(
        word.isascii() and word.isdecimal() and len(word) <= len("100") for word in (first, second)
    ):
        return None
    part, parts = int(first), int(second)
    is_written_so = split == f"{part}/{parts}"  # one way to write it, so that runs of one split have one config
    return (part, parts) if is_written_so and 1 <= part <= parts and 2 <= parts <= _MOST_PARTS else None
