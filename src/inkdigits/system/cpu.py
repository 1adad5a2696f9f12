"""Counts the cores that this process may use."""

import os

__all__ = ["count_cores"]


def count_cores() -> int:
    """Return how many cores this process may use, 1 or more."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
