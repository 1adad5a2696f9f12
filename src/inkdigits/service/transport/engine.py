"""Places for requests that take time: as many as the limits say, and the refusal of what is too much."""

import abc
import contextlib
from collections.abc import Iterator

from starlette.exceptions import HTTPException

from inkdigits.service.limits import Limits
from inkdigits.service.telemetry import Telemetry
from inkdigits.service.transport.tasks import Outcome, Task

__all__ = ["Engine"]

_RETRY_AFTER = {"Retry-After": "1"}  # requests in flight are answered within about a second


class Engine(abc.ABC):
    """Does tasks beside the event loop; not to be shared between event loops.

    Args:
        limits: Limits of the service.
        telemetry: Counts what is done.
    """

    def __init__(self, limits: Limits, telemetry: Telemetry) -> None:
        self._limits = limits
        self._telemetry = telemetry
        self._in_flight = 0

    @property
    def in_flight(self) -> int:
        """Requests that hold a place: they run or wait."""
        return self._in_flight

    @property
    def is_full(self) -> bool:
        """Whether the next task would be refused."""
        return self._in_flight >= self._limits.max_in_flight

    @property
    @abc.abstractmethod
    def is_ready(self) -> bool:
        """Whether a task would be done now."""

    @abc.abstractmethod
    async def start(self) -> None:
        """Get ready, which takes about a second."""

    @abc.abstractmethod
    async def close(self) -> None:
        """Stop; what still runs is lost where it can be ended."""

    @abc.abstractmethod
    async def run(self, task: Task) -> Outcome:
        """Return what a task comes to.

        Raises:
            HTTPException: 503 when too much is in flight, or after the time limit.
        """

    def busy(self) -> HTTPException:
        """Return the refusal of a request because too much is in flight, and count it."""
        self._telemetry.count_shed()
        return HTTPException(503, "too much is being read; try again in a second", _RETRY_AFTER)

    def too_slow(self) -> HTTPException:
        """Return the refusal of a request that took too long."""
        msg = f"the answer was not there within {self._limits.work_timeout_s:g} s; send fewer or smaller pictures"
        return HTTPException(503, msg, _RETRY_AFTER)

    def unready(self) -> HTTPException:
        """Return the refusal of a request that comes too early or too late."""
        return HTTPException(503, "not ready to read; ask again in a second", _RETRY_AFTER)

    @contextlib.contextmanager
    def _counting_pictures(self) -> Iterator["_PicturesInFlight"]:
        """Yield what counts the pictures of one task as in flight; they are no longer when the block ends."""
        pictures = _PicturesInFlight(self._telemetry)
        try:
            yield pictures
        finally:
            pictures.end()

    def _count(self, outcome: Outcome) -> Outcome:
        self._telemetry.count_outcomes(outcome.pictures, outcome.digits)
        return outcome


class _PicturesInFlight:
    """The pictures of one task that are counted as in flight."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._count = 0

    def begin(self, count: int) -> None:
        """Count pictures as in flight."""
        self._count += count
        self._telemetry.begin_pictures(count)

    def end(self) -> None:
        """Stop counting them."""
        self._telemetry.end_pictures(self._count)
        self._count = 0
