"""Reads the fields of a page that was found in a scan."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkdigits.forms.cells import Cell, cut_cells, cut_line, find_box, find_inked, group_cells
from inkdigits.forms.registration.geometry import apply
from inkdigits.forms.registration.register import Registered
from inkdigits.forms.results import CellReading, FieldReading
from inkdigits.forms.template import FieldSpec
from inkdigits.forms.values import decide_value
from inkdigits.reading.detection.page import Page
from inkdigits.reading.reader import DigitReader
from inkdigits.results import Box, Digit, Reading
from inkdigits.spec import Float64Array, UInt8Array

__all__ = ["read_cells", "read_fields"]

_CROSS = 0.5  # width over height of ink that is no digit, from which it is a cross or dash; a stroke may be a pale 1
# the same where no mark was found at all: each of 79 crosses was a mark, and slanted 1s that were missed had 0.5 to 0.6
_DASH = 1.0
_STROKE = 0.5  # probability that such a stroke is a 1: a person decides
_ONE = tuple(_STROKE if label == 1 else (1 - _STROKE) / 9 for label in range(10))
# probability of a digit from which ink that is probably none is no cross: on 200 drawn pages (benchmarks/forms.py) the
# 79 crosses had less than 0.001, and of 20 digits that were taken for crosses 12 had 0.04 or more
_PLAINLY_NONE = 0.01
_PRINTED = 0.5  # probability that a machine printed a mark, from which a field for handwriting leaves it out


def read_fields(gray: UInt8Array, found: Registered, reader: DigitReader, sure_from: float) -> tuple[FieldReading, ...]:
    """Return the fields of a page.

    Args:
        gray: uint8, shape (H, W): the scan.
        found: Where the page is in it.
        reader: Reads the digits.
        sure_from: Probability, 0 to 1, that a field's whole text is right, from which it is sure.
    """
    specs = found.model.fields
    cells = read_cells(gray, found, reader)
    fields = []
    start = 0
    for spec, move in zip(specs, found.moves, strict=True):
        if spec.cells:
            own = cells[start : start + len(spec.cells)]
            start += len(spec.cells)
            box = find_box(found.matrix, _shift(spec.box, move), gray.shape)
            fields.append(_conclude(spec, own, box, reader.policy.cell_below))
        else:
            fields.append(_read_line(gray, found, spec, move, reader))
    return tuple(_doubt(field, sure_from) for field in fields)


def _doubt(field: FieldReading, sure_from: float) -> FieldReading:
    """Return a field doubtful where its digits, each sure, are not sure together."""
    if field.outcome == "sure" and field.confidence < sure_from:
        return replace(field, outcome="doubtful", reason="low confidence")
    return field


def read_cells(gray: UInt8Array, found: Registered, reader: DigitReader) -> list[CellReading]:
    """Return all cells of a page, field by field; their digits go through the networks together."""
    places = [(place, move) for spec, move in zip(found.model.fields, found.moves, strict=True) for place in spec.cells]
    cells = cut_cells(gray, found, places)
    pages = _detect(cells, reader)
    pages = _keep_company(pages, [len(spec.cells) for spec in found.model.fields])
    is_handwritten = [spec.options.handwritten for spec in found.model.fields for _ in spec.cells]
    pages = [_without_print(page) if only else page for page, only in zip(pages, is_handwritten, strict=True)]
    inked = find_inked(cells, _find_ink(pages))
    readings = reader.read_pages(pages)
    return [
        _to_cell(cell, reading, ink)
        for cell, reading, ink in zip(cells, readings, inked, strict=True)
        if isinstance(reading, Reading)
    ]


def _detect(cells: Sequence[Cell], reader: DigitReader) -> list[Page]:
    pages: dict[int, Page] = {}
    for group in group_cells(cells):
        pages.update(zip(group.places, reader.detect_cells(group.pictures, group.core), strict=True))
    return [pages[place] for place in range(len(cells))]


def _keep_company(pages: Sequence[Page], counts: Sequence[int]) -> list[Page]:
    """Return the cells' pages, each mark with the score of the surer digit in the cells beside it."""
    scores = [max((mark.score for mark in page.marks), default=0.0) for page in pages]
    result, start = [], 0
    for count in counts:
        for place in range(start, start + count):
            beside = [scores[other] for other in (place - 1, place + 1) if start <= other < start + count]
            company = max(beside, default=0.0)
            marks = tuple(replace(mark, company=company) for mark in pages[place].marks)
            result.append(replace(pages[place], marks=marks))
        start += count
    return result


def _without_print(page: Page) -> Page:
    return replace(page, marks=tuple(mark for mark in page.marks if mark.printed < _PRINTED))


def _find_ink(pages: Sequence[Page]) -> float:
    """Return the usual contrast of a page's digits, gray levels; 0 without any."""
    found = [255 * mark.contrast for page in pages for mark in page.marks if mark.reason is None]
    return float(np.median(found)) if found else 0.0


