"""Connects to Ray, or starts it here, and leaves it as it was found."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ray

from inkdigits.errors import InkdigitsError

__all__ = ["ray_session"]

_STORE_BYTES = 200_000_000  # size of Ray's object store when Ray is started here; little goes through it


@contextmanager
def ray_session(address: str | None, cores: int | None, *, failure: type[InkdigitsError]) -> Iterator[None]:
    """Connect to a cluster or start Ray here, and leave it as it was; Ray's notes stay off the terminal.

    Args:
        address: Of a cluster that runs; None starts Ray here, unless this process is connected already.
        cores: That a Ray started here offers; None is all.
        failure: Class of the error when Ray cannot be reached.
    """
    is_ours = not ray.is_initialized()
    try:
        if is_ours:
            _connect(address, cores, failure)
        yield
    finally:
        if is_ours:
            ray.shutdown()


def _connect(address: str | None, cores: int | None, failure: type[InkdigitsError]) -> None:
    quiet: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    if address is None:
        quiet |= {"include_dashboard": False, "object_store_memory": _STORE_BYTES, "num_cpus": cores}
    try:
        ray.init(address=address or "local", **quiet)
    except Exception as error:  # its own errors share no base class
        msg = f"expected a Ray cluster at {address or 'this machine'}, got {error}; check --address, or start Ray"
        raise failure(msg) from error
