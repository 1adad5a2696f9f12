"""Receives the bodies of requests within the limits, or refuses them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from inkdigits.service.limits import Limits
from inkdigits.service.transport.engine import Engine

__all__ = ["Bodies"]


class Bodies:
    """The bodies that are held at the same time.

    Args:
        limits: Limits of the service.
        engine: Whose places are looked at before a body is taken.
    """

    def __init__(self, limits: Limits, engine: Engine) -> None:
        """Hold nothing yet."""
        self._limits = limits
        self._engine = engine
        self._held_bytes = 0

    @contextlib.asynccontextmanager
    async def receive(self, request: Request, refusal: HTTPException | None = None) -> AsyncIterator[bytes]:
        """Yield a request's body, which counts as held within the block.

        Args:
            request: The request.
            refusal: Why it is refused in any case, as its headers already tell.

        Raises:
            HTTPException: `refusal`; 503 when too much is in flight; 413 for too many bytes; 408 when they come too
                slowly; 415 for a compressed body; 400 when the client went away.
        """
        parts: list[bytes] = []
        try:
            await self._collect(request, parts, refusal or self._refuse_by_headers(request))
            parts[:] = [b"".join(parts)]
            yield parts[0]
        finally:
            self._held_bytes -= sum(map(len, parts))

    async def _collect(self, request: Request, parts: list[bytes], refusal: HTTPException | None) -> None:
        """Append the body to `parts`, or raise an error that says why not.

        A refused body is still received, up to a limit, and thrown away: many clients do not look at an answer before
        they have sent everything, and would see a closed connection instead.
        """
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
        return self._engine.busy() if self._engine.is_full else None

    def _keep(self, part: bytes, size: int, parts: list[bytes]) -> HTTPException | None:
        """Append a part of a body after which it has `size` bytes; or drop all parts and return why."""
        refusal = None
        if size > self._limits.max_body_bytes:
            refusal = self._too_large()
        elif self._held_bytes + len(part) > self._limits.max_held_bytes:
            refusal = self._engine.busy()
        if refusal is None:
            parts.append(part)
            self._held_bytes += len(part)
        else:
            self._held_bytes -= sum(map(len, parts))
            parts.clear()
        return refusal

    def _too_large(self) -> HTTPException:
        msg = f"expected at most {self._limits.max_body_bytes:,} bytes, got more; shrink the picture or send fewer"
        return HTTPException(413, msg)


def _declared_length(request: Request) -> int:
    """Return the length in the header; 0 without one. The server accepts only digits there."""
    return int(request.headers.get("content-length", "0"))