def _to_cell(cell: Cell, reading: Reading, ink: tuple[int, int] | None) -> CellReading:
    if ink is None:  # even where the reader sees something in bare paper
        return CellReading(cell.box, "empty")
    digit = reading.digits[0] if reading.digits else None
    if digit is not None and digit.outcome == "not_a_digit" and digit.digit_probability >= _PLAINLY_NONE:
        return _to_unsure(cell, digit)
    if digit is None or digit.outcome == "not_a_digit":
        if ink[0] >= (_DASH if digit is None else _CROSS) * ink[1]:
            return CellReading(cell.box, "crossed")
        return CellReading(cell.box, "unsure", 1, _STROKE, _ONE)  # a stroke from top to bottom may be a 1
    return CellReading(cell.box, digit.outcome, digit.label, digit.confidence, digit.probabilities)


def _to_unsure(cell: Cell, digit: Digit) -> CellReading:
    """Return the reading of ink that may be a digit: if it is none, each label is as likely."""
    share = digit.digit_probability
    mixed = tuple(share * own + (1 - share) / 10 for own in digit.probabilities)
    return CellReading(cell.box, "unsure", digit.label, share * digit.confidence + (1 - share) / 10, mixed)


def _conclude(spec: FieldSpec, cells: Sequence[CellReading], box: Box, unsure_below: float) -> FieldReading:
    """Return the reading of a field by its cells."""
    own = tuple(cells)
    filled = [place for place, cell in enumerate(own) if cell.outcome in ("digit", "unsure")]
    crossed = [place for place, cell in enumerate(own) if cell.outcome == "crossed"]
    if not filled:
        return _nothing(spec, own, box, has_crosses=bool(crossed))
    value = decide_value([own[place] for place in filled], spec.field, unsure_below)
    reason = value.reason
    text, guess = value.text, value.guess
    if any(own[place].outcome == "empty" for place in range(filled[0], filled[-1])):
        reason = "an empty cell between digits"
    inner = [place for place in crossed if filled[0] < place < filled[-1]]
    if crossed and (spec.crosses == "doubt" or inner):
        reason = "a crossed cell"
    return FieldReading(
        spec.name, text, "sure" if reason is None else "doubtful", value.confidence, reason, box, own, guess
    )


def _nothing(spec: FieldSpec, cells: tuple[CellReading, ...], box: Box, *, has_crosses: bool) -> FieldReading:
    """Return the reading of a field without a digit."""
    reason = "a crossed cell" if has_crosses and spec.crosses == "doubt" else None
    if reason is None and spec.required:
        reason = "nothing is written"
    return FieldReading(spec.name, "", "sure" if reason is None else "doubtful", 1.0, reason, box, cells)


def _read_line(
    gray: UInt8Array, found: Registered, spec: FieldSpec, move: Float64Array, reader: DigitReader
) -> FieldReading:
    """Return the reading of a field whose digits stand on a line."""
    picture, to_scan = cut_line(gray, found, spec.box, move)
    options = spec.options
    reading = reader.read(
        picture,
        length=options.length,
        pattern=options.pattern,
        kind=options.kind,
        order=options.order,
        check=options.check,
        handwritten=options.handwritten,
    )
    box = find_box(found.matrix, _shift(spec.box, move), gray.shape)
    kept = [digit for digit in reading.digits if digit.outcome != "not_a_digit"]
    if not kept:
        return _nothing(spec, (), box, has_crosses=False)
    lines = [line for line in reading.lines if line.text]
    guess = _guess(reading)
    reason: str | None = None
    if any(digit.outcome == "unsure" for digit in kept):
        reason = next(digit.reason for digit in kept if digit.outcome == "unsure") or "low confidence"
    if len(lines) > 1:
        reason = "more than one line"
    confidence = float(np.prod([line.confidence for line in lines]))
    text = " ".join(line.text for line in lines)
    marks = tuple(
        CellReading(
            _place(digit.box, to_scan, gray.shape), digit.outcome, digit.label, digit.confidence, digit.probabilities
        )
        for digit in kept
        if digit.outcome != "not_a_digit"
    )
    return FieldReading(
        spec.name, text, "sure" if reason is None else "doubtful", confidence, reason, box, marks, guess
    )


def _guess(reading: Reading) -> str:
    """Return the text with every label instead of "?"."""
    labels = iter(str(digit.label) for digit in reading.digits if digit.outcome != "not_a_digit")
    text = " ".join(line.text for line in reading.lines if line.text)
    return "".join(
        next(labels, character) if character == "?" or character.isdecimal() else character for character in text
    )


def _place(box: Box, to_scan: Float64Array, shape: tuple[int, ...]) -> Box:
    x = [float(box.x_min), float(box.x_max)]
    y = [float(box.y_min), float(box.y_max)]
    corners = apply(to_scan, [(column, row) for column in x for row in y])
    low = np.clip(np.floor(corners.min(axis=0)), 0, (shape[1] - 1, shape[0] - 1)).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)), low + 1, (shape[1], shape[0])).astype(int)
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def _shift(place: tuple[float, float, float, float], move: Float64Array) -> tuple[float, float, float, float]:
    return place[0] + float(move[0]), place[1] + float(move[1]), place[2], place[3]
