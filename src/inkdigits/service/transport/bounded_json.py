"""Parses JSON whose number of members is bounded beforehand, so that a small body cannot become a large object.

A list of two bytes takes 56 bytes of memory once it is parsed: 20 MB of nested lists took 11 s and 500 MB. Members are
therefore counted as bytes first, which takes a hundredth of a second. Tensors are the one thing that may be long. Their
text is cut out before parsing and read by `numerals`, without an object for each number.
"""

import json
import re
from dataclasses import dataclass, field

import numpy as np
from starlette.exceptions import HTTPException

__all__ = ["CutJson", "cut_numbers", "load_json"]

_MARKS = (b"[", b"{", b",", b":")  # each begins a member or stands between two
_KEY = re.compile(rb'"data"\s*:\s*(?=\[)')
_MAX_DEPTH = 500  # brackets that are open at the end of what is then no JSON
_BLOCK = 1_000_000  # bytes of a list that are looked at together
_MAX_CUTS = 16  # tensors of one body; the protocol of this service has one
_OPENING, _CLOSING = b"[]"
_NUMERALS = re.compile(rb"[\[\]0-9,\s]*")


def load_json(body: bytes, max_members: int, expected: str) -> object:
    """Return what a body of JSON says.

    Args:
        body: UTF-8, UTF-16 or UTF-32.
        max_members: Most brackets, commas and colons of the body, those in its strings counted, too.
        expected: What the caller expected, for the message: "expected ...".

    Raises:
        HTTPException: 413 for too many members; 400 for something else than JSON, also for JSON that is nested deeply.
    """
    found = sum(body.count(mark) for mark in _MARKS)
    if found > max_members:
        is_closed = abs(body.count(b"[") + body.count(b"{") - body.count(b"]") - body.count(b"}")) < _MAX_DEPTH
        if not is_closed:
            raise HTTPException(400, f"{expected}, got no JSON; check it with a parser")
        msg = f"{expected}, in at most {max_members:,} members, got {found:,}; send less in one request"
        raise HTTPException(413, msg)
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"{expected}, got no JSON; check it with a parser") from error


@dataclass(frozen=True, slots=True)
class CutJson:
    """A body of JSON without its tensors.

    Attributes:
        rest: The body with a string in the place of each list of numbers that is the value of a member "data".
        numbers: By that string, the list's own bytes: brackets, digits, commas and spaces.
    """

    rest: bytes
    numbers: dict[str, bytes] = field(default_factory=dict)


def cut_numbers(body: bytes, marker: str) -> CutJson:
    """Cut the lists of numbers out of a body of JSON.

    In valid JSON, `"data":` can be nothing but the name of a member: within a string, its quotes would be escaped.

    Args:
        body: The JSON.
        marker: Begins the strings that stand for the lists; it must not be known to who wrote the body.

    Raises:
        HTTPException: 422 for a list of something else, or for more lists than any request has.
    """
    parts: list[bytes] = []
    numbers: dict[str, bytes] = {}
    place = 0
    while (match := _KEY.search(body, place)) is not None:
        if len(numbers) == _MAX_CUTS:
            raise HTTPException(422, f"expected at most {_MAX_CUTS} tensors, got more; send one")
        name = f"{marker}{len(numbers)}"
        end = _find_end(body, match.end())
        numbers[name] = body[match.end() : end]
        parts += [body[place : match.end()], b'"', name.encode("ascii"), b'"']
        place = end
    return CutJson(b"".join([*parts, body[place:]]), numbers)


def _find_end(body: bytes, start: int) -> int:
    """Return the place after the bracket that closes the list."""
    run = _NUMERALS.match(body, start)
    most = start if run is None else run.end()
    depth = 0
    for place in range(start, most, _BLOCK):
        block = np.frombuffer(body, dtype=np.uint8, count=min(_BLOCK, most - place), offset=place)
        brackets = np.flatnonzero((block == _OPENING) | (block == _CLOSING))
        depths = depth + np.cumsum(np.where(block[brackets] == _OPENING, 1, -1))
        ends = np.flatnonzero(depths == 0)
        if len(ends):
            return place + int(brackets[ends[0]]) + 1
        depth = int(depths[-1]) if len(depths) else depth
    msg = "expected data that is a list of whole numbers from 0 to 255, got something else; send the frame's bytes"
    raise HTTPException(422, f"{msg} as numbers")
