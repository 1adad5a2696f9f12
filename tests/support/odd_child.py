"""A process that reads for the service, whose pictures do what a test wants: each holds an order instead of pixels."""

import os
import re
import signal
import time

import numpy as np

from inkdigits import DigitReader
from inkdigits.service.child import main
from inkdigits.service.limits import Limits
from inkdigits.service.transport.tasks import Begin, Handle, Outcome, Task

_HELD = re.compile(r"(a+)+$")  # takes twice the time for each further letter, all of it with Python's lock held


def make(reader: DigitReader, limits: Limits) -> Handle:
    """Return what obeys the order in a body, as "sleep 5", and answers with it."""
    del reader, limits

    def handle(task: Task, deadline: float, begin: Begin) -> Outcome:
        del deadline
        begin(1)
        order, _, size = task.body.decode("ascii").partition(" ")
        match order:
            case "sleep":
                time.sleep(float(size))
            case "hold":
                _HELD.match("a" * 40 + "b")
            case "take":
                np.ones(int(size), dtype=np.uint8)
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "raise":
                msg = "secret-of-the-house\n\x1b[31minkdigits: a forged line"
                raise ZeroDivisionError(msg)
            case "print":
                os.write(1, b"a library's own words\n")
        return Outcome(task.body, pictures={"digits": 1})

    return handle


if __name__ == "__main__":
    main(make)
