"""What several commands ask of a model's form: its options, and whether its code may run."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from inkdigits.training.evaluation.input_forms import LAYOUTS, SCALES, Scale, parse_scale

__all__ = ["allow_code_option", "form_options"]

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def _read_scale(_: click.Context, __: click.Parameter, text: str | None) -> Scale | None:
    """Return the option's value as a scale."""
    try:
        return None if text is None else parse_scale(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


_FORM = (
    click.option("--layout", type=click.Choice(LAYOUTS), help="Of a model's input; from its shape when not given."),
    click.option(
        "--scale",
        callback=_read_scale,
        metavar="|".join([*SCALES, "MEAN,DEVIATION"]),
        help="Of a float input's numbers; tried on validation digits when not given.",
    ),
    click.option("--invert/--no-invert", "inverted", default=None, help="Paper is high; tried when not given."),
    click.option("--logits/--probabilities", "gives_logits", default=None, help="What comes out; seen when not given."),
)

allow_code_option = click.option(
    "--allow-code", is_flag=True, help="Let a Lambda layer of a .keras file run its code; only if you trust the file."
)


def form_options(command: CommandT) -> CommandT:
    """Add `--layout`, `--scale`, `--invert` and `--logits` to a command, the fields of `Stated`."""
    for option in reversed(_FORM):
        command = option(command)
    return command
