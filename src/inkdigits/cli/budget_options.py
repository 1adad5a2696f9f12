"""The options of every command that answers within a budget of errors."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["takes_budget"]

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def takes_budget(help_text: str) -> Callable[[CommandT], CommandT]:
    """Return what adds `--max-error` and `--per` to a command, as `DigitReader` takes them.

    Args:
        help_text: Of `--max-error`.
    """
    max_error = click.option("--max-error", type=click.FloatRange(0, 1), help=help_text)
    per = click.option(
        "--per",
        type=click.Choice(("line", "digit")),
        default="line",
        show_default=True,
        help="What --max-error counts in pictures: strings of whole lines, or digits.",
    )
    return lambda command: max_error(per(command))
