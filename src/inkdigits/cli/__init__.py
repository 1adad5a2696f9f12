"""The `inkdigits` command: each command's module is imported only when that command is named."""

import importlib
import io
import sys
from collections.abc import Sequence
from typing import ClassVar

import click

import inkdigits
from inkdigits.errors import InkdigitsError
from inkdigits.system.text import printable_line

__all__ = ["cli", "main"]


class _LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is asked for."""

    # name -> (module with `command`, first help line): the line is repeated here so that --help imports nothing
    lazy: ClassVar[dict[str, tuple[str, str]]] = {
        "demo": ("inkdigits.cli.demo", "Read the sample pictures, and write them with boxes."),
        "read": ("inkdigits.cli.read", "Read the digits in pictures."),
        "explain": ("inkdigits.cli.explain", "Show why a picture is read as it is."),
        "serve": ("inkdigits.cli.serve", "Read digits over HTTP, with a page to draw on."),
        "page": ("inkdigits.cli.page", "Write a page that reads in the browser, for any file host."),
        "batch": ("inkdigits.cli.batch", "Read very many pictures, and go on after any interruption."),
        "predict": ("inkdigits.cli.predict", "Name all digits of a file, as for Kaggle."),
        "form": ("inkdigits.cli.form", "Read stacks of forms into a spreadsheet."),
        "data": ("inkdigits.cli.data", "Show and check the MNIST data."),
        "train": ("inkdigits.cli.train", "Train a network."),
        "compare": ("inkdigits.cli.compare", "Train and compare the networks over several seeds."),
        "evaluate": ("inkdigits.cli.evaluate", "Measure a model on labeled digits."),
        "bench": ("inkdigits.cli.bench", "Measure models of any origin side by side."),
        "export": ("inkdigits.cli.export", "Turn a training run, or your own network, into a bundle."),
        "adapt": ("inkdigits.cli.adapt", "Fit a bundle to one writer's digits."),
        "card": ("inkdigits.cli.card", "Measure a bundle and write its card anew."),
        "calibrate": ("inkdigits.cli.calibrate", "Fit a bundle's confidence and its error budgets anew."),
    }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of use."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command's module and return its `command`."""
        if cmd_name not in self.lazy:
            return None
        command: click.Command = importlib.import_module(self.lazy[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the command list without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.lazy.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(inkdigits.__version__, prog_name="inkdigits")
def cli() -> None:
    """Read handwritten digits, and train the networks that do it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; an error of ours is one line on stderr and its class's exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a pipe on Windows would refuse a name in another script
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        cli.main(args=arguments, prog_name="inkdigits")
    except InkdigitsError as error:
        click.echo(f"inkdigits: {printable_line(str(error))}", err=True)
        sys.exit(error.exit_code)
