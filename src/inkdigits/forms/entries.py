"""Reads the entries of a template, and says where one is not what it should be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from inkdigits.errors import FormError

__all__ = ["Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A table of a template.

    Attributes:
        place: Its name in messages; "" for the whole file.
        values: What stands there.
    """

    place: str
    values: Mapping[str, Any]

    def allow(self, *names: str) -> None:
        """Refuse any other name: a misspelled one would be silently without effect."""
        for name in self.values:
            if name not in names:
                self._refuse(f"one of {', '.join(names)}", repr(name), "correct it, or take it out")

    @overload
    def text(self, name: str, default: str = ...) -> str: ...
    @overload
    def text(self, name: str, default: None) -> str | None: ...
    def text(self, name: str, default: str | None = "") -> str | None:
        """Return a text."""
        value = self.values.get(name, default)
        if value is not default and not isinstance(value, str):
            self._refuse(f"`{name}`, a text in quotes", repr(value))
        return value  # type: ignore[no-any-return]

    def texts(self, name: str) -> list[str]:
        """Return a list of texts; a text alone is a list of one."""
        value = self.values.get(name, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._refuse(f"`{name}`, texts in quotes", repr(value))
        return list(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            self._refuse(f"`{name}`, true or false", repr(value))
        return bool(value)

    def number(self, name: str, default: int | None) -> int | None:
        """Return a whole number."""
        value = self.values.get(name, default)
        if value is not default and (not isinstance(value, int) or isinstance(value, bool)):
            self._refuse(f"`{name}`, a whole number", repr(value))
        return value  # type: ignore[no-any-return]

    def choice(self, name: str, known: Sequence[str], default: str) -> str:
        """Return one of some texts."""
        value = self.values.get(name, default)
        if value not in known:
            self._refuse(f"`{name}`, one of {', '.join(known)}", repr(value))
        return str(value)

    def numbers(
        self,
        name: str,
        count: int,
        *,
        above: float | None = None,
        most: float | None = None,
        default: tuple[float, ...] | None = None,
    ) -> tuple[float, ...]:
        """Return some numbers; one alone needs no brackets."""
        value = self.values.get(name, default)
        value = [value] if isinstance(value, int | float) else value
        if not _are_numbers(value, count) or any(
            (above is not None and one <= above) or (most is not None and one > most) for one in value
        ):
            limits = "" if above is None else f" above {above:g}"
            limits += "" if most is None else f" up to {most:g}"
            what = "a number" if count == 1 else f"{count} numbers in brackets"
            self._refuse(f"`{name}`, {what}{limits}", "nothing" if value is None else repr(value))
        return tuple(float(one) for one in value)

    def rows(self, name: str, count: int) -> list[tuple[float, ...]]:
        """Return a list of some numbers each."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(_are_numbers(row, count) for row in value):
            self._refuse(f"`{name}`, a list of {count} numbers in brackets each", repr(value))
        return [tuple(float(one) for one in row) for row in value]

    def table(self, name: str, default: Mapping[str, Any] | None = None) -> "Entry":
        """Return a table of this one."""
        value = self.values.get(name, default)
        if not isinstance(value, Mapping):
            self._refuse(f"a table [{name}]", "nothing" if value is None else repr(value), "add it")
        return Entry(name, value)

    def tables(self, name: str) -> list["Entry"]:
        """Return a list of tables."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            self._refuse(f"tables [[{name}]]", repr(value))
        return [Entry(f"{name} {number}", one) for number, one in enumerate(value, 1)]

    def _refuse(self, expected: str, found: str, advice: str = "change it") -> None:
        shown = found if len(found) <= 100 else f"{found[:100]}..."
        msg = f"{self.place + ': ' if self.place else ''}expected {expected}, got {shown}; {advice}"
        raise FormError(msg)


def _are_numbers(value: object, count: int) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == count
        and all(isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < 1e6 for one in value)
    )
