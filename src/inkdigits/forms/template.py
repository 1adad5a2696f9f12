"""Opens a form's template: one TOML file that says what registers a page and where its fields are.

`template.schema.json` beside this file is its published schema. All lengths are millimeters from the page's upper
left corner.
"""

import itertools
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from inkdigits.errors import FieldError, FormError, MissingExtraError
from inkdigits.forms.entries import Entry
from inkdigits.forms.rules import Rule, parse_rule
from inkdigits.reading.fields import Field, FieldOptions, make_field

__all__ = ["FieldSpec", "Place", "Registration", "Sides", "Template", "load_template", "parse_template"]

Place: TypeAlias = tuple[float, float, float, float]  # left, top, width, height, mm
Way: TypeAlias = Literal["marks", "print", "boxes"]
Sides: TypeAlias = Literal["boxes", "comb", "line", "none"]

# probability of a field's whole text; on 33 drawn pages (benchmarks/forms.py) the sure fields that were wrong fell from
# 4 to 0 of 154, and 14 more became doubtful
SURE_FROM = 0.9
_MOST_SIDE = 2000.0  # mm of a page
_MOST_CELLS = 64  # of a field, as digits of a field in a picture
_MOST_FIELDS = 1000
_MOST_IN_ALL = 4000  # cells of a form; a page of A4 has room for 1,000 of 6 x 8 mm
_OUTSIDE = 0.5  # mm that a box may lie beyond its page: what rounding does


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What a template says of one field.

    Attributes:
        name: Its column.
        box: Where it is.
        cells: Its cells from left to right, one digit each; none for digits written on a line.
        options: What its text has to be, as for `DigitReader.read`; `handwritten` leaves printed digits out.
        field: The same, ready for use; None when any digits may stand there.
        required: Whether it is doubtful when nothing is written in it.
        crosses: What a crossed cell means: "doubt", or "empty" where people cross out cells they do not use.
        lines: Which sides of its cells, or of its box, are printed: "boxes" for all; "comb" for the lower one, with
            teeth between the cells; "line" for the lower one alone; "none".
        page: Number of its page, from 1.
        label: What is printed before it by `form sheet`.
    """

    name: str
    box: Place
    cells: tuple[Place, ...]
    options: FieldOptions
    field: Field | None
    required: bool = False
    crosses: Literal["doubt", "empty"] = "doubt"
    lines: Sides = "boxes"
    page: int = 1
    label: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """What registers a page.

    Attributes:
        by: "marks": four printed marks; "print": the blank form's own print; "boxes": the sides of the fields.
        marks: Middles of the marks: top left, top right, bottom right, bottom left.
        mark_size: Side of a mark, mm.
        ring: Whether the first mark has a light middle, which tells the page's head from its foot.
        blanks: The blank form, a file for each page.
    """

    by: Way = "boxes"
    marks: tuple[tuple[float, float], ...] = ()
    mark_size: float = 5.0
    ring: bool = True
    blanks: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A form.

    Attributes:
        name: What it is called.
        size: Width and height of a page, mm.
        registration: What registers a page.
        fields: In the order of their columns.
        rules: What has to hold between fields.
        sure_from: Probability, 0 to 1, that the whole text of a field is right, from which it is sure.
    """

    name: str
    size: tuple[float, float]
    registration: Registration
    fields: tuple[FieldSpec, ...]
    rules: tuple[Rule, ...] = ()
    sure_from: float = SURE_FROM

    @property
    def pages(self) -> int:
        """Pages of the form, 1 or more."""
        return max(spec.page for spec in self.fields)

    def on_page(self, page: int) -> tuple[FieldSpec, ...]:
        """Return the fields of a page, from 1."""
        return tuple(spec for spec in self.fields if spec.page == page)


