"""Does tasks in threads of this process, with any reader. What takes too long cannot be ended; `processes` can."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from inkdigits.service.limits import Limits
from inkdigits.service.telemetry import Telemetry
from inkdigits.service.transport.engine import Engine
from inkdigits.service.transport.tasks import Handle, Outcome, Task

__all__ = ["Threads"]


class Threads(Engine):
    """Threads of this process.

    Args:
        limits: Limits of the service.
        telemetry: Counts what is done.
        handle: Does a task.
        warm_up: Called once at the start, so that no client has to wait while the networks load.
    """

    def __init__(self, limits: Limits, telemetry: Telemetry, handle: Handle, warm_up: Callable[[], None]) -> None:
        super().__init__(limits, telemetry)
        self._handle = handle
        self._warm_up = warm_up
        self._executor = ThreadPoolExecutor(limits.threads, thread_name_prefix="inkdigits")
        self._is_ready = False

    @property
    def is_ready(self) -> bool:
        """Whether a task would be done now."""
        return self._is_ready

    async def start(self) -> None:
        """Do the first reading."""
        self._warm_up()
        self._is_ready = True

    async def close(self) -> None:
        """Wait for running work; drop waiting work."""
        self._is_ready = False
        self._executor.shutdown(cancel_futures=True)

    async def run(self, task: Task) -> Outcome:
        """Do a task in a thread.

        After the time limit, the thread still finishes its work, which counts as in flight until it is done.
        """
        if self.is_full:
            raise self.busy()
        self._in_flight += 1
        deadline = time.monotonic() + self._limits.work_timeout_s
        future = asyncio.get_running_loop().run_in_executor(self._executor, self._do, task, deadline)
        future.add_done_callback(self._end)
        done, _ = await asyncio.wait({future}, timeout=self._limits.work_timeout_s)
        if not done:
            raise self.too_slow()
        try:
            return self._count(future.result())
        except TimeoutError as error:
            raise self.too_slow() from error

    def _do(self, task: Task, deadline: float) -> Outcome:
        with self._counting_pictures() as pictures:
            return self._handle(task, deadline, pictures.begin)

    def _end(self, future: "asyncio.Future[Outcome]") -> None:
        self._in_flight -= 1
        if not future.cancelled():
            future.exception()  # retrieved, or asyncio would print a warning after a 503
