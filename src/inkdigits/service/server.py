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

_PATIENCE_S = 60  # seconds that a process may be silent before it is taken for hung
_BACKLOG = 2_048  # connections that the system keeps until they are taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What each process of the service is made from.

    Args:
        model: Name or folder of the bundle that reads.
        limits: What each process takes at most.
        workers: Processes, 1 or more.
        allowed_origins: Web pages of other origins that may use the service, as "https://example.org", or "*".
    """

    model: str
    limits: Limits
    workers: int = 1
    allowed_origins: tuple[str, ...] = ()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that takes connections, which wait until `serve` is called.

    Args:
        host: Name or address to listen on.
        port: 0 takes a free one.

    Raises:
        OSError: The address is taken, or not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_BACKLOG)


def make_config(
    make_app: Callable[[], FastAPI], limits: Limits, *, workers: int = 1, log_config: dict[str, object] | None = None
) -> uvicorn.Config:
    """Return how Uvicorn runs the service.

    Args:
        make_app: Called in each process; with several it has to be one that can be pickled.
        limits: What a process takes at most.
        workers: Processes.
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
        # on a busy machine one that is still importing answers nothing, and would be ended and begun anew for ever
        timeout_worker_healthcheck=_PATIENCE_S,
        timeout_graceful_shutdown=math.ceil(limits.body_timeout_s + limits.work_timeout_s),
    )


def serve(settings: Settings, listener: socket.socket) -> None:
    """Answer requests until SIGTERM or SIGINT; what is in flight is then finished.

    It owns its process: it sets signal handlers and logging, and with several workers an environment variable.

    Args:
        settings: What to serve.
        listener: From `listen`; it is closed in the end.

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
        DigitReader(settings.model)  # what is wrong with the bundle is told here, once
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
    """Let a stop that was asked for be an end like any other: Uvicorn raises the signal again when it has finished."""

    def do_nothing(number: int, frame: FrameType | None) -> None:
        """Be no default handler, which would end the process."""

    former = {number: signal.signal(number, do_nothing) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _logging() -> dict[str, object]:
    """Return what is logged where: one line of JSON per request on stdout, everything else on stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "inkdigits: %(message)s"}, "bare": {"format": "%(message)s"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "plain"},
            "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "bare"},
        },
        "loggers": {
            "python_multipart": {"level": "CRITICAL", "propagate": False},  # tells of each form that a client damaged
            "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "inkdigits.service": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            ACCESS_LOGGER: {"handlers": ["stdout"], "level": "INFO", "propagate": False},
        },
    }