def load_template(path: str | os.PathLike[str]) -> Template:
    """Return the template of a file.

    Raises:
        FormError: It cannot be read, or says what cannot be; the message names the place.
        MissingExtraError: A field's check needs a library that is not installed.
    """
    place = Path(path)
    try:
        text = place.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        msg = f"{place}: expected a template in TOML, cannot read it ({error}); check its name"
        raise FormError(msg) from error
    return parse_template(text, place.parent, str(place))


def parse_template(text: str, folder: Path | None = None, name: str = "the template") -> Template:
    """Return the template of a text; arguments `folder` for the files that it names, and `name` for messages.

    Raises:
        FormError: As for `load_template`.
        MissingExtraError: As for `load_template`.
    """
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # tomllib lets those of a huge number and of deep brackets through
        msg = f"{name}: expected TOML, got a mistake in it: {error}; correct that line"
        raise FormError(msg) from error
    try:
        return _read_template(Entry("", values), folder or Path())
    except FormError as error:
        msg = f"{name}: {error}"
        raise FormError(msg) from error


def _read_template(entry: Entry, folder: Path) -> Template:
    entry.allow("name", "page", "registration", "field", "rules", "sure_from")
    page = entry.table("page")
    page.allow("size")
    width, height = page.numbers("size", 2, above=0, most=_MOST_SIDE)
    fields = tuple(_read_field(one, (width, height)) for one in entry.tables("field"))
    if not 1 <= len(fields) <= _MOST_FIELDS:
        msg = f"expected 1 to {_MOST_FIELDS:,} fields, each under [[field]], got {len(fields):,}; add one"
        raise FormError(msg)
    cells = sum(len(spec.cells) for spec in fields)
    if cells > _MOST_IN_ALL:
        msg = f"expected at most {_MOST_IN_ALL:,} cells in all, got {cells:,}; make a template for each part"
        raise FormError(msg)
    names = [spec.name for spec in fields]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        msg = f'expected another name for each field, got "{twice}" twice; rename one'
        raise FormError(msg)
    registration = _read_registration(entry.table("registration", {}), folder, (width, height))
    template = Template(
        entry.text("name", "form"),
        (width, height),
        registration,
        fields,
        tuple(parse_rule(rule, names) for rule in entry.texts("rules")),
        *entry.numbers("sure_from", 1, above=-1, most=1, default=(SURE_FROM,)),
    )
    _check_pages(template)
    return template


def _check_pages(template: Template) -> None:
    pages = {spec.page for spec in template.fields}
    if min(pages) < 1:
        msg = f"expected `page` from 1, got {min(pages)}; change it"
        raise FormError(msg)
    missing = next(page for page in itertools.count(1) if page not in pages)  # `page` may be a huge number
    if missing <= template.pages:
        msg = f"expected a field on each of {template.pages} pages, got none on page {missing}; change `page`"
        raise FormError(msg)
    blanks = template.registration.blanks
    if blanks and len(blanks) != template.pages:
        msg = f"expected a blank for each of {template.pages} pages, got {len(blanks)}; list them in `blank`"
        raise FormError(msg)
    for page in range(1, 1 + template.pages):
        if template.registration.by == "boxes" and all(spec.lines == "none" for spec in template.on_page(page)):
            msg = f'page {page}: expected a field with printed sides, which `by = "boxes"` needs; use marks or a blank'
            raise FormError(msg)


def _read_registration(entry: Entry, folder: Path, size: tuple[float, float]) -> Registration:
    entry.allow("by", "marks", "mark_size", "ring", "blank")
    by: Way = entry.choice("by", ("marks", "print", "boxes"), "boxes")  # type: ignore[assignment]
    marks = tuple((x, y) for x, y in entry.rows("marks", 2))
    if by == "marks":
        if len(marks) != 4 or not all(0 <= x <= size[0] and 0 <= y <= size[1] for x, y in marks):
            msg = f"registration: expected `marks`, four points on the page from top left by the clock, got {marks}"
            raise FormError(msg)
        (a, b, c, d) = marks
        if not (a[0] < b[0] and d[0] < c[0] and a[1] < d[1] and b[1] < c[1]):
            msg = "registration: expected marks from top left by the clock, got another order; sort them"
            raise FormError(msg)
    blanks = tuple(folder / name for name in entry.texts("blank"))
    if by == "print" and not blanks:
        msg = 'registration: expected `blank`, a picture of the empty form, with `by = "print"`; add it, or change `by`'
        raise FormError(msg)
    (mark_size,) = entry.numbers("mark_size", 1, above=0, most=50, default=(5.0,))
    return Registration(by, marks, mark_size, entry.flag("ring", default=True), blanks)


