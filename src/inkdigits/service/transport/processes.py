"""Does tasks in processes that can be ended: after a time limit, when they take too much memory, or when they hang.

One process more than asked for is always ready. It takes over at once when another ends, and when a picture is slow:
then the slow one goes on beside, on a place of its own, and those that wait need not wait for it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException

from inkdigits.errors import PictureError
from inkdigits.service.limits import Limits
from inkdigits.service.telemetry import Telemetry
from inkdigits.service.transport.engine import Engine
from inkdigits.service.transport.problem_documents import UNFORESEEN, describe_error
from inkdigits.service.transport.process import READING_MODULE, ProcessEndedError, ReadingProcess, TaskFailedError
from inkdigits.service.transport.supply import Supply
from inkdigits.service.transport.tasks import Outcome, Task

__all__ = ["Processes"]

_SPARE = 1  # processes that are ready beside those that read
_QUICK_S = 0.5  # seconds after which a request is slow; a photo of 12 megapixels takes about as long (docs/results.md)
_CROWDED_S = 10.0  # seconds that a slow request has at least, when others wait and all slow places are taken
_GRACE_S = 0.2  # seconds after the limit for a process to say itself that it is late, and to live on
_TRIES = 2  # times that a task is given to a process; the second time, the first process ended and not by us
_service = logging.getLogger("inkdigits.service")


@dataclass(eq=False, slots=True)
class _Lease:
    """A process that does a task."""

    process: ReadingProcess
    since: float
    is_slow: bool = False
    is_crowded_out: bool = False
    timer: asyncio.TimerHandle | None = None


class Processes(Engine):
    """Processes that read.

    Args:
        limits: Limits of the service.
        telemetry: Counts what is done, and why processes ended.
        settings: What each process is told at its start, as values of JSON.
        size: Requests that are read at the same time, 1 or more, and as many slow ones beside them.
        module: What a process runs.
    """

    def __init__(
        self,
        limits: Limits,
        telemetry: Telemetry,
        settings: Mapping[str, Any],
        size: int,
        module: str = READING_MODULE,
    ) -> None:
        super().__init__(limits, telemetry)
        self._size = size
        self._waiting: deque[asyncio.Future[_Lease]] = deque()
        self._leases: set[_Lease] = set()
        self._supply = Supply(settings, telemetry, self._count_wanted, self._hand_out, module)

    @property
    def is_ready(self) -> bool:
        """Whether a process is there that reads."""
        return bool(self._supply.idle or self._leases)

    async def start(self) -> None:
        """Start the processes, and wait for the first one.

        Raises:
            BundleError: The bundle cannot be read.
            ServiceError: The processes end before they are ready.
        """
        await self._supply.start()

    async def close(self) -> None:
        """End all processes."""
        for waiter in self._waiting:
            waiter.cancel()
        await self._supply.close()

    async def run(self, task: Task) -> Outcome:
        """Do a task in a process, which is ended after the time limit; its place is free then."""
        if self.is_full:
            raise self.busy()
        deadline = asyncio.get_running_loop().time() + self._limits.work_timeout_s
        for attempt in range(_TRIES):
            lease = await self._take(deadline, is_first=attempt > 0)
            try:
                return self._count(await self._ask(lease, task, deadline))
            except ProcessEndedError:
                if lease.is_crowded_out:
                    msg = "reading this takes long, and others wait; send fewer or smaller pictures, or try again later"
                    raise HTTPException(503, msg, {"Retry-After": "10"}) from None
            finally:
                self._give_back(lease)
        msg = "the picture ended the process that read it, and another one, too; save it again in a viewer"
        return self._count(Outcome(problem=describe_error(PictureError(msg)), pictures={"error": 1}))

    async def _take(self, deadline: float, *, is_first: bool) -> _Lease:
        """Wait for a process, before all others if `is_first`."""
        waiter: asyncio.Future[_Lease] = asyncio.get_running_loop().create_future()
        self._in_flight += 1
        if is_first:
            self._waiting.appendleft(waiter)
        else:
            self._waiting.append(waiter)
        self._hand_out()
        try:
            async with asyncio.timeout_at(deadline):
                return await waiter
        except BaseException as error:
            if waiter.done() and not waiter.cancelled():  # it was handed out at the same moment
                self._give_back(waiter.result())
            else:
                self._in_flight -= 1
            raise self.too_slow() if isinstance(error, TimeoutError) else error from error

    async def _ask(self, lease: _Lease, task: Task, deadline: float) -> Outcome:
        """Return what the process answers; it is ended when it does not."""
        seconds = deadline - asyncio.get_running_loop().time()
        with self._counting_pictures() as pictures:
            try:
                async with asyncio.timeout_at(deadline + _GRACE_S):
                    return await lease.process.ask(task, seconds, pictures.begin)
            except TaskFailedError as error:
                _service.error("a request failed\n%s", error)
                raise HTTPException(500, UNFORESEEN) from None
            except TimeoutError:
                lease.process.end("time")
                raise self.too_slow() from None
            except ProcessEndedError:
                lease.process.end("died")
                raise
            except BaseException:
                lease.process.end("close")  # nobody takes its answer
                raise

    def _hand_out(self) -> None:
        """Give ready processes to those that wait, the first one first."""
        while self._waiting and self._supply.idle and self._count_leases(is_slow=False) < self._size:
            waiter = self._waiting.popleft()
            if waiter.done():
                continue
            loop = asyncio.get_running_loop()
            lease = _Lease(self._supply.idle.popleft(), loop.time())
            lease.timer = loop.call_later(_QUICK_S, self._see_slow, lease)
            self._leases.add(lease)
            waiter.set_result(lease)

    def _give_back(self, lease: _Lease) -> None:
        if lease.timer is not None:
            lease.timer.cancel()
        self._leases.discard(lease)
        self._in_flight -= not lease.is_slow
        self._supply.give_back(lease.process)
        self._hand_out()

    def _see_slow(self, lease: _Lease) -> None:
        """Let a request that takes long go on beside the others; without a place for it, see what to do later."""
        loop = asyncio.get_running_loop()
        slow = [other for other in self._leases if other.is_slow]
        if len(slow) < self._size:
            lease.is_slow = True
            self._in_flight -= 1
            self._supply.fill()
            self._hand_out()
            return
        oldest = min(slow, key=lambda other: other.since)
        if self._waiting and loop.time() - oldest.since > _CROWDED_S:
            oldest.is_crowded_out = True
            oldest.process.end("crowded")
        lease.timer = loop.call_later(_QUICK_S, self._see_slow, lease)

    def _count_leases(self, *, is_slow: bool) -> int:
        return sum(lease.is_slow == is_slow for lease in self._leases)

    def _count_wanted(self) -> int:
        """Return how many processes there should be."""
        return self._size + _SPARE + self._count_leases(is_slow=True)
