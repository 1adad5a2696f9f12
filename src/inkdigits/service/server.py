"""Runs the service on its port until it is told to stop."""

import contextlib
import functools
import logging
import math
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType

import uvicorn
from fastapi import FastAPI

from inkdigits.models.bundle import read_bundle
from inkdigits.service.app import build_app
from inkdigits.service.child import make_settings
from inkdigits.service.limits import Limits
from inkdigits.service.telemetry import Telemetry
from inkdigits.service.transport.cutoff import MAX_HEADER_BYTES, CutoffProtocol, Door
from inkdigits.service.transport.engine import Engine
from inkdigits.service.transport.envelope import ACCESS_LOGGER
from inkdigits.service.transport.gate import Rules
from inkdigits.service.transport.processes import Processes

__all__ = ["Settings", "listen", "make_config", "serve"]

_BACKLOG = 2_048  # connections that the system keeps until the service takes them
_AFTER_GRACE_S = 5.0  # seconds for the processes that read to end, too
_OTHER_FILES = 256  # that the service may have open beside its connections: pipes, libraries, the log


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a service.

    Args:
        model: Name or folder of the bundle that reads.
        limits: Limits of the service.
        workers: Processes that read, 1 or more.
        rules: Who is let in.
    """

    model: str
    limits: Limits
    workers: int = 1
    rules: Rules = field(default_factory=Rules)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that takes connections, which wait until `serve` is called.

    Args:
        host: Name or address to listen on.
        port: Port to listen on; 0 takes a free one.

    Raises:
        OSError: The address is taken, or does not belong to this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_BACKLOG)


def make_config(
    make_app: Callable[[], FastAPI], limits: Limits, *, log_config: dict[str, object] | None = None
) -> uvicorn.Config:
    """Return Uvicorn's configuration for the service.

    Args:
        make_app: Called once.
        limits: Limits of the service.
        log_config: For `logging.config.dictConfig`; None leaves logging as it is.
    """
    return uvicorn.Config(
        make_app,
        factory=True,
        http=functools.partial(CutoffProtocol, limits, Door(limits)),  # type: ignore[arg-type] # called as the class
        h11_max_incomplete_event_size=MAX_HEADER_BYTES,
        ws="none",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=log_config,
        timeout_graceful_shutdown=math.ceil(limits.body_timeout_s + limits.work_timeout_s),
    )


def serve(settings: Settings, listener: socket.socket) -> None:
    """Answer requests until SIGTERM or SIGINT, then finish those in flight.

    This process only answers; others read. The process belongs to it: it sets signal handlers, logging, and how many
    files may be open.

    Args:
        settings: What to serve.
        listener: From `listen`; it is closed at the end.

    Raises:
        BundleError: The bundle cannot be read.
        ServiceError: The processes that read cannot be started.
    """
    info = read_bundle(settings.model).info
    limits, telemetry = settings.limits, Telemetry()
    engine = Processes(limits, telemetry, make_settings(settings.model, limits), settings.workers)
    app = build_app(engine, info, limits, telemetry, settings.rules)
    _raise_file_limit(2 * limits.max_connections + _OTHER_FILES)
    config = make_config(lambda: app, limits, log_config=_logging())
    with listener, _ending_quietly():
        _Server(config, engine).run([listener])


class _Server(uvicorn.Server):
    """Uvicorn's server; it starts the engine itself, since an error at the application's start would be a traceback."""

    def __init__(self, config: uvicorn.Config, engine: Engine) -> None:
        super().__init__(config)
        self._engine = engine

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the engine before connections are taken."""
        await self._engine.start()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end; after the graceful limit, end whatever holds it up, such as a log that nobody reads."""
        super().handle_exit(sig, frame)
        last = threading.Timer((self.config.timeout_graceful_shutdown or 0) + _AFTER_GRACE_S, os._exit, (1,))
        last.daemon = True
        last.start()


def _raise_file_limit(wanted: int) -> None:
    """Let the process open as many files as it needs for its connections, where the system allows that."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@contextlib.contextmanager
def _ending_quietly() -> Iterator[None]:
    """End normally after a requested stop, although Uvicorn raises the signal again when it has finished."""

    def do_nothing(number: int, frame: FrameType | None) -> None:
        """Replace the default handler, which would end the process."""

    former = {number: signal.signal(number, do_nothing) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class _PlainFormatter(logging.Formatter):
    """Writes a message so that nothing in it can forge a line or steer a terminal; only its own lines are lines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines, the further ones indented."""
        first, *others = super().format(record).split("\n")
        lines = [first, *(f"    {line}" for line in others)]
        return "\n".join("".join(map(_escape, line)) for line in lines)


def _escape(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def _logging() -> dict[str, object]:
    """Return the logging: one line of JSON per request on stdout, everything else on stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"()": _PlainFormatter, "format": "inkdigits: %(message)s"},
            "bare": {"format": "%(message)s"},
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "plain"},
            "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "bare"},
        },
        "loggers": {
            "python_multipart": {"level": "CRITICAL", "propagate": False},  # it logs every damaged form
            # their warnings are lines that any client can cause: bytes that are no request, a closed connection
            "uvicorn": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
            "asyncio": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
            "inkdigits.service": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            ACCESS_LOGGER: {"handlers": ["stdout"], "level": "INFO", "propagate": False},
        },
    }
