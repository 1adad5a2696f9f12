"""`inkdigits form read` and `apply`: scans become a table, and what a person corrected goes into it."""

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from inkdigits.batch.config import BatchConfig
from inkdigits.batch.corrections import apply_field_corrections
from inkdigits.cli.form.scans import list_scans
from inkdigits.cli.interrupt import INTERRUPTED
from inkdigits.cli.run_options import RunOptions, run_config, takes_run
from inkdigits.cli.run_progress import count_of
from inkdigits.cli.sources import find_folders, tell_skipped
from inkdigits.errors import FieldError, FormPageError, OutputError
from inkdigits.forms.form import Form
from inkdigits.forms.tables import TABLE_SUFFIXES, details_path, write_table
from inkdigits.forms.template import load_template
from inkdigits.system.extras import require_extra
from inkdigits.system.opencv import settle_opencv
from inkdigits.system.text import printable_line

__all__ = ["apply", "read"]

_PATH = click.Path(path_type=Path)
_MOST_TOLD = 20  # failures that are listed


@click.command()
@click.argument("template", type=_PATH)
@click.argument("scans", nargs=-1, required=True, metavar="SCANS...")
@click.option("--out", type=_PATH, required=True, help="The table: .xlsx, .csv, .jsonl or .parquet.")
@click.option("--bom", is_flag=True, help="Begin CSV with the mark by which older spreadsheets know UTF-8.")
@takes_run
def read(
    template: Path,
    scans: tuple[str, ...],
    *,
    out: Path,
    bom: bool,
    how: RunOptions,
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
    _check_out(out, resume=how.resume)
    form = load_template(template)
    Form.of(form)  # refused before the first scan
    details = details_path(out)
    config = BatchConfig("-", details, how.model, how.max_error, review=how.review, template=str(template), per=how.per)
    names = io.BytesIO(b"".join(os.fsencode(path) + b"\n" for path in list_scans(scans)))
    summary = run_config(config, how, ordered=True, stdin=names)
    for folder in find_folders(scans):
        tell_skipped(folder)
    if not summary.is_complete:
        click.echo(f"stopped; what was read is kept beside {details}, --resume goes on")
        sys.exit(INTERRUPTED)
    counts = write_table(_iter_rows(details), form, out, bom=bom)
    _tell(counts, details, out, how.review)
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
    click.echo(_count_forms(counts))
    click.echo(f"fields: {fields['sure']:,} sure, {fields['doubtful']:,} doubtful")
    for failure in failures[:_MOST_TOLD]:
        click.echo(f"inkdigits: {failure}", err=True)
    if len(failures) > _MOST_TOLD:
        click.echo(f"inkdigits: and {len(failures) - _MOST_TOLD:,} more, see {details}", err=True)
    click.echo(f"table: {out}")
    click.echo(f"details: {details}")
    if review is not None:
        click.echo(f"to be corrected: {review}")


def _count_forms(counts: dict[str, int]) -> str:
    return f"forms: {counts['sure']:,} sure, {counts['doubtful']:,} doubtful, {counts['failed']:,} failed"


@click.command()
@click.argument("template", type=_PATH)
@click.argument("table", type=_PATH)
@click.argument("corrections", type=_PATH)
@click.option("--to", "target", type=_PATH, help="Write the table here, and leave TABLE as it is.")
def apply(template: Path, table: Path, corrections: Path, target: Path | None) -> None:
    """Write the corrections of a review page into TABLE, which `read` wrote by TEMPLATE.

    CORRECTIONS is the CSV that the page saves. Each text is checked as when it is read: cells, length, pattern, kind
    and check. One that does not fit is named and left out, the others are written, and the exit code is 16. A field
    that was corrected or confirmed has the confidence 1 and is marked as a person's. Rules are asked again.

    \b
    Example:
      inkdigits form apply refund.toml refunds.xlsx corrections.csv
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    done = apply_field_corrections(load_template(template), table, corrections, target)
    for refusal in done.refused:
        click.echo(f"inkdigits: {printable_line(refusal)}; it was left out", err=True)
    fields, pages = count_of(done.fields, "field"), count_of(done.pages, "page")
    click.echo(f"{fields} corrected or confirmed on {pages}: {target or table}")
    click.echo(_count_forms(done.counts))
    sys.exit(FieldError.exit_code if done.refused else 0)
