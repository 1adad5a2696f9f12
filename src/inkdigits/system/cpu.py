"""Counts the cores that this process may use, and how many processes are worth starting on them."""

import os

__all__ = ["count_cores", "find_most_processes"]

_LEAST_MOST, _MOST_A_CORE = 16, 4  # processes: more than four a core only wait for one another


def count_cores() -> int:
    """Return how many cores this process may use, 1 or more."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def find_most_processes() -> int:
    """Return how many processes may be asked for on these cores: more would only fill the memory."""
    return max(_LEAST_MOST, _MOST_A_CORE * count_cores())
