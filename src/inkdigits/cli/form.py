"""`inkdigits form`: reads scans of forms into a table, checks templates, prints sheets and drafts templates."""

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from inkdigits.batch.config import BatchConfig
from inkdigits.batch.engines.watch import TIME_LIMIT_S
from inkdigits.batch.job import run_batch
from inkdigits.cli.batch import choose_engine, held_interrupts, show_progress
from inkdigits.cli.budget_options import takes_budget
from inkdigits.cli.interrupt import INTERRUPTED
from inkdigits.cli.sources import find_folders, tell_skipped
from inkdigits.cli.workers import WORKERS
from inkdigits.errors import FormPageError, OutputError, PictureNotFoundError
from inkdigits.forms.digit_sheets import collect_digits, digit_sheet, write_digit_sheet, write_folder, write_npz
from inkdigits.forms.drafting import draft_form, draw_draft, to_toml
from inkdigits.forms.form import Form
from inkdigits.forms.sheets import write_sheet
from inkdigits.forms.tables import TABLE_SUFFIXES, write_table
from inkdigits.forms.template import Template, load_template
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.metadata import Per
from inkdigits.reading.output.drawing import encode_picture
from inkdigits.reading.pictures.decoding import Picture, decode
from inkdigits.reading.pictures.documents import iter_pages
from inkdigits.reading.pictures.folders import iter_picture_files
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.extras import require_extra
from inkdigits.system.opencv import settle_opencv

__all__ = ["command"]

_PATH = click.Path(path_type=Path)
_MOST_TOLD = 20  # failures that are listed


@click.group()
def command() -> None:
    """Read stacks of forms into a spreadsheet.

    A template, one TOML file, says where the fields of a form are. `new` drafts one from a blank form, `check` says
    what is wrong with it, `sheet` prints the form, and `read` reads its scans.
    """


@command.command()
@click.argument("template", type=_PATH)
def check(template: Path) -> None:
    """Say what is wrong with TEMPLATE, or what is in it.

    \b
    Example:
      inkdigits form check refund.toml
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    form = Form.load(template)
    told = form.template
    pages = "1 page" if told.pages == 1 else f"{told.pages} pages"
    click.echo(f"{told.name}: {pages} of {told.size[0]:g} x {told.size[1]:g} mm, registered by {told.registration.by}")
    for spec in told.fields:
        cells = f"{len(spec.cells)} cells" if spec.cells else "a line"
        what = spec.field.describe() if spec.field is not None and spec.field.is_line else "any digits"
        click.echo(f"  {spec.name}: {cells}, {what}{', required' if spec.required else ''}")
    for rule in told.rules:
        click.echo(f"  rule: {rule.text}")
    for note in _find_risks(told):
        click.echo(f"inkdigits: {note}", err=True)


def _find_risks(template: Template) -> Iterator[str]:
    """Yield what is allowed in a template but will likely go wrong."""
    for number, one in enumerate(template.fields):
        for other in template.fields[number + 1 :]:
            if one.page == other.page and _overlap(one.box, other.box):
                yield f'the fields "{one.name}" and "{other.name}" overlap; digits of one may be read in the other'
        for cell in one.cells:
            if cell[2] < 3 or cell[3] < 3:
                size = f"{cell[2]:g} x {cell[3]:g} mm"
                yield f'field "{one.name}": a cell of {size} is small; 6 x 8 mm and more read well'
                break


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(
        one[axis] < other[axis] + other[axis + 2] - 0.5 and other[axis] < one[axis] + one[axis + 2] - 0.5
        for axis in (0, 1)
    )


@command.command()
@click.argument("template", type=_PATH)
@click.argument("scans", nargs=-1, required=True, metavar="SCANS...")
@click.option("--out", type=_PATH, required=True, help="The table: .xlsx, .csv, .jsonl or .parquet.")
@click.option("--review", type=_PATH, help="Write a page with every doubtful field, to be corrected.")
@click.option("--bom", is_flag=True, help="Begin CSV with the mark by which older spreadsheets know UTF-8.")
@click.option("--resume", is_flag=True, help="Go on with an interrupted run, if there is one.")
@click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="Name or folder of the bundle that reads.")
@takes_budget("As for `inkdigits read`, of each cell: the rest becomes doubtful.")
@click.option("--engine", type=click.Choice(["serial", "processes", "ray"]), help="As for `inkdigits batch`.")
@click.option("--workers", type=WORKERS, help="Processes, or Ray's actors.  [default: one a core]")
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    default=TIME_LIMIT_S,
    show_default=True,
    help="Seconds for a page; one that takes longer has failed.",
)
def read(  # noqa: PLR0913 - click hands every option over by name
    template: Path,
    scans: tuple[str, ...],
    *,
    out: Path,
    review: Path | None,
    bom: bool,
    resume: bool,
    model: str,
    max_error: float | None,
    per: Per,
    engine: str | None,
    workers: int | None,
    time_limit: float,
) -> None:
    """Read SCANS, files or folders, as the form of TEMPLATE; write a table with a row for each form.

    Every page of a PDF or TIFF is a scan. A row is sure, doubtful or failed, and says why. Beside the table,
    OUT.details.jsonl has every cell. The exit code is 22 when a page failed; the table has its row all the same.

    \b
    Examples:
      inkdigits form read refund.toml scans/ --out refunds.xlsx
      inkdigits form read refund.toml monday.pdf --out refunds.csv --bom --review doubtful.html
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    settle_opencv()
    _check_out(out, resume=resume)
    form = load_template(template)
    Form.of(form)  # refused before the first scan
    details = out.with_name(out.name + ".details.jsonl")
    config = BatchConfig("-", details, model, max_error, review=review, template=str(template), per=per)
    with held_interrupts() as stopped:
        summary = run_batch(
            config,
            engine=choose_engine(engine, workers, None, stopped.is_set),
            resume=resume,
            ordered=True,
            time_limit=time_limit,
            is_stopped=stopped.is_set,
            while_reading=stopped.held,
            on_progress=show_progress(),
            stdin=io.BytesIO(b"".join(os.fsencode(path) + b"\n" for path in _list_scans(scans))),
        )
    for folder in find_folders(scans):
        tell_skipped(folder)
    if not summary.is_complete:
        click.echo(f"stopped; what was read is kept beside {details}, --resume goes on")
        sys.exit(INTERRUPTED)
    counts = write_table(_iter_rows(details), form, out, bom=bom)
    _tell(counts, details, out, review)
    sys.exit(FormPageError.exit_code if counts["failed"] else 0)


