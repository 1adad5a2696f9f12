"""Checks rules between fields, as "valid + invalid == total", and finds the one digit that would make a rule hold.

A rule is a comparison of numbers in Python's notation. Its tree is walked here; nothing of it is ever run by Python.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from inkdigits.errors import FormError

__all__ = ["Rule", "holds", "parse_rule"]

_MOST_LENGTH = 500  # characters of a rule
_MOST_DIGITS = 64  # of a number; fields have no longer ones
_SUMS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        text: As it stands in the template.
        tree: What it says.
        names: The fields that it compares, each once.
    """

    text: str
    tree: ast.expr
    names: tuple[str, ...]


def parse_rule(text: str, names: Sequence[str]) -> Rule:
    """Return the rule of a text.

    Args:
        text: A comparison of fields and whole numbers with `+ - * / // %`, parentheses, `and`, `or`, `not`; a field
            whose name is no Python name stands in `field("...")`. A date is the whole number of its digits in the
            order of year, month, day.
        names: Of the fields.

    Raises:
        FormError: It is no rule, or names a field that is not there.

    >>> parse_rule("valid + invalid == total", ["valid", "invalid", "total"]).names
    ('valid', 'invalid', 'total')
    """
    try:
        if len(text) > _MOST_LENGTH:
            _refuse(f"at most {_MOST_LENGTH} characters")
        tree = ast.parse(text, mode="eval").body
        found: list[str] = []
        _check(tree, names, found)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        msg = f'rules: expected a rule as "valid + invalid == total", got {text[:_MOST_LENGTH]!r} ({error}); correct it'
        raise FormError(msg) from error
    if not isinstance(tree, ast.Compare | ast.BoolOp | ast.UnaryOp) or not found:
        msg = f"rules: expected a comparison of fields, got {text!r}; compare them with ==, <, <= and the like"
        raise FormError(msg)
    return Rule(text, tree, tuple(dict.fromkeys(found)))


def holds(rule: Rule, values: Mapping[str, int]) -> bool:
    """Return whether a rule holds.

    Args:
        rule: The rule.
        values: A number for each field that it names.
    """
    try:
        return bool(_evaluate(rule.tree, values))
    except ZeroDivisionError:
        return False


def _check(tree: ast.expr, names: Sequence[str], found: list[str]) -> None:
    """Refuse whatever is no number, field, sum or comparison; `found` gets the fields."""
    name = _field_name(tree)
    if name is not None:
        if name not in names:
            _refuse(f"a field, one of {', '.join(names[:20])}, got {name!r}")
        found.append(name)
    elif isinstance(tree, ast.BinOp) and type(tree.op) in _SUMS:
        _check(tree.left, names, found)
        _check(tree.right, names, found)
    elif isinstance(tree, ast.Compare) and all(type(sign) in _COMPARISONS for sign in tree.ops):
        for side in (tree.left, *tree.comparators):
            _check(side, names, found)
    elif isinstance(tree, ast.BoolOp):
        for side in tree.values:
            _check(side, names, found)
    elif isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.Not):
        _check(tree.operand, names, found)
    elif not (isinstance(tree, ast.Constant) and type(tree.value) is int and abs(tree.value) < 10**_MOST_DIGITS):
        _refuse(f"fields, whole numbers, sums and comparisons, got {ast.unparse(tree)[:60]!r}")


def _field_name(tree: ast.expr) -> str | None:
    if isinstance(tree, ast.Name):
        return tree.id
    is_call = isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "field"
    if is_call and isinstance(tree, ast.Call) and len(tree.args) == 1 and not tree.keywords:
        inner = tree.args[0]
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            return inner.value
    return None


def _evaluate(tree: ast.expr, values: Mapping[str, int]) -> Any:  # noqa: ANN401 - a number or a truth value
    name = _field_name(tree)
    if name is not None:
        return Fraction(values[name])
    if isinstance(tree, ast.BinOp):
        return _SUMS[type(tree.op)](_evaluate(tree.left, values), _evaluate(tree.right, values))
    if isinstance(tree, ast.Compare):
        sides = [_evaluate(side, values) for side in (tree.left, *tree.comparators)]
        pairs = zip(tree.ops, sides, sides[1:], strict=False)
        return all(_COMPARISONS[type(sign)](one, two) for sign, one, two in pairs)
    if isinstance(tree, ast.BoolOp):
        truths = (bool(_evaluate(side, values)) for side in tree.values)
        return all(truths) if isinstance(tree.op, ast.And) else any(truths)
    if isinstance(tree, ast.UnaryOp):
        value = _evaluate(tree.operand, values)
        return not value if isinstance(tree.op, ast.Not) else -value
    assert isinstance(tree, ast.Constant)  # noqa: S101 - `_check` let nothing else pass
    return Fraction(tree.value)  # type: ignore[arg-type]


def _refuse(expected: str) -> None:
    msg = f"expected {expected}"
    raise ValueError(msg)
