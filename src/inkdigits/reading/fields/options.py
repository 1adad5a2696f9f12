"""Defines what can be told of a picture before it is read: one set of names in Python, batches and over HTTP."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from inkdigits.errors import FieldError
from inkdigits.reading.fields.checks import Check
from inkdigits.reading.fields.regions import make_region

__all__ = ["FieldOptions", "Told"]


class Told(TypedDict, total=False):
    """The keywords of `DigitReader.read`; each may be left out.

    Attributes:
        length: How many digits the picture holds, in one line, 1 to 64.
        pattern: What the line looks like: "d" for any digit, "0" to "9" for that digit, other characters for signs.
        kind: What the line is: "date", "time", "amount" or "integer".
        order: Of a date's parts: "dmy", "mdy", "ymd", or "locale" for the machine's.
        check: The check that its text passes: a name of python-stdnum, or a function of the text.
        handwritten: Whether printed digits are left out.
    """

    length: int | None
    pattern: str | None
    kind: str | None
    order: str | None
    check: str | Check | None
    handwritten: bool


@dataclass(frozen=True, slots=True)
class FieldOptions:
    """What is told about a picture.

    Attributes:
        length: How many digits it holds, in one line, 1 to 64.
        pattern: What the line looks like: "d" for any digit, "0" to "9" for that digit, other characters for signs.
        kind: What the line is: "date", "time", "amount" or "integer".
        order: Of a date's parts: "dmy", "mdy", "ymd", or "locale" for the machine's; None takes any.
        check: The check that its text passes: a name of python-stdnum, or a function of the text.
        box: The part of the picture that is read: x0, y0, x1, y1 in whole pixels, or in fractions from 0 to 1.
        handwritten: Whether printed digits are left out.
    """

    length: int | None = None
    pattern: str | None = None
    kind: str | None = None
    order: str | None = None
    check: str | Check | None = None
    box: Sequence[float] | None = None
    handwritten: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is told."""
        return self == FieldOptions()

    def to_told(self) -> Told:
        """Return what is told, without the box, as keywords of `DigitReader.read`."""
        return Told(
            length=self.length,
            pattern=self.pattern,
            kind=self.kind,
            order=self.order,
            check=self.check,
            handwritten=self.handwritten,
        )

    def to_dict(self) -> dict[str, object]:
        """Return what is told as plain values that JSON can hold; what is not told is left out.

        Raises:
            FieldError: The check is a function, which has no name.
        """
        if self.check is not None and not isinstance(self.check, str):
            msg = (
                f'expected a check\'s name, as "luhn", got the function {self.check!r}; a function works in Python only'
            )
            raise FieldError(msg)
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        told = {name: value for name, value in values.items() if value not in (None, False)}
        return {**told, "box": list(make_region(self.box))} if self.box is not None else told

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> "FieldOptions":
        """Return the options that `to_dict` gave.

        >>> FieldOptions.from_dict(FieldOptions(length=4, box=(0, 0, 0.5, 1)).to_dict()).length
        4
        """
        return cls(**values)  # type: ignore[arg-type]
