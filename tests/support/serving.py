"""Runs the service for tests on a free port: in a thread of this process, or as the command in a process of its own."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx
import uvicorn
from fastapi import FastAPI

from inkdigits import DigitReader
from inkdigits.models.bundle import read_bundle
from inkdigits.reading.pictures.decoding import Picture
from inkdigits.service import Limits, create_app
from inkdigits.service.app import build_app
from inkdigits.service.child import make_settings
from inkdigits.service.server import listen, make_config
from inkdigits.service.telemetry import Telemetry
from inkdigits.service.transport.gate import Rules
from inkdigits.service.transport.processes import Processes

PATIENCE_S = 60.0  # on a busy machine


class WaitingReader(DigitReader):
    """A reader that takes as long as a test wants: each reading waits until `go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.go.set()
        self.begun = threading.Semaphore(0)  # counts the readings that wait

    def read(self, picture: Picture, **told: Any) -> Any:  # noqa: ANN401
        self.begun.release()
        assert self.go.wait(PATIENCE_S)
        return super().read(picture, **told)


class FailingReader(DigitReader):
    """A reader with a fault that nobody foresaw, once it is broken."""

    is_broken = False

    def read(self, picture: Picture, **told: Any) -> Any:  # noqa: ANN401
        if self.is_broken:
            msg = "secret-of-the-house"
            raise ZeroDivisionError(msg)
        return super().read(picture, **told)


@dataclass(frozen=True)
class Address:
    """Where a service listens."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def exchange(self, data: bytes) -> bytes:
        """Send bytes as they are; return all that comes back until the connection is closed."""
        with self.connect() as connection:
            connection.sendall(data)
            return receive_all(connection)


def receive_all(connection: socket.socket) -> bytes:
    parts = []
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def serving(
    reader: DigitReader,
    limits: Limits,
    *,
    allowed_origins: Sequence[str] = (),
    allowed_hosts: Sequence[str] = ("*",),
    api_key: str | None = None,
) -> contextlib.AbstractContextManager[Address]:
    """Run the service in a thread."""
    app = create_app(reader, limits, allowed_origins=allowed_origins, allowed_hosts=allowed_hosts, api_key=api_key)
    return serving_app(app, limits)


def serving_oddly(limits: Limits, *, size: int = 1) -> contextlib.AbstractContextManager[Address]:
    """Run the service with processes that obey orders, as `odd_child` has them."""
    telemetry, module = Telemetry(), "support.odd_child"
    engine = Processes(limits, telemetry, make_settings("accurate", limits), size, module)
    app = build_app(engine, read_bundle("accurate").info, limits, telemetry, Rules())
    return serving_app(app, limits)


@contextlib.contextmanager
def serving_app(app: FastAPI, limits: Limits) -> Iterator[Address]:
    """Run any application as the service is run."""
    listener = listen("127.0.0.1", 0)
    address = Address(listener.getsockname()[1])
    server = uvicorn.Server(make_config(lambda: app, limits))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield address
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        listener.close()
    assert not thread.is_alive()


def wait_until(is_so: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)


@dataclass(frozen=True)
class Command:
    """The command in a process of its own."""

    process: subprocess.Popen[bytes]
    log: IO[str]  # these are files, since a pipe that nobody reads holds up who writes to it
    errors: IO[str]
    address: Address

    def stop(self) -> tuple[int, list[dict[str, object]], str]:
        """End it as a system does; return its exit code, the lines of its access log and its stderr."""
        self.process.terminate()
        self.process.wait(timeout=PATIENCE_S)
        self.log.seek(0)
        self.errors.seek(0)
        _, *errors = self.errors  # after the line with the address
        return self.process.returncode, [json.loads(line) for line in self.log], "".join(errors)


@contextlib.contextmanager
def command(*options: str) -> Iterator[Command]:
    """Run the command; it is ended, whatever a test does."""
    words = [sys.executable, "-m", "inkdigits", "serve", "--port", "0", *options]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as log,
        tempfile.NamedTemporaryFile("w+") as errors,
        Path(errors.name).open(encoding="utf-8") as told,  # which has a place in the file of its own
    ):
        process = subprocess.Popen(words, stdout=log, stderr=errors)
        try:
            yield _started(process, log, told)
        finally:
            process.terminate()
            try:
                process.wait(timeout=PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _started(process: subprocess.Popen[bytes], log: IO[str], told: IO[str]) -> Command:
    """Return it when it reads."""
    wait_until(lambda: process.poll() is not None or told.readline().endswith("\n"), seconds=3 * PATIENCE_S)
    told.seek(0)
    line = told.readline()
    found = re.fullmatch(r"inkdigits: reading at http://[\d.]+:(\d+)/\n", line)
    assert found, line
    running = Command(process, log, told, Address(int(found[1])))
    wait_until(lambda: _is_ready(running), seconds=3 * PATIENCE_S)
    return running


def _is_ready(running: Command) -> bool:
    assert running.process.poll() is None
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{running.address.url}/readyz", timeout=PATIENCE_S).status_code == httpx.codes.OK
    return False


def resident_bytes(pid: int) -> int:
    """Return the memory of a process."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123 - no file but a view of the kernel
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def children(pid: int) -> list[int]:
    """Return the processes that a process started and that still run, oldest first."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (
                (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:2]
            )
            if int(parent) == pid and state != "Z":
                found.append(int(folder.name))
    return sorted(found)


def peak_bytes(pid: int) -> int:
    """Return the most memory that a process had; 0 of one that has ended since it was listed."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 1_024 * max(map(int, re.findall(r"VmHWM:\s*(\d+) kB", status)), default=0)
