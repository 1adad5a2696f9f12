"""Draws fields of forms for `fields.py`: written dates, times, amounts and check-digit numbers among printed signs.

A digit is one of MNIST's test split or is drawn by `stroke_forms`. Signs are printed from fonts or written with the
pen; boxes, combs and captions are printed. The sheet is then scanned or photographed. No network here was trained with
any of this code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from camera import photograph
from inkdigits.reading.fields.options import Told
from inkdigits.spec import Float64Array, UInt8Array
from inkdigits.training.data.mnist import LabeledFrames
from stroke_forms import FORMS, ink_of, write_form

SEED = 83
HEIGHTS = (24.0, 84.0)  # pixels of a digit
_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSansMono.ttf", "STIXGeneral.ttf")
_CAPTIONS = ("Date", "Date:", "Date of birth", "Datum", "Fecha", "Geboren am", "Due", "Signed on")
_WITH_DIGITS = (
    "Form #",
    "No. #",
    "2024",
    "Line 12",
    "Box 7",
    "(3)",
    "Art. 15",
    "#",
    "Total 2025",
    "1. Amount",
    "Tel. 0800",
)


@dataclass(frozen=True)
class FieldPicture:
    """A picture of a field, and what is written in it.

    Attributes:
        text: As the reading's text is expected; with a "?" where no sure answer is right.
        options: Of `DigitReader.read`.
        picture: uint8, shape (H, W, 3), BGR.
    """

    text: str
    options: Told
    picture: UInt8Array


@dataclass
class Sheet:
    """A sheet that is filled from left to right.

    Attributes:
        generator: Draws what differs.
        height: Of a digit, pixels.
        digits: MNIST's, to draw from.
        ink: Of the pen, 0 to 1.
        print: Of the printer, 0 to 1.
        x: Where the next mark goes.
    """

    generator: np.random.Generator
    height: float
    digits: LabeledFrames
    ink: Float64Array = field(init=False)
    print: Float64Array = field(init=False)
    x: float = 0.0

    def __post_init__(self) -> None:
        """Take an empty sheet, wide enough for 24 digits, and a pen."""
        rows, columns = int(3.4 * self.height), int(30 * self.height)
        self.ink, self.print = np.zeros((rows, columns)), np.zeros((rows, columns))
        self.x = self.height * float(self.generator.uniform(0.5, 1.0))
        self.is_drawn = bool(self.generator.random() < 0.5)
        self.pen = max(1.5, self.height * float(self.generator.uniform(0.05, 0.12)))
        self.forms = {label: int(self.generator.integers(len(FORMS[label]))) for label in FORMS}
        self.font = str(self.generator.choice(_FONTS))
        self.step, self.tall = self.height * self.generator.uniform((0.95, 1.2), (1.25, 1.5))  # of a cell
        self.thick = max(1, round(self.height * float(self.generator.uniform(0.015, 0.05))))  # of its lines
        self.gray = float(self.generator.uniform(0.4, 1.0))

    @property
    def middle(self) -> float:
        """Row of the middle of the line."""
        return 1.7 * self.height

    def write(self, character: str, middle: float) -> float:
        """Write a digit around a column; return the width of its ink."""
        rows = self.height * float(np.clip(self.generator.normal(1, 0.08), 0.8, 1.15))
        ink = self._draw(character, rows) if self.is_drawn else self._stamp(character, rows)
        top = self.middle + self.generator.normal(0, 0.05) * self.height - ink.shape[0] / 2
        _put(self.ink, ink, top, middle - ink.shape[1] / 2)
        return float(ink.shape[1])

    def _draw(self, character: str, rows: float) -> Float64Array:
        strokes = FORMS[character][self.forms[character]]
        return ink_of(write_form(strokes, self.generator, rows=rows - self.pen), self.pen, is_smooth=True)

    def _stamp(self, character: str, rows: float) -> Float64Array:
        place = self.generator.choice(np.flatnonzero(self.digits.y == int(character)))
        frame = self.digits.x[place].reshape(28, 28)
        lines, columns = np.flatnonzero(frame.any(axis=1)), np.flatnonzero(frame.any(axis=0))
        own = frame[lines[0] : lines[-1] + 1, columns[0] : columns[-1] + 1]
        scale = rows / own.shape[0]
        size = (max(2, round(scale * own.shape[1])), max(2, round(rows)))
        large = cv2.resize(own, size, interpolation=cv2.INTER_CUBIC)
        return np.asarray(np.clip(large.astype(np.float64) / 255 * 1.15, 0, 1))

    def print_sign(self, sign: str) -> None:
        """Print a sign after the last mark."""
        size = self.height * float(self.generator.uniform(0.7, 1.25))
        glyph = print_words(sign, self.font, size)
        gap = self.height * float(self.generator.uniform(0.08, 0.3))
        # a font's line: its digits' feet are 0.36 of the size below its middle
        top = self.middle + 0.36 * size * float(self.generator.uniform(0.9, 1.1)) - 0.93 * size
        _put(self.print, glyph, top, self.x + gap)
        self.x += 2 * gap + glyph.shape[1]

    def write_sign(self, sign: str) -> None:
        """Write a sign with the pen after the last mark."""
        tall, foot = self.height, self.middle + self.height / 2
        gap = tall * float(self.generator.uniform(0.1, 0.25))
        curves = [np.array(curve) * tall for curve in _SIGNS[sign](self.generator)]
        wide = max(float(curve[:, 0].max()) for curve in curves)
        for curve in curves:
            own = np.round((curve + np.array([self.x + gap, foot])) * 16).astype(np.int32)
            drawn = np.zeros(self.ink.shape, np.uint8)
            cv2.polylines(drawn, [own], isClosed=False, color=255, thickness=max(2, round(self.pen)),
                          lineType=cv2.LINE_AA, shift=4)  # fmt: skip
            self.ink = np.maximum(self.ink, drawn / 255)
        self.x += 2 * gap + wide

    def write_freely(self, digits: str) -> None:
        """Write digits side by side."""
        for character in digits:
            gap = self.height * float(self.generator.uniform(0.06, 0.3))
            before = self.x + gap
            guess = 0.35 * self.height
            wide = self.write(character, before + guess)
            shift = wide / 2 - guess  # what is wider than guessed goes on to the right
            self.x = before + guess + max(wide / 2, guess + shift)

    def fill_cells(self, digits: str, style: str, *, printed: str = "") -> None:
        """Print cells and write a digit into each; a space leaves one empty.

        Args:
            digits: A character for each cell.
            style: "joined" or "apart" boxes, "comb", or "ticks" below the line.
            printed: A letter under each cell, as D for the day.
        """
        step, tall, thick = self.step, self.tall, self.thick
        gap = 0.12 * self.height if style == "apart" else 0.0
        self.x += thick
        top, bottom = self.middle - tall / 2, self.middle + tall / 2
        for place, character in enumerate(digits):
            left, right = self.x, self.x + step
            _rule_cell(self, (left, top, right, bottom), style, is_first=place == 0)
            if character != " ":
                self.write(character, (left + right) / 2 + self.generator.normal(0, 0.06) * self.height)
            if printed:
                small = print_words(printed[place], self.font, 0.4 * self.height)
                _put(self.print, small, bottom + 0.08 * self.height, (left + right - small.shape[1]) / 2)
            self.x = right + gap
        self.x += thick

    def caption(self, words: str) -> None:
        """Print words before the field, or above it."""
        glyphs = print_words(words, self.font, self.height * float(self.generator.uniform(0.4, 0.9)))
        if self.generator.random() < 0.5:
            _put(self.print, glyphs, self.middle - 0.6 * glyphs.shape[0], self.x)
            self.x += glyphs.shape[1] + 0.5 * self.height
        else:
            small = print_words(words, self.font, self.height * float(self.generator.uniform(0.3, 0.45)))
            _put(self.print, small, self.middle - 0.95 * self.height - small.shape[0], self.x)

    def finish(self) -> UInt8Array:
        """Return the picture of the sheet, scanned or photographed."""
        right = int(self.x + self.height * self.generator.uniform(0.4, 1.0))
        cut = int(self.generator.uniform(0, 0.3) * self.height)
        ink, printed = (whole[cut : whole.shape[0] - cut, :right, np.newaxis] for whole in (self.ink, self.print))
        paper = np.clip(self.generator.uniform(205, 255) - self.generator.uniform(0, 20, 3), 0, 255)
        pen, black = self.generator.uniform(10, 90, 3), np.full(3, self.generator.uniform(0, 60))
        colors = paper + printed * (black - paper)
        colors = colors + ink * (pen - colors)
        if self.generator.random() < 0.5:
            return photograph(colors, self.generator, most_blur=1.0)
        grain = self.generator.normal(0, self.generator.uniform(0, 3), colors.shape[:2])[..., np.newaxis]
        return np.clip(colors + grain, 0, 255).astype(np.uint8)


def _put(target: Float64Array, ink: Float64Array, top: float, left: float) -> None:
    """Lay ink onto a sheet; what is outside is cut off."""
    row, column = round(top), round(left)
    rows, columns = slice(max(0, row), row + ink.shape[0]), slice(max(0, column), column + ink.shape[1])
    part = target[rows, columns]
    own = ink[max(0, -row) :, max(0, -column) :][: part.shape[0], : part.shape[1]]
    np.maximum(part, own, out=part)


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name), size)


def print_words(words: str, font: str, size: float) -> Float64Array:
    """Return printed words, 0 to 1, as high as the font's line."""
    face = _font(font, max(6, round(size)))
    width = int(face.getlength(words)) + 4
    sheet = Image.new("L", (width, round(1.3 * size)))
    ImageDraw.Draw(sheet).text((2, 0), words, fill=255, font=face)
    return np.asarray(sheet, dtype=np.float64) / 255


