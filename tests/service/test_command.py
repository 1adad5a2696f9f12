"""`inkdigits serve` as a process: what it prints, how it ends, and several processes of one service."""

import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from inkdigits.cli import cli, workers
from support.serving import PATIENCE_S, children, command, peak_bytes, wait_until

PAGE = (Path(__file__).parents[2] / "samples" / "page-314159-2653-58979.png").read_bytes()
PNG = {"Content-Type": "image/png"}


def read(url: str) -> httpx.Response:
    return httpx.post(f"{url}/v1/read?picture=true", content=PAGE, headers=PNG, timeout=PATIENCE_S)


def is_taken(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{url}/healthz", timeout=PATIENCE_S).status_code == httpx.codes.OK
    return False


def wait_for_health(url: str) -> float:
    start = time.monotonic()
    assert is_taken(url)
    return time.monotonic() - start


def test_it_logs_json_on_stdout_and_ends_when_told() -> None:
    with command() as running:
        assert read(running.address.url).status_code == httpx.codes.OK
        code, log, errors = running.stop()
    assert (code, errors) == (0, "")
    assert [(line["path"], line["status"]) for line in log if line["path"] != "/readyz"] == [("/v1/read", 200)]


def test_what_is_in_flight_at_the_end_is_answered() -> None:
    head = b"POST /v1/read HTTP/1.1\r\nHost: [::1]\r\nContent-Type: image/png\r\n"
    head += f"Content-Length: {len(PAGE)}\r\n\r\n".encode()
    with command() as running, running.address.connect() as half, running.address.connect() as idle:
        half.sendall(head + PAGE[:1000])
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: [::1]\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200 ")
        answers: list[bytes] = []
        running.process.terminate()
        taker = threading.Thread(target=lambda: answers.append(half.recv(1_000_000)))
        taker.start()
        wait_until(lambda: not is_taken(running.address.url))
        half.sendall(PAGE[1000:])
        taker.join(PATIENCE_S)
        code, log, errors = running.stop()
    assert answers[0].startswith(b"HTTP/1.1 200 OK")
    assert (code, errors) == (0, "")
    assert ("/v1/read", 200) in [(line["path"], line["status"]) for line in log]


def test_several_processes_count_together() -> None:
    with command("--workers", "2") as running:
        for _ in range(12):
            assert read(running.address.url).status_code == httpx.codes.OK
        metrics = httpx.get(f"{running.address.url}/metrics", timeout=PATIENCE_S).text
        code, log, _ = running.stop()
    assert 'inkdigits_pictures_total{outcome="digits"} 12.0' in metrics
    assert 'inkdigits_digits_total{outcome="digit"} 180.0' in metrics
    assert code == 0
    assert len([line for line in log if line["path"] == "/v1/read"]) == 12


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked at in /proc")
def test_the_death_of_the_first_process_ends_the_others_even_stopped_ones() -> None:
    with command("--workers", "2") as running:
        started = children(running.process.pid)
        assert len(started) == 3  # one is ready to take over
        url = f"{running.address.url}/metrics"  # only a process that is ready has asked to end with the first one
        wait_until(lambda: "inkdigits_processes 3.0" in httpx.get(url, timeout=PATIENCE_S).text)
        os.kill(started[0], signal.SIGSTOP)
        running.process.kill()
        running.process.wait()
        wait_until(lambda: not any(Path(f"/proc/{pid}").is_dir() for pid in started), seconds=PATIENCE_S)


def test_huge_json_keeps_nobody_waiting() -> None:
    lists = b"[" + b"[]," * 6_000_000 + b"[]]"
    pictures = b'{"pictures": [' + b'{"data":""},' * 1_600_000 + b'{"data":""}]}'
    zeros = b'{"inputs":[{"name":"frames","datatype":"UINT8","shape":[4096,28,28,1],"data":%s}]}'
    many = zeros % (b"[" + b"0," * (4096 * 784 - 1) + b"0]")
    strings = zeros % (b'["' + b"x" * 144_000 + b'"' + b',""' * 783 + b"]")
    infer, kind = "/v2/models/accurate/infer", {"Content-Type": "application/json"}
    waits = []
    with command("--workers", "2") as running, ThreadPoolExecutor(4) as pool:

        def send(path: str, body: bytes) -> int:
            return httpx.post(
                f"{running.address.url}{path}", content=body, headers=kind, timeout=PATIENCE_S
            ).status_code

        sent = [("/v1/read", lists), ("/v1/read", pictures), (infer, lists), (infer, many), (infer, strings)]
        before = statistics.median(wait_for_health(running.address.url) for _ in range(9))
        answers = [pool.submit(send, *each) for each in sent]
        while not all(answer.done() for answer in answers):
            waits.append(wait_for_health(running.address.url))
        started = children(running.process.pid)
        most = max(peak_bytes(pid) for pid in [running.process.pid, *started])
    statuses = [answer.result() for answer in answers]
    assert all(status in {200, 413, 422, 503} for status in statuses)
    assert statistics.median(waits) < 0.5 + 4 * before  # on a machine that has nothing else to do, `before` is 0.01
    assert most < 600_000_000


def test_a_key_a_name_and_limits_are_set_by_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_API_KEY", "of the house")
    with command(
        "--allow-host", "digits.example.org", "--max-memory-mb", "500", "--max-client-connections", "9"
    ) as running:
        url, named = running.address.url, {"Host": "digits.example.org"}
        assert httpx.get(f"{url}/healthz", headers=named).status_code == httpx.codes.OK
        assert httpx.get(f"{url}/healthz", headers={"Host": "example.org"}).status_code == httpx.codes.BAD_REQUEST
        assert httpx.get(f"{url}/metrics", headers=named).status_code == httpx.codes.UNAUTHORIZED
        keyed = named | {"Authorization": "Bearer of the house"}
        assert httpx.get(f"{url}/metrics", headers=keyed).status_code == httpx.codes.OK


@pytest.mark.parametrize(
    ("key", "told"), [("", "no rate limit and no authentication"), ("k", "no TLS and no rate limit;")]
)
def test_who_listens_to_other_machines_is_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, key: str, told: str
) -> None:
    if key:
        monkeypatch.setenv("INKDIGITS_API_KEY", key)
    with command("--host", "0.0.0.0", "--workers", "1") as running:  # noqa: S104 - a moment on a test's machine
        _, _, errors = running.stop()
    assert told in errors
    assert "docs/service.md" in errors


