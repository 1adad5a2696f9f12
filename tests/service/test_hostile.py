"""Whatever comes in is answered, with no 5xx but 503, no trace, and no growth."""

import contextlib
import os
import random
import socket
import string
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from support import bad_pictures
from support.serving import PATIENCE_S, Address, Command, command, receive_all, resident_bytes

PHOTO = (Path(__file__).parents[2] / "samples" / "photo-20741.jpg").read_bytes()
CELL = (Path(__file__).parents[2] / "samples" / "cell-5.png").read_bytes()
KINDS = ("image/png", "image/jpeg", "multipart/form-data; boundary=b", "multipart/form-data", "application/json", "x")
PLACES = ("/v1/read", "/v1/read?picture=true&explain=true", "/v2/models/accurate/infer")
TRACES = (b"Traceback", b'File "', b".py", b"inkdigits.service")
BODIES = int(os.environ.get("INKDIGITS_RANDOM_BODIES", "2000"))  # `make soak` sends 10,000
FINE = {200, 400, 404, 405, 408, 413, 415, 422, 431, 503}


@pytest.fixture(scope="module")
def running() -> Iterator[Command]:
    """Return the service in a process of its own, whose memory is looked at."""
    with command("--max-body-mb", "2", "--max-megapixels", "4", "--max-in-flight", "8") as found:
        yield found


def check(status: int, body: bytes) -> None:
    assert status in FINE
    assert not any(trace in body for trace in TRACES), body[:500]


