"""Runs the service on its port until it is told to stop."""

import contextlib
import functools
import math
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from inkdigits.reading.reader import DigitReader
from inkdigits.service.app import create_app
from inkdigits.service.limits import Limits
from inkdigits.service.telemetry import SHARED_FOLDER
from inkdigits.service.transport.cutoff import CutoffProtocol
from inkdigits.service.transport.envelope import ACCESS_LOGGER
from inkdigits.system.opencv import settle_opencv

__all__ = ["Settings", "listen", "make_config", "serve"]

_PATIENCE_S = 60  # seconds that a process may be silent before it counts as hung
_BACKLOG = 2_048  # connections that the system keeps until the service takes them


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a service, the same for each of its processes.

    Args:
        model: Name or folder of the bundle that reads.
        limits: Limits of each process.
        workers: Number of processes, 1 or more.
        allowed_origins: Other origins whose pages may use the service, such as "https://example.org"; "*" for all.
    """

    model: str
    limits: Limits
    workers: int = 1
    allowed_origins: tuple[str, ...] = ()


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
    make_app: Callable[[], FastAPI], limits: Limits, *, workers: int = 1, log_config: dict[str, object] | None = None
) -> uvicorn.Config:
    """Return Uvicorn's configuration for the service.

    Args:
        make_app: Called in each process; with several processes, it must be picklable.
        limits: Limits of a process.
        workers: Number of processes.
        log_config: For `logging.config.dictConfig`, applied in each process; None leaves logging as it is.
    """
    return uvicorn.Config(
        make_app,
        factory=True,
        workers=workers,
        http=functools.partial(CutoffProtocol, limits),  # type: ignore[arg-type] # called as the class would be
        ws="none",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=log_config,
        # on a busy machine, a process that is still importing does not answer, and would be restarted forever
        timeout_worker_healthcheck=_PATIENCE_S,
        timeout_graceful_shutdown=math.ceil(limits.body_timeout_s + limits.work_timeout_s),
    )


def serve(settings: Settings, listener: socket.socket) -> None:
    """Answer requests until SIGTERM or SIGINT, then finish those in flight.

    The process belongs to it: it sets signal handlers and logging and, with several workers, an environment variable.

    Args:
        settings: What to serve.
        listener: From `listen`; it is closed at the end.

    Raises:
        BundleError: The bundle cannot be read.
    """
    config = make_config(
        functools.partial(_make_app, settings), settings.limits, workers=settings.workers, log_config=_logging()
    )
    with listener, _ending_quietly():
        if settings.workers == 1:
            uvicorn.Server(config).run([listener])
            return
        DigitReader(settings.model)  # a damaged bundle is reported here, once
        with tempfile.TemporaryDirectory(prefix="inkdigits-") as folder:
            os.environ[SHARED_FOLDER] = folder
            listener.set_inheritable(True)
            Multiprocess(config, [listener]).run()


def _make_app(settings: Settings) -> FastAPI:
    settle_opencv()
    limits = settings.limits
    reader = DigitReader(settings.model, max_pixels=limits.max_pixels, max_bytes=limits.max_body_bytes)
    return create_app(reader, limits, allowed_origins=settings.allowed_origins)


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


def _logging() -> dict[str, object]:
    """Return the logging: one line of JSON per request on stdout, everything else on stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "inkdigits: %(message)s"}, "bare": {"format": "%(message)s"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "plain"},
            "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "bare"},
        },
        "loggers": {
            "python_multipart": {"level": "CRITICAL", "propagate": False},  # it logs every damaged form
            "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "inkdigits.service": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            ACCESS_LOGGER: {"handlers": ["stdout"], "level": "INFO", "propagate": False},
        },
    }
