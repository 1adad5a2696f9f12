"""Defines a field: what is known of a line before it is read, and which strings it may say."""

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from inkdigits.errors import FieldError
from inkdigits.reading.fields.checks import Check, find_check
from inkdigits.reading.fields.kinds import KINDS, MOST_DIGITS, ORDERS, Kind, find_layouts, is_valid, name_parts
from inkdigits.reading.fields.layouts import ANY, Layout, digits_of, parse_pattern, without
from inkdigits.reading.fields.locales import BY_LOCALE, find_order
from inkdigits.reading.fields.options import FieldOptions
from inkdigits.results import Reading
from inkdigits.system.text import show_value

__all__ = ["Field", "describe_misfit", "make_field"]


@dataclass(frozen=True, slots=True)
class Field:
    """What is known of a line.

    Attributes:
        length: How many digits it has; None if that is open.
        pattern: What it looks like; None if that is open.
        kind: What it is; None for any digits.
        orders: Of a date's parts, those that may be.
        check: What its text has to pass; None for nothing.
        is_handwritten: Whether printed digits are left out.
    """

    length: int | None = None
    pattern: str | None = None
    kind: Kind | None = None
    orders: tuple[str, ...] = ORDERS
    check: Check | None = None
    is_handwritten: bool = False

    @property
    def is_line(self) -> bool:
        """Whether anything is known of the line's string."""
        return (self.length, self.pattern, self.kind, self.check) != (None,) * 4

    @property
    def has_rules(self) -> bool:
        """Whether some strings of its layouts are not valid."""
        return self.kind in ("date", "time") or self.check is not None

    @property
    def is_open(self) -> bool:
        """Whether it is a number of which nothing tells how many digits it has."""
        return self.kind in ("amount", "integer") and self.length is None and self.pattern is None

    @property
    def signs(self) -> str:
        """The signs that the pattern has, each once."""
        return "" if self.pattern is None else "".join(dict.fromkeys(Layout(parse_pattern(self.pattern), ()).signs))

    def layouts(self, counts: range, signs: Collection[str]) -> Iterator[Layout]:
        """Yield the ways to write the field.

        Args:
            counts: How many digits may stand in the picture.
            signs: Which signs may stand there.
        """
        if self.length is not None:
            counts = range(max(counts.start, self.length), min(counts.stop, self.length + 1))
        if self.pattern is not None:
            yield from self._find_patterns(counts)
        elif self.kind is not None:
            yield from find_layouts(self.kind, self.orders, counts, signs)
        else:
            for count in counts:
                yield Layout((ANY,) * count, (ANY,) * count)

    def accepts(self, layout: Layout, digits: str) -> bool:
        """Return whether digits in a layout are a value of the kind and pass the check."""
        if self.kind is not None and not is_valid(self.kind, layout, digits):
            return False
        return self.check is None or bool(self.check(layout.format(digits)))

    def describe(self) -> str:
        """Return what is expected, in words.

        >>> make_field(FieldOptions(length=3)).describe()
        '3 digits'
        """
        if self.pattern is not None:
            what = f'digits as "{self.pattern}"'
        elif self.length is not None:
            what = "1 digit" if self.length == 1 else f"{self.length} digits"
        else:
            what = "digits" if self.kind is None else f"{'an' if self.kind[0] in 'ai' else 'a'} {self.kind}"
        if self.kind is not None and (self.pattern, self.length) != (None, None):
            what += f" that are {'an' if self.kind[0] in 'ai' else 'a'} {self.kind}"
        return what if self.check is None else f"{what} that pass the check"

    def _find_patterns(self, counts: range) -> Iterator[Layout]:
        template = parse_pattern(self.pattern or "")
        if digits_of(template) not in counts:
            return
        names = ("",) if self.kind is None else name_parts(self.kind, self.orders, _find_groups(self.pattern or ""))
        for slots, parts in itertools.product(without(template), names):
            yield Layout(slots, template, parts)