def _read_field(entry: Entry, size: tuple[float, float]) -> FieldSpec:
    known = ("name", "box", "cells", "page", "required", "crosses", "lines", "label")
    entry.allow(*known, "pattern", "kind", "order", "check", "length", "handwritten")
    name = entry.text("name")
    if not name.strip():
        msg = f"{entry.place}: expected a name, got an empty one"
        raise FormError(msg)
    entry = Entry(f'field "{name}"', entry.values)
    left, top, width, height = entry.numbers("box", 4)
    box = (left, top, width, height)
    cells = _read_cells(entry, box)
    for place in (box, *cells):
        _check_place(entry, place, size)
    options = FieldOptions(
        length=entry.number("length", None),
        pattern=entry.text("pattern", None),
        kind=entry.text("kind", None),
        order=entry.text("order", None),
        check=entry.text("check", None),
        handwritten=entry.flag("handwritten", default=False),
    )
    return FieldSpec(
        name,
        box,
        cells,
        options,
        _make_field(entry, options, len(cells)),
        required=entry.flag("required", default=False),
        crosses=entry.choice("crosses", ("doubt", "empty"), "doubt"),  # type: ignore[arg-type]
        lines=entry.choice("lines", ("boxes", "comb", "line", "none"), "boxes"),  # type: ignore[arg-type]
        page=entry.number("page", 1) or 0,  # refused with all that are below 1
        label=entry.text("label", name),
    )


def _make_field(entry: Entry, options: FieldOptions, cells: int) -> Field | None:
    try:
        field = make_field(options)
    except (FieldError, MissingExtraError) as error:
        msg = f"{entry.place}: {error}"
        raise type(error)(msg) if isinstance(error, MissingExtraError) else FormError(msg) from error
    if field is not None and cells and not any(True for _ in field.layouts(range(1, cells + 1), "")):
        most = f"{cells} cells" if cells > 1 else "1 cell"
        msg = f"{entry.place}: expected {field.describe()} in {most}, which do not fit; change the cells or the pattern"
        raise FormError(msg)
    return field


def _read_cells(entry: Entry, box: Place) -> tuple[Place, ...]:
    given = entry.values.get("cells", 0)
    if isinstance(given, list):
        cells = tuple((a, b, c, d) for a, b, c, d in entry.rows("cells", 4))
    else:
        count = entry.number("cells", 0) or 0
        if count < 0:
            msg = f"{entry.place}: expected a number of cells, got {count}"
            raise FormError(msg)
        width = box[2] / max(count, 1)
        cells = tuple((box[0] + place * width, box[1], width, box[3]) for place in range(min(count, _MOST_CELLS + 1)))
    if len(cells) > _MOST_CELLS:
        msg = f"{entry.place}: expected at most {_MOST_CELLS} cells, got more; split the field"
        raise FormError(msg)
    return cells


def _check_place(entry: Entry, place: Place, size: tuple[float, float]) -> None:
    left, top, width, height = place
    is_inside = left >= -_OUTSIDE and top >= -_OUTSIDE
    is_inside = is_inside and left + width <= size[0] + _OUTSIDE and top + height <= size[1] + _OUTSIDE
    if not (width > 0 and height > 0 and is_inside):
        page = f"{size[0]:g} x {size[1]:g} mm"
        found = ", ".join(f"{value:g}" for value in place)
        msg = f"{entry.place}: expected left, top, width, height on the page of {page}, got {found}; change them"
        raise FormError(msg)
