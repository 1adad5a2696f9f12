"""Judges fields by the rules between them: a broken rule makes them doubtful, and one digit may be proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inkdigits.forms.results import FieldOutcome, FieldReading
from inkdigits.forms.rules import Rule, holds
from inkdigits.forms.template import FieldSpec

__all__ = ["apply_rules", "forget_rules", "to_number"]

_BREAKS = "breaks the rule "
_JOINT = "; "  # between the reasons of one field


def apply_rules(
    fields: Sequence[FieldReading], specs: Sequence[FieldSpec], rules: Sequence[Rule], unsure_below: float
) -> tuple[FieldReading, ...]:
    """Return the fields, doubtful where a rule is broken; where one other digit mends all rules, that is proposed.

    A rule is asked only when each of its fields is on this page and has digits. What a person said is never changed.

    Args:
        fields: Of one page.
        specs: What the template says of them, in the same order.
        rules: Of the form.
        unsure_below: Confidence, 0 to 1, below which a digit is unsure; only such digits are changed for a proposal,
            or any one digit when none is unsure.
    """
    by_name = {field.name: field for field in fields}
    known = {spec.name: spec for spec in specs}
    values = {field.name: number for field in fields if (number := to_number(field, known[field.name])) is not None}
    asked = [rule for rule in rules if all(name in values for name in rule.names)]
    broken = [rule for rule in asked if not holds(rule, values)]
    if not broken:
        return tuple(fields)
    judged = dict(by_name)
    for rule in broken:
        for name in rule.names:
            reasons = [reason for reason in (judged[name].reason, _BREAKS + rule.text) if reason]
            judged[name] = replace(judged[name], outcome="doubtful", reason=_JOINT.join(reasons))
    names = list(dict.fromkeys(name for rule in broken for name in rule.names))
    open_fields = [by_name[name] for name in names if by_name[name].by != "person"]
    found = _propose(open_fields, known, values, asked, unsure_below)
    if found is not None:
        judged[found[0]] = replace(judged[found[0]], proposal=found[1])
    return tuple(judged[field.name] for field in fields)


def forget_rules(field: FieldReading) -> FieldReading:
    """Return a field as it was before `apply_rules`: without its proposal, and sure if rules alone made it doubtful."""
    reasons = [reason for reason in (field.reason or "").split(_JOINT) if reason and not reason.startswith(_BREAKS)]
    outcome: FieldOutcome = field.outcome if reasons or field.reason is None else "sure"
    return replace(field, outcome=outcome, reason=_JOINT.join(reasons) or None, proposal=None)


def to_number(field: FieldReading, spec: FieldSpec) -> int | None:
    """Return the number that rules compare: that of a field's digits, of a date in the order of year, month, day.

    Args:
        field: What was read.
        spec: What the template says of it.
    """
    digits = "".join(character for character in field.guess if character.isdecimal())
    if not digits:
        return None
    order = spec.options.order
    if spec.options.kind == "date" and order in {"dmy", "mdy"} and len(digits) in {6, 8}:
        day, month = (digits[:2], digits[2:4]) if order == "dmy" else (digits[2:4], digits[:2])
        digits = digits[4:] + month + day
    return int(digits)


def _propose(
    fields: Sequence[FieldReading],
    specs: Mapping[str, FieldSpec],
    values: Mapping[str, int],
    rules: Sequence[Rule],
    unsure_below: float,
) -> tuple[str, str] | None:
    """Return the field and its text with the one other digit that makes all rules hold; None if none or several do."""
    found = []
    places = [(field, at) for field in fields for at, character in enumerate(field.guess) if character.isdecimal()]
    unsure = [(field, at) for field, at in places if _confidence(field, at) < unsure_below]
    for field, at in unsure or places:
        for label in "0123456789":
            if label == field.guess[at]:
                continue
            text = field.guess[:at] + label + field.guess[at + 1 :]
            number = to_number(replace(field, guess=text), specs[field.name])
            if number is not None and all(holds(rule, {**values, field.name: number}) for rule in rules):
                found.append((field.name, text))
    return found[0] if len(found) == 1 else None


def _confidence(field: FieldReading, at: int) -> float:
    """Return the confidence of the digit at a place of a field's text."""
    filled = [cell for cell in field.cells if cell.label is not None]
    place = sum(character.isdecimal() for character in field.guess[:at])
    if place >= len(filled):
        return 1.0
    return filled[place].confidence if filled[place].outcome == "digit" else 0.0
