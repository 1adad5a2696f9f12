"""Cuts off clients that are too slow or too many.

Uvicorn itself waits without end: for a request's headers, for the rest of a refused body, and for a client to take its
answer.
"""

import asyncio
import http
import json
import socket
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from inkdigits.service.limits import Limits
from inkdigits.service.transport.problems import PROBLEM_TYPE, describe_problem

__all__ = ["CutoffProtocol"]

_LINGER_S = 2.0  # seconds that a refused client has to take its answer


class CutoffProtocol(H11Protocol):
    """Uvicorn's protocol with the limits that it lacks.

    Args:
        limits: Gives the limits of connections and seconds.
        named: The arguments that Uvicorn gives its protocols.
    """

    def __init__(self, limits: Limits, **named: Any) -> None:  # noqa: ANN401 - passed through unchanged
        """Wait for a connection."""
        super().__init__(**named)
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None
        self._is_refused = False
        self._is_at_end = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or refuse it when there are too many."""
        super().connection_made(transport)
        found = transport.get_extra_info("socket")
        if found is not None:  # otherwise a body waits until the client confirms the headers: 40 ms on Linux
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if len(self.connections) > 2 * self._limits.max_connections:
            transport.abort()
        elif len(self.connections) > self._limits.max_connections:
            self._refuse(503, "too many connections are open; try again in a second", "Retry-After: 1\r\n")
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """Take bytes, then check what the connection waits for."""
        if self._is_refused:
            return
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Start the timer for taking the answer, then check what the connection waits for."""
        super().on_response_complete()
        if self._is_at_end:
            self.transport.close()
        self._expect_taken()
        self._watch()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep a connection whose client has sent everything and waits for its answer."""
        is_waited_for = self.cycle is not None and not self.cycle.response_complete and not self._is_refused
        self._is_at_end = is_waited_for and self.conn.their_state in {h11.DONE, h11.MUST_CLOSE}
        return self._is_at_end

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timers."""
        for timer in (self._waiting, self._sending):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - Uvicorn's message says only that it is wrong
        """Answer bytes that are not a request."""
        self._refuse(400, "expected an HTTP/1.1 request with headers of at most 16 kB, got something else")

    def _should_upgrade(self) -> bool:
        return False  # Uvicorn would log two lines for each such request

    def _watch(self) -> None:
        """Start or stop the timer. It runs while headers, or the rest of a refused body, are on their way."""
        is_done = self._is_refused or self.transport.is_closing()
        is_waiting = not is_done and (self._waits_for_headers() or self._waits_for_rest())
        if not is_waiting and self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        elif is_waiting and self._waiting is None:
            self._waiting = self._loop.call_later(self._limits.header_timeout_s, self._cut_off)

    def _waits_for_headers(self) -> bool:
        is_idle = self.conn.our_state is h11.IDLE and self.conn.their_state is h11.IDLE
        return is_idle and (self.cycle is None or bool(self.conn.trailing_data[0]))

    def _waits_for_rest(self) -> bool:
        return self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY

    def _cut_off(self) -> None:
        self._waiting = None
        if self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
            seconds = f"{self._limits.header_timeout_s:g} s"
            self._refuse(408, f"expected the whole headers within {seconds}; send them faster")
        else:
            self.transport.abort()

    def _expect_taken(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
        self._sending = self._loop.call_later(self._limits.send_timeout_s, self._drop_untaken)

    def _drop_untaken(self) -> None:
        if self.transport.is_closing() or self.transport.get_write_buffer_size():
            self.transport.abort()

    def _refuse(self, status: int, detail: str, header: str = "") -> None:
        """Write an answer without asking the application, and close.

        For a moment, what the client still sends is received and thrown away: closing a connection with unread bytes
        would lose the answer.
        """
        self._is_refused = True
        self._unset_keepalive_if_required()
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:  # its reader learns that no more bytes will come
            cycle.disconnected = True
            cycle.message_event.set()
        if cycle is not None and cycle.response_started and not cycle.response_complete:
            self.transport.abort()
            return
        body = json.dumps(describe_problem(status, detail))
        head = f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\nContent-Type: {PROBLEM_TYPE}\r\n{header}"
        self.transport.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        self.transport.write_eof()
        self.flow.resume_reading()
        if self._sending is not None:
            self._sending.cancel()
        self._sending = self._loop.call_later(_LINGER_S, self.transport.abort)
