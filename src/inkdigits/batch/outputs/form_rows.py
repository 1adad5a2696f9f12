"""Writes what was read of one page of a form as a row, and cuts out its doubtful fields."""

import base64
import json
from collections.abc import Sequence

import cv2
import numpy as np

from inkdigits.batch.inputs.loading import Title
from inkdigits.batch.outputs.answers import MOST_DOUBTFUL, Answer
from inkdigits.batch.outputs.rows import COUNTED, Counted, Row, printable
from inkdigits.errors import InkdigitsError
from inkdigits.forms.registration.geometry import MM_PER_INCH, find_dpi, straighten
from inkdigits.forms.registration.register import Registered
from inkdigits.forms.results import FieldOutcome, FieldReading, FormReading
from inkdigits.forms.template import FieldSpec, Place
from inkdigits.reading.output.drawing import encode_picture
from inkdigits.spec import UInt8Array

__all__ = ["cut_fields", "to_form_answer", "to_form_row"]

_COUNTED: dict[FieldOutcome, Counted] = {"sure": "digits", "doubtful": "unsure", "failed": "error"}
_MARGIN = 0.35  # of a field's height, so that its neighbors are seen
_MOST_WIDTH, _MOST_HEIGHT = 640, 120  # pixels of a field's picture
_MOST_DPI = 200.0  # dots per inch at which fields are cut out: what 120 pixels of a cell's height need, and more
_QUALITY = 60  # of that page as JPEG: 100 kB for a grainy A4
_PAGE_DPI = 100.0  # of the whole page that is shown beside a field; its print of 8 points can be read


def to_form_row(title: Title, answer: FormReading | InkdigitsError) -> Row:
    """Return the row of one page.

    Args:
        title: Its file and page.
        answer: What was read of it, or why nothing was.

    Returns:
        `path`; `page`; `outcome`, "sure", "doubtful" or "failed"; `form_page`, `fields` and what else
        `FormReading.to_dict` has; `error`, class and message, or None.
    """
    row: Row = {"path": printable(title.path), "page": title.page}
    if isinstance(answer, InkdigitsError):
        error = f"{type(answer).__name__}: {answer}"
        return {**row, "outcome": "failed", "form_page": None, "fields": {}, "error": printable(error)}
    return {**row, **answer.to_dict(), "error": None}


def to_form_answer(
    start: int, titles: Sequence[Title], answers: Sequence[FormReading | InkdigitsError], crops: bytes = b""
) -> Answer:
    """Return the rows of a chunk of pages, and how they count: sure, doubtful and failed pages."""
    counts: dict[Counted, int] = dict.fromkeys(COUNTED, 0)
    doubtful: list[str] = []
    rows = []
    for title, answer in zip(titles, answers, strict=True):
        counted = "error" if isinstance(answer, InkdigitsError) else _COUNTED[answer.outcome]
        counts[counted] += 1
        if counted == "unsure" and len(doubtful) < MOST_DOUBTFUL:
            doubtful.append(printable(str(title)))
        rows.append(json.dumps(to_form_row(title, answer), separators=(",", ":")).encode() + b"\n")
    return Answer(start, len(titles), b"".join(rows), counts, crops, tuple(doubtful))


def cut_fields(title: Title, gray: UInt8Array, reading: FormReading, found: Registered) -> bytes:
    """Return lines of JSON for a page with fields that are not sure: first the page, upright, then each field.

    Args:
        title: File and page of the scan.
        gray: uint8, shape (H, W): the scan.
        reading: What was read of it.
        found: Where the page lies in it.
    """
    if all(field.outcome == "sure" for field in reading.fields):
        return b""
    dpi = min(_MOST_DPI, find_dpi(found.matrix, found.model.size))
    page = straighten(gray, found.matrix, found.model.size, dpi)
    name: Row = {"path": printable(title.path), "page": title.page}
    _, jpeg = cv2.imencode(".jpg", _shrink(page, _PAGE_DPI / dpi), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    lines: list[Row] = [{**name, "scan": _to_text(jpeg.tobytes())}]
    for field, spec, move in zip(reading.fields, found.model.fields, found.moves, strict=True):
        if field.outcome != "sure":
            left, top = spec.box[0] + float(move[0]), spec.box[1] + float(move[1])
            place = (left, top, spec.box[2], spec.box[3])
            picture = _to_text(encode_picture(_cut(page, place, dpi / MM_PER_INCH), ".png"))
            lines.append({**name, **_describe(field, spec, place, found.model.size), "png": picture})
    return b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)


def _describe(field: FieldReading, spec: FieldSpec, place: Place, size: tuple[float, float]) -> Row:
    """Return what the review page has to know; `at` is left, top, width and height as shares of the page."""
    return {
        "field": field.name,
        "text": field.text,
        "guess": field.guess,
        "proposal": field.proposal,
        "reason": field.reason,
        "confidence": round(field.confidence, 4),
        "band": field.band,
        "is_numeric": bool(spec.cells),
        "at": [round(value / size[axis % 2], 4) for axis, value in enumerate(place)],
    }


def _cut(page: UInt8Array, place: Place, scale: float) -> UInt8Array:
    """Return a field with what stands around it; `scale` is the page's pixels a millimeter."""
    left, top, width, height = place
    margin = _MARGIN * height
    rows = slice(max(0, round((top - margin) * scale)), max(1, round((top + height + margin) * scale)))
    columns = slice(max(0, round((left - margin) * scale)), max(1, round((left + width + margin) * scale)))
    crop = page[rows, columns]
    return _shrink(crop, min(_MOST_HEIGHT / crop.shape[0], _MOST_WIDTH / crop.shape[1]))


def _shrink(picture: UInt8Array, scale: float) -> UInt8Array:
    """Return a picture in another size."""
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=method), dtype=np.uint8)


def _to_text(data: bytes) -> str:
    return base64.b64encode(data).decode()
