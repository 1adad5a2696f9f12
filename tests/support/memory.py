"""What a process of its own takes in memory and processor time for a piece of code."""

import subprocess
import sys

import pytest

# the kernel's own count begins anew with the program; getrusage's peak is at least what the parent had at the fork
PEAK = """
import resource, sys, time
def peak():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 1 << 20)
start = time.process_time()
"""
DECODE = """
from inkdigits.errors import InkdigitsError
from inkdigits.reading.pictures.decoding import decode
try:
    print(decode(sys.argv[1]).shape)
except InkdigitsError as error:
    print(type(error).__name__)
"""


def measure(code: str, *arguments: object) -> tuple[str, int, float]:
    """Return what a process prints, its peak in megabytes, and its seconds of processor time.

    Args:
        code: Of Python; `sys` and `time` are imported already.
        arguments: As `sys.argv[1:]`.
    """
    pytest.importorskip("resource")
    whole = f"{PEAK}{code}\nprint(peak(), time.process_time() - start)"
    done = subprocess.run(
        [sys.executable, "-c", whole, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    *answer, costs = done.stdout.strip().split("\n")
    peak, seconds = costs.split()
    return "\n".join(answer), int(peak), float(seconds)
