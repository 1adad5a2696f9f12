"""How a command ends on Ctrl-C: with one line on standard error and the exit code that shells give."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

__all__ = ["INTERRUPTED", "ends_on_interrupt"]

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
