"""`inkdigits form`: reads scans of forms into a table, checks templates, prints sheets and drafts templates."""

import click

from inkdigits.cli.form.reading import apply, read
from inkdigits.cli.form.sheets import digits, sheet
from inkdigits.cli.form.templates import check, new

__all__ = ["command"]


@click.group()
def command() -> None:
    """Read stacks of forms into a spreadsheet.

    A template, one TOML file, says where the fields of a form are. `new` drafts one from a blank form, `check` says
    what is wrong with it, `sheet` prints the form, `read` reads its scans, and `apply` takes what a person corrected.
    """


for one in (new, check, sheet, read, apply, digits):
    command.add_command(one)
