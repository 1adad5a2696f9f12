"""Whatever a picture does to the process that reads it, the place is free again and nobody else waits for it."""

import os
import signal
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from inkdigits.service import Limits
from support.serving import PATIENCE_S, Address, children, serving_oddly, wait_until

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked at in /proc")
REPLACED_S = 5.0  # seconds; 2 on a machine that has nothing else to do
HEALTH_S = 0.5  # seconds within which /healthz answers, whatever happens


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as found:
        yield found


@pytest.fixture(scope="module")
def service() -> Iterator[Address]:
    """Return a service that most of these tests ask."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        with serving_oddly(Limits(max_in_flight=4, max_memory_bytes=800_000_000)) as address:
            yield address


def order(address: Address, text: str) -> httpx.Response:
    return httpx.post(
        f"{address.url}/v1/read", content=text.encode(), headers={"Content-Type": "image/png"}, timeout=PATIENCE_S
    )


def metric(address: Address, name: str) -> float:
    lines = httpx.get(f"{address.url}/metrics", timeout=PATIENCE_S).text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} ")), 0.0)


def ended(address: Address, reason: str) -> float:
    return metric(address, f'inkdigits_processes_ended_total{{reason="{reason}"}}')


def check_well(address: Address) -> None:
    """Check that it reads, and that nothing is counted as in flight."""
    assert order(address, "well").text == "well"
    assert metric(address, "inkdigits_pictures_in_flight") == 0
    wait_until(lambda: metric(address, "inkdigits_processes") == 2)


@pytest.mark.parametrize("text", ["sleep 60", "hold 60"])
def test_what_takes_too_long_is_ended_and_keeps_nobody_waiting(pool: ThreadPoolExecutor, text: str) -> None:
    others = []
    with serving_oddly(Limits(max_in_flight=4, work_timeout_s=8)) as address:
        start = time.monotonic()
        late = pool.submit(order, address, text)
        wait_until(lambda: metric(address, "inkdigits_pictures_in_flight") == 1)
        while not late.done():
            began = time.monotonic()
            assert httpx.get(f"{address.url}/healthz", timeout=PATIENCE_S).status_code == httpx.codes.OK
            others.append(time.monotonic() - began)
            assert order(address, "well").status_code == httpx.codes.OK
        assert late.result().status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert "within 8 s" in late.result().json()["detail"]
        assert time.monotonic() - start < 20
        assert ended(address, "time") == 1
        check_well(address)
    assert len(others) > 5  # which did not wait for it
    assert statistics.median(others) < HEALTH_S


def test_what_takes_too_much_memory_is_told_so(service: Address) -> None:
    refused = order(service, "take 900000000")
    assert (refused.status_code, refused.json()["error"]) == (413, "PictureTooLargeError")
    assert "800 MB" in refused.json()["detail"]
    assert order(service, "take 9000000").status_code == httpx.codes.OK
    wait_until(lambda: ended(service, "memory") == 1)
    check_well(service)


def test_a_picture_that_ends_its_process_is_told_after_two_tries(service: Address) -> None:
    before = ended(service, "died")
    refused = order(service, "die")
    assert (refused.status_code, refused.json()["error"]) == (422, "PictureError")
    wait_until(lambda: ended(service, "died") == before + 2)
    check_well(service)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
@pytest.mark.parametrize("place", [0, 1])  # one of them reads, the other one is ready
def test_a_process_that_somebody_ends_or_stops_is_replaced_and_its_picture_read_again(
    service: Address, pool: ThreadPoolExecutor, number: signal.Signals, place: int
) -> None:
    check_well(service)
    before = children(os.getpid())
    answer = pool.submit(order, service, "sleep 1")
    wait_until(lambda: metric(service, "inkdigits_pictures_in_flight") == 1)
    start = time.monotonic()
    os.kill(before[place], number)
    wait_until(lambda: before[place] not in children(os.getpid()))
    wait_until(lambda: len(children(os.getpid())) >= 2)
    assert time.monotonic() - start < REPLACED_S
    assert order(service, "well").status_code == httpx.codes.OK
    assert answer.result().text == "sleep 1"
    check_well(service)


def test_a_fault_of_ours_is_logged_with_its_trace_and_not_told(
    service: Address, caplog: pytest.LogCaptureFixture
) -> None:
    response = order(service, "raise")
    assert response.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    assert "secret" not in response.text
    assert "secret-of-the-house" in caplog.text
    check_well(service)


def test_what_libraries_print_does_not_harm_the_answers(service: Address) -> None:
    assert order(service, "print").text == "print"
    check_well(service)


def test_slow_requests_are_ended_when_others_wait(pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inkdigits.service.transport.processes._CROWDED_S", 1.0)
    with serving_oddly(Limits(max_in_flight=2)) as address:
        first = pool.submit(order, address, "sleep 25")
        wait_until(lambda: metric(address, "inkdigits_processes") == 3)  # the first one is slow by now
        pool.submit(order, address, "sleep 25")
        wait_until(lambda: metric(address, "inkdigits_pictures_in_flight") == 2)
        start = time.monotonic()
        wait_until(lambda: order(address, "well").status_code == httpx.codes.OK)
        assert time.monotonic() - start < 20
        assert first.result().status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert "others wait" in first.result().json()["detail"]


def test_a_process_is_kept_for_the_next_slow_request(pool: ThreadPoolExecutor) -> None:
    with serving_oddly(Limits(max_in_flight=2)) as address:
        for _ in range(3):
            slow = pool.submit(order, address, "sleep 1.5")
            wait_until(lambda: metric(address, "inkdigits_processes") == 3)
            assert slow.result().status_code == httpx.codes.OK
        assert ended(address, "surplus") == 0
        wait_until(lambda: ended(address, "surplus") == 1)
        check_well(address)


def test_the_end_does_not_wait_for_what_hangs(pool: ThreadPoolExecutor) -> None:
    limits = Limits(work_timeout_s=2, body_timeout_s=1)
    with serving_oddly(limits) as address:
        answer = pool.submit(order, address, "hold 60")
        wait_until(lambda: metric(address, "inkdigits_pictures_in_flight") == 1)
        start = time.monotonic()
    assert time.monotonic() - start < 3 + 5  # the graceful limit, and a busy machine
    assert answer.result().status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert threading.active_count() < 40


def test_three_clients_share_two_places(pool: ThreadPoolExecutor) -> None:
    with serving_oddly(Limits(max_in_flight=3), size=2) as address:

        def ask(_: int) -> list[int]:
            return [order(address, "sleep 0.02").status_code for _ in range(40)]

        statuses = [status for found in pool.map(ask, range(3)) for status in found]
    assert statuses == [200] * 120
