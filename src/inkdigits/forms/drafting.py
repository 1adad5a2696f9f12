"""Drafts a template from a blank form: finds boxes, rows of cells, combs and lines, and names them by numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from inkdigits.errors import FormError
from inkdigits.forms.registration.drafted_marks import find_marks
from inkdigits.forms.template import Place, Registration
from inkdigits.spec import BoolArray, UInt8Array

__all__ = ["Draft", "DraftField", "draft_form", "draw_draft", "shrink", "to_toml"]

_DPI = 150.0  # dots per inch at which a blank is searched
_SCALE = _DPI / 25.4
_A4 = (210.0, 297.0)  # mm
_LEAST_CELL, _MOST_CELL = (3.0, 4.0), (30.0, 20.0)  # mm, width and height of what one digit is written into
_LEAST_LINE = 4.0  # mm of a line's length: strokes of letters are shorter
_DARK = 30  # gray levels of a line against its paper
_BESIDE = 2.2  # mm between cells of one field
_ALIKE = 1.25  # widths and heights of the cells of one field, against one another
_LEAST_COMB = 3  # teeth
_OPEN = 0.9  # share of a box's inside that is paper: others are filled or hold print
_WIDE = 1.5  # width over height from which a box holds several digits, as cells of tables do
_MOST_BOX = (195.0, 25.0)  # mm of such a box: larger ones are frames around others
_LEAST_RULE = 20.0  # mm of a line to write on: shorter ones are dashes and fractions
_ABOVE = 8.0  # mm over such a line that are written on
_CLEAR = 0.02  # share of ink there up to which nothing is printed


@dataclass(frozen=True, slots=True)
class DraftField:
    """A field that was found.

    Attributes:
        cells: From left to right, mm; none where digits stand on a line.
        lines: "boxes", "comb" or "line".
        place: Of a field without cells, mm.
        page: Number of its page, from 1.
    """

    cells: tuple[Place, ...]
    lines: str = "boxes"
    place: Place = (0.0, 0.0, 0.0, 0.0)
    page: int = 1

    @property
    def box(self) -> Place:
        """What holds its cells, or the place of a field without any, mm."""
        if not self.cells:
            return self.place
        left, top = min(cell[0] for cell in self.cells), min(cell[1] for cell in self.cells)
        right = max(cell[0] + cell[2] for cell in self.cells)
        bottom = max(cell[1] + cell[3] for cell in self.cells)
        return left, top, right - left, bottom - top


@dataclass(frozen=True, slots=True)
class Draft:
    """What was found on a blank page.

    Attributes:
        size: Width and height of the page, mm.
        fields: From the top, each line from the left.
        marks: The four corner marks that register it; None when it has none.
    """

    size: tuple[float, float]
    fields: tuple[DraftField, ...]
    marks: Registration | None = None


def draft_form(blank: UInt8Array, size: tuple[float, float] = _A4, page: int = 1) -> Draft:
    """Return the fields of a blank form's page.

    Args:
        blank: uint8, shape (H, W): the page, which fills the picture, upright.
        size: Of the page, mm; turned where the picture lies across.
        page: Its number, from 1.

    Raises:
        FormError: No box, comb or line was found.
    """
    if (blank.shape[1] > blank.shape[0]) != (size[0] > size[1]):
        size = (size[1], size[0])
    shape = (round(size[0] * _SCALE), round(size[1] * _SCALE))
    picture = np.asarray(cv2.resize(blank, shape, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    marks = find_marks(blank, size)
    boxes = [box for box in _find_boxes(picture) if marks is None or not _is_mark(box, marks)]
    cells = [box for box in boxes if _is_cell(box)]
    fields = [DraftField(tuple(row), page=page) for row in _group(cells)]
    fields += [DraftField((), place=box, page=page) for box in boxes if not _is_cell(box)]
    fields += [replace(comb, page=page) for comb in _find_combs(picture, boxes)]
    fields += [replace(rule, page=page) for rule in _find_rules(picture, fields)]
    if not fields:
        advice = "check the scan, or write the template by hand"
        msg = f"expected a blank form with boxes, combs or lines, found none; {advice}"
        raise FormError(msg)
    return Draft(size, tuple(sorted(fields, key=lambda one: (round(one.box[1] / 3), one.box[0]))), marks)


def to_toml(draft: Draft, name: str, blank: str | None = None) -> str:
    """Return the template of a draft; the blank's file registers the page where it is named."""
    lines = [
        "# Drafted by `inkdigits form new`. Name the fields after their numbers in the picture beside this file,",
        "# take out what is no field, and add pattern, kind, check, required and rules where they help.",
        f"name = {_quote(name)}",
        "",
        "[page]",
        f"size = [{draft.size[0]:g}, {draft.size[1]:g}]  # mm",
        "",
        "[registration]",
    ]
    lines += _describe_registration(draft, blank)
    for number, field in enumerate(draft.fields, 1):
        lines += ["", "[[field]]", f'name = "field{number}"', f"box = {_row(field.box)}"]
        lines += [f"page = {field.page}"] if field.page > 1 else []
        lines += [f'lines = "{field.lines}"'] if field.lines != "boxes" else []
        if not field.cells:
            continue
        step = field.box[2] / len(field.cells)
        is_even = all(abs(cell[0] - field.box[0] - place * step) < 0.4 for place, cell in enumerate(field.cells))
        is_even = is_even and all(abs(cell[2] - step) < 0.5 for cell in field.cells)
        lines.append(f"cells = {len(field.cells)}" if is_even else f"cells = [{', '.join(map(_row, field.cells))}]")
    return "\n".join(lines) + "\n"