def raw(path: str, kind: str, body: bytes, *more: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\nContent-Type: {kind}\r\n".encode()
    return head + b"".join(more) + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


SENT: dict[str, bytes] = {
    "nothing-but-lines": b"\r\n\r\n\r\n",
    "no-http": bytes(range(256)) * 4,
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    "http-2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "http-0.9": b"GET /\r\n\r\n",
    "huge-header": b"GET /healthz HTTP/1.1\r\nHost: [::1]\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
    "many-headers": b"GET /healthz HTTP/1.1\r\nHost: [::1]\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    "huge-path": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: [::1]\r\n\r\n",
    "huge-method": b"A" * 100_000 + b" / HTTP/1.1\r\nHost: [::1]\r\n\r\n",
    "two-lengths": raw("/v1/read", "image/png", CELL, b"Content-Length: 5\r\n"),
    "length-and-chunks": raw("/v1/read", "image/png", CELL, b"Transfer-Encoding: chunked\r\n"),
    "negative-length": b"POST /v1/read HTTP/1.1\r\nHost: [::1]\r\nContent-Length: -1\r\n\r\n",
    "length-of-words": b"POST /v1/read HTTP/1.1\r\nHost: [::1]\r\nContent-Length: many\r\n\r\n",
    "length-beyond-numbers": b"POST /v1/read HTTP/1.1\r\nHost: [::1]\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
    "damaged-chunks": b"POST /v1/read HTTP/1.1\r\nHost: [::1]\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "no-host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "zero-byte-in-path": b"GET /\x00 HTTP/1.1\r\nHost: [::1]\r\n\r\n",
    "escaped-zero-byte": b"GET /%00 HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
    "odd-escapes": b"GET /%ff%fe%zz%2 HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
    "up-and-up": b"GET /../../../../etc/passwd HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
    "escaped-up": b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
    "backslashes": b"GET /..\\..\\windows HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
    "whole-address": b"GET http://example.org/ HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
    "star": b"OPTIONS * HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
    "connect": b"CONNECT example.org:443 HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
    "trace": b"TRACE / HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
    "websocket": b"GET /v1/read HTTP/1.1\r\nHost: [::1]\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    "query-of-bytes": raw("/v1/read?max_error=%ff&%00=%00", "image/png", CELL),
    "query-of-many": raw("/v1/read?" + "&".join(f"a{i}=1" for i in range(1_000)), "image/png", CELL),
    "kind-of-bytes": raw("/v1/read", "\u00ff\u00fe", CELL),
    "kind-of-many-options": raw("/v1/read", "multipart/form-data" + "; a=b" * 1_000, CELL),
    "long-boundary": raw("/v1/read", "multipart/form-data; boundary=" + "b" * 5_000, CELL),
    "empty-boundary": raw("/v1/read", "multipart/form-data; boundary=", CELL),
    "form-without-end": raw("/v1/read", "multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data"),
    "form-of-headers": raw("/v1/read", "multipart/form-data; boundary=b", b"--b\r\n" + b"a: b\r\n" * 10_000),
    "form-of-a-long-header": raw("/v1/read", "multipart/form-data; boundary=b", b"--b\r\na: " + b"b" * 1_000_000),
    "form-of-many-parts": raw("/v1/read", "multipart/form-data; boundary=b", b"--b\r\n\r\n\r\n" * 100_000),
    "form-with-odd-name": raw(
        "/v1/read",
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="picture"; filename="../../\xff\x00\r"\r\n\r\nx\r\n--b--\r\n',
    ),
    "deep-json": raw("/v1/read", "application/json", b"[" * 500_000),
    "deep-objects": raw("/v1/read", "application/json", b'{"a":' * 200_000),
    "json-of-a-long-number": raw("/v1/read", "application/json", b"1" * 500_000),
    "json-of-half-letters": raw("/v1/read", "application/json", b'{"pictures": [{"data": "", "name": "\\ud800"}]}'),
    "json-of-nan": raw("/v1/read", "application/json", b'{"pictures": NaN}'),
    "utf-16": raw("/v1/read", "application/json", '{"pictures": []}'.encode("utf-16")),
    "expecting": b"POST /v1/read HTTP/1.1\r\nHost: [::1]\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n",
    "infer-nested": raw("/v2/models/accurate/infer", "application/json", b'{"inputs": [{"name": "frames", "datatype": '
    b'"UINT8", "shape": [1, 28, 28, 1], "data": ' + b"[" * 100 + b"]" * 100 + b"}]}"),
    "infer-huge-shape": raw("/v2/models/accurate/infer", "application/json", b'{"inputs": [{"name": "frames", '
    b'"datatype": "UINT8", "shape": [99999999999999999999, 28, 28, 1], "data": []}]}'),
    "infer-negative-length": raw("/v2/models/accurate/infer", "x", b"{}", b"Inference-Header-Content-Length: -5\r\n"),
    "infer-long-length": raw(
        "/v2/models/accurate/infer", "x", b"{}", b"Inference-Header-Content-Length: " + b"9" * 5_000 + b"\r\n"
    ),
}  # fmt: skip

UNANSWERED = {"nothing-but-lines"}  # no request has begun


@pytest.mark.parametrize("name", SENT)
def test_a_hostile_request_is_answered(running: Command, name: str) -> None:
    with running.address.connect() as connection:
        with contextlib.suppress(ConnectionError):  # some are refused before they have sent everything
            connection.sendall(SENT[name])
            connection.shutdown(socket.SHUT_WR)
        head, _, body = receive_all(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 ") or name in UNANSWERED
    if head:
        check(int(head.split()[1]), body)
    assert httpx.get(f"{running.address.url}/healthz", timeout=PATIENCE_S).status_code == httpx.codes.OK


@pytest.mark.parametrize("name", bad_pictures.ALL)
def test_bombs_and_damaged_pictures(running: Command, name: str) -> None:
    data, _ = bad_pictures.ALL[name]
    for query in ("", "?picture=true&explain=true"):
        response = httpx.post(
            f"{running.address.url}/v1/read{query}", content=data, headers={"Content-Type": "image/png"}
        )
        check(response.status_code, response.content)
        assert response.status_code >= httpx.codes.BAD_REQUEST


def random_body(generator: random.Random) -> bytes:
    """Return bytes; or a picture, form or JSON with some bytes changed, cut or repeated."""
    kind = generator.randrange(4)
    if kind == 0:
        return generator.randbytes(generator.randrange(3_000))
    form = b'--b\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\n' + CELL + b"\r\n--b--\r\n"
    data = bytearray((PHOTO, CELL, form)[kind - 1])
    for _ in range(generator.randrange(1, 20)):
        data[generator.randrange(len(data))] = generator.randrange(256)
    start, end = sorted(generator.randrange(len(data)) for _ in range(2))
    return bytes(
        data[: end if generator.random() < 0.3 else None] + (data[start:end] if generator.random() < 0.1 else b"")
    )


def send_random(address: Address, seed: int, count: int) -> dict[int, int]:
    """Send so many random requests; return how often each status came."""
    generator = random.Random(seed)  # noqa: S311 - repeatable, not secret
    found: dict[int, int] = {}
    with httpx.Client(base_url=address.url, timeout=PATIENCE_S) as client:
        for _ in range(count):
            body, place = random_body(generator), generator.choice(PLACES)
            headers = {"Content-Type": generator.choice(KINDS)}
            if generator.random() < 0.05:
                headers["Content-Type"] = "".join(generator.choices(string.printable[:94], k=20))
            response = client.post(place, content=body, headers=headers)
            check(response.status_code, response.content)
            found[response.status_code] = found.get(response.status_code, 0) + 1
    return found


@pytest.mark.slow
def test_random_bodies_leave_no_trace_and_no_growth(running: Command) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda seed: send_random(running.address, seed, 250), range(4)))  # buffers and caches grow once
        before = resident_bytes(running.process.pid)
        found = list(pool.map(lambda seed: send_random(running.address, seed, BODIES // 4), range(4, 8)))
    grown = resident_bytes(running.process.pid) - before
    statuses = {status: sum(each.get(status, 0) for each in found) for each in found for status in each}
    assert sum(statuses.values()) == BODIES // 4 * 4
    assert {200, 400, 415, 422} <= set(statuses)
    assert httpx.codes.SERVICE_UNAVAILABLE not in statuses  # which would answer for threads that hang
    assert grown < 30_000_000, f"{grown:,} bytes more after {statuses}"
