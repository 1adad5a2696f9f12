"""Cuts off clients that are too slow or too many.

Uvicorn itself waits without end: for a request's headers, for the rest of a refused body, and for a client to take its
answer.
"""

import asyncio
import http
import ipaddress
import json
import socket
from collections import Counter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from inkdigits.service.limits import Limits
from inkdigits.service.transport.envelope import SECURITY_HEADERS
from inkdigits.service.transport.problem_documents import PROBLEM_TYPE, describe_problem

__all__ = ["MAX_HEADER_BYTES", "CutoffProtocol", "Door"]

MAX_HEADER_BYTES = 16_384  # of a request's first line and headers
_LINGER_S = 2.0  # seconds that a refused client has to take its answer
_MAX_LINGERING = 64  # connections that are refused with an answer; more are closed without one
_FREE_CHUNKS = 2_000  # chunks of a body that may have any size; parsing one takes about 20 microseconds
_LEAST_CHUNK_BYTES = 256  # mean size of the chunks of a body that has more of them
_SAFE_HEADERS = "".join(f"{name}: {value}\r\n" for name, value in SECURITY_HEADERS.items())
_TOO_LARGE = f"expected headers of at most {MAX_HEADER_BYTES:,} bytes, got more; send fewer or shorter ones"


class Door:
    """Counts the connections that were let in, all of them and those of each client."""

    def __init__(self, limits: Limits) -> None:
        """Let in nobody yet."""
        self._limits = limits
        self._by_client: Counter[str] = Counter()
        self.lingering = 0  # connections that are refused and not yet closed

    def let_in(self, client: str) -> str | None:
        """Count a connection of a client; or return why it is refused."""
        if self._by_client.total() >= self._limits.max_connections:
            return "too many connections are open; try again in a second"
        if self._by_client[client] >= self._limits.max_client_connections:
            most = self._limits.max_client_connections
            return f"expected at most {most} open connections of one client, got more; use them again, or close some"
        self._by_client[client] += 1
        return None

    def let_out(self, client: str) -> None:
        """Stop counting a connection that was let in."""
        self._by_client[client] -= 1
        if not self._by_client[client]:
            del self._by_client[client]


class CutoffProtocol(H11Protocol):
    """Uvicorn's protocol with the limits that it lacks.

    Args:
        limits: Gives the limits of seconds.
        door: Counts the connections; shared by all of them.
        named: The arguments that Uvicorn gives its protocols.
    """

    def __init__(self, limits: Limits, door: Door, **named: Any) -> None:  # noqa: ANN401 - passed through unchanged
        """Wait for a connection."""
        super().__init__(**named)
        self._limits = limits
        self._door = door
        self._let_in: str | None = None  # the client, while its connection counts
        self._is_lingering = False
        self._chunks, self._chunk_bytes = 0, 0
        self._refusal: tuple[int, str] | None = None  # why bytes that came are refused
        self.conn.next_event = self._take_event  # type: ignore[method-assign] # where Uvicorn asks for what came
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
        client = _client_of(transport)
        refusal = self._door.let_in(client)
        if refusal is None:
            self._let_in = client
            self._watch()
        elif self._door.lingering >= _MAX_LINGERING:
            self._is_refused = True
            transport.abort()
        else:
            self._refuse(503, refusal, "Retry-After: 1\r\n")

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
        if self._let_in is not None:
            self._door.let_out(self._let_in)
            self._let_in = None
        self._door.lingering -= self._is_lingering
        self._is_lingering = False
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - Uvicorn's message says only that it is wrong
        """Answer bytes that are not a request."""
        if self._refusal is None:
            self._refuse(400, "expected an HTTP/1.1 request, got something else; let a library write it")
        else:
            self._refuse(*self._refusal)

    def _take_event(self) -> Any:  # noqa: ANN401 - h11's events share no type
        """Return the next event of the connection, as h11 does, and heed its size."""
        self._refusal = None
        try:
            event = _next_event(self.conn)
        except h11.RemoteProtocolError as error:
            if error.error_status_hint == http.HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
                self._refusal = (431, _TOO_LARGE)
            raise
        if isinstance(event, h11.Request):
            self._chunks, self._chunk_bytes = 0, 0
            fields = sum(len(name) + len(value) + len(": \r\n") for name, value in event.headers)
            if fields + len(event.method) + len(event.target) > MAX_HEADER_BYTES:
                self._refusal = (431, _TOO_LARGE)
        elif isinstance(event, h11.Data) and event.chunk_start:
            self._chunks += 1
        if isinstance(event, h11.Data):
            self._chunk_bytes += len(event.data)
            if self._chunks > _FREE_CHUNKS and self._chunk_bytes < self._chunks * _LEAST_CHUNK_BYTES:
                least = f"{_LEAST_CHUNK_BYTES} bytes"
                self._refusal = (400, f"expected chunks of {least} on average, got shorter ones; send larger ones")
        if self._refusal is not None:
            raise h11.RemoteProtocolError(self._refusal[1])
        return event

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
        self._door.lingering += not self._is_lingering
        self._is_lingering = True
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
        head += f"{_SAFE_HEADERS}Cache-Control: no-store\r\n"
        self.transport.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        self.transport.write_eof()
        self.flow.resume_reading()
        if self._sending is not None:
            self._sending.cancel()
        self._sending = self._loop.call_later(_LINGER_S, self.transport.abort)


def _next_event(connection: h11.Connection) -> Any:  # noqa: ANN401 - h11's events share no type
    """Return the next event as h11 itself does, though the connection's own method is replaced."""
    return h11.Connection.next_event(connection)


def _client_of(transport: asyncio.Transport) -> str:
    """Return whose connections are counted together: those of an address, or of a network of IPv6, which one has."""
    peer = transport.get_extra_info("peername")
    if not isinstance(peer, tuple):
        return ""
    host = str(peer[0]).partition("%")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host
