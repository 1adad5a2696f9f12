"""Defines where digits and signs of a field stand: one layout for each way to write it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from inkdigits.spec import CLASS_COUNT

__all__ = ["ANY", "Layout", "Slot", "digits_of", "parse_pattern", "without"]

Slot: TypeAlias = frozenset[int] | str  # the labels that a digit may have, or a sign
ANY = frozenset(range(CLASS_COUNT))
_DIGIT = "d"
_ALIKE = {"\u2212": "-", "\u2013": "-", "\u2010": "-"}  # minus, dash and hyphen: one sign to the detector


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to write a field.

    Attributes:
        slots: What stands in the picture, from left to right.
        template: What the text has: the same digits, and also signs that the picture leaves out.
        parts: A letter for each digit, as "ddmmyyyy" of a date; "" where digits have no meaning of their own.
    """

    slots: tuple[Slot, ...]
    template: tuple[Slot, ...]
    parts: str = ""

    @property
    def allowed(self) -> tuple[frozenset[int], ...]:
        """The labels that each digit may have."""
        return tuple(slot for slot in self.slots if not isinstance(slot, str))

    @property
    def signs(self) -> tuple[str, ...]:
        """The signs that stand in the picture."""
        return tuple(slot for slot in self.slots if isinstance(slot, str))

    def format(self, characters: str) -> str:
        """Return the text: a character for each digit, with the template's signs between.

        >>> Layout(parse_pattern("dd-dd"), parse_pattern("dd-dd")).format("31?2")
        '31-?2'
        """
        own = iter(characters)
        return "".join(slot if isinstance(slot, str) else next(own) for slot in self.template)

    def part(self, letter: str, digits: str) -> str:
        """Return the digits of one part.

        >>> Layout((ANY,) * 4, (ANY,) * 4, "hhmm").part("m", "1745")
        '45'
        """
        return "".join(digit for digit, own in zip(digits, self.parts, strict=True) if own == letter)


def parse_pattern(pattern: str) -> tuple[Slot, ...]:
    """Return the slots of a pattern: "d" is any digit, "0" to "9" that digit, anything else a sign."""
    return tuple(_parse(character) for character in pattern)


def _parse(character: str) -> Slot:
    if character == _DIGIT:
        return ANY
    if character.isascii() and character.isdigit():
        return frozenset({int(character)})
    return _ALIKE.get(character, character)


def digits_of(slots: Sequence[Slot]) -> int:
    """Return how many digits some slots have."""
    return sum(not isinstance(slot, str) for slot in slots)


def without(slots: tuple[Slot, ...]) -> Iterator[tuple[Slot, ...]]:
    """Yield the slots with each choice of their signs: a sign stands at all of its places, or at none.

    >>> [len(some) for some in without(parse_pattern("dd/dd/dd"))]
    [8, 6]
    """
    signs = sorted({slot for slot in slots if isinstance(slot, str)})
    for choice in range(2 ** len(signs)):
        left_out = {sign for place, sign in enumerate(signs) if choice >> place & 1}
        yield tuple(slot for slot in slots if slot not in left_out)
