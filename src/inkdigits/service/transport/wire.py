"""The form in which tasks and outcomes go through the pipes between processes: JSON, and bytes after it.

Nothing is pickled. A process that reads strangers' pictures may be taken over by one of them. What it says must not
be able to run code in the process that answers.
"""

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

__all__ = ["PREFIX_BYTES", "Message", "decode", "encode", "read_message", "split_prefix"]

_PREFIX = struct.Struct(">II")  # bytes of the JSON, and of what follows it
PREFIX_BYTES = _PREFIX.size
Message = tuple[dict[str, Any], bytes]


def encode(head: Mapping[str, Any], body: bytes = b"") -> list[bytes]:
    """Return the parts of a message, to be written one after the other."""
    text = json.dumps(head).encode("ascii")
    return [_PREFIX.pack(len(text), len(body)) + text, body]


def split_prefix(prefix: bytes) -> tuple[int, int]:
    """Return how many bytes of JSON, and of what follows it, come after a prefix."""
    head, body = _PREFIX.unpack(prefix)
    return head, body


def decode(head: bytes, body: bytes) -> Message:
    """Return the message of its two parts.

    Raises:
        ValueError: It is not of this form.
    """
    values = json.loads(head)
    if not isinstance(values, dict):
        msg = f"expected an object, got {type(values).__name__}"
        raise ValueError(msg)  # noqa: TRY004 - one error for all that is no message
    return values, body


def read_message(file: IO[bytes]) -> Message | None:
    """Return the next message; None when no more come."""
    prefix = file.read(PREFIX_BYTES)
    if len(prefix) < PREFIX_BYTES:
        return None
    head_bytes, body_bytes = split_prefix(prefix)
    head, body = file.read(head_bytes), file.read(body_bytes)
    return decode(head, body) if len(head) + len(body) == head_bytes + body_bytes else None
