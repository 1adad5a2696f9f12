"""`inkdigits form check` and `new`: say what is wrong with a template, and draft one from a blank form."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from inkdigits.cli.run_progress import count_of
from inkdigits.errors import OutputError
from inkdigits.forms.drafting import Draft, draft_form, draw_draft, to_toml
from inkdigits.forms.form import Form
from inkdigits.forms.registration.drafted_marks import find_common
from inkdigits.forms.template import Template
from inkdigits.reading.output.drawing import encode_picture
from inkdigits.reading.pictures.decoding import decode
from inkdigits.reading.pictures.documents import iter_pages
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.opencv import settle_opencv

__all__ = ["check", "new"]

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("template", type=_PATH)
def check(template: Path) -> None:
    """Say what is wrong with TEMPLATE, or what is in it.

    \b
    Example:
      inkdigits form check refund.toml
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    form = Form.load(template)
    told = form.template
    pages = count_of(told.pages, "page")
    click.echo(f"{told.name}: {pages} of {told.size[0]:g} x {told.size[1]:g} mm, registered by {told.registration.by}")
    for spec in told.fields:
        cells = count_of(len(spec.cells), "cell") if spec.cells else "a line"
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


@click.command()
@click.argument("blank", type=_PATH)
@click.option("--out", type=_PATH, required=True, help="The template: .toml.")
@click.option("--size", nargs=2, type=float, default=(210.0, 297.0), show_default=True, help="Of the page, mm.")
def new(blank: Path, *, out: Path, size: tuple[float, float]) -> None:
    """Draft a template from BLANK, the empty form: its boxes, rows of cells, combs and lines.

    Four corner marks, as `sheet` prints them, register the page; without them its boxes do. Beside the template, a
    picture of each page shows its fields with their numbers. Name the fields, then run `check`.

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
    grays = [decode(page) for page in iter_pages(blank)]
    drafts = [draft_form(gray, size, page) for page, gray in enumerate(grays, 1)]
    marks = find_common([one.marks for one in drafts])
    draft = Draft(drafts[0].size, tuple(field for one in drafts for field in one.fields), marks)
    write_in_place(out, lambda path: path.write_text(to_toml(draft, out.stem), encoding="utf-8"))
    cells = sum(len(field.cells) for field in draft.fields)
    counts = f"{count_of(len(draft.fields), 'field')}, {count_of(cells, 'cell')}"
    click.echo(f"template: {out}, {counts}, registered by {'boxes' if marks is None else 'marks'}")
    before = 0
    for page, (gray, one) in enumerate(zip(grays, drafts, strict=True), 1):
        picture = out.with_name(f"{out.stem}-fields{'' if len(drafts) == 1 else f'-{page}'}.png")
        data = encode_picture(draw_draft(gray, one, before), ".png")
        write_in_place(picture, partial(Path.write_bytes, data=data))
        click.echo(f"picture: {picture}")
        before += len(one.fields)
