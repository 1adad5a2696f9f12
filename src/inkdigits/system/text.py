"""Makes text from elsewhere harmless where it is shown: on a terminal, and in a table that a spreadsheet opens."""

import re
import unicodedata

__all__ = ["escape_cell", "printable_line", "show_value", "unescape_cell"]

# what a spreadsheet takes for a formula; OWASP's list of characters for CSV injection
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_SHOWN = 200  # characters of a value in an error
_UNSAFE = {"Cc", "Cf", "Zl", "Zp"}  # kinds of characters that move the cursor, end a line or turn its direction


def printable_line(text: str) -> str:
    r"""Return text in which characters that control a terminal, or end a line, stand as their codes.

    >>> printable_line("9\x1b[2J\n.png")
    '9\\x1b[2J\\x0a.png'
    """
    if text.isprintable():
        return text
    return "".join(_code(character) if unicodedata.category(character) in _UNSAFE else character for character in text)


def _code(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def escape_cell(text: str) -> str:
    """Return a cell of CSV that no spreadsheet takes for a formula: with an apostrophe before it, if it looks like one.

    >>> escape_cell("=1+1"), escape_cell("1.png")
    ("'=1+1", '1.png')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_cell(text: str) -> str:
    """Return what `escape_cell` was given.

    >>> unescape_cell("'=1+1"), unescape_cell("'9'.png")
    ('=1+1', "'9'.png")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def show_value(value: object) -> str:
    """Return a value as an error repeats it; Python writes no whole number of more than some thousand figures.

    >>> show_value(3), show_value(10**5000)
    ('3', 'a int too large to be shown')
    """
    try:
        return repr(value)[:_SHOWN]
    except (ValueError, RecursionError):
        return f"a {type(value).__name__} too large to be shown"
