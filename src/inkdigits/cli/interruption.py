"""Ctrl-C goes in; a line on stderr that says how to go on, and the shell's exit code for it, come out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

__all__ = ["exit_when_interrupted"]

_INTERRUPTED = 130  # what a shell gives for a command that Ctrl-C ended


@contextmanager
def exit_when_interrupted(context: click.Context, describe: Callable[[], str]) -> Iterator[None]:
    """End the command when Ctrl-C comes within the block.

    Args:
        context: Of the command.
        describe: Returns the line to print.
    """
    try:
        yield
    except KeyboardInterrupt:
        click.echo(describe(), err=True)
        context.exit(_INTERRUPTED)