def _rule_cell(sheet: Sheet, box: tuple[float, ...], style: str, *, is_first: bool) -> None:
    """Print the lines of one cell; a comb's teeth are as low as half of its cells."""
    target, thick = sheet.print, sheet.thick
    left, top, right, bottom = (round(side) for side in box)
    high = {"comb": (top + 2 * bottom) // 3, "ticks": (top + 5 * bottom) // 6}.get(style, top)
    lines = [(left, bottom, right, bottom), (right, high, right, bottom)]
    if style in {"joined", "apart"}:
        lines.append((left, top, right, top))
    if is_first or style == "apart":
        lines.append((left, high, left, bottom))
    for x, y, x2, y2 in lines:
        target[y : y2 + thick, x : x2 + thick] = np.maximum(target[y : y2 + thick, x : x2 + thick], sheet.gray)


def _slash(generator: np.random.Generator) -> list[Sequence[tuple[float, float]]]:
    rise, run = generator.uniform(0.8, 1.25), generator.uniform(0.25, 0.5)
    return [((0.0, 0.1), (run, 0.1 - rise))]


def _dash(generator: np.random.Generator) -> list[Sequence[tuple[float, float]]]:
    high = -generator.uniform(0.4, 0.6)
    return [((0.0, high), (generator.uniform(0.25, 0.45), high + generator.normal(0, 0.03)))]


def _point(generator: np.random.Generator) -> list[Sequence[tuple[float, float]]]:
    return [((0.0, 0.0), (generator.uniform(0.01, 0.04), generator.uniform(0.0, 0.03)))]


def _comma(generator: np.random.Generator) -> list[Sequence[tuple[float, float]]]:
    return [((0.08, -0.04), (0.06, 0.1), (0.0, generator.uniform(0.16, 0.24)))]


def _colon(generator: np.random.Generator) -> list[Sequence[tuple[float, float]]]:
    high = -generator.uniform(0.45, 0.6)
    return [((0.02, high), (0.05, high + 0.02)), ((0.0, -0.15), (0.03, -0.13))]


_SIGNS: Mapping[str, Callable[[np.random.Generator], list[Sequence[tuple[float, float]]]]] = {
    "/": _slash,
    "-": _dash,
    ".": _point,
    ",": _comma,
    ":": _colon,
}


def _take_date(generator: np.random.Generator) -> str:
    day, month = int(generator.integers(1, 32)), int(generator.integers(1, 13))
    day = min(day, 30 if month in {4, 6, 9, 11} else 28 if month == 2 else 31)
    return f"{day:02}/{month:02}/{int(generator.choice([19, 20]))}{int(generator.integers(0, 100)):02}"


def _take_digits(generator: np.random.Generator, count: int) -> str:
    return "".join(map(str, generator.integers(0, 10, count)))


_Draw = Callable[[Sheet], tuple[str, Told]]


def _date_with_slashes(sheet: Sheet) -> tuple[str, Told]:
    """Write a date between printed slashes."""
    text = _take_date(sheet.generator)
    for place, part in enumerate(text.split("/")):
        if place:
            sheet.print_sign("/")
        sheet.write_freely(part)
    return text, {"pattern": "dd/dd/dddd"}


def _date_in_boxes(sheet: Sheet) -> tuple[str, Told]:
    """Write a date into boxes with printed slashes between them."""
    text = _take_date(sheet.generator)
    style = str(sheet.generator.choice(["joined", "apart", "comb", "ticks"]))
    for place, part in enumerate(text.split("/")):
        if place:
            sheet.print_sign("/")
        sheet.fill_cells(part, style)
    return text, {"pattern": "dd/dd/dddd"}


def _date_without_signs(sheet: Sheet) -> tuple[str, Told]:
    """Write a date into eight boxes, often with D D M M Y Y Y Y under them; the pattern has slashes all the same."""
    text = _take_date(sheet.generator)
    style = str(sheet.generator.choice(["joined", "apart", "comb"]))
    letters = "DDMMYYYY" if sheet.generator.random() < 0.5 else ""
    sheet.fill_cells(text.replace("/", ""), style, printed=letters)
    return text, {"pattern": "dd/dd/dddd"}


def _date_by_hand(sheet: Sheet) -> tuple[str, Told]:
    """Write a date whose signs are of the hand, too."""
    sign = str(sheet.generator.choice(["/", "-", "."]))
    text = _take_date(sheet.generator).replace("/", sign)
    for place, part in enumerate(text.split(sign)):
        if place:
            sheet.write_sign(sign)
        sheet.write_freely(part)
    return text, {"pattern": f"dd{sign}dd{sign}dddd"}


def _date_of_a_kind(sheet: Sheet) -> tuple[str, Told]:
    """Write a date as any of those before, told as a date and no more."""
    sign = str(sheet.generator.choice(["/", "-", "."]))
    text = _take_date(sheet.generator).replace("/", sign)
    is_short = sheet.generator.random() < 0.3
    if is_short:
        text = f"{int(text[:2])}{sign}{int(text[3:5])}{sign}{text[-2:]}"
    is_printed = sheet.generator.random() < 0.5
    for place, part in enumerate(text.split(sign)):
        if place:
            (sheet.print_sign if is_printed else sheet.write_sign)(sign)
        sheet.write_freely(part)
    return text, {"kind": "date", "order": "dmy"}


def _captioned(sheet: Sheet) -> tuple[str, Told]:
    """Write a date beside or under a printed caption, of which only the writing is asked for."""
    sheet.caption(str(sheet.generator.choice(_CAPTIONS)))
    text, options = (_date_with_slashes, _date_in_boxes)[int(sheet.generator.integers(2))](sheet)
    return text, {**options, "handwritten": True}


def _beside_print(sheet: Sheet) -> tuple[str, Told]:
    """Write an amount beside or under print that has digits, of which only the writing is asked for."""
    text = _take_digits(sheet.generator, int(sheet.generator.integers(2, 7)))
    sheet.caption(str(sheet.generator.choice(_WITH_DIGITS)).replace("#", _take_digits(sheet.generator, 4)))
    if sheet.generator.random() < 0.5:
        sheet.write_freely(text)
    else:
        sheet.fill_cells(text, str(sheet.generator.choice(["joined", "apart", "comb"])))
    return text, {"handwritten": True}


def _short_of_a_digit(sheet: Sheet) -> tuple[str, Told]:
    """Leave one of a date's boxes empty: no answer is right."""
    text = _take_date(sheet.generator).replace("/", "")
    place = int(sheet.generator.integers(8))
    text = text[:place] + " " + text[place + 1 :]
    style = str(sheet.generator.choice(["joined", "apart", "comb", "ticks"]))
    for at, part in enumerate((text[:2], text[2:4], text[4:])):
        if at:
            sheet.print_sign("/")
        sheet.fill_cells(part, style)
    return "?", {"pattern": "dd/dd/dddd"}


def _time(sheet: Sheet) -> tuple[str, Told]:
    """Write a time with a colon of the printer or the hand."""
    text = f"{int(sheet.generator.integers(24)):02}:{int(sheet.generator.integers(60)):02}"
    sheet.write_freely(text[:2])
    (sheet.print_sign if sheet.generator.random() < 0.5 else sheet.write_sign)(":")
    sheet.write_freely(text[3:])
    return text, {"kind": "time"}


def _amount(sheet: Sheet) -> tuple[str, Told]:
    """Write an amount with a decimal point, and with commas from a thousand on."""
    whole = int(10 ** sheet.generator.uniform(0, 5.5))
    text = f"{whole:,}.{int(sheet.generator.integers(100)):02}"
    run = ""
    for character in text:
        if character.isdigit():
            run += character
        else:
            sheet.write_freely(run)
            sheet.write_sign(character)
            run = ""
    sheet.write_freely(run)
    return text, {"kind": "amount"}


def _amount_in_cells(sheet: Sheet) -> tuple[str, Told]:
    """Write an amount into cells, with a printed point before its last two."""
    text = f"{int(10 ** sheet.generator.uniform(1, 5))}.{int(sheet.generator.integers(100)):02}"
    style = str(sheet.generator.choice(["joined", "apart", "comb", "ticks"]))
    whole, cents = text.split(".")
    sheet.fill_cells(whole, style)
    sheet.print_sign(".")
    sheet.fill_cells(cents, style)
    return text, {"kind": "amount"}


def _card_number(sheet: Sheet) -> tuple[str, Told]:
    """Write sixteen digits in groups of four, the last one a check digit by Luhn's rule."""
    body = _take_digits(sheet.generator, 15)
    text = next(body + last for last in "0123456789" if _is_luhn(body + last))
    for place in range(0, 16, 4):
        sheet.write_freely(text[place : place + 4])
        sheet.x += 0.6 * sheet.height
    return text, {"length": 16, "check": "luhn"}


def _ean(sheet: Sheet) -> tuple[str, Told]:
    """Write thirteen digits into boxes, the last one an EAN's check digit."""
    body = _take_digits(sheet.generator, 12)
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    text = body + str(-total % 10)
    sheet.fill_cells(text, str(sheet.generator.choice(["joined", "apart", "comb"])))
    return text, {"length": 13, "check": "ean"}


def _is_luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


KINDS: Mapping[str, _Draw] = {
    "date, printed slashes": _date_with_slashes,
    "date, boxes and printed slashes": _date_in_boxes,
    "date, boxes without slashes": _date_without_signs,
    "date, signs by hand": _date_by_hand,
    "date, told by its kind": _date_of_a_kind,
    "date, caption, handwriting only": _captioned,
    "number beside print with digits, handwriting only": _beside_print,
    "date, a box left empty": _short_of_a_digit,
    "time, told by its kind": _time,
    "amount by hand, told by its kind": _amount,
    "amount in cells, told by its kind": _amount_in_cells,
    "16 digits, Luhn": _card_number,
    "EAN in boxes": _ean,
}


def draw_field(kind: str, index: int, digits: LabeledFrames) -> FieldPicture:
    """Return a field; one kind and index have one picture.

    Args:
        kind: One of `KINDS`.
        index: 0 or more.
        digits: What half of the fields are written with.
    """
    generator = np.random.default_rng([SEED, list(KINDS).index(kind), index])
    sheet = Sheet(generator, float(np.exp(generator.uniform(*np.log(HEIGHTS)))), digits)
    text, options = KINDS[kind](sheet)
    return FieldPicture(text, options, sheet.finish())
