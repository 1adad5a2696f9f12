"""Prints forms: a PDF with marks, boxes and labels, from a template alone. The one home of fpdf2."""

import importlib
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inkdigits.errors import FormError
from inkdigits.forms.template import FieldSpec, Template
from inkdigits.reading.fields.layouts import parse_pattern
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.extras import require_extra

__all__ = ["draw_sheet", "write_sheet"]

_LINE = 0.3  # mm: two pixels at 150 dpi
_GRAY = 110  # of lines, 0 to 255: seen by every scanner, and lighter than ink
_LABEL = 9.0  # points
_TITLE = 14.0  # points
_ABOVE = 1.4  # mm from a label to its field
_RING = 0.4  # of a mark's side that is the light middle of a ring
_LATIN = set(string.printable) | {chr(code) for code in range(0xA0, 0x100)}  # what the built-in font has


def write_sheet(template: Template, out: Path, draw: Callable[[Any, int], None] | None = None) -> None:
    """Write the form as a PDF; arguments are those of `draw_sheet`.

    Raises:
        FormError: A label has characters that the built-in font lacks.
        OutputError: The file cannot be written.
        MissingExtraError: fpdf2 is not installed.
    """
    data = draw_sheet(template, draw)
    write_in_place(out, lambda path: path.write_bytes(data))


def draw_sheet(template: Template, draw: Callable[[Any, int], None] | None = None) -> bytes:
    """Return the form as a PDF, in the template's size.

    Args:
        template: The form.
        draw: Draws what else is on a page: takes fpdf2's document and the page's number.

    Raises:
        FormError: As for `write_sheet`, like MissingExtraError.
        MissingExtraError: fpdf2 is not installed.
    """
    require_extra("documents")
    fpdf: Any = importlib.import_module("fpdf")
    pdf = fpdf.FPDF(unit="mm", format=template.size)
    pdf.set_auto_page_break(auto=False)
    pdf.set_title(template.name)
    for page in range(1, 1 + template.pages):
        pdf.add_page()
        _draw_marks(pdf, template)
        _draw_title(pdf, template, page)
        for spec in template.on_page(page):
            _draw_field(pdf, spec)
        if draw is not None:
            draw(pdf, page)
    return bytes(pdf.output())


def _draw_marks(pdf: Any, template: Template) -> None:  # noqa: ANN401 - fpdf2's document
    registration = template.registration
    half = registration.mark_size / 2
    for place, (x, y) in enumerate(registration.marks):
        pdf.set_fill_color(0)
        pdf.rect(x - half, y - half, 2 * half, 2 * half, style="F")
        if place == 0 and registration.ring:
            inner = _RING * half
            pdf.set_fill_color(255)
            pdf.rect(x - inner, y - inner, 2 * inner, 2 * inner, style="F")


def _draw_title(pdf: Any, template: Template, page: int) -> None:  # noqa: ANN401
    """Write the form's name at the top, where no field is."""
    top = min(spec.box[1] for spec in template.on_page(page))
    if top < 18:
        return
    pdf.set_font("Helvetica", size=_TITLE)
    pdf.set_text_color(0)
    number = f", page {page} of {template.pages}" if template.pages > 1 else ""
    pdf.text(22, min(15.0, top - 8), _check(template.name + number))


def _draw_field(pdf: Any, spec: FieldSpec) -> None:  # noqa: ANN401
    pdf.set_text_color(0)
    pdf.set_font("Helvetica", size=_LABEL)
    pdf.text(spec.box[0], spec.box[1] - _ABOVE, _check(spec.label))
    pdf.set_draw_color(_GRAY)
    pdf.set_line_width(_LINE)
    for left, top, width, height in (spec.cells or (spec.box,)) if spec.lines != "none" else ():
        right, bottom = left + width, top + height
        if spec.lines == "boxes":
            pdf.rect(left, top, width, height)
            continue
        pdf.line(left, bottom, right, bottom)
        if spec.lines == "comb":
            for column in (left, right):
                pdf.line(column, bottom - 0.5 * height, column, bottom)
    _draw_signs(pdf, spec)


def _draw_signs(pdf: Any, spec: FieldSpec) -> None:  # noqa: ANN401
    """Write the signs of a pattern into the gaps between its cells."""
    if spec.options.pattern is None or not spec.cells:
        return
    filled = 0
    pdf.set_text_color(_GRAY)
    for slot in parse_pattern(spec.options.pattern):
        if not isinstance(slot, str):
            filled += 1
        elif 0 < filled < len(spec.cells):
            before, after = spec.cells[filled - 1], spec.cells[filled]
            start, end = before[0] + before[2], after[0]
            if end - start >= 2:
                width = pdf.get_string_width(_check(slot))
                pdf.text((start + end - width) / 2, before[1] + 0.65 * before[3], slot)


def _check(text: str) -> str:
    """Return a text that the built-in font can print."""
    strange = sorted(set(text) - _LATIN)
    if strange:
        found = ", ".join(map(repr, strange[:5]))
        msg = f"expected labels of Latin letters, which the built-in font has, got {found}; set `label` in the template"
        raise FormError(msg)
    return text
