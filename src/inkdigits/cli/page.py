"""`inkdigits page`: writes the page that reads in the browser, for any file host."""

from pathlib import Path

import click

from inkdigits.service.static_site import write_site

__all__ = ["command"]


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder to write to; files of the same names are replaced.",
)
def command(*, out: Path) -> None:
    """Write a page that reads drawings and photos in the browser, with no server.

    The folder can lie on any file host. Pictures never leave the visitor's machine, and after the first visit the page
    works without a network. Needs the extra page.

    \b
    Example:
      inkdigits page --out site
      python -m http.server --directory site
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    sizes = write_site(out)
    click.echo(f"{click.format_filename(out)}: {len(sizes)} files, {sum(sizes.values()) / 1e6:.1f} MB")
