"""Surrounds every request: headers for browsers, one line of log, counters, and an answer to unforeseen errors."""

import asyncio
import json
import logging
import time
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inkdigits.service.telemetry import Telemetry
from inkdigits.service.transport.problem_documents import UNFORESEEN, describe_problem
from inkdigits.service.transport.problems import to_response

__all__ = ["ACCESS_LOGGER", "SECURITY_HEADERS", "Envelope"]

ACCESS_LOGGER = "inkdigits.access"
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_ENCODED = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_NO_STORE = (b"cache-control", b"no-store")  # an answer shows what somebody wrote
_MAX_PATH = 200  # characters of a path that are logged
_access = logging.getLogger(ACCESS_LOGGER)
_service = logging.getLogger("inkdigits.service")


@dataclass(slots=True)
class _Exchange:
    """A request and its answer as they go by."""

    start: float = field(default_factory=time.perf_counter)
    bytes_in: int = 0
    bytes_out: int = 0
    status: int | None = None


class Envelope:
    """ASGI middleware, the outermost; it holds no body and logs none."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        """Wrap an application."""
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange()

        async def receive_counted() -> Message:
            message = await receive()
            exchange.bytes_in += len(message.get("body", b""))
            return message

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                _add_headers(message)
            exchange.bytes_out += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive_counted, send_counted)
        except asyncio.CancelledError:  # the service ends, and has waited long enough
            if exchange.status is None:
                problem = describe_problem(503, "the service ends; ask again when it is back")
                await to_response(problem, {"Retry-After": "10"})(scope, receive_counted, send_counted)
        except Exception:  # noqa: BLE001 - any unforeseen error; its traceback is logged
            _service.exception("%s %s failed", scope["method"], _route_of(scope) or "of no route")
            if exchange.status is None:
                problem = describe_problem(500, UNFORESEEN)
                await to_response(problem)(scope, receive_counted, send_counted)
        finally:
            self._tell(scope, exchange)

    def _tell(self, scope: Scope, exchange: _Exchange) -> None:
        seconds = time.perf_counter() - exchange.start
        route = _route_of(scope)
        if exchange.status is not None:
            self._telemetry.count_request(route or "other", exchange.status, seconds)
        client = scope.get("client")
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "client": client[0] if client else None,
            "method": scope["method"],
            "path": route or scope["path"][:_MAX_PATH],
            "status": exchange.status,
            "ms": round(1000 * seconds, 1),
            "bytes_in": exchange.bytes_in,
            "bytes_out": exchange.bytes_out,
        }
        _access.info(json.dumps(line))


def _route_of(scope: MutableMapping[str, object]) -> str | None:
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else None


def _add_headers(message: Message) -> None:
    headers = [*message.get("headers", []), *_ENCODED]
    if not any(name == b"cache-control" for name, _ in headers):
        headers.append(_NO_STORE)
    message["headers"] = headers
