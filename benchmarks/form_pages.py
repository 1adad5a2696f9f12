"""Draws pages of forms with their templates: boxes of three styles, filled with MNIST's test digits or drawn strokes.

A page is printed, filled, then scanned or photographed. One field in ten is left empty, in one of twenty a cell is
crossed. No network here was trained with any of this code.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from form_fields import print_words
from inkdigits.spec import Float64Array, UInt8Array
from inkdigits.training.data.mnist import LabeledFrames
from stroke_forms import FORMS, ink_of, write_form

SEED = 187
SIZE = (210.0, 297.0)  # mm of a page
STYLES = ("black joined", "gray apart", "comb")
WAYS = ("marks", "print", "boxes")
_DRAWN_DPI = 300.0
_SCALE = _DRAWN_DPI / 25.4
_EMPTY, _CROSSED = 0.1, 0.05  # shares of the fields
_MOST_WIDE = 0.95  # of a cell's width that a digit takes
_MARKS = ((12.0, 12.0), (198.0, 12.0), (198.0, 285.0), (12.0, 285.0))
_MARK = 6.0  # mm
_LAYOUT = {  # name -> cells, and what the template says besides
    "id": (8, ""),
    "date": (8, 'pattern = "dd/dd/dddd"\nkind = "date"\norder = "dmy"'),
    "amount": (5, ""),
    "valid": (3, ""),
    "invalid": (3, ""),
    "total": (3, ""),
}


@dataclass(frozen=True)
class FormPage:
    """A filled page.

    Attributes:
        template: Its template, TOML.
        blank: uint8, shape (H, W): the same page before it was filled, at 150 dpi.
        scan: uint8, shape (H, W).
        truth: What each field says; None for one with a crossed cell, which has no sure answer.
        facts: Style of the boxes, way of registration, resolution, and "scan" or "phone".
    """

    template: str
    blank: UInt8Array
    scan: UInt8Array
    truth: Mapping[str, str | None]
    facts: Mapping[str, str]


class _Paper:
    """A page at 300 dpi: print and ink, 0 to 255."""

    def __init__(self, generator: np.random.Generator, digits: LabeledFrames, style: str) -> None:
        shape = (round(SIZE[1] * _SCALE), round(SIZE[0] * _SCALE))
        self.print, self.ink = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
        self.generator = generator
        self.style = style
        self._digits = digits
        self._is_drawn = bool(generator.random() < 0.5)
        self._pen = float(generator.uniform(0.35, 0.7)) * _SCALE
        self._forms = {label: int(generator.integers(len(FORMS[label]))) for label in FORMS}
        self.line = float(generator.uniform(0.2, 0.5)) * _SCALE
        self.gray = float(generator.uniform(0.25, 0.5)) if style == "gray apart" else float(generator.uniform(0.6, 1))

    def put(self, target: UInt8Array, ink: Float64Array, x: float, y: float) -> None:
        """Lay ink, 0 to 1, with its corner at a point, mm."""
        ink = np.clip(255 * ink, 0, 255).astype(np.uint8)
        row, column = round(y * _SCALE), round(x * _SCALE)
        part = target[max(0, row) : row + ink.shape[0], max(0, column) : column + ink.shape[1]]
        np.maximum(part, ink[: part.shape[0], : part.shape[1]], out=part)

    def rule(self, x: float, y: float, x2: float, y2: float) -> None:
        """Print a line, mm."""
        ends = [tuple(round(value * _SCALE * 16) for value in point) for point in ((x, y), (x2, y2))]
        cv2.line(self.print, ends[0], ends[1], round(255 * self.gray), max(1, round(self.line)), shift=4)

    def cell(self, place: tuple[float, float, float, float]) -> None:
        """Print the sides of a cell."""
        x, y, width, height = place
        self.rule(x, y + height, x + width, y + height)
        top = y + 0.6 * height if self.style == "comb" else y
        self.rule(x, top, x, y + height)
        self.rule(x + width, top, x + width, y + height)
        if self.style != "comb":
            self.rule(x, y, x + width, y)

    def write(self, digit: str, place: tuple[float, float, float, float]) -> None:
        """Write a digit into a cell."""
        x, y, width, height = place
        rows = height * _SCALE * float(np.clip(self.generator.normal(0.68, 0.08), 0.45, 0.9))
        if self._is_drawn:
            strokes = FORMS[digit][self._forms[digit]]
            ink = ink_of(write_form(strokes, self.generator, rows=rows - self._pen), self._pen, is_smooth=True)
        else:
            frame = self._digits.x[self.generator.choice(np.flatnonzero(self._digits.y == int(digit)))].reshape(28, 28)
            lines, columns = np.flatnonzero(frame.any(axis=1)), np.flatnonzero(frame.any(axis=0))
            own = frame[lines[0] : lines[-1] + 1, columns[0] : columns[-1] + 1]
            size = (max(2, round(rows / own.shape[0] * own.shape[1])), round(rows))
            ink = np.clip(cv2.resize(own, size, interpolation=cv2.INTER_CUBIC).astype(np.float64) / 220, 0, 1)
        most = _MOST_WIDE * width * _SCALE
        if ink.shape[1] > most:  # people make a digit fit its cell
            size = (round(most), max(2, round(ink.shape[0] * max(0.75, most / ink.shape[1]))))
            ink = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), dtype=np.float64)
        offset = self.generator.normal(0, 0.06, 2)
        left = x + width * (0.5 + offset[0]) - ink.shape[1] / _SCALE / 2
        self.put(self.ink, ink, left, y + height * (0.5 + offset[1]) - ink.shape[0] / _SCALE / 2)

    def scrawl(self, points: Float64Array) -> None:
        """Draw a line with the pen, mm."""
        own = [np.round(points * _SCALE * 16).astype(np.int32)]
        thick = max(2, round(self._pen))
        cv2.polylines(self.ink, own, isClosed=False, color=255, thickness=thick, lineType=cv2.LINE_AA, shift=4)

    def cross(self, place: tuple[float, float, float, float]) -> None:
        """Cross a cell out."""
        x, y, width, height = place
        low, high = self.generator.uniform(0.08, 0.25, 4), 1 - self.generator.uniform(0.08, 0.25, 4)
        for start, end in (((low[0], low[1]), (high[0], high[1])), ((low[2], high[2]), (high[3], low[3]))):
            self.scrawl(np.array([(x + a * width, y + b * height) for a, b in (start, end)]))


def draw_page(index: int, digits: LabeledFrames) -> FormPage:
    """Return one filled page; one index has one page.

    Args:
        index: 0 or more; styles, ways, resolutions and cameras take turns.
        digits: MNIST's, to draw from.
    """
    generator = np.random.default_rng([SEED, index])
    style, way = STYLES[index % 3], WAYS[index // 3 % 3]
    dpi, camera = (150, 300)[index // 9 % 2], ("scan", "phone")[index // 18 % 2]
    paper = _Paper(generator, digits, style)
    template = _print_form(paper, way)
    blank = 255 - 0.92 * cv2.resize(paper.print, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    truth = _fill(paper, template)
    scan = _scan(paper, float(dpi)) if camera == "scan" else _photograph(paper, float(dpi))
    facts = {"boxes": style, "by": way, "dpi": str(dpi), "camera": camera}
    return FormPage(_to_toml(template, way, style), blank.astype(np.uint8), scan, truth, facts)


_Fields = dict[str, list[tuple[float, float, float, float]]]


def _print_form(paper: _Paper, way: str) -> _Fields:
    """Print title, captions and boxes; return the cells."""
    generator = paper.generator
    title = str(generator.choice(["Request for refund", "Tally sheet", "Delivery note", "Exam record"]))
    paper.put(paper.print, print_words(title, "DejaVuSans.ttf", 8 * _SCALE), 22, 20)
    note = "Please write clearly. One figure in each box."
    paper.put(paper.print, print_words(note, "DejaVuSans.ttf", 4 * _SCALE), 22, 32)
    fields: _Fields = {}
    width, height = float(generator.uniform(6.5, 9)), float(generator.uniform(8.5, 12))
    gap = 1.3 if paper.style == "gray apart" else 0.0
    top = float(generator.uniform(48, 60))
    for name, (count, _) in _LAYOUT.items():
        paper.put(paper.print, print_words(name.capitalize(), "DejaVuSans.ttf", 4.5 * _SCALE), 22, top + 2)
        left, cells = 62.0, []
        for place in range(count):
            if name == "date" and place in {2, 4}:
                paper.put(paper.print, print_words("/", "DejaVuSans.ttf", 6 * _SCALE), left + 0.9, top + 1)
                left += 4.5
            cells.append((left, top, width, height))
            left += width + gap
        for cell in cells:
            paper.cell(cell)
        fields[name] = cells
        top += height + float(generator.uniform(9, 16))
    paper.rule(22, top + 22, 92, top + 22)
    paper.put(paper.print, print_words("Signature", "DejaVuSans.ttf", 3.5 * _SCALE), 22, top + 24)
    t = np.linspace(0, 1, 60)
    curve = np.stack([26 + 50 * t, top + 17 + 5 * np.sin(28 * t + generator.uniform(0, 6)) * (1 - 0.5 * t)], axis=1)
    paper.scrawl(curve)
    if way == "marks":
        for place, (x, y) in enumerate(_MARKS):
            side = np.ones((round(_MARK * _SCALE),) * 2)
            if place == 0:
                rim = round(0.3 * _MARK * _SCALE)
                side[rim:-rim, rim:-rim] = 0
            paper.put(paper.print, side, x - _MARK / 2, y - _MARK / 2)
    return fields


def _fill(paper: _Paper, fields: _Fields) -> dict[str, str | None]:
    """Write into the fields; return what each says."""
    generator = paper.generator
    truth: dict[str, str | None] = {}
    numbers = generator.integers(0, 400, 2)
    values = {
        "id": "".join(map(str, generator.integers(0, 10, 8))),
        "date": f"{generator.integers(1, 29):02}{generator.integers(1, 13):02}{generator.integers(1990, 2030)}",
        "amount": str(generator.integers(1, 100_000)),
        "valid": str(numbers[0]),
        "invalid": str(numbers[1]),
        "total": str(numbers.sum()),
    }
    for name, cells in fields.items():
        fate = generator.random()
        if fate < _EMPTY:
            truth[name] = ""
            continue
        text = values[name]
        own = cells[len(cells) - len(text) :]
        crossed = int(generator.integers(len(text))) if fate < _EMPTY + _CROSSED else -1
        for place, (digit, cell) in enumerate(zip(text, own, strict=True)):
            paper.cross(cell) if place == crossed else paper.write(digit, cell)
        shown = f"{text[:2]}/{text[2:4]}/{text[4:]}" if name == "date" else text
        truth[name] = None if crossed >= 0 else shown
    return truth


def _to_toml(fields: _Fields, way: str, style: str) -> str:
    lines = ['name = "drawn"', "[page]", f"size = [{SIZE[0]}, {SIZE[1]}]", "[registration]", f'by = "{way}"']
    if way == "marks":
        lines += [f"marks = {[list(mark) for mark in _MARKS]}", f"mark_size = {_MARK}"]
    if way == "print":
        lines.append('blank = "blank.png"')
    for name, cells in fields.items():
        left, top = cells[0][:2]
        right, bottom = cells[-1][0] + cells[-1][2], cells[-1][1] + cells[-1][3]
        box = [round(value, 3) for value in (left, top, right - left, bottom - top)]
        own = [[round(value, 3) for value in cell] for cell in cells]
        lines += ["[[field]]", f'name = "{name}"', f"box = {box}", f"cells = {own}", _LAYOUT[name][1]]
        lines += ['lines = "comb"'] if style == "comb" else []
    return "\n".join(lines) + "\n"


def _color(paper: _Paper) -> Float64Array:
    """Return the page in gray levels."""
    generator = paper.generator
    level, black, pen = generator.uniform(225, 253), generator.uniform(10, 50), generator.uniform(20, 110)
    gray = np.float32(level) + paper.print.astype(np.float32) * np.float32((black - level) / 255)
    return np.asarray(gray + paper.ink.astype(np.float32) / 255 * (np.float32(pen) - gray), dtype=np.float32)


def _scan(paper: _Paper, dpi: float) -> UInt8Array:
    """Return the page as it lay on the glass: a little turned and off its place, one in ten upside down."""
    generator = paper.generator
    gray = _color(paper)
    ratio = dpi / _DRAWN_DPI
    shape = (round(gray.shape[1] * ratio), round(gray.shape[0] * ratio))
    turn = np.deg2rad(generator.normal(0, 0.6))
    x, y = generator.normal(0, 1.2, 2) * dpi / 25.4
    middle = np.array(shape) / 2
    along = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * ratio
    shift = middle + np.array([x, y]) - along @ (np.array([gray.shape[1], gray.shape[0]]) / 2)
    smooth = cv2.GaussianBlur(gray, (0, 0), max(0.4, 0.45 / ratio))
    scan = cv2.warpAffine(
        smooth, np.column_stack([along, shift]), shape, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    scan = scan + generator.standard_normal(scan.shape, np.float32) * np.float32(generator.uniform(1, 4))
    scan = np.rot90(scan, 2) if generator.random() < 0.1 else scan
    return np.ascontiguousarray(np.clip(scan, 0, 255), dtype=np.uint8)


def _photograph(paper: _Paper, dpi: float) -> UInt8Array:
    """Return the page as it lies on a table, seen by a phone's camera."""
    generator = paper.generator
    gray = _color(paper)
    ratio = dpi / _DRAWN_DPI
    margin = 0.08
    shape = (round(gray.shape[1] * ratio * (1 + 2 * margin)), round(gray.shape[0] * ratio * (1 + 2 * margin)))
    page = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=np.float64)
    middle = margin + page * (1 - 2 * margin) + generator.uniform(-0.045, 0.045, (4, 2))
    turn = np.deg2rad(generator.normal(0, 2))
    along = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    corners = ((middle - 0.5) * shape @ along.T + np.array(shape) / 2).astype(np.float32)
    source = (page * (gray.shape[1], gray.shape[0])).astype(np.float32)
    smooth = cv2.GaussianBlur(gray, (0, 0), max(0.4, 0.5 / ratio))
    matrix = cv2.getPerspectiveTransform(source, corners)
    table = generator.uniform(30, 120)
    photo = cv2.warpPerspective(smooth, matrix, shape, borderMode=cv2.BORDER_CONSTANT, borderValue=float(table))
    rows, columns = np.mgrid[0 : 1 : photo.shape[0] * 1j, 0 : 1 : photo.shape[1] * 1j]
    slope = generator.uniform(-0.35, 0.35, 2)
    light = 0.85 + slope[0] * (rows - 0.5) + slope[1] * (columns - 0.5)
    photo = photo * light + generator.standard_normal(photo.shape, np.float32) * np.float32(generator.uniform(2, 6))
    small = np.clip(photo, 0, 255).astype(np.uint8)
    quality = int(generator.integers(60, 95))
    return np.asarray(
        cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 0), dtype=np.uint8
    )
