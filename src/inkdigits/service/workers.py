"""Requests go in; each is received and worked on within the limits, or refused at once."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from inkdigits.service.limits import Limits

__all__ = ["Workers"]

_T = TypeVar("_T")
_RETRY_AFTER_S = 1  # what is in flight is answered within about this time


class Workers:
    """Threads that do what takes time, off the event loop; of one event loop, and not shared between several.

    Args:
        limits: What is taken at most.
        on_shed: Called for each request that is refused because too much is in flight.
    """

    def __init__(self, limits: Limits, on_shed: Callable[[], None]) -> None:
        """Start no thread yet."""
        self._limits = limits
        self._on_shed = on_shed
        self._executor = ThreadPoolExecutor(limits.threads, thread_name_prefix="inkdigits")
        self._in_flight = 0
        self._held_bytes = 0

    @property
    def in_flight(self) -> int:
        """Requests that are worked on or wait for a thread."""
        return self._in_flight

    def close(self) -> None:
        """Wait for what is worked on; drop what waits."""
        self._executor.shutdown(cancel_futures=True)

    @contextlib.asynccontextmanager
    async def receive(self, request: Request) -> AsyncIterator[bytes]:
        """Yield a request's body, which counts as held within the block.

        Raises:
            HTTPException: 503 when too much is in flight; 413 for too many bytes; 408 when they come too slowly; 415
                for a compressed body; 400 when the client went away.
        """
        self._check_free()  # before the body: who is refused need not send it
        parts: list[bytes] = []
        try:
            async with asyncio.timeout(self._limits.body_timeout_s):
                await self._collect(request, parts)
            yield b"".join(parts)
        except TimeoutError as error:
            msg = f"expected the whole body within {self._limits.body_timeout_s:g} s; send it faster, or less"
            raise HTTPException(408, msg, {"Connection": "close"}) from error
        finally:
            self._held_bytes -= sum(map(len, parts))

    async def run(self, work: Callable[[float], _T]) -> _T:
        """Return what `work` returns, which is called in a thread with the time that it has to end by.

        Args:
            work: Its argument is a time as `time.monotonic` tells it.

        Raises:
            HTTPException: 503 when too much is in flight, or when the time is over; the thread then still ends its
                work, which counts as in flight until it has.
        """
        self._check_free()
        self._in_flight += 1
        deadline = time.monotonic() + self._limits.work_timeout_s
        future = asyncio.get_running_loop().run_in_executor(self._executor, work, deadline)
        future.add_done_callback(self._end)
        done, _ = await asyncio.wait({future}, timeout=self._limits.work_timeout_s)
        if not done:
            raise self._too_slow()
        try:
            return future.result()
        except TimeoutError as error:
            raise self._too_slow() from error

    async def _collect(self, request: Request, parts: list[bytes]) -> None:
        encoding = request.headers.get("content-encoding", "identity")
        if encoding != "identity":
            raise HTTPException(
                415, f"expected a body as it is, got Content-Encoding {encoding[:50]!r}; do not compress it"
            )
        length = request.headers.get("content-length", "0")
        if length.isascii() and length.isdigit() and int(length) > self._limits.max_body_bytes:
            raise self._too_large()
        size = 0
        try:
            async for part in request.stream():
                parts.append(part)
                self._held_bytes += len(part)
                size += len(part)
                if size > self._limits.max_body_bytes:
                    raise self._too_large()
                if self._held_bytes > self._limits.max_held_bytes:
                    raise self._busy()
        except ClientDisconnect as error:
            raise HTTPException(400, "expected the whole body, but the connection was closed; send it again") from error

    def _check_free(self) -> None:
        if self._in_flight >= self._limits.max_in_flight:
            raise self._busy()

    def _end(self, future: "asyncio.Future[_T]") -> None:
        self._in_flight -= 1
        if not future.cancelled():
            future.exception()  # looked at, lest asyncio print that nobody did when the client has its 503

    def _busy(self) -> HTTPException:
        self._on_shed()
        msg = "too much is being read; try again in a second"
        return HTTPException(503, msg, {"Retry-After": str(_RETRY_AFTER_S)})

    def _too_slow(self) -> HTTPException:
        msg = f"the answer was not there within {self._limits.work_timeout_s:g} s; send fewer or smaller pictures"
        return HTTPException(503, msg, {"Retry-After": str(_RETRY_AFTER_S)})

    def _too_large(self) -> HTTPException:
        msg = f"expected at most {self._limits.max_body_bytes:,} bytes, got more; shrink the picture or send fewer"
        return HTTPException(413, msg)
