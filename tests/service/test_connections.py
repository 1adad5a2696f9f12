"""Connections: as many as each client may have, of whatever size and speed, and what is left of them."""

import contextlib
import socket
import struct
import time
from pathlib import Path

import httpx
import pytest

from inkdigits import DigitReader
from inkdigits.service import Limits
from inkdigits.service.transport.envelope import SECURITY_HEADERS
from support.serving import PATIENCE_S, Address, command, receive_all, serving, wait_until

CELL = (Path(__file__).parents[2] / "samples" / "cell-5.png").read_bytes()
GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
POST = b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
ABORTED = 2_000
LINGER = struct.pack("ii", 1, 0)  # closing sends RST at once


def connect_from(source: str, address: Address) -> socket.socket:
    return socket.create_connection(("127.0.0.1", address.port), timeout=PATIENCE_S, source_address=(source, 0))


def ask_from(source: str, address: Address) -> bytes:
    with connect_from(source, address) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(GET + b"\r\n")
        return receive_all(connection)
    return b""


def test_one_client_cannot_take_the_places_of_the_others(reader: DigitReader) -> None:
    with (
        serving(reader, Limits(max_connections=20, max_client_connections=8)) as address,
        contextlib.ExitStack() as held,
    ):
        for _ in range(200):
            held.enter_context(connect_from("127.0.0.2", address))
        wait_until(lambda: b" 503 " in ask_from("127.0.0.2", address) or not ask_from("127.0.0.2", address))
        assert b" 200 " in ask_from("127.0.0.3", address)
        answers = [ask_from("127.0.0.2", address) for _ in range(5)]
        told = [answer for answer in answers if answer]
        assert all(b"of one client" in answer for answer in told)
    with serving(reader, Limits(max_client_connections=2)) as address:
        with connect_from("127.0.0.2", address), connect_from("127.0.0.2", address):
            wait_until(lambda: b"of one client" in ask_from("127.0.0.2", address))
        wait_until(lambda: b" 200 " in ask_from("127.0.0.2", address))


@pytest.mark.parametrize("size", [17_000, 30_000, 60_000, 500_000])
@pytest.mark.parametrize("at_once", [True, False])
def test_headers_over_16_kb_are_refused(address: Address, size: int, *, at_once: bool) -> None:
    sent = GET + b"X: " + b"y" * size + b"\r\n\r\n"
    with address.connect() as connection:
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(sent), len(sent) if at_once else 4_000):
                connection.sendall(sent[start : start + (len(sent) if at_once else 4_000)])
        answer = receive_all(connection)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b"16,384 bytes" in answer
    assert b" 200 " in address.exchange(GET + b"X: " + b"y" * 16_000 + b"\r\n\r\n")


def test_early_errors_have_the_headers_that_browsers_heed(reader: DigitReader) -> None:
    limits = Limits(max_client_connections=1, header_timeout_s=0.5)
    with serving(reader, limits) as address:
        answers = [
            address.exchange(sent) for sent in (b"no request\r\n\r\n", b"GET / HT", GET + b"X: " + b"y" * 20_000)
        ]
        with address.connect():
            wait_until(lambda: b"of one client" in (address.exchange(b"")))
            answers.append(address.exchange(b""))
    assert [answer.split()[1] for answer in answers] == [b"400", b"408", b"431", b"503"]
    for answer in answers:
        for name, value in SECURITY_HEADERS.items():
            assert f"{name}: {value}\r\n".encode() in answer
        assert b"Cache-Control: no-store" in answer


def test_a_body_in_crumbs_is_refused_and_keeps_nobody_waiting(address: Address) -> None:
    crumbs = b"1\r\nx\r\n" * 200_000
    with address.connect() as connection, contextlib.suppress(ConnectionError):
        connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n" + crumbs)
        start = time.monotonic()
        assert b" 200 " in address.exchange(GET + b"\r\n")
        assert time.monotonic() - start < 5
        assert b"256 bytes" in receive_all(connection)
    fine = b"".join(
        b"%x\r\n%s\r\n" % (len(part), part) for part in (CELL[i : i + 300] for i in range(0, len(CELL), 300))
    )
    answer = address.exchange(POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + fine + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_aborted_connections_leave_no_trace() -> None:
    whole = POST + f"Content-Length: {len(CELL)}\r\n\r\n".encode() + CELL
    large = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3
    starts = (
        b"",
        GET[:9],
        GET + b"\r\n",
        whole[:200],
        whole,
        whole[:-1],
        large,
        b"\x16\x03\x01\x02",
        POST + b"Expect: 100-continue\r\n",
    )
    with command("--workers", "1") as running:
        for number in range(ABORTED):
            with running.address.connect() as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
                connection.sendall(starts[number % len(starts)])
                if number % 3 == 0:
                    time.sleep(0.002)
        answer = httpx.get(f"{running.address.url}/healthz", timeout=PATIENCE_S)
        assert answer.status_code == httpx.codes.OK
        code, _, errors = running.stop()
    assert (code, errors) == (0, "")
