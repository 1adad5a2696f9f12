"""`inkdigits serve` as a process: what it prints, how it ends, and several processes of one service."""

import contextlib
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from inkdigits.cli import cli
from support.serving import PATIENCE_S, command, wait_until

PAGE = (Path(__file__).parents[2] / "samples" / "page-314159-2653-58979.png").read_bytes()
PNG = {"Content-Type": "image/png"}


def read(url: str) -> httpx.Response:
    return httpx.post(f"{url}/v1/read?picture=true", content=PAGE, headers=PNG, timeout=PATIENCE_S)


def is_taken(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{url}/healthz", timeout=PATIENCE_S).status_code == httpx.codes.OK
    return False


def test_it_logs_json_on_stdout_and_ends_when_told() -> None:
    with command() as running:
        assert read(running.address.url).status_code == httpx.codes.OK
        code, log, errors = running.stop()
    assert (code, errors) == (0, "")
    assert [(line["path"], line["status"]) for line in log if line["path"] != "/readyz"] == [("/v1/read", 200)]


def test_what_is_in_flight_at_the_end_is_answered() -> None:
    head = f"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: {len(PAGE)}\r\n\r\n".encode()
    with command() as running, running.address.connect() as half, running.address.connect() as idle:
        half.sendall(head + PAGE[:1000])
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
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


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = CliRunner().invoke(cli, ["serve", "--port", str(port)])
    assert result.exit_code == 2
    assert f"cannot listen on 127.0.0.1, port {port} (Address already in use); choose another one" in result.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_model_that_is_not_there_ends_it(workers: str) -> None:
    words = [sys.executable, "-m", "inkdigits", "serve", "--port", "0", "--model", "no-such", "--workers", workers]
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
