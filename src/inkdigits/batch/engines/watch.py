"""Limits how long one picture may take, and how long a stopped run waits for what is being read."""

import signal
import time
from collections.abc import Callable

__all__ = ["TIME_LIMIT_S", "AlarmWatch", "GivenUpError", "Patience", "Watch", "was_overdue"]

TIME_LIMIT_S = 60.0  # for a picture: the stages after the network take 12 s for 30,000 marks (docs/log.md)
_GRACE_S = 10.0  # after the wish to stop, before what is being read is given up
_HAS_ALARM = hasattr(signal, "setitimer")


class Watch:
    """Knows what is being read and until when it has to be done.

    Args:
        limit: Seconds for a picture; None is no limit.
    """

    def __init__(self, limit: float | None) -> None:
        """Watch nothing yet."""
        self.limit = limit
        self._name = ""
        self._deadline: float | None = None

    def begin(self, name: str, pictures: int = 1) -> None:
        """Begin to watch the reading of some pictures, the first of that name."""
        if self.limit is not None:
            self._name, self._deadline = name, time.monotonic() + pictures * self.limit

    def end(self) -> None:
        """Watch nothing any more."""
        self._deadline = None

    def find_overdue(self) -> str | None:
        """Return the name of what takes too long; None when nothing does."""
        return self._name if self._deadline is not None and time.monotonic() > self._deadline else None


class AlarmWatch(Watch):
    """Ends its process when a picture takes too long, whatever the process is doing; of a worker's own process only.

    The kernel's alarm needs no turn of Python, which a decoder may never give back. Windows has none.
    """

    def __init__(self, limit: float | None) -> None:
        """Let the alarm end the process."""
        super().__init__(limit)
        if _HAS_ALARM:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def begin(self, name: str, pictures: int = 1) -> None:
        """Set the alarm."""
        super().begin(name, pictures)
        if _HAS_ALARM and self.limit is not None:
            signal.setitimer(signal.ITIMER_REAL, pictures * self.limit)

    def end(self) -> None:
        """Take the alarm back."""
        super().end()
        if _HAS_ALARM:
            signal.setitimer(signal.ITIMER_REAL, 0)


def was_overdue(exit_code: int | None) -> bool:
    """Tell whether a process ended by the alarm of an `AlarmWatch`."""
    return _HAS_ALARM and exit_code == -signal.SIGALRM


class GivenUpError(Exception):
    """What was being read is not waited for any longer."""


class Patience:
    """Waits for what is being read after the wish to stop, but not for ever.

    Args:
        is_stopped: Tells whether the run is to stop.
    """

    def __init__(self, is_stopped: Callable[[], bool]) -> None:
        """Begin with no wish seen."""
        self.is_stopped = is_stopped
        self._since: float | None = None

    def is_over(self) -> bool:
        """Tell whether the grace after the wish has passed."""
        if self._since is None and self.is_stopped():
            self._since = time.monotonic()
        return self._since is not None and time.monotonic() - self._since > _GRACE_S
