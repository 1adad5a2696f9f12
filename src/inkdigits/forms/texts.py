"""Checks a text that a person typed for a field, as strictly as what the reader reads."""

from inkdigits.errors import FieldError
from inkdigits.forms.template import FieldSpec
from inkdigits.reading.fields import Field

__all__ = ["fit_text"]

_DIGITS = frozenset("0123456789")
_SIGNS = frozenset(" .,-/:()%+=$\u20ac\u00a3\u00a5\u20b9")  # what may stand between digits on a line
_MOST = 1000  # characters, as a table's cell has
_SHOWN = 40  # of them, in a message


def fit_text(spec: FieldSpec, text: str) -> str:
    """Return a field's text as the table has it: with the signs of its pattern, whether they were typed or not.

    Args:
        spec: What the template says of the field.
        text: What a person typed; "" for nothing.

    Raises:
        FieldError: It is too long, has what no cell can hold, or does not fit pattern, kind or check.
    """
    text = text.strip()
    if not text:
        return ""
    digits = "".join(character for character in text if character in _DIGITS)
    fitted, expected = _fit(spec, text, digits)
    if fitted is None:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
        msg = f'expected {expected}, got "{shown}"'
        raise FieldError(msg)
    return fitted


def _fit(spec: FieldSpec, text: str, digits: str) -> tuple[str | None, str]:
    """Return the text as the table has it, or None; and what is expected."""
    is_strange = set(text) - _DIGITS - _SIGNS - set(spec.options.pattern or "")
    if is_strange or not digits or len(text) > _MOST:
        return None, "digits"
    if spec.cells and len(digits) > len(spec.cells):
        return None, f"at most {len(spec.cells)} digits, one a cell"
    if spec.field is not None and spec.field.is_line:
        return _format(spec.field, text, digits), spec.field.describe()
    if spec.cells and digits != text:
        return None, "digits only, one a cell"
    return text, ""


def _format(field: Field, text: str, digits: str) -> str | None:
    for layout in field.layouts(range(len(digits), len(digits) + 1), set(text) - _DIGITS):
        shown = layout.format(digits)
        is_bare = text == digits and (field.pattern is not None or not layout.signs)
        is_allowed = all(int(digit) in own for digit, own in zip(digits, layout.allowed, strict=True))
        if (is_bare or text == shown) and is_allowed and field.accepts(layout, digits):
            return shown
    return None
