"""Defines the limits of the service. Each is checked before the work that it limits."""

import os
from dataclasses import dataclass, field, fields

__all__ = ["Limits"]


_WAITING = 1  # requests that may wait; each one adds the time of a reading to the wait of the last


def _count_cores() -> int:
    return os.cpu_count() or 1


def _count_in_flight() -> int:
    return _count_cores() + _WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of the service. A request that exceeds one is refused; it is never kept waiting.

    Args:
        max_body_bytes: Bytes of a request's body, counted as they arrive.
        max_pixels: Pixels of each picture, as its header declares them; the default allows cameras of 24 megapixels.
        max_pictures: Pictures in one request.
        max_frames: Frames in one request of the Open Inference Protocol.
        max_held_bytes: Bytes of all bodies that are held at the same time.
        max_in_flight: Requests that are read or wait; the next one is answered 503.
        max_connections: Open connections; the next one is answered 503 and closed.
        max_client_connections: Open connections of one client: of one address, or of one network of IPv6 (/64).
        max_memory_bytes: Bytes of memory of each process that reads for `inkdigits serve`; on Linux only.
        threads: Threads that read pictures, where the reader was made in Python; `inkdigits serve` has processes.
        header_timeout_s: Seconds until a request's headers have arrived.
        body_timeout_s: Seconds until its body has arrived, too.
        work_timeout_s: Seconds from then until it is answered.
        send_timeout_s: Seconds until the client has taken the answer.

    Raises:
        ValueError: A limit is not above 0.

    >>> Limits(max_pictures=4).max_pictures
    4
    """

    max_body_bytes: int = 20_000_000
    max_pixels: int = 25_000_000
    max_pictures: int = 16
    max_frames: int = 4_096
    max_held_bytes: int = 200_000_000
    max_in_flight: int = field(default_factory=_count_in_flight)
    max_connections: int = 512
    max_client_connections: int = 64
    max_memory_bytes: int = 1_000_000_000
    threads: int = field(default_factory=_count_cores)
    header_timeout_s: float = 10.0
    body_timeout_s: float = 30.0
    work_timeout_s: float = 30.0
    send_timeout_s: float = 30.0

    def __post_init__(self) -> None:
        """Refuse limits under which nothing could be answered."""
        for entry in fields(self):
            value = getattr(self, entry.name)
            if not value > 0:
                msg = f"expected {entry.name} above 0, got {value}"
                raise ValueError(msg)
