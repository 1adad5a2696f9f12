"""Finds the string of a field: the likeliest one that its length, pattern, kind and check allow.

Each line of a picture is tried. The likeliest ways to lay the field's layouts on the line's marks are found first,
then their strings, likeliest first, until the rest does not matter. Whether a string is a valid date or passes a check
is asked of each, so that the ink decides between those that do.
"""

import heapq
import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from inkdigits.reading.fields import Field
from inkdigits.reading.fields.layouts import Layout, Slot
from inkdigits.reading.recognition.assignments import MOST_WAYS, Assignment, assign, count_digits
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.reading.recognition.mark_roles import Role, find_roles
from inkdigits.reading.recognition.placements import Candidate, Placement, place_best
from inkdigits.spec import LEAST_PROBABILITY, SIGNS, Float64Array

__all__ = ["place_in_field"]

_Layouts: TypeAlias = dict[tuple[Slot, ...], list[Layout]]
_FAR = 12.0  # logarithm of how much likelier the best string is than those that do not matter: 160,000 times
_MOST_STRINGS = 3000  # of a line; of 16 digits, all with two changed labels and more
_SURE = 0.5  # probability from which a mark is called a digit, as `DetectorInfo.doubt_below`


def place_in_field(evidence: Evidence, field: Field) -> Evidence:
    """Return the evidence with the placement of each page's field; None where nothing fits.

    Args:
        evidence: Of pages that each hold the field in one line.
        field: What is known of it.
    """
    placements = [_place_page(evidence, own, field) for _, own in evidence.split()]
    return replace(evidence, placements=tuple(placements))


def _place_page(evidence: Evidence, own: slice, field: Field) -> Placement | None:
    """Return the placement of the one line that the field fits; None where it fits none, or more than one."""
    lines: dict[int, list[int]] = defaultdict(list)
    for place in range(own.start, own.stop):
        mark = evidence.marks[place]
        if mark.reason is None or mark.sign is not None:
            lines[mark.line].append(place)
    digits = {
        line: sum(float(evidence.digit_probabilities[at]) for at in places if evidence.marks[at].sign is None)
        for line, places in lines.items()
    }
    found: list[Placement] = []
    for line in sorted(lines, key=lambda line: -digits[line]):
        if found and digits[line] < _SURE:  # nothing is written there
            break
        placement = _place_line(evidence, lines[line], field)
        if placement is not None:
            found.append(placement)
    return found[0] if len(found) == 1 else None


def _place_line(evidence: Evidence, places: Sequence[int], field: Field) -> Placement | None:
    signs = field.signs or (SIGNS if field.kind is not None else "")
    labels = _find_labels(evidence, places)
    likely = evidence.digit_probabilities.astype(np.float64)
    roles = find_roles(evidence.marks, places, labels, likely, "".join(sign for sign in signs if sign in SIGNS))
    layouts = _group_layouts(field, roles)
    assignments = _find_assignments(field, layouts, roles)
    if not assignments:
        return None
    shares = [labels[role.place] for role in roles]
    candidates = _find_candidates(field, layouts, assignments, shares)
    return place_best(candidates, roles, shares, field)


def _find_labels(evidence: Evidence, places: Sequence[int]) -> Float64Array:
    """Return the probability of each label, float64, shape (N, 10); rows of other lines are of no use."""
    labels = evidence.probabilities.astype(np.float64)
    return np.asarray(labels / labels.sum(axis=1, keepdims=True)) if len(places) else labels


def _group_layouts(field: Field, roles: Sequence[Role]) -> _Layouts:
    """Return the layouts that a line may have; those of the same slots, such as of a date in any order, together."""
    seen = {sign for role in roles for sign in role.signs}
    groups: _Layouts = {}
    for layout in field.layouts(count_digits(roles), seen):
        groups.setdefault(layout.slots, []).append(layout)
    return groups


def _find_assignments(field: Field, layouts: _Layouts, roles: Sequence[Role]) -> list[Assignment]:
    """Return the likeliest ways to lay the field on a line, best first."""
    found: list[Assignment] = []
    for layout, *_ in layouts.values():
        absent = [slot for slot in layout.template if isinstance(slot, str)] if field.pattern is not None else []
        for sign in layout.signs if absent else ():
            absent.remove(sign)
        found += assign(layout, roles, absent, _find_bound(field, layout))
    found.sort(key=lambda way: way.cost)
    return [way for way in found[:MOST_WAYS] if way.cost <= found[0].cost + _FAR]


def _find_bound(field: Field, layout: Layout) -> Sequence[str]:
    """Return the signs that cannot be left out: the pattern's or the layout's, and all that a number could have."""
    if field.kind in ("amount", "integer"):
        return SIGNS
    if field.kind is not None and not layout.signs and field.pattern is None:
        return "/-.:"
    return field.signs or layout.signs


def _find_candidates(
    field: Field, layouts: _Layouts, assignments: Sequence[Assignment], shares: Sequence[Float64Array]
) -> list[Candidate]:
    """Return the strings of all assignments, likeliest first, until the rest does not matter."""
    streams = [_find_strings(way, shares) for way in assignments]
    found: list[Candidate] = []
    for cost, way, digits in itertools.islice(heapq.merge(*streams, key=lambda string: string[0]), _MOST_STRINGS):
        if found and cost > found[0].cost + _FAR:
            break
        is_valid = any(field.accepts(layout, digits) for layout in layouts[way.layout.slots])
        found.append(Candidate(way.layout.format(digits), digits, way, cost, is_valid))
    return found


def _find_strings(way: Assignment, shares: Sequence[Float64Array]) -> Iterator[tuple[float, Assignment, str]]:
    """Yield the strings of an assignment with their cost, likeliest first."""
    tables = []
    slots = zip(way.layout.slots, way.filled, strict=True)
    for allowed, row in ((slot, shares[place]) for slot, place in slots if not isinstance(slot, str)):
        total = sum(float(row[label]) for label in allowed)
        ranked = sorted(allowed, key=lambda label, row=row: (-float(row[label]), label))  # type: ignore[misc]
        tables.append([(-math.log(max(float(row[label]) / total, LEAST_PROBABILITY)), str(label)) for label in ranked])
    # each string is made from one other only: its last changed digit is one rank better there
    heap = [(sum(table[0][0] for table in tables), (0,) * len(tables), 0)]
    while heap:
        cost, ranks, last = heapq.heappop(heap)
        yield way.cost + cost, way, "".join(table[rank][1] for table, rank in zip(tables, ranks, strict=True))
        for place in range(last, len(tables)):
            rank = ranks[place] + 1
            if rank < len(tables[place]):
                step = tables[place][rank][0] - tables[place][rank - 1][0]
                heapq.heappush(heap, (cost + step, (*ranks[:place], rank, *ranks[place + 1 :]), place))