def test_an_empty_key_is_refused() -> None:
    result = CliRunner().invoke(cli, ["serve", "--port", "0", "--api-key", " "])
    assert result.exit_code == 2
    assert "expected a key, got nothing" in result.stderr


def test_too_little_memory_is_told() -> None:
    code = (
        "from inkdigits.service.server import Limits, Settings, listen, serve\n"
        "serve(Settings(model='accurate', limits=Limits(max_memory_bytes=30_000_000)), listen('127.0.0.1', 0))"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=3 * PATIENCE_S)
    assert done.returncode != 0
    assert "ServiceError: the processes that read end before they are ready; give them more memory" in done.stderr


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = CliRunner().invoke(cli, ["serve", "--port", str(port)])
    assert result.exit_code == 2
    assert f"cannot listen on 127.0.0.1, port {port} (Address already in use); choose another one" in result.stderr


def test_more_processes_than_the_cores_can_serve_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "count_cores", lambda: 2)
    monkeypatch.setattr(workers, "find_most_processes", lambda: 16)
    result = CliRunner().invoke(cli, ["serve", "--port", "0", "--workers", "17"])
    assert result.exit_code == 2
    assert "expected at most 16 processes on 2 cores, got 17; leave --workers out" in result.stderr
    assert "257 is not in the range 1<=x<=256" in CliRunner().invoke(cli, ["serve", "--workers", "257"]).stderr


@pytest.mark.parametrize("count", ["1", "2"])
def test_a_model_that_is_not_there_ends_it(count: str) -> None:
    words = [sys.executable, "-m", "inkdigits", "serve", "--port", "0", "--model", "no-such", "--workers", count]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert done.returncode == 10
    assert "no-such: expected a shipped bundle" in done.stderr
    assert "Traceback" not in done.stderr


def test_limits_are_set_by_options() -> None:
    with command("--max-body-mb", "1", "--max-megapixels", "1", "--max-in-flight", "4") as running:
        response = httpx.post(
            f"{running.address.url}/v1/read", content=bytes(1_000_001), headers=PNG, timeout=PATIENCE_S
        )
        assert response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
        assert "1,000,000 bytes" in response.json()["detail"]