def _check_out(out: Path, *, resume: bool) -> None:
    if out.suffix.lower() not in TABLE_SUFFIXES:
        msg = f"{out}: expected an ending of {', '.join(TABLE_SUFFIXES)}, got {out.suffix!r}; change --out"
        raise OutputError(msg)
    if out.exists() and not resume:
        msg = f"{out}: expected a place without a file, which would be lost; change --out, or remove it"
        raise OutputError(msg)
    if out.suffix.lower() == ".xlsx":
        require_extra("documents")
    if out.suffix.lower() == ".parquet":
        require_extra("batch")


def _list_scans(scans: tuple[str, ...]) -> Iterator[str]:
    for name in scans:
        if Path(name).is_dir():
            yield from map(str, iter_picture_files(name))
        elif Path(name).exists():
            yield name
        else:
            msg = f"{name}: no such file or folder; check its name"
            raise PictureNotFoundError(msg)


def _iter_rows(details: Path) -> Iterator[dict[str, Any]]:
    with details.open("rb") as lines:
        for line in lines:
            yield json.loads(line)


def _tell(counts: dict[str, int], details: Path, out: Path, review: Path | None) -> None:
    """Print the summary: fields and forms by their outcome, and why pages failed."""
    fields = dict.fromkeys(("sure", "doubtful"), 0)
    failures = []
    for row in _iter_rows(details):
        for own in row["fields"].values():
            fields[own["outcome"]] += 1
        if row["error"] is not None:
            page = "" if row["page"] is None else f"#page={row['page']}"
            failures.append(f"{row['path']}{page}: {row['error']}")
    click.echo(f"forms: {counts['sure']:,} sure, {counts['doubtful']:,} doubtful, {counts['failed']:,} failed")
    click.echo(f"fields: {fields['sure']:,} sure, {fields['doubtful']:,} doubtful")
    for failure in failures[:_MOST_TOLD]:
        click.echo(f"inkdigits: {failure}", err=True)
    if len(failures) > _MOST_TOLD:
        click.echo(f"inkdigits: and {len(failures) - _MOST_TOLD:,} more, see {details}", err=True)
    click.echo(f"table: {out}")
    click.echo(f"details: {details}")
    if review is not None:
        click.echo(f"to be corrected: {review}")


@command.command()
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


@command.command()
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


@command.command()
@click.argument("blank", type=_PATH)
@click.option("--out", type=_PATH, required=True, help="The template: .toml.")
@click.option("--size", nargs=2, type=float, default=(210.0, 297.0), show_default=True, help="Of the page, mm.")
def new(blank: Path, *, out: Path, size: tuple[float, float]) -> None:
    """Draft a template from BLANK, the empty form: its boxes, rows of cells and combs.

    Beside the template, a picture shows each field with its number. Name the fields, then run `check`.

    \b
    Example:
      inkdigits form new blank.pdf --out refund.toml
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    settle_opencv()
    if out.suffix.lower() != ".toml":
        msg = f"{out}: expected an ending of .toml, got {out.suffix!r}; change --out"
        raise OutputError(msg)
    if out.exists():
        msg = f"{out}: expected a place without a file, which would be lost; change --out, or remove it"
        raise OutputError(msg)
    gray = decode(blank)
    draft = draft_form(gray, size)
    picture = out.with_name(f"{out.stem}-fields.png")
    data = encode_picture(draw_draft(gray, draft), ".png")
    write_in_place(picture, lambda path: path.write_bytes(data))
    write_in_place(out, lambda path: path.write_text(to_toml(draft, out.stem), encoding="utf-8"))
    cells = sum(len(field.cells) for field in draft.fields)
    click.echo(f"template: {out}, {len(draft.fields)} fields, {cells} cells")
    click.echo(f"picture: {picture}")


def _check_pdf(out: Path) -> None:
    if out.suffix.lower() != ".pdf":
        msg = f"{out}: expected an ending of .pdf, got {out.suffix!r}; change --out"
        raise OutputError(msg)


def _iter_pictures(scans: tuple[str, ...]) -> Iterator[tuple[str, Picture]]:
    """Yield each page with a name that can be a part of a file's."""
    for name in _list_scans(scans):
        for page in iter_pages(name):
            yield f"{Path(name).stem}-{page.page}", page
