"""`inkdigits form sheet` and `digits`: print forms, and make labeled sets of digits."""

from collections.abc import Iterator
from pathlib import Path

import click

from inkdigits.cli.form.scans import list_scans
from inkdigits.errors import OutputError
from inkdigits.forms.digit_sheets import collect_digits, digit_sheet, write_digit_sheet, write_folder, write_npz
from inkdigits.forms.form import Form
from inkdigits.forms.sheets import write_sheet
from inkdigits.forms.template import load_template
from inkdigits.reading.pictures.decoding import Picture
from inkdigits.reading.pictures.documents import iter_pages
from inkdigits.system.opencv import settle_opencv

__all__ = ["digits", "sheet"]

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("template", type=_PATH)
@click.option("--out", type=_PATH, required=True, help="The form: .pdf.")
def sheet(template: Path, out: Path) -> None:
    """Print the form of TEMPLATE: a PDF with its marks, boxes and labels.

    \b
    Example:
      inkdigits form sheet refund.toml --out refund.pdf
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    _check_pdf(out)
    write_sheet(load_template(template), out)
    click.echo(f"form: {out}")


@click.command()
@click.argument("scans", nargs=-1, metavar="[SCANS...]")
@click.option("--out", type=_PATH, required=True, help="The sheet, .pdf; or of SCANS the set, .npz or a folder.")
def digits(scans: tuple[str, ...], *, out: Path) -> None:
    """Print a sheet to collect handwritten digits on; or make a labeled set of its SCANS.

    Each row of the sheet is for one digit. The set is what `inkdigits train --data` and `inkdigits evaluate --data`
    take. Empty cells are left out, and so are those that were crossed out.

    \b
    Examples:
      inkdigits form digits --out sheet.pdf
      inkdigits form digits scan-1.png scan-2.png --out mine.npz
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    if not scans:
        _check_pdf(out)
        write_digit_sheet(out)
        click.echo(f"sheet: {out}")
        return
    settle_opencv()
    if out.exists():
        msg = f"{out}: expected a place without a file or folder, which would be lost; change --out, or remove it"
        raise OutputError(msg)
    found = collect_digits(Form(digit_sheet()), _iter_pictures(scans))
    count = write_npz(found, out) if out.suffix.lower() == ".npz" else write_folder(found, out)
    click.echo(f"{count:,} digits: {out}")


def _check_pdf(out: Path) -> None:
    if out.suffix.lower() != ".pdf":
        msg = f"{out}: expected an ending of .pdf, got {out.suffix!r}; change --out"
        raise OutputError(msg)


def _iter_pictures(scans: tuple[str, ...]) -> Iterator[tuple[str, Picture]]:
    """Yield each page with a name that can be a part of a file's."""
    for name in list_scans(scans):
        for page in iter_pages(name):
            yield f"{Path(name).stem}-{page.page}", page
