"""Counts what the service does, in the format that Prometheus reads. No picture, name or address is kept."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

__all__ = ["Telemetry"]

_SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_OUTCOMES = ("digit", "unsure", "not_a_digit")
_PICTURE_OUTCOMES = ("digits", "blank", "error")


class Telemetry:
    """The counters of one application, separate from those of others in the process."""

    def __init__(self) -> None:
        """Start all counters at 0."""
        self._registry = CollectorRegistry()
        own = self._registry
        ProcessCollector(registry=own)
        self._requests = Counter("inkdigits_requests", "Requests answered.", ["path", "status"], registry=own)
        self._seconds = Histogram(
            "inkdigits_request_seconds", "Time to answer.", ["path"], registry=own, buckets=_SECONDS
        )
        self._pictures = Counter("inkdigits_pictures", "Pictures by outcome.", ["outcome"], registry=own)
        self._digits = Counter("inkdigits_digits", "Marks by outcome.", ["outcome"], registry=own)
        self._shed = Counter("inkdigits_shed", "Requests refused because too much was in flight.", registry=own)
        self._in_flight = Gauge("inkdigits_pictures_in_flight", "Pictures being read.", registry=own)
        self._processes = Gauge("inkdigits_processes", "Processes that read or are ready to.", registry=own)
        self._ended = Counter("inkdigits_processes_ended", "Processes that ended.", ["reason"], registry=own)
        for outcome in _OUTCOMES:
            self._digits.labels(outcome)
        for outcome in _PICTURE_OUTCOMES:
            self._pictures.labels(outcome)

    def count_request(self, path: str, status: int, seconds: float) -> None:
        """Count an answer; `path` is that of the route, of which there are few."""
        self._requests.labels(path, status).inc()
        self._seconds.labels(path).observe(seconds)

    def count_shed(self) -> None:
        """Count a request that was refused because too much was in flight."""
        self._shed.inc()

    def begin_pictures(self, count: int) -> None:
        """Count pictures that are being read."""
        self._in_flight.inc(count)

    def end_pictures(self, count: int) -> None:
        """Stop counting pictures as being read."""
        self._in_flight.dec(count)

    def count_outcomes(self, pictures: Mapping[str, int], digits: Mapping[str, int]) -> None:
        """Count what a request came to: pictures and marks by outcome."""
        for outcome in _PICTURE_OUTCOMES:
            self._pictures.labels(outcome).inc(pictures.get(outcome, 0))
        for outcome in _OUTCOMES:
            self._digits.labels(outcome).inc(digits.get(outcome, 0))

    def set_processes(self, count: int) -> None:
        """Set how many processes read or are ready to."""
        self._processes.set(count)

    def count_ended(self, reason: str) -> None:
        """Count a process that ended; reasons are few."""
        self._ended.labels(reason).inc()

    def to_text(self) -> bytes:
        """Return all counts in Prometheus' text format."""
        return generate_latest(self._registry)
