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
from inkdigits.forms.results import FieldOutcome, FieldReading, FormReading
from inkdigits.reading.output.drawing import encode_picture
from inkdigits.results import Box
from inkdigits.spec import UInt8Array

__all__ = ["cut_fields", "to_form_answer", "to_form_row"]

_COUNTED: dict[FieldOutcome, Counted] = {"sure": "digits", "doubtful": "unsure", "failed": "error"}
_MARGIN = 0.35  # of a field's height, so that its neighbors are seen
_MOST_WIDTH, _MOST_HEIGHT = 640, 120  # pixels of a field's picture


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


def cut_fields(title: Title, gray: UInt8Array, reading: FormReading) -> bytes:
    """Return a line of JSON for each field that is not sure, with its picture.

    Args:
        title: File and page of the scan.
        gray: uint8, shape (H, W): the scan.
        reading: What was read of it.
    """
    lines = []
    for field in reading.fields:
        if field.outcome != "sure" and field.box is not None:
            png = base64.b64encode(encode_picture(_cut(gray, field.box), ".png")).decode()
            lines.append(json.dumps({**_describe(title, field), "png": png}, separators=(",", ":")).encode() + b"\n")
    return b"".join(lines)


def _describe(title: Title, field: FieldReading) -> Row:
    return {
        "path": printable(title.path),
        "page": title.page,
        "field": field.name,
        "text": field.text,
        "guess": field.guess,
        "proposal": field.proposal,
        "reason": field.reason,
        "confidence": round(field.confidence, 4),
    }


def _cut(gray: UInt8Array, box: Box) -> UInt8Array:
    margin = round(_MARGIN * box.height)
    crop = gray[max(0, box.y_min - margin) : box.y_max + margin, max(0, box.x_min - margin) : box.x_max + margin]
    scale = min(_MOST_HEIGHT / crop.shape[0], _MOST_WIDTH / crop.shape[1])
    size = max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(crop, size, interpolation=method), dtype=np.uint8)
