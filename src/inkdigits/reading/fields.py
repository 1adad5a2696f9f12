"""Describes a field whose length or pattern is known, and which labels each of its digits may have."""

from dataclasses import dataclass

from inkdigits.errors import FieldError
from inkdigits.results import Reading
from inkdigits.spec import CLASS_COUNT
from inkdigits.system.text import show_value

__all__ = ["Field", "describe_misfit", "make_field"]

_ANY = frozenset(range(CLASS_COUNT))
_DIGIT = "d"
_MAX_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Field:
    """What is known about a field before it is read.

    Attributes:
        allowed: The labels that each digit may have, from left to right; one digit or more.
        literals: The other characters of the text in order, each with the number of digits before it.
    """

    allowed: tuple[frozenset[int], ...]
    literals: tuple[tuple[int, str], ...] = ()

    def format(self, characters: str) -> str:
        """Return the text of the field: a character for each digit, with the pattern's other characters between.

        >>> make_field(pattern="dd-dd").format("31?2")
        '31-?2'
        """
        between = [""] * (len(self.allowed) + 1)
        for before, literal in self.literals:
            between[before] += literal
        return between[0] + "".join(
            character + literal for character, literal in zip(characters, between[1:], strict=True)
        )


def make_field(length: int | None = None, pattern: str | None = None) -> Field | None:
    """Return what a length or a pattern says about a field; None when neither is given.

    Args:
        length: Number of digits, 1 to 64.
        pattern: "d" for any digit, "0" to "9" for that digit, anything else for a sign that the text gets there, as in
            "dd-dd-20dd". A picture may have the sign or leave it out.

    Raises:
        FieldError: The length is out of range, the pattern has no digit, or both are given and disagree.

    >>> len(make_field(pattern="dd-20dd").allowed)
    6
    """
    if length is not None and not (isinstance(length, int) and 1 <= length <= _MAX_LENGTH):
        msg = f"expected a length from 1 to {_MAX_LENGTH} digits, got {show_value(length)}"
        raise FieldError(msg)
    if pattern is None:
        return None if length is None else Field((_ANY,) * length)
    allowed: list[frozenset[int]] = []
    literals: list[tuple[int, str]] = []
    for character in pattern:
        if character == _DIGIT:
            allowed.append(_ANY)
        elif character.isascii() and character.isdigit():
            allowed.append(frozenset({int(character)}))
        else:
            literals.append((len(allowed), character))
    if not 1 <= len(allowed) <= _MAX_LENGTH:
        msg = f'expected a pattern of 1 to {_MAX_LENGTH} digits, such as "dd-dd-dddd" (d is any digit), got {pattern!r}'
        raise FieldError(msg)
    if length not in {None, len(allowed)}:
        found = f"got {pattern!r} of {len(allowed)}"
        msg = f"expected a pattern of {length} digits, as the length says, {found}; give one of the two"
        raise FieldError(msg)
    return Field(tuple(allowed), tuple(literals))


def describe_misfit(reading: Reading, field: Field | None) -> str | None:
    """Explain how the picture contradicts the given length or pattern; None if it agrees or none was given.

    Args:
        reading: The reading of the picture with that field.
        field: The given length or pattern.
    """
    if field is None or reading.outcome == "blank":
        return None
    seen, given = sum(digit.outcome != "not_a_digit" for digit in reading.digits), len(field.allowed)
    if seen == given:
        return None
    digits = "1 digit" if given == 1 else f"{given} digits"
    marks = "1 mark" if seen == 1 else f"{seen} marks"
    return f"expected {digits} and saw {marks}, so none is sure; check the length or pattern, or leave it out"
