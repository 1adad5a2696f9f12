"""Too much, too many and too slow: each is refused in time, and nobody else waits for it."""

import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Response

from inkdigits import DigitReader
from inkdigits.service import Limits
from support.serving import PATIENCE_S, Address, WaitingReader, receive_all, serving, serving_app, wait_until

CELL = (Path(__file__).parents[2] / "samples" / "cell-5.png").read_bytes()
PNG = {"Content-Type": "image/png"}
HEAD = b"POST /v1/read HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n"


def read(address: Address) -> httpx.Response:
    return httpx.post(f"{address.url}/v1/read", content=CELL, headers=PNG, timeout=PATIENCE_S)


def metric(address: Address, name: str) -> float:
    lines = httpx.get(f"{address.url}/metrics", timeout=PATIENCE_S).text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))


@pytest.fixture
def slow() -> Iterator[WaitingReader]:
    """Return a reader that never keeps a service from ending."""
    reader = WaitingReader()
    yield reader
    reader.go.set()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as found:
        yield found


@pytest.mark.parametrize("name", ["max_pictures", "threads", "body_timeout_s"])
def test_a_limit_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} above 0, got 0"):
        Limits(**{name: 0})


def test_an_answer_does_not_wait_for_the_network() -> None:
    # headers and body are sent one after the other; a kept connection then took 40 ms for the shortest answer
    times = []
    with serving(DigitReader(), Limits()) as address, httpx.Client(base_url=address.url, timeout=PATIENCE_S) as client:
        for _ in range(90):  # Linux confirms the first ones at once
            start = time.perf_counter()
            assert client.get("/healthz").status_code == httpx.codes.OK
            times.append(time.perf_counter() - start)
    assert statistics.median(times) < 0.03


def test_what_is_too_much_is_shed_at_once_and_the_rest_is_answered(
    slow: WaitingReader, pool: ThreadPoolExecutor
) -> None:
    with serving(slow, Limits(max_in_flight=3, threads=1)) as address:
        slow.go.clear()
        taken = [pool.submit(read, address) for _ in range(3)]
        wait_until(lambda: metric(address, "inkdigits_pictures_in_flight") == 1)
        time.sleep(2)  # the other two arrive, so that what is asked next does not take the place of one of them
        wait_until(lambda: read(address).status_code == httpx.codes.SERVICE_UNAVAILABLE)
        start = time.monotonic()
        refused = read(address)
        assert time.monotonic() - start < 5
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert "try again" in refused.json()["detail"]
        assert httpx.get(f"{address.url}/readyz", timeout=PATIENCE_S).status_code == httpx.codes.OK
        shed = metric(address, "inkdigits_shed_total")
        assert shed >= 2
        slow.go.set()
        assert [future.result().status_code for future in taken] == [200, 200, 200]
        assert read(address).status_code == httpx.codes.OK
        assert metric(address, "inkdigits_shed_total") == shed


def test_work_that_takes_too_long_is_given_up_and_counts_until_it_ends(slow: WaitingReader) -> None:
    with serving(slow, Limits(max_in_flight=1, threads=1, work_timeout_s=0.2)) as address:
        slow.go.clear()
        late = read(address)
        assert (late.status_code, late.headers["retry-after"]) == (503, "1")
        assert "within 0.2 s" in late.json()["detail"]
        assert "too much" in read(address).json()["detail"]
        slow.go.set()
        wait_until(lambda: read(address).status_code == httpx.codes.OK)


def test_between_pictures_the_time_is_looked_at(slow: WaitingReader) -> None:
    with serving(slow, Limits(threads=1, work_timeout_s=0.3)) as address:
        while slow.begun.acquire(blocking=False):  # of the start
            pass
        slow.go.clear()
        files = [("picture", CELL)] * 4
        httpx.post(f"{address.url}/v1/read", files=files, timeout=PATIENCE_S)
        slow.go.set()
        wait_until(lambda: metric(address, "inkdigits_pictures_in_flight") == 0)
        assert slow.begun.acquire(blocking=False)
        assert not slow.begun.acquire(blocking=False)  # the other three were not begun


def test_bodies_held_together_have_a_limit(slow: WaitingReader, pool: ThreadPoolExecutor) -> None:
    with serving(slow, Limits(max_held_bytes=len(CELL) + 100, threads=1)) as address:
        slow.go.clear()
        first = pool.submit(read, address)
        wait_until(lambda: metric(address, "inkdigits_pictures_in_flight") == 1)
        assert read(address).status_code == httpx.codes.SERVICE_UNAVAILABLE
        slow.go.set()
        assert first.result().status_code == httpx.codes.OK
        assert read(address).status_code == httpx.codes.OK


