"""A process that reads for the service: `python -m inkdigits.service.child`, with tasks on its standard input.

It opens what strangers send, so it may be ended at any moment, and it has its own limit of memory. It ends with the
process that started it, however that one ends.
"""

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from typing import IO, Any

from inkdigits.errors import BundleError
from inkdigits.reading.reader import DigitReader
from inkdigits.service.limits import Limits
from inkdigits.service.routes.handling import make_handle, warm_up
from inkdigits.service.transport.problem_documents import describe_problem
from inkdigits.service.transport.tasks import Handle, Outcome, Task
from inkdigits.service.transport.wire import encode, read_message
from inkdigits.system.memory import limit_memory
from inkdigits.system.opencv import settle_opencv

__all__ = ["main", "make_settings"]

_PARENT_DEATH = 1  # PR_SET_PDEATHSIG of Linux' prctl
_MILLION = 1_000_000


def make_settings(model: str, limits: Limits) -> dict[str, Any]:
    """Return what such a process is told first, as values of JSON."""
    return {"model": model, "limits": asdict(limits)}


def main(make: Callable[[DigitReader, Limits], Handle] = make_handle) -> None:
    """Do tasks until no more come.

    Args:
        make: Makes what does them.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # they reach all processes of a terminal; the first one decides
        signal.signal(number, signal.SIG_IGN)
    incoming, outgoing = sys.stdin.buffer, _take_stdout()
    message = read_message(incoming)
    if message is None:
        return
    settings, _ = message
    _end_with(settings["parent"])
    limits = Limits(**settings["limits"])
    settle_opencv()
    limit_memory(limits.max_memory_bytes)
    try:
        reader = DigitReader(settings["model"], max_pixels=limits.max_pixels, max_bytes=limits.max_body_bytes)
        warm_up(reader)
    except BundleError as error:
        _say(outgoing, {"bundle_error": str(error)})
        return
    _say(outgoing, {"is": "ready"})
    handle = make(reader, limits)
    while (message := read_message(incoming)) is not None:
        if not _do(handle, message[0], message[1], limits, outgoing):
            return


def _do(handle: Handle, head: dict[str, Any], body: bytes, limits: Limits, outgoing: IO[bytes]) -> bool:
    """Do one task; return whether another one can be done."""
    task = Task(head["kind"], body, head["settings"])
    deadline = time.monotonic() + head["seconds"]
    is_last = False
    try:
        outcome = handle(task, deadline, lambda count: _say(outgoing, {"is": "begun", "pictures": count}))
    except TimeoutError:
        _say(outgoing, {"is": "late"})
        return True
    except MemoryError:
        is_last = True
        outcome = _tell_memory(limits)
    except Exception:  # noqa: BLE001 - whatever nobody foresaw; it is logged where the log is
        _say(outgoing, {"is": "failed", "traceback": traceback.format_exc()})
        return True
    _say(outgoing, {"is": "done", "is_last": is_last, "outcome": outcome.to_values()}, outcome.body)
    return not is_last


def _tell_memory(limits: Limits) -> Outcome:
    most = f"{limits.max_memory_bytes // _MILLION:,} MB"
    problem = describe_problem(413, f"expected pictures that take at most {most} of memory, got more; shrink them")
    return Outcome(problem=problem | {"error": "PictureTooLargeError"}, pictures={"error": 1})


def _say(outgoing: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    outgoing.writelines(encode(head, body))
    outgoing.flush()


def _take_stdout() -> IO[bytes]:
    """Return standard output for messages alone; whatever else is printed there goes to standard error."""
    own = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(own, "wb")


def _end_with(parent: int) -> None:
    """Let the system end this process with its parent, also while it is stopped or busy."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH, signal.SIGKILL)
    if os.name == "posix" and os.getppid() != parent:  # it ended meanwhile
        sys.exit(1)


if __name__ == "__main__":
    main()
