"""Runs the real `inkdigits serve` on a port until it is stopped."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

__all__ = ["Server", "running_server"]

_START_S = 240.0


class Server:
    """`inkdigits serve` in a process of its own.

    Args:
        port: Where it listens, on 127.0.0.1.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}/"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "inkdigits", "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + _START_S
        while time.monotonic() < end:
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"{self.url}healthz", timeout=5).close()  # noqa: S310 - our own server
                return
            assert self._process.poll() is None, "the server ended before it answered"
            time.sleep(0.1)
        msg = f"no answer from {self.url} in {_START_S:.0f} s"
        raise AssertionError(msg)

    def stop(self) -> None:
        """End it; once ended, this does nothing."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None


def _free_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    """Run a server on a free port."""
    server = Server(_free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()