def _describe_registration(draft: Draft, blank: str | None) -> list[str]:
    """Return what a template says of how its page is found: by the blank's print, by its marks, or by its boxes."""
    if blank is not None:
        return ['by = "print"', f"blank = {_quote(blank)}"]
    if draft.marks is None:
        return ['by = "boxes"']
    marks = ", ".join(map(_row, draft.marks.marks))
    ring = [] if draft.marks.ring else ["ring = false"]
    return ['by = "marks"', f"marks = [{marks}]", f"mark_size = {draft.marks.mark_size:g}", *ring]


def draw_draft(blank: UInt8Array, draft: Draft, before: int = 0) -> UInt8Array:
    """Return a picture of a blank page with each field's number, uint8 (H, W, 3), BGR; `before` are on other pages."""
    scale = blank.shape[1] / draft.size[0]
    picture = np.asarray(cv2.cvtColor(blank, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    thick = max(1, round(0.4 * scale))
    for number, field in enumerate(draft.fields, 1 + before):
        for left, top, width, height in field.cells or (field.box,):
            first, last = ((round(x * scale), round(y * scale)) for x, y in ((left, top), (left + width, top + height)))
            cv2.rectangle(picture, first, last, (0, 140, 0), thick)
        at = (round((field.box[0] + 1) * scale), round((field.box[1] + field.box[3] - 1) * scale))  # no label is there
        cv2.putText(picture, str(number), at, cv2.FONT_HERSHEY_SIMPLEX, 0.16 * scale, (0, 0, 200), thick, cv2.LINE_AA)
    return picture


def shrink(page: UInt8Array, longest: int) -> UInt8Array:
    """Return a page whose longer side has so many pixels at most."""
    scale = min(1.0, longest / max(page.shape))
    size = max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _find_lines(page: UInt8Array) -> tuple[UInt8Array, UInt8Array]:
    """Return horizontal and vertical lines, uint8 (H, W), 0 or 255."""
    paper = cv2.morphologyEx(page, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    dark = (cv2.subtract(paper, page) >= _DARK).astype(np.uint8) * 255
    length = round(_LEAST_LINE * _SCALE)
    across = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((round(length * 0.75), 1), np.uint8))
    return np.asarray(across), np.asarray(down)


def _find_boxes(page: UInt8Array) -> list[Place]:
    """Return the closed boxes that one digit or a line of them fits into, mm."""
    across, down = _find_lines(page)
    walls = cv2.dilate(cv2.bitwise_or(across, down), np.ones((3, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(255 - walls, connectivity=4)
    boxes = []
    for left, top, width, height, area in stats[1:count]:
        # the walls' half widths belong to the box
        place = ((left - 2) / _SCALE, (top - 2) / _SCALE, (width + 4) / _SCALE, (height + 4) / _SCALE)
        fits = all(low <= side <= high for low, side, high in zip(_LEAST_CELL, place[2:], _MOST_BOX, strict=True))
        if fits and area >= _OPEN * width * height:
            boxes.append((float(place[0]), float(place[1]), float(place[2]), float(place[3])))
    return boxes


def _is_mark(box: Place, marks: Registration) -> bool:
    """Return whether a box is the light middle of a mark."""
    return any(_covers(box, (x, y, 0, 0)) for x, y in marks.marks)


def _is_cell(box: Place) -> bool:
    """Return whether a box holds one digit."""
    return box[2] <= _WIDE * box[3] and box[2] <= _MOST_CELL[0] and box[3] <= _MOST_CELL[1]


def _group(boxes: Sequence[Place]) -> list[list[Place]]:
    """Return the boxes in rows: those of one height beside one another are the cells of one field."""
    rows: list[list[Place]] = []
    for box in sorted(boxes, key=lambda one: (one[0], one[1])):
        for row in rows:
            last = row[-1]
            gap = box[0] - last[0] - last[2]
            if (
                -1 <= gap <= _BESIDE
                and abs(box[1] - last[1]) < 1
                and _is_alike(box[3], last[3])
                and _is_alike(box[2], last[2])
            ):
                row.append(box)
                break
        else:
            rows.append([box])
    return rows


def _is_alike(one: float, other: float) -> bool:
    return max(one, other) <= _ALIKE * min(one, other)


def _find_combs(page: UInt8Array, boxes: Sequence[Place]) -> list[DraftField]:
    """Return the combs: a line with teeth on it, evenly spread."""
    across, down = _find_lines(page)
    count, _, stats, _ = cv2.connectedComponentsWithStats(across, connectivity=8)
    combs = []
    for left, top, width, height, _ in stats[1:count]:
        if height > 1.5 * _SCALE or width < _LEAST_COMB * _LEAST_CELL[0] * _SCALE:
            continue
        near = max(0, top - round(1.2 * _SCALE))
        teeth = _find_teeth(np.asarray(down[near:top, left : left + width].any(axis=0)))
        steps = np.diff(teeth)
        if len(teeth) < _LEAST_COMB or steps.min() < _LEAST_CELL[0] * _SCALE or steps.max() > _ALIKE * steps.min():
            continue
        high = min(max(1.25 * float(np.median(steps)) / _SCALE, _LEAST_CELL[1]), _MOST_CELL[1])
        bottom = (top + height / 2) / _SCALE
        cells = tuple(
            ((left + start) / _SCALE, bottom - high, float(step) / _SCALE, high)
            for start, step in zip(teeth[:-1], steps, strict=True)
        )
        feet = [(cell[0], bottom - 2.0, cell[2], 2.0) for cell in cells]  # where cells of a table would have their own
        if not any(_covers(box, foot) for box in boxes for foot in feet):
            combs.append(DraftField(tuple((float(a), float(b), c, d) for a, b, c, d in cells), "comb"))
    return combs


def _find_rules(page: UInt8Array, fields: Sequence[DraftField]) -> list[DraftField]:
    """Return the lines to write on: nothing is printed over them, and they are no side of another field."""
    across, down = _find_lines(page)
    dark = page < float(np.quantile(page, 0.9)) - _DARK
    count, _, stats, _ = cv2.connectedComponentsWithStats(across, connectivity=8)
    high = round(_ABOVE * _SCALE)
    found = []
    for left, top, width, height, _ in stats[1:count]:
        if height > 1.5 * _SCALE or width < _LEAST_RULE * _SCALE or top < high:
            continue
        above = (slice(top - high, top - 2), slice(left, left + width))
        beside = (slice(top - 4, top + height + 4), slice(max(0, left - 3), left + width + 3))
        if dark[above].mean() > _CLEAR or down[above].any() or down[beside].any():
            continue
        bottom = (top + height / 2) / _SCALE
        place = (float(left / _SCALE), float(bottom - _ABOVE), float(width / _SCALE), _ABOVE)
        if not any(_covers(field.box, place) for field in fields):
            found.append(DraftField((), "line", place))
    return found


def _find_teeth(columns: BoolArray) -> list[float]:
    """Return the middles of the runs of true columns."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], columns, [False]]).astype(np.int8)))
    return [float(start + end - 1) / 2 for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _covers(box: Place, cell: Place) -> bool:
    middle = (cell[0] + cell[2] / 2, cell[1] + cell[3] / 2)
    return all(box[axis] <= middle[axis] <= box[axis] + box[axis + 2] for axis in (0, 1))


def _row(place: Sequence[float]) -> str:
    return "[" + ", ".join(f"{round(value, 2):g}" for value in place) + "]"


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
