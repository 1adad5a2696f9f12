"""Limits the memory of a whole process, which a program does once at its start and a library never does."""

import sys

__all__ = ["limit_memory"]


def limit_memory(most: int) -> None:
    """Let the process take no more memory; what would exceed it fails with a MemoryError.

    Counted is what the process writes to: not its libraries, nor files that it maps. Only Linux counts so; elsewhere,
    this does nothing.

    Args:
        most: Bytes.
    """
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - Windows has none

    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not write a file of that size
