"""Gives the commands that read pictures one set of options for what is known of a field."""

import functools
from collections.abc import Callable
from typing import Any

import click

from inkdigits.reading.fields import FieldOptions
from inkdigits.reading.fields.kinds import KINDS, ORDERS
from inkdigits.reading.fields.locales import BY_LOCALE
from inkdigits.reading.fields.regions import parse_region

__all__ = ["takes_field"]

_NAMES = ("length", "pattern", "kind", "order", "check", "handwritten")


def takes_field(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a field to a command, which gets them as `told` and each --box in `boxes`."""

    @functools.wraps(command)
    def collect(*arguments: Any, boxes: tuple[str, ...], **values: Any) -> None:  # noqa: ANN401 - as click gives them
        told = FieldOptions(**{name: values.pop(name) for name in _NAMES})
        command(*arguments, told=told, boxes=tuple(map(parse_region, boxes)), **values)

    for option in reversed(_OPTIONS):
        collect = option(collect)
    return collect


_OPTIONS = (
    click.option("--length", type=int, help="The picture holds one line of so many digits."),
    click.option("--pattern", help='The line looks like this: "dd-dd-20dd", d for any digit.'),
    click.option("--kind", type=click.Choice(KINDS), help="The line is one: only valid values are answered."),
    click.option("--order", type=click.Choice([*ORDERS, BY_LOCALE]), help="Of a date's parts.  [default: any]"),
    click.option("--check", help='The number passes it: "luhn", "ean", "isbn", "iban", "nl.bsn" ... (python-stdnum).'),
    click.option(
        "--box", "boxes", multiple=True, help='Part of the picture, "x0,y0,x1,y1": pixels, or fractions as 0.5.'
    ),
    click.option("--handwritten", is_flag=True, help="Leave printed digits out."),
)
