"""How a command ends on Ctrl-C: with one line on standard error and the exit code that shells give."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

__all__ = ["INTERRUPTED", "Stop", "ends_on_interrupt", "held_interrupts"]

INTERRUPTED = 130  # exit code: what a shell gives for a command that Ctrl-C ended


@contextmanager
def ends_on_interrupt(context: click.Context, say: str | Callable[[], str]) -> Iterator[None]:
    """End the command with `INTERRUPTED` when Ctrl-C comes while the block runs.

    Args:
        context: Of the command.
        say: What is kept and how to go on, one line; a function when that is known only at the interruption.
    """
    try:
        yield
    except KeyboardInterrupt:
        click.echo(say if isinstance(say, str) else say(), err=True)
        context.exit(INTERRUPTED)


class Stop:
    """Turns the first Ctrl-C, or a polite kill, into a wish to stop while pictures are read; else it ends at once."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._is_held = False
        self.is_set = self._event.is_set

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the first signal wait for what is being read."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False

    def __call__(self, number: int, _: object) -> None:
        """Hear a signal; a second Ctrl-C ends at once."""
        if not self._is_held or (self._event.is_set() and number == signal.SIGINT):
            raise KeyboardInterrupt
        if not self._event.is_set():
            self._event.set()
            click.echo("\ninkdigits: finishing what is being read; Ctrl-C again ends at once", err=True)


@contextmanager
def held_interrupts() -> Iterator[Stop]:
    """Yield the wish to stop; Ctrl-C outside of `Stop.held` ends the command with the exit code of an interruption."""
    stop = Stop()
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    except KeyboardInterrupt:
        click.echo("inkdigits: stopped; --resume goes on with what was read, if anything was", err=True)
        sys.exit(INTERRUPTED)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
