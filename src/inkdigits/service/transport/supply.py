"""Keeps as many processes ready as are wanted, whatever happens to them."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from inkdigits.errors import BundleError, ServiceError
from inkdigits.service.telemetry import Telemetry
from inkdigits.service.transport.process import ProcessEndedError, ReadingProcess

__all__ = ["Supply"]

_START_S = 60.0  # seconds for a process to start, on a busy machine
_LOOK_S = 0.4  # seconds between two looks at processes that may be stopped; one that is twice so is replaced
# seconds that a process is kept which is no longer wanted: a start costs 0.7 s of a core, and under load the next slow
# request is never far. Without it, 35 processes were started in 15 s of overload, which read nothing.
_LINGER_S = 10.0
_MAX_FAILURES = 3  # starts in a row that may fail before the service gives up its own start
_PAUSES_S = (0.0, 0.5, 2.0, 5.0)  # before the next start, by the number of failures in a row
# why a process ended -> what the log says of it
_TOLD = {
    "died": "a process that reads has died",
    "memory": "a process that reads took more memory than the limit",
    "start": "a process that reads ended before it was ready",
    "stopped": "a process that reads was stopped",
    "time": "a process that reads took longer than the limit",
}
_service = logging.getLogger("inkdigits.service")


class Supply:
    """The processes.

    Args:
        settings: What each process is told at its start, as values of JSON.
        telemetry: Counts the processes, and why they ended.
        count_wanted: Returns how many there should be.
        on_ready: Called when one more is ready.
        module: What a process runs.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        telemetry: Telemetry,
        count_wanted: Callable[[], int],
        on_ready: Callable[[], None],
        module: str,
    ) -> None:
        """Start none yet."""
        self.idle: deque[ReadingProcess] = deque()
        self._settings = settings
        self._telemetry = telemetry
        self._count_wanted = count_wanted
        self._on_ready = on_ready
        self._module = module
        self._all: set[ReadingProcess] = set()
        self._ready: set[ReadingProcess] = set()
        self._starting = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._surplus_since: float | None = None
        self._bundle_error: BundleError | None = None
        self._is_closed = False

    async def start(self) -> None:
        """Start the processes, and wait for the first one.

        Raises:
            BundleError: The bundle cannot be read.
            ServiceError: The processes end before they are ready.
        """
        self._spawn(self._watch())
        self.fill()
        while not self.idle:
            if self._bundle_error is not None or self._failures >= _MAX_FAILURES:
                await self.close()
                msg = "the processes that read end before they are ready; give them more memory, or start fewer"
                raise self._bundle_error or ServiceError(msg)
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        """End all processes."""
        self._is_closed = True
        self.idle.clear()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(process.close() for process in self._all))
        self._all.clear()
        self._ready.clear()
        self._telemetry.set_processes(0)

    def fill(self) -> None:
        """Start as many processes as are missing."""
        while not self._is_closed and len(self._all) + self._starting < self._count_wanted():
            self._starting += 1
            self._spawn(self._add())

    def give_back(self, process: ReadingProcess) -> None:
        """Take a process that has done its task; it ends some time after it is no longer wanted."""
        if not self._is_closed and not process.has_ended:
            self.idle.append(process)

    async def _add(self) -> None:
        """Start one process, and see to it until it has ended."""
        try:
            await asyncio.sleep(_PAUSES_S[min(self._failures, len(_PAUSES_S) - 1)])
            process = await ReadingProcess.start(self._settings, self._module)
        except OSError as error:
            self._failures += 1
            _service.error("a process that reads cannot start (%s); trying again", error)
            self._spawn(self._fill_later())
            return
        finally:
            self._starting -= 1
        self._all.add(process)
        try:
            async with asyncio.timeout(_START_S):
                await process.wait_until_ready()
            self._failures = 0
            self._ready.add(process)
            self._telemetry.set_processes(len(self._ready))
            self.idle.append(process)
            self._on_ready()
        except (BundleError, ProcessEndedError, TimeoutError) as error:
            self._failures += 1
            self._bundle_error = error if isinstance(error, BundleError) else None
            process.end("start")
        await process.wait()
        self._bury(process)

    async def _fill_later(self) -> None:
        await asyncio.sleep(_PAUSES_S[-1])
        self.fill()

    def _bury(self, process: ReadingProcess) -> None:
        self._all.discard(process)
        self._ready.discard(process)
        if process in self.idle:
            self.idle.remove(process)
        self._telemetry.set_processes(len(self._ready))
        reason = process.why_ended or "died"
        self._telemetry.count_ended(reason)
        if reason in _TOLD:
            _service.warning("%s; another one takes its place", _TOLD[reason])
        self.fill()

    async def _watch(self) -> None:
        """End processes that were stopped, for they would never answer, and those that are no longer wanted."""
        while True:
            await asyncio.sleep(_LOOK_S)
            for process in self._all:
                if process.look_whether_stopped():
                    process.end("stopped")
            self._end_surplus()

    def _end_surplus(self) -> None:
        """End a process when there were too many for a while."""
        if len(self._all) <= self._count_wanted() or not self.idle:
            self._surplus_since = None
            return
        now = asyncio.get_running_loop().time()
        if self._surplus_since is None:
            self._surplus_since = now
        elif now - self._surplus_since > _LINGER_S:
            self.idle.popleft().end("surplus")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
