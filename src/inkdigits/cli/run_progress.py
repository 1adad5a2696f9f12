"""Tells how far a batch, or a reading of forms, is."""

import sys
import time
from collections.abc import Callable

import click

from inkdigits.batch.job import BatchProgress

__all__ = ["count_of", "show_progress"]

_TERMINAL_SECONDS, _LOG_SECONDS = 0.2, 10.0  # between reports of progress
_MINUTE, _HOUR = 60, 3600


def show_progress() -> Callable[[BatchProgress], None]:
    """Return what tells on stderr how far a run is."""
    return _Progress()


class _Progress:
    """Tells how far a run is on stderr: one line that changes on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._told = time.monotonic()

    def __call__(self, progress: BatchProgress) -> None:
        """Tell it, unless that was done a moment ago."""
        now = time.monotonic()
        is_last = progress.done == progress.total
        if not is_last and now - self._told < (_TERMINAL_SECONDS if self._is_terminal else _LOG_SECONDS):
            return
        self._told = now
        errors = f", {count_of(progress.errors, 'error')}" if progress.errors else ""
        line = (
            f"{progress.done:,} of {progress.total:,}, {progress.rate:,.0f} a second, "
            f"{_duration(progress.seconds_left)} left{errors}"
        )
        if self._is_terminal:
            click.echo(f"\r\033[K{line}", nl=is_last, err=True)
        else:
            click.echo(line, err=True)


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count_of(1, "row"), count_of(2000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _duration(seconds: float) -> str:
    """Return a length of time in its two largest units.

    >>> _duration(59), _duration(3700)
    ('59 s', '1 h 1 min')
    """
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min {seconds % _MINUTE:.0f} s"
    return f"{seconds // _HOUR:.0f} h {seconds % _HOUR // _MINUTE:.0f} min"
