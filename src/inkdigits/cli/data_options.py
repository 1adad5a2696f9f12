"""What several commands ask of somebody's digits: the options for arrays, and warnings as lines on standard error."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

__all__ = ["array_options", "tells_warnings"]

CommandT = TypeVar("CommandT", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--invert", is_flag=True, help="Of arrays: paper is high and ink is low."),
    click.option(
        "--scale", type=float, help="Of arrays: the value of full ink.  [default: 1, 16 or 255, by the largest]"
    ),
    click.option("--transpose", is_flag=True, help="Of arrays: rows and columns are exchanged, as in EMNIST."),
)


def array_options(command: CommandT) -> CommandT:
    """Add the options `--invert`, `--scale` and `--transpose` to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def tells_warnings() -> Iterator[None]:
    """Print each `DataWarning` of the block once, as a line on standard error; other warnings stay as they are."""
    from inkdigits.training.data.array_form import DataWarning  # noqa: PLC0415 - `inkdigits.training` loads the reader

    told: set[str] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("always", DataWarning)
        others = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *place: Any) -> None:  # noqa: ANN401 - Python's own
            if not issubclass(category, DataWarning):
                others(message, category, *place)
            elif str(message) not in told:
                told.add(str(message))
                click.echo(f"inkdigits: {message}", err=True)

        warnings.showwarning = show  # type: ignore[assignment]  # takes what Python gives
        yield
