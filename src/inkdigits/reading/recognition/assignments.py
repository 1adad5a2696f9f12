"""Finds the likeliest ways to lay a layout on the marks of a line: each mark is a digit, a sign, or left out.

A mark that surely is a digit is never left out, and neither is a sure sign that the layout has. Where a sign's places
are empty, not as many marks may look like it as it has places.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from inkdigits.reading.fields.layouts import Layout, Slot
from inkdigits.reading.recognition.mark_roles import LOOKALIKES, Role

__all__ = ["MOST_WAYS", "Assignment", "assign", "count_digits"]

MOST_WAYS = 12  # best ways to fill the first slots with the first marks
_PRESENT = 0.5  # probability that a sign stands at all of its places, or that a mark is one, from which that is so
_Path: TypeAlias = "tuple[int, _Path] | None"  # places of roles that fill slots, the last one first


@dataclass(frozen=True, slots=True)
class Assignment:
    """One way to lay a layout on a line.

    Attributes:
        layout: The layout.
        filled: For each slot, the place of its role in the line.
        cost: Negative logarithm of its probability, with every allowed label.
    """

    layout: Layout
    filled: tuple[int, ...]
    cost: float


def count_digits(roles: Sequence[Role]) -> range:
    """Return how many digits a line may have: from those that are sure to all of its marks."""
    signs = sum(bool(role.signs) for role in roles if role.is_digit)
    return range(max(1, sum(role.is_digit for role in roles) - signs), len(roles) + 1)


def assign(layout: Layout, roles: Sequence[Role], absent: Sequence[str], bound: Sequence[str]) -> list[Assignment]:
    """Return the best ways to lay a layout on a line, best first; none where it does not fit.

    Args:
        layout: The layout.
        roles: The line's marks from left to right.
        absent: The field's signs that the layout leaves out, one for each of its places.
        bound: Signs that cannot be left out where they are sure.
    """
    slots = layout.slots
    if not _may_fit(slots, roles) or any(_looks_present(sign, absent.count(sign), roles) for sign in set(absent)):
        return []
    ways: list[list[tuple[float, _Path]]] = [[(0.0, None)], *([] for _ in slots)]
    for place, role in enumerate(roles):
        out = math.inf if _is_bound(role, bound, absent) else -math.log(role.nothing)
        for filled in range(min(place + 1, len(slots)), -1, -1):
            left = [(cost + out, path) for cost, path in ways[filled]] if out < math.inf else []
            if filled:
                step = _find_cost(role, slots[filled - 1])
                if step < math.inf:
                    left += [(cost + step, (place, path)) for cost, path in ways[filled - 1]]
            ways[filled] = sorted(left, key=lambda way: way[0])[:MOST_WAYS]
    return [Assignment(layout, _unfold(path), cost) for cost, path in ways[-1]]


def _may_fit(slots: Sequence[Slot], roles: Sequence[Role]) -> bool:
    """Return whether there are marks enough for a layout, and not too many that are sure digits."""
    digits = sum(not isinstance(slot, str) for slot in slots)
    slashes = len(slots) - digits
    return len(slots) <= len(roles) and sum(role.is_digit for role in roles) <= digits + slashes


def _looks_present(sign: str, places: int, roles: Sequence[Role]) -> bool:
    """Return whether so many marks look like a sign that it likely stands at all of its places."""
    alike = sorted((role.signs[sign] for role in roles if sign in role.signs), reverse=True)[:places]
    return len(alike) == places and math.prod(alike) >= _PRESENT


def _is_bound(role: Role, bound: Sequence[str], absent: Sequence[str]) -> bool:
    """Return whether a mark cannot be left out."""
    if role.is_digit or any(role.signs.get(sign, 0.0) >= _PRESENT for sign in absent):
        return True
    return role.sign is not None and any(role.sign in LOOKALIKES.get(sign, sign) for sign in bound)


def _find_cost(role: Role, slot: Slot) -> float:
    if isinstance(slot, str):
        return -math.log(role.signs[slot]) if slot in role.signs else math.inf
    likely = sum(float(role.labels[label]) for label in slot)
    return -math.log(likely) if likely > 0 else math.inf


def _unfold(path: _Path) -> tuple[int, ...]:
    places: list[int] = []
    while path is not None:
        place, path = path
        places.append(place)
    return tuple(reversed(places))