def make_field(options: FieldOptions | None = None) -> Field | None:
    """Return what options say of a field; None when they say nothing.

    Args:
        options: The pattern has "d" for any digit, "0" to "9" for that digit, anything else for a sign that the text
            gets there, as in "dd-dd-20dd". A picture may have a sign at all of its places, or at none.

    Raises:
        FieldError: Something is out of range, or two options contradict each other.
        MissingExtraError: The check's library is not installed.

    >>> make_field(FieldOptions(pattern="dd-20dd")).signs
    '-'
    """
    if options is None:
        return None
    _check_length(options.length)
    _check_pattern(options.pattern, options.length)
    orders = _find_orders(options)
    kind = _find_kind(options.kind)
    field = Field(
        options.length,
        options.pattern,
        kind,
        orders,
        None if options.check is None else find_check(options.check),
        is_handwritten=options.handwritten,
    )
    if kind is not None and options.pattern and not name_parts(kind, orders, _find_groups(options.pattern)):
        advice = "change the pattern, or leave it out"
        msg = f"expected a pattern that a {kind} can have, got {show_value(options.pattern)}; {advice}"
        raise FieldError(msg)
    if kind in ("date", "time") and not any(True for _ in field.layouts(range(1, MOST_DIGITS + 1), "/-.:")):
        msg = f"expected a length that a {kind} can have, got {options.length}; change the length, or leave it out"
        raise FieldError(msg)
    return None if field == Field(orders=orders) else field


def describe_misfit(reading: Reading, field: Field | None) -> str | None:
    """Explain how the picture contradicts what was told of it; None if it agrees or nothing was told.

    Args:
        reading: The reading of the picture with that field.
        field: What was told.
    """
    if field is None or not field.is_line or reading.outcome == "blank":
        return None
    kept = [digit for digit in reading.digits if digit.outcome != "not_a_digit"]
    if not all(digit.reason == "field mismatch" for digit in kept):
        return None
    seen = "".join(str(digit.label) for digit in kept)
    count = "1 mark" if len(kept) == 1 else f"{len(kept)} marks"
    told = f'expected {field.describe()} and saw {count}, so none is sure; they look like "{seen}"'
    return f"{told}; check what was told of the field, or leave it out"


def _check_length(length: int | None) -> None:
    if length is not None and not (isinstance(length, int) and 1 <= length <= MOST_DIGITS):
        msg = f"expected a length from 1 to {MOST_DIGITS} digits, got {show_value(length)}"
        raise FieldError(msg)


def _check_pattern(pattern: str | None, length: int | None) -> None:
    if pattern is None:
        return
    count = digits_of(parse_pattern(pattern)) if isinstance(pattern, str) else 0
    if not 1 <= count <= MOST_DIGITS:
        example = '"dd-dd-dddd" (d is any digit)'
        msg = f"expected a pattern of 1 to {MOST_DIGITS} digits, such as {example}, got {show_value(pattern)}"
        raise FieldError(msg)
    if length not in {None, count}:
        found = f"got {show_value(pattern)} of {count}"
        msg = f"expected a pattern of {length} digits, as the length says, {found}; give one of the two"
        raise FieldError(msg)


def _find_kind(kind: str | None) -> Kind | None:
    if kind is None:
        return None
    for known in KINDS:
        if kind == known:
            return known
    msg = f"expected one of the kinds {', '.join(KINDS)}, got {show_value(kind)}"
    raise FieldError(msg)


def _find_orders(options: FieldOptions) -> tuple[str, ...]:
    if options.order is None:
        return ORDERS
    if options.order not in (*ORDERS, BY_LOCALE):
        names = ", ".join((*ORDERS, BY_LOCALE))
        msg = f"expected an order of day, month and year from {names}, got {show_value(options.order)}"
        raise FieldError(msg)
    if options.kind != "date":
        advice = "add the kind, or leave the order out"
        msg = f'expected an order with kind "date" only, got kind {show_value(options.kind)}; {advice}'
        raise FieldError(msg)
    return find_order() if options.order == BY_LOCALE else (options.order,)


def _find_groups(pattern: str) -> list[int]:
    """Return how many digits stand between a pattern's signs.

    >>> _find_groups("dd/dd/20dd")
    [2, 2, 4]
    """
    slots = parse_pattern(pattern)
    groups = itertools.groupby(slots, key=lambda slot: isinstance(slot, str))
    return [len(list(own)) for is_sign, own in groups if not is_sign]