def test_a_body_without_an_end_is_counted_and_refused(reader: DigitReader) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(15):
            yield bytes(1_000)

    with serving(reader, Limits(max_body_bytes=10_000)) as address:
        response = httpx.post(f"{address.url}/v1/read", content=endless(), headers=PNG, timeout=PATIENCE_S)
        assert response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
        # one that does not end at all is answered, too, and cut off then
        head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
        with address.connect() as connection:
            connection.sendall(head + b"".join(b"1000\r\n" + bytes(0x1000) + b"\r\n" for _ in range(6)))
            assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_declared_length_is_not_believed_but_heeded(reader: DigitReader) -> None:
    with serving(reader, Limits(max_body_bytes=10_000)) as address, address.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 99999999999\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("start", "answer"),
    [
        (b"", b""),
        (b"GET /healthz HT", b"HTTP/1.1 408 "),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /hea", b"HTTP/1.1 408 "),
        (HEAD + b"Content-Length: 100\r\n\r\nhalf", b"HTTP/1.1 408 "),
        (HEAD + b"Content-Length: 99999999\r\n\r\nsome of it", b"HTTP/1.1 413 "),
    ],
)
def test_who_sends_too_slowly_is_cut_off(reader: DigitReader, start: bytes, answer: bytes) -> None:
    with serving(reader, Limits(header_timeout_s=0.5, body_timeout_s=0.5)) as address, address.connect() as connection:
        connection.sendall(start)
        begin = time.monotonic()
        received = receive_all(connection)
        assert time.monotonic() - begin < 20
        assert answer in received
        assert received.count(b"HTTP/1.1 ") <= 2


def test_who_trickles_is_cut_off_though_something_always_comes(reader: DigitReader) -> None:
    with serving(reader, Limits(header_timeout_s=0.5)) as address, address.connect() as connection:

        def is_cut_off() -> bool:
            try:
                connection.sendall(b"y")
            except ConnectionError:
                return True
            return False

        connection.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
        wait_until(is_cut_off, seconds=20)


def test_who_does_not_take_the_answer_is_cut_off() -> None:
    app = FastAPI()
    size = 50_000_000  # more than the system's buffers of both sides

    @app.get("/large")
    async def send_large() -> Response:
        return Response(bytes(size))

    with serving_app(app, Limits()) as address:  # who takes it in time, gets it
        assert len(httpx.get(f"{address.url}/large", timeout=PATIENCE_S).content) == size
    with serving_app(app, Limits(send_timeout_s=0.5)) as address, address.connect() as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        time.sleep(2)  # more than the service waits
        assert len(receive_all(connection)) < size


def test_too_many_connections_are_told_so(reader: DigitReader) -> None:
    with serving(reader, Limits(max_connections=3)) as address:
        held = [address.connect() for _ in range(3)]
        wait_until(lambda: address.exchange(b"").startswith(b"HTTP/1.1 503 "))
        refused = address.exchange(b"")
        assert b"Retry-After: 1" in refused
        assert b"application/problem+json" in refused
        for connection in held:
            connection.close()
        wait_until(
            lambda: b" 200 " in address.exchange(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        )


def test_slow_clients_keep_nobody_waiting(reader: DigitReader) -> None:
    with serving(reader, Limits(max_in_flight=2, threads=1)) as address:
        held = [address.connect() for _ in range(20)]
        for connection in held:
            connection.sendall(HEAD + b"Content-Length: 100\r\n\r\nhalf")
        assert [read(address).status_code for _ in range(5)] == [200] * 5
        for connection in held:
            connection.close()


def test_a_client_that_went_away_leaves_nothing_behind(slow: WaitingReader, pool: ThreadPoolExecutor) -> None:
    with serving(slow, Limits(max_in_flight=2, threads=1)) as address:
        slow.go.clear()
        for _ in range(2):
            connection = address.connect()
            connection.sendall(HEAD + f"Content-Length: {len(CELL)}\r\n\r\n".encode() + CELL)
            connection.close()
        wait_until(lambda: read(address).status_code == httpx.codes.SERVICE_UNAVAILABLE)
        slow.go.set()
        wait_until(lambda: read(address).status_code == httpx.codes.OK)
        futures: list[Future[httpx.Response]] = [pool.submit(read, address) for _ in range(2)]
        assert {future.result().status_code for future in futures} == {200}
    assert threading.active_count() < 40
