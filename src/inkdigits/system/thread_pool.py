"""Runs calls beside an event loop, in a few threads that all of the process shares."""

import functools
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:  # both are loaded on first use: most programs never wait in a loop
    from concurrent.futures import ThreadPoolExecutor

__all__ = ["run_in_pool"]

T = TypeVar("T")


async def run_in_pool(call: Callable[[], T], workers: int) -> T:
    """Wait for a call that runs in one of `workers` threads, while the event loop goes on.

    All calls with the same `workers` share the threads; what finds none free waits for its turn. Cancelling this
    coroutine takes back a call that still waits. One that runs already cannot be stopped: its thread is busy until it
    ends, and takes no other call before.

    Args:
        call: What to run, with the context variables of the caller.
        workers: Threads, 1 or more.

    Returns:
        What the call returns; what it raises, this raises.
    """
    import asyncio  # noqa: PLC0415 - who waits here has loaded it
    import contextvars  # noqa: PLC0415

    run = functools.partial(contextvars.copy_context().run, call)
    return await asyncio.get_running_loop().run_in_executor(_open_pool(os.getpid(), workers), run)


@functools.cache
def _open_pool(process: int, workers: int) -> "ThreadPoolExecutor":  # noqa: ARG001 - a forked process has no threads
    """Return the threads of a process, which start when they are needed."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - it would be a hundredth of a cold start

    return ThreadPoolExecutor(workers, "inkdigits")
