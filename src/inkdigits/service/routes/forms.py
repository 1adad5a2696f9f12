"""Serves `POST /v1/forms/read`, which reads scans of a form whose template comes with them."""

import functools
import json
import time
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from inkdigits.errors import FormError, PictureError
from inkdigits.forms.form import Form
from inkdigits.forms.template import parse_template
from inkdigits.reading.pictures.decoding import decode
from inkdigits.reading.pictures.documents import iter_pages
from inkdigits.reading.reader import DigitReader
from inkdigits.service.limits import Limits
from inkdigits.service.routes.openapi import REFUSALS
from inkdigits.service.routes.schemas import FormAnswer
from inkdigits.service.telemetry import Telemetry
from inkdigits.service.transport.problems import describe_error
from inkdigits.service.transport.uploads import Upload, parse_parts
from inkdigits.service.transport.workers import Workers

__all__ = ["add_forms"]

_PARTS = ("template", "blank", "scan")
_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}}
_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["template", "scan"],
    "properties": {
        "template": {"type": "string", "description": "TOML, as `inkdigits form read` takes it."},
        "scan": {**_FILES, "description": "Scans, one or more; every page of a PDF or TIFF is one."},
        "blank": {**_FILES, "description": "Pages of the blank form, where the template registers by its print."},
    },
}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}


class _FormOptions(BaseModel):
    """Options of a request, in its query."""

    model_config = ConfigDict(extra="forbid")

    max_error: Annotated[float | None, Field(ge=0, le=1, description="Most wrong digits among those answered.")] = None


class _FormAnswerer:
    """Reads the scans of requests; safe to share between threads."""

    def __init__(self, reader: DigitReader, limits: Limits, telemetry: Telemetry) -> None:
        self._reader = reader
        self._limits = limits
        self._telemetry = telemetry

    def answer(self, body: bytes, content_type: str, options: _FormOptions, deadline: float) -> str:
        """Return JSON, {"forms": [...]}, an entry for each page, in their order."""
        parts = parse_parts(body, content_type, self._limits.max_pictures + 1, _PARTS)
        scans = [part for part in parts if part.part == "scan"]
        if not scans:
            raise HTTPException(422, "expected one part named 'scan' or more, got none; send the scans")
        form = self._make_form(parts, options)
        self._telemetry.begin_pictures(len(scans))
        try:
            answers = [answer for scan in scans for answer in self._read(form, scan, deadline)]
        finally:
            self._telemetry.end_pictures(len(scans))
        return json.dumps({"forms": answers})

    def _make_form(self, parts: tuple[Upload, ...], options: _FormOptions) -> Form:
        templates = [part.data for part in parts if part.part == "template"]
        if len(templates) != 1:
            raise HTTPException(422, f"expected one part named 'template', got {len(templates)}; send the TOML file")
        try:
            template = parse_template(templates[0].decode("utf-8"))
        except UnicodeDecodeError as error:
            msg = "the template: expected TOML in UTF-8, got other bytes; save it as UTF-8"
            raise FormError(msg) from error
        # the files that a template names are on the client's disk, not here
        blanks = [decode(part.data, max_pixels=self._limits.max_pixels) for part in parts if part.part == "blank"]
        if template.registration.by == "print" and len(blanks) != template.pages:
            msg = f"expected parts named 'blank', one for each of {template.pages} pages, got {len(blanks)}; send them"
            raise FormError(msg)
        reader = self._reader if options.max_error is None else self._reader.with_max_error(options.max_error)
        return Form(template, blanks, reader)

    def _read(self, form: Form, scan: Upload, deadline: float) -> list[dict[str, object]]:
        answers: list[dict[str, object]] = []
        try:
            for number, page in enumerate(iter_pages(scan.data), 1):
                if time.monotonic() > deadline:
                    raise TimeoutError
                if number > self._limits.max_pictures:
                    msg = f"{scan.name}: expected at most {self._limits.max_pictures} pages, got more; send fewer"
                    raise HTTPException(413, msg)
                answers.append({"scan": scan.name, "page": number, **self._read_page(form, page)})
        except PictureError as error:
            self._telemetry.count_failure()
            answers.append({"scan": scan.name, "page": None, **describe_error(error)})
        return answers

    def _read_page(self, form: Form, page: Any) -> dict[str, object]:  # noqa: ANN401 - any picture
        try:
            return form.read_gray(decode(page, max_pixels=self._limits.max_pixels)).to_dict()
        except PictureError as error:
            self._telemetry.count_failure()
            return describe_error(error)


def add_forms(app: FastAPI, workers: Workers, reader: DigitReader, limits: Limits, telemetry: Telemetry) -> None:
    """Add the route."""
    answerer = _FormAnswerer(reader, limits, telemetry)

    @app.post("/v1/forms/read", response_model=FormAnswer, responses=REFUSALS, openapi_extra=_BODY)
    async def read_forms(request: Request, options: Annotated[_FormOptions, Query()]) -> Response:
        """Read scans of a form by its template.

        A scan that cannot be read, or is no page of the form, is a problem document in its place.
        """
        async with workers.receive(request) as body:
            kind = request.headers.get("content-type", "")
            work = functools.partial(answerer.answer, body, kind, options)
            return Response(await workers.run(work), media_type="application/json")
