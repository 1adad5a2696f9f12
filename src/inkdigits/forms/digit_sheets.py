"""Prints a sheet to collect handwritten digits on, and makes a labeled set of its scans."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from inkdigits.errors import DataError, OutputError, PictureError
from inkdigits.forms.cells import Cell, cut_cells, find_inked, group_cells
from inkdigits.forms.form import Form
from inkdigits.forms.registration.register import register
from inkdigits.forms.sheets import write_sheet
from inkdigits.forms.template import Template, parse_template
from inkdigits.models.frames import to_frame
from inkdigits.reading.pictures.decoding import Picture, decode
from inkdigits.spec import UInt8Array
from inkdigits.system.atomic_files import write_in_place

__all__ = ["Collected", "collect_digits", "digit_sheet", "write_digit_sheet", "write_folder", "write_npz"]

_ROWS, _COLUMNS = 20, 16  # two rows for each digit
_CELL = (9.5, 10.5)  # mm, width and height
_CORNER = (34.0, 34.0)  # mm, of the first cell
_STEP = 11.8  # mm from row to row


@dataclass(frozen=True, slots=True)
class Collected:
    """One digit of a sheet.

    Attributes:
        label: What it is, 0 to 9.
        frame: uint8, shape (28, 28), 0 for paper to 255 for ink, made like MNIST's.
        picture: uint8, shape (H, W): the inside of its cell, dark on light.
        name: Of the scan, with the row and column, both from 1.
    """

    label: int
    frame: UInt8Array
    picture: UInt8Array
    name: str


def digit_sheet() -> Template:
    """Return the template of the sheet: two rows of 16 cells for each digit."""
    lines = [
        'name = "Digits: write each digit in its rows"',
        "[page]",
        "size = [210, 297]",
        "[registration]",
        'by = "marks"',
        "marks = [[12, 12], [198, 12], [198, 285], [12, 285]]",
        "mark_size = 6",
    ]
    for row in range(_ROWS):
        digit, part = divmod(row, 2)
        box = [_CORNER[0], round(_CORNER[1] + row * _STEP, 2), _COLUMNS * _CELL[0], _CELL[1]]
        lines += ["[[field]]", f'name = "{digit}.{part + 1}"', 'label = ""', f"box = {box}", f"cells = {_COLUMNS}"]
    return parse_template("\n".join(lines))


def write_digit_sheet(out: Path) -> None:
    """Write the sheet as a PDF; errors are those of `sheets.write_sheet`."""
    template = digit_sheet()

    def draw(pdf: "object", page: int) -> None:  # noqa: ARG001 - of one page
        for spec in template.fields:
            pdf.set_font("Helvetica", size=20)  # type: ignore[attr-defined]
            pdf.text(spec.box[0] - 9, spec.box[1] + 0.8 * spec.box[3], spec.name[0])  # type: ignore[attr-defined]

    write_sheet(template, out, draw)


def collect_digits(form: Form, scans: Iterable[tuple[str, Picture]]) -> Iterator[Collected]:
    """Yield the digits of some scans of the sheet; empty cells, and cells that were crossed out, are left out.

    Args:
        form: Of `digit_sheet`.
        scans: Names and pictures.

    Raises:
        PictureError: A scan cannot be read, or is not this sheet.
    """
    for name, scan in scans:
        try:
            yield from _collect_page(form, name, decode(scan))
        except PictureError as error:
            msg = str(error) if name in str(error) else f"{name}: {error}"
            raise type(error)(msg) from error


def _collect_page(form: Form, name: str, gray: UInt8Array) -> Iterator[Collected]:
    found = register(gray, form.models, form.template.registration)
    places = [(place, move) for spec, move in zip(found.model.fields, found.moves, strict=True) for place in spec.cells]
    cells = cut_cells(gray, found, places)
    inked = find_inked(cells, 0.0)
    for group in group_cells(cells):
        for place, page in zip(group.places, form.reader.detect_cells(group.pictures, group.core), strict=True):
            if (
                inked[place] is None
                or not page.marks
                or page.marks[0].reason is not None
                or not page.marks[0].crop.any()
            ):
                continue
            row, column = divmod(place, _COLUMNS)
            title = f"{name}-row{row + 1:02}-column{column + 1:02}"
            yield Collected(row // 2, to_frame(page.marks[0].crop), _cut_inside(cells[place]), title)


def _cut_inside(cell: Cell) -> UInt8Array:
    """Return the inside of a cell, without its printed sides."""
    left, top, right, bottom = cell.core
    inset = 0.06 * (bottom - top)
    return cell.picture[round(top + inset) : round(bottom - inset), round(left + inset) : round(right - inset)]


def write_npz(digits: Iterable[Collected], out: Path) -> int:
    """Write digits as `x`, uint8 (N, 28, 28), and `y`, uint8 (N,); return how many.

    Raises:
        DataError: There is none.
        OutputError: The file cannot be written.
    """
    found = list(digits)
    if not found:
        msg = f"{out}: expected scans with digits in their cells, found none; nothing was written"
        raise DataError(msg)
    x = np.stack([digit.frame for digit in found])
    y = np.array([digit.label for digit in found], dtype=np.uint8)
    write_in_place(out, lambda path: np.savez_compressed(path, x=x, y=y))
    return len(found)


def write_folder(digits: Iterable[Collected], out: Path) -> int:
    """Write each digit's frame as a picture into the subfolder of its label; return how many.

    Raises:
        DataError: There is none.
        OutputError: A file cannot be written.
    """
    count = 0
    try:
        for count, digit in enumerate(digits, 1):  # noqa: B007 - the last one is the answer
            place = out / str(digit.label)
            place.mkdir(parents=True, exist_ok=True)
            _, data = cv2.imencode(".png", 255 - digit.frame)
            (place / f"{digit.name}.png").write_bytes(data.tobytes())
    except OSError as error:
        msg = f"{out}: cannot be written ({error.strerror}); choose another place"
        raise OutputError(msg) from error
    if not count:
        msg = f"{out}: expected scans with digits in their cells, found none; nothing was written"
        raise DataError(msg)
    return count
