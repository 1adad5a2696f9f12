"""Receives and runs requests within the limits, or refuses them at once."""

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
_RETRY_AFTER_S = 1  # requests in flight are answered within about this time


class Workers:
    """Threads for work that takes time, beside one event loop; not to be shared between event loops.

    Args:
        limits: Limits of the service.
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
        """Requests that are running or wait for a thread."""
        return self._in_flight

    def close(self) -> None:
        """Wait for running work; drop waiting work."""
        self._executor.shutdown(cancel_futures=True)

    @contextlib.asynccontextmanager
    async def receive(self, request: Request) -> AsyncIterator[bytes]:
        """Yield a request's body, which counts as held within the block.

        Raises:
            HTTPException: 503 when too much is in flight; 413 for too many bytes; 408 when they come too slowly; 415
                for a compressed body; 400 when the client went away.
        """
        parts: list[bytes] = []
        try:
            await self._collect(request, parts)
            yield b"".join(parts)
        finally:
            self._held_bytes -= sum(map(len, parts))

    async def run(self, work: Callable[[float], _T]) -> _T:
        """Return what `work` returns, which runs in a thread and is given its deadline.

        Args:
            work: Its argument is the deadline, a time on the clock of `time.monotonic`.

        Raises:
            HTTPException: 503 when too much is in flight, or after the deadline. The thread then finishes its work,
                which counts as in flight until it is done.
        """
        if self._is_full():
            raise self._busy()
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
        """Append the body to `parts`, or raise an error that says why not.

        A refused body is still received, up to a limit, and thrown away: many clients do not look at an answer before
        they have sent everything, and would see a closed connection instead.
        """
        refusal = self._refuse_by_headers(request)
        most = 2 * self._limits.max_body_bytes
        if refusal is not None and ("expect" in request.headers or _declared_length(request) > most):
            raise refusal
        size = 0
        try:
            async with asyncio.timeout(self._limits.body_timeout_s):
                async for part in request.stream():
                    size += len(part)
                    refusal = refusal or self._keep(part, size, parts)
                    if size > most:
                        break
        except TimeoutError as error:
            msg = f"expected the whole body within {self._limits.body_timeout_s:g} s; send it faster, or less"
            raise HTTPException(408, msg, {"Connection": "close"}) from error
        except ClientDisconnect as error:
            raise HTTPException(400, "expected the whole body, but the connection was closed; send it again") from error
        if refusal is not None:
            raise refusal

    def _refuse_by_headers(self, request: Request) -> HTTPException | None:
        encoding = request.headers.get("content-encoding", "identity")
        if encoding != "identity":
            msg = f"expected a body as it is, got Content-Encoding {encoding[:50]!r}; do not compress it"
            return HTTPException(415, msg)
        if _declared_length(request) > self._limits.max_body_bytes:
            return self._too_large()
        return self._busy() if self._is_full() else None

    def _keep(self, part: bytes, size: int, parts: list[bytes]) -> HTTPException | None:
        """Append a part of a body after which it has `size` bytes; or drop all parts and return why."""
        refusal = None
        if size > self._limits.max_body_bytes:
            refusal = self._too_large()
        elif self._held_bytes + len(part) > self._limits.max_held_bytes:
            refusal = self._busy()
        if refusal is None:
            parts.append(part)
            self._held_bytes += len(part)
        else:
            self._held_bytes -= sum(map(len, parts))
            parts.clear()
        return refusal

    def _is_full(self) -> bool:
        return self._in_flight >= self._limits.max_in_flight

    def _end(self, future: "asyncio.Future[_T]") -> None:
        self._in_flight -= 1
        if not future.cancelled():
            future.exception()  # retrieved, or asyncio would print a warning after a 503

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


def _declared_length(request: Request) -> int:
    """Return the length in the header; 0 without one. The server accepts only digits there."""
    return int(request.headers.get("content-length", "0"))
