"""Makes the JSON answer to a request that drafts a template from a blank form."""

import base64
import json

from starlette.exceptions import HTTPException

from inkdigits.errors import FormError
from inkdigits.forms.drafting import Draft, draft_form, shrink
from inkdigits.forms.registration.drafted_marks import find_marks
from inkdigits.reading.output.drawing import encode_picture
from inkdigits.reading.pictures.decoding import decode
from inkdigits.reading.pictures.documents import count_pages
from inkdigits.reading.pictures.pages import DocumentPage
from inkdigits.service.limits import Limits
from inkdigits.service.routes.form_schemas import DraftOptions
from inkdigits.service.transport.tasks import Begin, Outcome
from inkdigits.service.transport.uploads import parse_uploads

__all__ = ["draft_answer"]

_LONGEST = 1600  # pixels of the answer's picture: 135 dpi of A4, enough to draw fields on


def draft_answer(body: bytes, content_type: str, options: DraftOptions, limits: Limits, begin: Begin) -> Outcome:
    """Draft the fields of a page of a blank form.

    Args:
        body: The request's body.
        content_type: The type of the body.
        options: The options of the request.
        limits: Limits of the service.
        begin: Told the number of pictures when they begin.

    Raises:
        HTTPException: As `parse_uploads` raises it; 422 for more than one picture.
        PictureError: It cannot be decoded.
    """
    uploads = parse_uploads(body, content_type, limits.max_pictures)
    if len(uploads) > 1:
        raise HTTPException(422, f"expected one picture of a blank form, got {len(uploads)}; send one")
    begin(1)
    pages = count_pages(uploads[0].data)
    gray = decode(DocumentPage(uploads[0].data, options.page), max_pixels=limits.max_pixels)
    try:
        draft = draft_form(gray, (options.width, options.height))
    except FormError:  # a page to draw fields on all the same
        is_turned = (gray.shape[1] > gray.shape[0]) != (options.width > options.height)
        size = (options.height, options.width) if is_turned else (options.width, options.height)
        draft = Draft(size, (), find_marks(gray, size))
    answer = {
        "size": list(draft.size),
        "page": options.page,
        "pages": pages,
        "marks": [list(mark) for mark in draft.marks.marks] if draft.marks else [],
        "mark_size": draft.marks.mark_size if draft.marks else None,
        "ring": draft.marks.ring if draft.marks else None,
        "pixels": [gray.shape[1], gray.shape[0]],
        "fields": [
            {"box": _round(field.box), "cells": [_round(cell) for cell in field.cells], "lines": field.lines}
            for field in draft.fields
        ],
        "picture": base64.b64encode(encode_picture(shrink(gray, _LONGEST), ".png")).decode(),
    }
    return Outcome(json.dumps(answer).encode("ascii"), pictures={"digits": 1})


def _round(place: tuple[float, ...]) -> list[float]:
    return [round(value, 2) for value in place]
