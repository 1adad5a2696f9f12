"""Reads the text of a list of whole numbers from 0 to 255 into an array, without an object for each of them.

Number and nesting are checked before any array is made: `np.array` of a list pads every string to the longest one, and
145 kB took 3.6 GB.
"""

import math
from collections.abc import Sequence

import numpy as np
from starlette.exceptions import HTTPException

from inkdigits.spec import BoolArray, UInt8Array

__all__ = ["parse_numerals"]

_EXPECTED = "expected data that is a list of whole numbers from 0 to 255"
_SPACES = b" \t\r\n"
_DIGITS = b"0123456789"
_MAX_DIGITS = 3  # of a number up to 255
_ZERO, _NINE = b"09"
_COMMA, _OPENING, _CLOSING = b",[]"


def parse_numerals(text: bytes, shape: Sequence[int]) -> UInt8Array:
    """Return the numbers as an array, uint8, of that shape.

    Args:
        text: The list in JSON: flat, or nested as the shape is.
        shape: The shape that the numbers must have, each size 0 or more.

    Raises:
        HTTPException: 422 for another number of numbers, another nesting, or other numbers.
    """
    count = math.prod(shape)
    skeleton = text.translate(None, _SPACES + _DIGITS)
    found = 0 if skeleton == b"[]" and not text.strip(_SPACES + b"[]") else skeleton.count(b",") + 1
    is_flat = skeleton == b"[" + b"," * (found - 1) + b"]"
    if not is_flat and (found != count or skeleton != _nest(shape)):
        advice = "send it flat, or nested as the shape"
        raise HTTPException(422, f"{_EXPECTED}, got rows of different lengths or another nesting; {advice}")
    if found != count:
        msg = f"expected {count:,} numbers for the shape {list(shape)}, got {found:,}; send as many"
        raise HTTPException(422, msg)
    if count == 0:
        return np.zeros(tuple(shape), dtype=np.uint8)
    return _parse_flat(text, count).reshape(tuple(shape))


def _nest(shape: Sequence[int]) -> bytes:
    """Return the brackets and commas of a list of that shape."""
    inner = b""
    for size in reversed(shape):
        inner = b"[" + b",".join([inner] * size) + b"]"
    return inner


def _parse_flat(text: bytes, count: int) -> UInt8Array:
    """Return the numbers, uint8, shape (count,)."""
    characters = np.frombuffer(text.translate(None, _SPACES + b"[]"), dtype=np.uint8)
    is_comma = characters == _COMMA
    ends = np.append(np.flatnonzero(is_comma), len(characters)).astype(np.int32)
    starts = np.append(0, ends[:-1] + 1).astype(np.int32)
    lengths = ends - starts
    if _has_misplaced(text) or len(ends) != count or lengths.min() < 1 or lengths.max() > _MAX_DIGITS:
        raise HTTPException(422, f"{_EXPECTED}, got something else; send the frame's bytes as numbers")
    numbers = np.zeros(count, dtype=np.int32)
    for place in range(_MAX_DIGITS):
        has_digit = lengths > place
        numbers[has_digit] += (characters[ends[has_digit] - 1 - place].astype(np.int32) - _ZERO) * 10**place
    has_leading_zero = (lengths > 1) & (characters[starts] == _ZERO)
    if numbers.max() > np.iinfo(np.uint8).max or has_leading_zero.any():
        raise HTTPException(422, f"{_EXPECTED}, got something else; send the frame's bytes as numbers")
    return numbers.astype(np.uint8)


def _has_misplaced(text: bytes) -> bool:
    """Tell whether a number has a space in it, or stands beside a bracket with no comma between."""
    dense = np.frombuffer(text.translate(None, _SPACES), dtype=np.uint8)
    is_digit = _is_digit(dense)
    after_closing = (dense[:-1] == _CLOSING) & is_digit[1:]
    before_opening = is_digit[:-1] & (dense[1:] == _OPENING)
    if after_closing.any() or before_opening.any():
        return True
    if len(dense) == len(text):
        return False
    as_sent = _is_digit(np.frombuffer(text, dtype=np.uint8))
    return bool(np.count_nonzero(as_sent[:-1] & as_sent[1:]) != np.count_nonzero(is_digit[:-1] & is_digit[1:]))


def _is_digit(characters: UInt8Array) -> BoolArray:
    return (characters >= _ZERO) & (characters <= _NINE)
